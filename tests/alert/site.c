#include "site.h"
#include "base/addr.h"
#include "../base/cmocka_all.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct http *door(void)
{
	return http_new(&(struct http_options){ .addr_allowed = ADDR_LOOPBACK, .http_allowed = true });
}

void site_start(struct site *s, const char *strict_py)
{
	*s = (struct site){ 0 };
	s->receiver = child_start((const char *const[]){ "/usr/bin/python3", strict_py, NULL });
	snprintf(s->base, sizeof s->base, "http://127.0.0.1:%u", s->receiver.port);
	snprintf(s->dir, sizeof s->dir, "/tmp/dnsvigil-alert-XXXXXX");
	if (mkdtemp(s->dir) == NULL)
		abort();
	snprintf(s->file, sizeof s->file, "%s/store.db", s->dir);
	s->http = door();
}

static void close_store(struct site *s)
{
	char other[120];
	if (s->store != NULL)
		store_close(&s->store);
	unlink(s->file);
	static const char *const ends[] = { "-wal", "-shm" };
	for (int i = 0; i < 2; i++) {
		snprintf(other, sizeof other, "%s%s", s->file, ends[i]);
		unlink(other);
	}
}

void site_fresh(struct site *s)
{
	struct err_at at;
	close_store(s);
	arena_free(&s->arena);
	s->arena = arena_new(256u << 20);
	s->log[0] = '\0';
	if (store_open(s->file, &(struct store_options){ .create = true }, &s->store, &at) != E_OK)
		fail_msg("%s", at.text);
	site_get(s, "/forget");
}

void site_end(struct site *s)
{
	close_store(s);
	arena_free(&s->arena);
	http_free(&s->http);
	child_end(&s->receiver);
	rmdir(s->dir);
}

static void keep_json(const struct http_answer *a, void *ctx)
{
	json_t **out = ctx;
	assert_int_equal(a->outcome, HTTP_ANSWERED);
	*out = a->body_len > 0 ? json_loadb(a->body, a->body_len, 0, NULL) : NULL;
}

json_t *site_get(struct site *s, const char *path)
{
	char url[300];
	json_t *o = NULL;
	struct http *h = door();
	snprintf(url, sizeof url, "%s%s", s->base, path);
	struct http_request r = { .method = "GET", .url = url, .body_max = 60u << 20 };
	assert_int_equal(http_start(h, &r, keep_json, &o), E_OK);
	while (http_turn(h, 100))
		;
	http_free(&h);
	return o;
}

void site_log(void *ctx, const char *channel, const char *line)
{
	struct site *s = ctx;
	size_t len = strlen(s->log);
	snprintf(s->log + len, sizeof s->log - len, "%s: %s\n", channel, line);
}

void site_turn(struct site *s, struct deliverer *d, struct wall now)
{
	unsigned quiet = 0;
	for (int i = 0; i < 2000 && quiet < 3; i++) {
		assert_int_equal(deliverer_turn(d, now), E_OK);
		bool busy = http_turn(s->http, 20);
		quiet = busy || deliverer_in_flight(d) > 0 ? 0 : quiet + 1;
	}
	assert_true(quiet >= 3);
}
