/* exchange -- one question put to one address over one transport, and exactly what came back. A fact:
 * never changed. */
#pragma once
#include "base/addr.h"
#include "base/limits.h"
#include "dns/message.h"

enum transport { OVER_UDP, OVER_TCP };
enum ask_flag {                 /* of the question as sent */
	ASK_RD = 1, ASK_CD = 2, ASK_AD = 4,
	ASK_EDNS = 8,           /* OPT, payload LIMIT_UDP_PAYLOAD */
	ASK_DO = 16,            /* implies ASK_EDNS */
	ASK_COOKIE = 32,        /* client cookie, and the server's where cookie_len > 8 */
	ASK_EDNS1 = 64,         /* EDNS version 1, that nobody knows (with ASK_EDNS) */
	ASK_EDNS_Z = 128,       /* one of the EDNS flags that mean nothing yet (with ASK_EDNS) */
};
struct ask_question {
	struct addr to;
	enum transport over;
	const uint8_t *name;            /* wire format */
	uint16_t type, class;
	uint16_t flags;                 /* enum ask_flag */
	uint8_t cookie[40], cookie_len; /* RFC 7873: 8, or 16..40 octets */
	uint32_t timeout_ms;            /* absolute, from the start */
};

enum ask_outcome {                      /* what the world did; never an error of ours */
	ASK_ANSWERED,                   /* id, question and source address all match; wire parses at least as a header */
	ASK_TIMED_OUT,                  /* nothing that matches came within timeout_ms, or before reply_flooded() */
	ASK_UNREACHABLE,                /* the OS says so (ICMP, connection refused): see os_errno */
	ASK_CLOSED,                     /* TCP: closed before a whole message */
	ASK_GARBLED,                    /* source and id matched, the rest is no DNS message (TCP: also a wrong id or question) */
	ASK_FORBIDDEN,                  /* address policy: not sent */
	ASK_CANCELLED,
};
/* Packets that came to our port and were not believed; we kept waiting. */
enum stray { STRAY_ID, STRAY_QUESTION, STRAY_SOURCE, STRAY_GARBAGE, STRAY_COOKIE, STRAY_KINDS };

struct ask_reply {
	enum ask_outcome outcome;
	int os_errno;                   /* 0 unless ASK_UNREACHABLE */
	uint32_t rtt_us;                /* last octet sent -> first octet received; 0 unless answered */
	uint32_t held_ms;               /* how long our own measure for its server kept it off the wire, or until it was given up; no fact of the world */
	uint32_t age_ms;                /* 0, or how long before this question the answer came, to the same one of another check */
	uint16_t strays[STRAY_KINDS];
	struct addr stray_from;         /* of the first STRAY_SOURCE */
	const uint8_t *wire; uint16_t wire_len;  /* NULL unless ASK_ANSWERED or ASK_GARBLED */
};

/* More strays than a server sends: guesses of somebody else, and no fact about the server. Waiting on would allow more. */
static inline bool reply_flooded(const struct ask_reply *r)
{
	uint32_t n = 0;
	for (unsigned kind = 0; kind < STRAY_KINDS; kind++)
		n += r->strays[kind];
	return n >= LIMIT_STRAYS;
}

struct exchange {
	uint32_t seq;                   /* order in which the replies came */
	uint32_t at_ms;                 /* reply, since the check began */
	struct ask_question q;
	struct ask_reply r;
	const struct message *m;        /* parsed r.wire; NULL without one */
};
const char *ask_outcome_text(enum ask_outcome o);
