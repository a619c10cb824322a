/* site -- what a delivery test stands on: a real store in a directory of its own, the door, the strict receiver. */
#pragma once
#include "../http/child.h"
#include "alert/alert.h"
#include <jansson.h>

struct site {
	struct child receiver; char base[64];   /* "http://127.0.0.1:PORT" */
	char dir[64], file[96];
	struct store *store;
	struct http *http;
	struct arena *arena;
	char log[20000];
};
void site_start(struct site *s, const char *strict_py);
void site_fresh(struct site *s);                /* empty store, empty receiver, empty log */
void site_end(struct site *s);
json_t *site_get(struct site *s, const char *path);      /* of the receiver; NULL when there is no body */
void site_log(void *ctx, const char *channel, const char *line);
/* Turns d at `now` until nothing is in flight and n messages were taken; fails after ten seconds. */
void site_turn(struct site *s, struct deliverer *d, struct wall now);
