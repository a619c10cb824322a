/* http -- the one door to libcurl: HTTPS requests (alerts, RDAP, dead-man pings) and SMTP messages, many at once, never
 * blocking. The address policy stands here, behind name resolution: what an alert channel's host name resolves to is
 * checked before it is connected to, and no redirect is followed (SECURITY 5f). No proxy, no cookie, no file of the user's,
 * no variable of the environment is looked at.
 * Promise: after http_start() returned 0, done() runs exactly once, from http_turn() or http_free(), never from inside
 * http_start(); it may start other requests. What is wrong with a request (scheme, header, address) is an outcome, told by
 * done() too. One thread. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

enum http_outcome {             /* what the world did; never an error of ours */
	HTTP_ANSWERED,          /* a whole answer: see status. SMTP: the server's last word, also when it is a refusal */
	HTTP_UNREACHABLE,       /* no such host, refused, TLS, cut off: see why */
	HTTP_TIMED_OUT,
	HTTP_TOO_LARGE,         /* the answer is over body_max, or its head over LIMIT_HTTP_HEAD */
	HTTP_FORBIDDEN,         /* the address policy, http: without permission, a request that must not be sent */
	HTTP_CANCELLED,
};
const char *http_outcome_text(enum http_outcome o);
struct http_header { const char *name, *value; };
struct http_request {           /* copied by http_start() */
	const char *method;     /* "POST", "GET", "PUT"; NULL with mail_from: an SMTP message */
	const char *url;        /* https://, http:// only if http_allowed; smtp:// or smtps:// for mail; no user in it */
	LIST(struct http_header) headers;
	const char *body; size_t body_len;      /* for mail: the whole RFC 5322 message, CRLF lines */
	const char *mail_from; LIST(const char *) mail_to;      /* addr-spec without brackets */
	const char *user, *password;            /* SMTP AUTH or HTTP basic; NULL none. For smtp:// they imply starttls_required */
	bool starttls_required;                 /* else STARTTLS where offered, with any certificate (RFC 7435) */
	const char *ca_file;    /* NULL: the system's */
	uint32_t timeout_ms;    /* whole, absolute; 0 = LIMIT_HTTP_MS */
	uint32_t body_max;      /* of the answer, octets; 0 = LIMIT_HTTP_BODY */
};
struct http_answer {            /* borrowed: gone when done() returns */
	enum http_outcome outcome;
	int status;             /* HTTP status, or SMTP's last reply code; 0 without an answer */
	int32_t retry_after_s;  /* of Retry-After; -1 none */
	uint32_t mail_refused;  /* recipients the server did not take, though it took the message for others */
	const char *body; size_t body_len;      /* NUL-terminated; never NULL */
	const char *why;        /* one line for a log, never a secret, never the answer's body; NULL when answered */
};
typedef void http_done_fn(const struct http_answer *answer, void *ctx);

struct http_options {
	uint8_t addr_allowed;   /* mask of enum addr_class (base/addr.h) */
	bool http_allowed;      /* plain http:// too: loopback receivers, tests */
	const char *user_agent; /* NULL: "dnsvigil" */
};
struct http;
struct http *http_new(const struct http_options *o);
MUST_CHECK int http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx);     /* E_BUSY */
bool http_turn(struct http *h, uint32_t at_most_ms);    /* waits so long for something to happen; false: nothing is pending */
void http_free(struct http **h);                        /* open requests end as HTTP_CANCELLED */
