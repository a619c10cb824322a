#include "fake_server.h"
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <unistd.h>

static socklen_t os_address(const char *ip, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	struct sockaddr_in *in = (struct sockaddr_in *)out;
	memset(out, 0, sizeof *out);
	if (inet_pton(AF_INET6, ip, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		return sizeof *in6;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	inet_pton(AF_INET, ip, &in->sin_addr);
	return sizeof *in;
}

void fake_open(struct fake *f, const char *ip)
{
	*f = (struct fake){ .udp = -1, .tcp = -1 };
	for (unsigned tries = 0; tries < 50; tries++) {
		struct sockaddr_storage os;
		socklen_t len = os_address(ip, 0, &os);
		f->udp = socket(os.ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		f->tcp = socket(os.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		int big = 1 << 22;
		setsockopt(f->udp, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
		assert(bind(f->udp, (struct sockaddr *)&os, len) == 0);
		assert(getsockname(f->udp, (struct sockaddr *)&os, &len) == 0);
		uint16_t port = ntohs(((struct sockaddr_in *)&os)->sin_port);
		len = os_address(ip, port, &os);
		bool both = bind(f->tcp, (struct sockaddr *)&os, len) == 0;
		if (both) {
			assert(listen(f->tcp, 64) == 0);
			assert(addr_from_text(ip, port, &f->addr));
			return;
		}
		fake_close(f);
	}
	assert(false);
}

void fake_close(struct fake *f)
{
	for (unsigned i = 0; i < f->n_connections; i++)
		close(f->connections[i]);
	close(f->udp);
	close(f->tcp);
	f->n_connections = 0;
}

size_t fake_answer(const uint8_t *query, size_t len, uint8_t *out)
{
	memcpy(out, query, len);
	out[2] |= 0x80;
	return len;
}

void fake_send(struct fake *f, const void *wire, size_t len, const struct sockaddr_storage *to)
{
	sendto(f->udp, wire, len, 0, (const struct sockaddr *)to,
	       to->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
}

static void serve_udp(struct fake *f)
{
	uint8_t query[1500];
	struct sockaddr_storage from;
	socklen_t from_len = sizeof from;
	for (ssize_t n; (n = recvfrom(f->udp, query, sizeof query, 0, (struct sockaddr *)&from, &from_len)) > 0;) {
		if (f->n_queries < 1024) {
			f->ports[f->n_queries] = ((struct sockaddr_in *)&from)->sin_port;
			f->ids[f->n_queries] = (uint16_t)(query[0] << 8 | query[1]);
		}
		f->n_queries++;
		if (f->on_udp != NULL)
			f->on_udp(f, query, (size_t)n, &from);
		from_len = sizeof from;
	}
}

static void serve_tcp(struct fake *f)
{
	int fd = accept4(f->tcp, NULL, NULL, SOCK_NONBLOCK);
	if (fd >= 0 && f->n_connections < 64)
		f->connections[f->n_connections++] = fd;
	for (unsigned i = 0; i < f->n_connections; i++) {
		uint8_t query[1500];
		ssize_t n = f->connections[i] < 0 ? 0 : recv(f->connections[i], query, sizeof query, 0);
		if (n > 2 && f->on_tcp != NULL)
			f->on_tcp(f, f->connections[i], query + 2, (size_t)n - 2);
	}
}

void fake_serve(struct fake *f)
{
	serve_udp(f);
	serve_tcp(f);
}
