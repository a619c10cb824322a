/* The life of a transfer: begun by http_start(), carried by libcurl's multi interface in http_turn(), ended exactly once. What
 * may not be sent waits in `refused` for the next turn, so that done() never runs inside http_start(). */
#include "base/limits.h"
#include "http/inside.h"
#include <assert.h>
#include <stdlib.h>

struct http {
	struct http_options options;
	CURLM *multi;
	struct transfer *all, *refused;
	uint32_t n;
	bool closing;
};

static void die(const char *what)
{
	fprintf(stderr, "dnsvigil: %s\n", what);
	abort();
}

struct http *http_new(const struct http_options *o)
{
	struct http *h = calloc(1, sizeof *h);
	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (h->multi = curl_multi_init()) == NULL)
		die("out of memory (http)");
	h->options = *o;
	return h;
}

static void transfer_free(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->mail_to);
	if (t->easy != NULL)
		curl_easy_cleanup(t->easy);
	struct arena *arena = t->arena;
	arena_free(&arena);
}

static void unlink_from(struct transfer **list, const struct transfer *t)
{
	while (*list != t)
		list = &(*list)->next;
	*list = t->next;
}

/* t is off its list before its owner hears of it: done() may start others. */
static void finish(struct http *h, struct transfer *t, const struct http_answer *answer)
{
	if (t->easy != NULL)
		curl_multi_remove_handle(h->multi, t->easy);
	h->n--;
	t->done(answer, t->ctx);
	transfer_free(t);
}

/* Room for the copies, the answer (a text doubles when it grows) and libcurl's words. */
static size_t arena_room(const struct http_request *r)
{
	return (r->body_len + 4 * (size_t)(r->body_max ? r->body_max : LIMIT_HTTP_BODY)) + (1u << 20);
}

int http_start(struct http *h, const struct http_request *r, http_done_fn *done, void *ctx)
{
	if (h->closing || h->n >= LIMIT_HTTP_IN_FLIGHT)
		return E_BUSY;
	struct arena *arena = arena_new(arena_room(r));
	struct transfer *t = ARENA_NEW(arena, struct transfer);
	t->arena = arena;
	t->options = &h->options;
	t->done = done;
	t->ctx = ctx;
	text_init(&t->body, arena);
	request_copy(arena, r, &t->r);
	t->refused = request_fault(&t->r, h->options.http_allowed);
	if (t->refused == NULL && (!transfer_setup(t) || curl_multi_add_handle(h->multi, t->easy) != CURLM_OK))
		die("libcurl cannot be set up as this program needs it");
	struct transfer **list = t->refused ? &h->refused : &h->all;
	t->next = *list;
	*list = t;
	h->n++;
	return E_OK;
}

static void end_refused(struct http *h)
{
	while (h->refused != NULL) {
		struct transfer *t = h->refused;
		h->refused = t->next;
		finish(h, t, &(struct http_answer){ .outcome = HTTP_FORBIDDEN, .retry_after_s = -1, .body = "", .why = t->refused });
	}
}

static void end_answered(struct http *h)
{
	CURLMsg *m;
	int left;
	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		assert(m->msg == CURLMSG_DONE);
		struct transfer *t = NULL;
		CURLcode code = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		unlink_from(&h->all, t);
		struct http_answer answer = transfer_answer(t, code);
		finish(h, t, &answer);
	}
}

bool http_turn(struct http *h, uint32_t at_most_ms)
{
	int running = 0;
	end_refused(h);
	if (curl_multi_perform(h->multi, &running) != CURLM_OK)
		die("libcurl's multi interface failed");
	if (running > 0 && at_most_ms > 0) {
		int timeout_ms = at_most_ms > INT32_MAX ? INT32_MAX : (int)at_most_ms;
		if (curl_multi_poll(h->multi, NULL, 0, timeout_ms, NULL) != CURLM_OK || curl_multi_perform(h->multi, &running) != CURLM_OK)
			die("libcurl's multi interface failed");
	}
	end_answered(h);
	return h->n > 0;
}

void http_free(struct http **h)
{
	if (*h == NULL)
		return;
	(*h)->closing = true;
	struct http_answer cancelled = { .outcome = HTTP_CANCELLED, .retry_after_s = -1, .body = "", .why = "we stopped first" };
	for (struct transfer *t; (t = (*h)->all) != NULL;) {
		(*h)->all = t->next;
		finish(*h, t, &cancelled);
	}
	end_refused(*h);
	curl_multi_cleanup((*h)->multi);
	curl_global_cleanup();
	free(*h);
	*h = NULL;
}
