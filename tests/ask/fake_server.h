/* fake_server -- a name server of the test process: the test says what it does with a question. No thread: the test's
 * loop calls fake_serve() between two turns of the asker. */
#pragma once
#include "ask/ask.h"
#include <netinet/in.h>
#include <stddef.h>

struct fake;
/* over UDP: from is whom to answer. Over TCP: fd is the connection. */
typedef void fake_udp_fn(struct fake *f, const uint8_t *query, size_t len, const struct sockaddr_storage *from);
typedef void fake_tcp_fn(struct fake *f, int connection, const uint8_t *query, size_t len);
struct fake {
	struct addr addr;
	int udp, tcp;
	fake_udp_fn *on_udp;
	fake_tcp_fn *on_tcp;
	int connections[64]; unsigned n_connections;
	unsigned n_queries;
	uint16_t ports[1024], ids[1024];        /* of the queries, as far as they fit */
	struct sockaddr_storage held[1024]; uint8_t held_wire[1024][64]; size_t held_len[1024]; unsigned n_held;
};
void fake_open(struct fake *f, const char *ip);
void fake_close(struct fake *f);
void fake_serve(struct fake *f);
void fake_send(struct fake *f, const void *wire, size_t len, const struct sockaddr_storage *to);
size_t fake_answer(const uint8_t *query, size_t len, uint8_t *out);   /* the query with QR set */
