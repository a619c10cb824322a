/* inside -- what the files of http/ share; nobody else includes it. */
#pragma once
#include "base/text.h"
#include "http/http.h"
#include <curl/curl.h>

struct transfer {               /* one request on its way; dies with its arena */
	struct transfer *next;
	struct arena *arena;
	const struct http_options *options;
	struct http_request r;  /* our copy */
	http_done_fn *done;
	void *ctx;
	CURL *easy;             /* NULL: refused before it was begun */
	struct curl_slist *headers, *mail_to;
	size_t body_sent;
	struct text body;       /* of the answer */
	size_t head_octets;
	uint32_t mail_refused;
	bool over_limit, forbidden;
	const char *refused;    /* why it was not begun; NULL */
	char curl_words[CURL_ERROR_SIZE];
};

/* A copy of r that lives in arena. */
void request_copy(struct arena *arena, const struct http_request *r, struct http_request *out);
/* Why r must not be sent, as a sentence without its secrets; NULL: it may. */
const char *request_fault(const struct http_request *r, bool http_allowed);
/* Sets up t->easy by t->r. False: libcurl could not (memory, unknown option). */
bool transfer_setup(struct transfer *t);
/* What libcurl's end of t means. The texts live in t's arena. */
struct http_answer transfer_answer(struct transfer *t, CURLcode code);
