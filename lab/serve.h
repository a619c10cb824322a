/* serve -- a world on real sockets. Private to lab/serve*.c, which alone know libuv. */
#pragma once
#include "base/limits.h"
#include "lab/inside.h"
#include <uv.h>

struct place {                          /* one address of the world */
	struct serving *owner;
	struct addr addr;
	uv_udp_t udp; bool has_udp;
	uv_tcp_t tcp; bool has_tcp;
};
struct serving {
	struct world *w;
	const struct serve_options *o;
	uv_loop_t loop;
	uv_timer_t look;                /* at *stop */
	struct place *places; uint32_t n;
	uint8_t datagram[65536];
};
/* serve_place.c. Whether a `server` line without selectors closes this port for good. */
bool world_port_closed(const struct world *w, const struct addr *a, enum transport over);
uint16_t serve_port(const struct serving *s);
void place_sockaddr(const struct place *p, struct sockaddr_storage *out);
/* serve_tcp.c: 0 or a libuv error; ends one connection. */
int tcp_listen(struct place *p);
struct line;
void line_close(struct line *l);
