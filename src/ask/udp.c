/* udp -- a pool of unconnected sockets on ports the kernel picks at random. A question takes a random one of the pool, so
 * that who has seen the port of one question (its server has) knows little about the next; a socket is replaced after
 * ROTATE_ASKED questions or ROTATE_US. A socket a question would cost three times as much.
 * IP_RECVERR brings ICMP errors with the address they are about, which an unconnected socket is not told otherwise. */
#include "ask/inside.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROTATE_ASKED = 32, ROTATE_US = 10 * 1000 * 1000, READS_A_TURN = 64, BUFFER = 65536 };

static void on_closed(uv_handle_t *poll)
{
	free(poll->data);
}

static void socket_close(struct udp_socket *u)
{
	struct udp_socket **at = &u->owner->udp.all;
	while (*at != u)
		at = &(*at)->next;
	*at = u->next;
	uv_poll_stop(&u->poll);
	uv_close((uv_handle_t *)&u->poll, on_closed);
	close(u->fd);
}

static void socket_close_if_idle(struct udp_socket *u)
{
	if (u->retired && !u->in_use && u->asks == NULL)
		socket_close(u);
}

/* The ask on this socket that a packet from `from` is most likely about, and what it is to it. */
static struct ask *find_ask(const struct udp_socket *u, const struct addr *from, const uint8_t *wire, uint16_t len, enum ask_match *match)
{
	/* Best first. */
	static const uint8_t rank[] = { [MATCH_ANSWER] = 0, [MATCH_WRONG_COOKIE] = 1, [MATCH_WRONG_QUESTION] = 2, [MATCH_GARBAGE] = 3,
					[MATCH_WRONG_SOURCE] = 4, [MATCH_WRONG_ID] = 5, [MATCH_NOTHING] = 6 };
	struct ask *best = NULL;
	*match = MATCH_NOTHING;
	for (struct ask *k = u->asks; k != NULL && *match != MATCH_ANSWER; k = k->socket_next) {
		enum ask_match m = ask_match(&k->q, k->id, from, wire, len);
		if (rank[m] < rank[*match]) {
			*match = m;
			best = k;
		}
	}
	return best;
}

/* A late or doubled answer to an ask that has ended is no forgery. */
static bool is_late(const struct udp_socket *u, const struct addr *from, const uint8_t *wire, uint16_t len)
{
	for (unsigned i = 0; len >= 2 && i < UDP_GONE; i++)
		if (u->gone[i].id == (wire[0] << 8 | wire[1]) && addr_equal(&u->gone[i].to, from))
			return true;
	return false;
}

static void keep_garbage(struct ask *k, const uint8_t *wire, uint16_t len)
{
	if (k->garbage != NULL || len < 2)
		return;
	k->garbage = malloc(len);
	if (k->garbage == NULL)
		abort();
	memcpy(k->garbage, wire, len);
	k->garbage_len = len;
}

static void datagram(struct udp_socket *u, const struct addr *from, const uint8_t *wire, uint16_t len)
{
	enum ask_match match;
	struct ask *k = find_ask(u, from, wire, len, &match);
	if (k == NULL || (match == MATCH_WRONG_ID && is_late(u, from, wire, len)))
		return;
	if (match == MATCH_ANSWER) {
		k->reply.rtt_us = (uint32_t)(mono_now().us - k->sent_at.us);
		ask_finish(k, ASK_ANSWERED, wire, len);
		return;
	}
	ask_count_stray(&k->reply, match, from);
	if (match == MATCH_GARBAGE)
		keep_garbage(k, wire, len);
	if (reply_flooded(&k->reply))
		ask_finish(k, ASK_TIMED_OUT, NULL, 0);
}

static void read_datagrams(struct udp_socket *u)
{
	struct udp *udp = &u->owner->udp;
	for (unsigned i = 0; i < READS_A_TURN; i++) {
		struct sockaddr_storage os;
		socklen_t os_len = sizeof os;
		ssize_t n = recvfrom(u->fd, udp->buffer, BUFFER, 0, (struct sockaddr *)&os, &os_len);
		if (n < 0 && errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH)
			return;         /* EAGAIN mostly; the others are ICMP errors, told a second time */
		if (n < 0)
			continue;
		struct addr from = addr_from_os(&os);
		datagram(u, &from, udp->buffer, n > UINT16_MAX ? UINT16_MAX : (uint16_t)n);
	}
}

/* `sent` is the start of our own packet as ICMP gave it back. */
static void icmp_error(struct udp_socket *u, const struct addr *to, const uint8_t *sent, size_t len, int os_errno)
{
	for (struct ask *k = u->asks; k != NULL; k = k->socket_next) {
		bool same = addr_equal(&k->q.to, to) && (len < 2 || (sent[0] << 8 | sent[1]) == k->id);
		if (same) {
			ask_settle(k, ASK_UNREACHABLE, os_errno);
			return;
		}
	}
}

static int error_of(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		bool is_error = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
				(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
		if (is_error)
			return (int)((const struct sock_extended_err *)CMSG_DATA(c))->ee_errno;
	}
	return 0;
}

static void read_errors(struct udp_socket *u)
{
	for (unsigned i = 0; i < READS_A_TURN; i++) {
		uint8_t sent[64];
		_Alignas(struct cmsghdr) uint8_t control[512];
		struct sockaddr_storage os = { 0 };
		struct iovec part = { sent, sizeof sent };
		struct msghdr msg = { .msg_name = &os, .msg_namelen = sizeof os, .msg_iov = &part, .msg_iovlen = 1,
				      .msg_control = control, .msg_controllen = sizeof control };
		ssize_t n = recvmsg(u->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT);
		if (n < 0)
			return;
		struct addr to = addr_from_os(&os);
		int error = error_of(&msg);
		if (error != 0 && error != EMSGSIZE)    /* a path MTU told late: the packet may still have arrived in pieces */
			icmp_error(u, &to, sent, (size_t)n, error);
	}
}

