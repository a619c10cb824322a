/* behave -- a question while it is answered. Private to lab/. */
#pragma once
#include "lab/answer.h"

struct asked {
	struct world *w;
	struct arena *arena;            /* of the reply */
	struct addr server;
	enum transport over;
	struct message m;               /* the query */
	const struct edns_item *cookie; /* NULL: none sent */
	struct lab_zone *zone;          /* of this server that it belongs to; NULL */
	params manners;                 /* words of all `server` lines that fit */
	struct answer answer;
	struct shape_of_reply how;
	lab_replies *out;
};
/* manners.c: all lines that fit, as one list of words; counts what counts. False: the question is lost on the way. */
bool manners_collect(struct asked *q);
bool behaves(const struct asked *q, const char *word);
/* reply.c: how it is to be written; then written, spoiled and put among the replies. */
void reply_shape(struct asked *q);
void reply_send(struct asked *q);
/* 16 octets that depend on the client's cookie and on this server (RFC 9018 has the same length). */
void server_cookie(const struct asked *q, uint8_t out[16]);
/* resolver.c: fills answer and how; false: no reply. */
bool resolver_answer(struct asked *q, const struct lab_resolver *r);
