/* inside -- what the files of ask/ share; nobody else includes it. */
#pragma once
#include "ask/ask.h"
#include "ask/match.h"
#include "ask/rate.h"
#include "base/limits.h"
#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

/* The life of an ask: HELD (its server has enough on the wire or had enough this second, or no descriptor is free) -> ON_WIRE -> SETTLED (outcome
 * known, done() not yet run: it runs from the loop). Any state may go straight to SETTLED by cancel. */
enum ask_state { ASK_HELD, ASK_ON_WIRE, ASK_SETTLED };

struct ask {
	struct sockets *owner;
	struct ask_question q;
	uint8_t name[NAME_MAX_BYTES];
	ask_done_fn *done; void *ctx;
	enum ask_state state;
	const struct carrier *carrier;
	uint16_t id;
	struct mono entered_at, sent_at, give_up_at;    /* give_up_at: of the wait for a descriptor */
	struct ask_reply reply;                 /* being filled: strays first */
	uint8_t *garbage; uint16_t garbage_len; /* the first, in case nothing better comes; heap */
	uv_timer_t timer;
	struct ask *before, *after;             /* all asks of the asker */
	struct lane *lane; struct ask *lane_next;
	struct udp_socket *socket; struct ask *socket_next;
	struct tcp *tcp;
};

/* One address: at most pace.on_wire_max asks on the wire, the rest in line. Gone when nothing is left. */
struct lane {
	struct addr addr;
	uint32_t n_asks, on_wire;               /* n_asks: done() has not run */
	struct ask *first, *last;
	struct lane *next;
};
enum { LANE_BUCKETS = 1024 };
struct pace {
	struct lane *buckets[LANE_BUCKETS]; uint16_t on_wire_max;
	struct rate rate;
	uv_timer_t timer; uv_timer_cb wake;     /* runs wake when the first lane that waits for a token may go on */
	uint32_t turn;                          /* bucket at which wake begins: lanes of one net share its tokens in turn */
};

enum { UDP_POOL = 32, UDP_GONE = 16 };
struct udp_gone { struct addr to; uint16_t id; };
struct udp_socket {
	struct sockets *owner;
	int fd; uint8_t family;
	uv_poll_t poll;
	uint16_t asked;                         /* questions ever */
	struct mono opened_at;
	struct ask *asks;                       /* on the wire through this socket */
	struct udp_gone gone[UDP_GONE];         /* ended a moment ago: their late answers are nobody's fault */
	uint8_t gone_next;
	bool retired, in_use;                   /* in_use: its callback runs, so it must not be closed */
	struct udp_socket *next;                /* all open sockets */
};
struct udp {
	struct udp_socket *pool[2][UDP_POOL];   /* IPv4, IPv6 */
	struct udp_socket *all;
	uint8_t *buffer;                        /* one datagram */
};

struct sockets {                                /* the asker of real sockets */
	struct asker asker;
	struct sockets_options options;
	uv_loop_t loop;
	uv_timer_t bound;                       /* ends a turn */
	struct ask *asks;
	uint32_t n_asks;
	bool closing;
	struct pace pace;
	struct udp udp;
	uint8_t random[512]; uint16_t random_left;
};

enum send_result { SEND_OK, SEND_LATER, SEND_FAILED };  /* LATER: no descriptor or no buffer now; FAILED: errno says why */

/* To the wire and off it: over UDP and over TCP. */
struct carrier {
	enum send_result (*send)(struct ask *k);
	void (*forget)(struct ask *k);          /* of an ask that is on the wire */
	void (*read)(struct ask *k);            /* what has come and was not read yet; may end it */
};
extern const struct carrier udp_carrier, tcp_carrier;
void udp_close_all(struct sockets *s);

/* life.c */
void ask_link(struct sockets *s, struct ask *k);
void ask_send(struct ask *k);
void ask_wake(uv_timer_t *timer);       /* sends what has waited for a token */
void ask_settle(struct ask *k, enum ask_outcome outcome, int os_errno);  /* done() follows from the loop */
void ask_finish(struct ask *k, enum ask_outcome outcome, const uint8_t *wire, uint16_t len);  /* done() now: loop only */

uint16_t ask_random(struct sockets *s);

/* pace.c */
void pace_init(struct sockets *s, uv_timer_cb wake);
void pace_clear(struct sockets *s);     /* nobody is in a lane any more */
bool pace_enter(struct sockets *s, struct ask *k);      /* true: it may go now; false: it stands in line */
void pace_leave(struct ask *k);                         /* off the wire, or out of the line */
struct ask *pace_next(struct lane *lane);               /* whose turn it is now; NULL */
typedef void pace_lane_fn(struct lane *lane);
void pace_each(struct sockets *s, pace_lane_fn *visit); /* those in which somebody waits; visit() ends none */
uint32_t pace_line_ms(const struct sockets *s, const struct addr *to);
void pace_end(struct sockets *s, struct lane *lane);    /* once for each that entered; the last one frees it */

static inline socklen_t addr_to_os(const struct addr *a, struct sockaddr_storage *out)
{
	if (a->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)out;
		*in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(a->port) };
		__builtin_memcpy(&in->sin_addr, a->ip, 4);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;
	*in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(a->port) };
	__builtin_memcpy(&in6->sin6_addr, a->ip, 16);
	return sizeof *in6;
}

static inline struct addr addr_from_os(const struct sockaddr_storage *from)
{
	struct addr a = { 0 };
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)from;
		addr_from_ip((const uint8_t *)&in->sin_addr, 4, ntohs(in->sin_port), &a);
	} else if (from->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
		addr_from_ip((const uint8_t *)&in6->sin6_addr, 16, ntohs(in6->sin6_port), &a);
	}
	return a;
}