static void read_all(struct udp_socket *u)
{
	u->in_use = true;
	read_errors(u);
	read_datagrams(u);
	u->in_use = false;
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	(void)events;
	struct udp_socket *u = poll->data;
	read_all(u);
	if (status < 0)         /* libuv stops watching at POLLERR, which here means only that the error queue had something */
		uv_poll_start(&u->poll, UV_READABLE, on_event);
	socket_close_if_idle(u);
}

static void set_options(int fd, uint8_t family)
{
	const int on = 1, v4_omit = IP_PMTUDISC_OMIT, v6_omit = IPV6_PMTUDISC_OMIT;
	/* Each only sharpens what we see; where one is missing, silence is the answer instead of the error. OMIT: a forged
	 * "fragmentation needed" changes nothing (DEPENDENCIES: fragments are lost or forged). */
	if (family == 4) {
		(void)setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
		(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &v4_omit, sizeof v4_omit);
	} else {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &v6_omit, sizeof v6_omit);
	}
}

/* NULL with errno set. */
static struct udp_socket *socket_open(struct sockets *s, uint8_t family)
{
	int fd = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return NULL;
	struct udp_socket *u = calloc(1, sizeof *u);
	if (u == NULL)
		abort();
	int failed = uv_poll_init(&s->loop, &u->poll, fd);
	if (failed) {
		free(u);
		close(fd);
		errno = -failed;
		return NULL;
	}
	set_options(fd, family);
	u->owner = s;
	u->fd = fd;
	u->family = family;
	u->opened_at = mono_now();
	u->poll.data = u;
	uv_poll_start(&u->poll, UV_READABLE, on_event);
	u->next = s->udp.all;
	return s->udp.all = u;
}

static bool is_worn(const struct udp_socket *u)
{
	return u->asked >= ROTATE_ASKED || mono_now().us - u->opened_at.us > ROTATE_US;
}

static struct udp_socket *any_of(struct udp_socket *const pool[UDP_POOL])
{
	for (unsigned i = 0; i < UDP_POOL; i++)
		if (pool[i] != NULL)
			return pool[i];
	return NULL;
}

/* A random place of the pool. Where no new socket can be had, an old one does. */
static struct udp_socket *socket_pick(struct sockets *s, uint8_t family)
{
	struct udp_socket **pool = s->udp.pool[family == 6];
	struct udp_socket **place = &pool[ask_random(s) % UDP_POOL];
	if (*place != NULL && !is_worn(*place))
		return *place;
	struct udp_socket *fresh = socket_open(s, family);
	if (fresh == NULL) {
		int why = errno;
		struct udp_socket *old = *place != NULL ? *place : any_of(pool);
		errno = why;
		return old;
	}
	if (*place != NULL) {
		(*place)->retired = true;
		socket_close_if_idle(*place);
	}
	return *place = fresh;
}

static bool id_is_taken(const struct udp_socket *u, uint16_t id)
{
	for (const struct ask *k = u->asks; k != NULL; k = k->socket_next)
		if (k->id == id)
			return true;
	return false;
}

/* An ICMP error of an earlier packet is reported by the next sendto(), whomever that is for: not this packet's fault. */
static ssize_t send_past_old_errors(struct udp_socket *u, const uint8_t *wire, uint16_t len, const struct addr *to)
{
	struct sockaddr_storage os;
	socklen_t os_len = addr_to_os(to, &os);
	ssize_t n = -1;
	for (unsigned i = 0; i < 3 && n < 0; i++) {
		n = sendto(u->fd, wire, len, 0, (struct sockaddr *)&os, os_len);
		int why = errno;
		if (n < 0)
			read_errors(u);
		errno = why;
	}
	return n;
}

static enum send_result udp_send(struct ask *k)
{
	struct sockets *s = k->owner;
	struct udp_socket *u = socket_pick(s, k->q.to.family);
	if (u == NULL)
		return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS ? SEND_LATER : SEND_FAILED;
	if (s->udp.buffer == NULL && (s->udp.buffer = malloc(BUFFER)) == NULL)
		abort();
	do
		k->id = ask_random(s);
	while (id_is_taken(u, k->id));
	uint8_t wire[ASK_WIRE_MAX];
	uint16_t len = ask_wire(&k->q, k->id, wire);
	k->sent_at = mono_now();
	if (send_past_old_errors(u, wire, len, &k->q.to) < 0)
		return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? SEND_LATER : SEND_FAILED;
	u->asked++;
	k->socket = u;
	k->socket_next = u->asks;
	u->asks = k;
	return SEND_OK;
}

static void udp_forget(struct ask *k)
{
	struct udp_socket *u = k->socket;
	struct ask **at = &u->asks;
	while (*at != k)
		at = &(*at)->socket_next;
	*at = k->socket_next;
	k->socket = NULL;
	u->gone[u->gone_next++ % UDP_GONE] = (struct udp_gone){ k->q.to, k->id };
	socket_close_if_idle(u);
}

static void udp_read(struct ask *k)
{
	struct udp_socket *u = k->socket;
	read_all(u);
	socket_close_if_idle(u);
}

const struct carrier udp_carrier = { .send = udp_send, .forget = udp_forget, .read = udp_read };

void udp_close_all(struct sockets *s)
{
	while (s->udp.all != NULL)
		socket_close(s->udp.all);
}
