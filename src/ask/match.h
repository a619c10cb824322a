/* match -- is this packet the answer to that question? Pure; shared by the sockets and by the lab's asker, so that both
 * believe the same. RFC 5452 9.1: source, id, question; RFC 7873 5.3: the client's part of the cookie. */
#pragma once
#include "evidence/exchange.h"

enum ask_match {
	MATCH_ANSWER,           /* believe it: ASK_ANSWERED, whatever may be wrong behind the question */
	MATCH_NOTHING,          /* neither the source nor the id is ours: not about this ask */
	MATCH_WRONG_SOURCE,     /* our id from somewhere else: STRAY_SOURCE */
	MATCH_WRONG_ID,         /* STRAY_ID */
	MATCH_WRONG_QUESTION,   /* STRAY_QUESTION */
	MATCH_WRONG_COOKIE,     /* STRAY_COOKIE */
	MATCH_GARBAGE,          /* STRAY_GARBAGE: source and id are right (or there is not even an id), the rest is no response */
};
/* id: as it was sent. from: where the packet came from (over TCP: q->to). */
enum ask_match ask_match(const struct ask_question *q, uint16_t id, const struct addr *from, const uint8_t *wire, uint16_t len);

/* What the asker owes the reply for a packet that is not the answer: counts it (saturating), remembers the first strange source. */
void ask_count_stray(struct ask_reply *r, enum ask_match match, const struct addr *from);

/* The question as octets; also what the lab's asker hands to its servers. Octets written, at most ASK_WIRE_MAX. */
enum { ASK_WIRE_MAX = 512 };
uint16_t ask_wire(const struct ask_question *q, uint16_t id, uint8_t out[ASK_WIRE_MAX]);
