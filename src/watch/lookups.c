/* lookups -- a hash table of names with what is known of each. */
#include "watch/lookups.h"
#include <stdlib.h>
#include <string.h>

static uint32_t hash_of(const char *s)
{
	uint32_t h = 2166136261u;
	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h ^ h >> 15;
}

static void *take(size_t bytes)
{
	void *p = calloc(1, bytes);
	if (p == NULL)
		abort();
	return p;
}

static char *copy(const char *s)
{
	char *c = strdup(s);
	if (c == NULL)
		abort();
	return c;
}

struct lookup *lookups_get(struct lookups *l, const char *domain, bool *fresh)
{
	struct lookup **bucket = &l->buckets[hash_of(domain) % LOOKUP_BUCKETS];
	*fresh = false;
	for (struct lookup *k = *bucket; k != NULL; k = k->next)
		if (strcmp(k->domain, domain) == 0)
			return k;
	struct lookup *k = take(sizeof *k);
	k->domain = copy(domain);
	k->next = *bucket;
	l->n++;
	*fresh = true;
	return *bucket = k;
}

struct rdap_server *lookups_server(struct lookups *l, const char *url)
{
	for (struct rdap_server *s = l->servers; s != NULL; s = s->next)
		if (strcmp(s->url, url) == 0)
			return s;
	struct rdap_server *s = take(sizeof *s);
	s->url = copy(url);
	s->next = l->servers;
	return l->servers = s;
}

static void drop(struct lookups *l, struct lookup **at)
{
	struct lookup *k = *at;
	*at = k->next;
	free(k->domain);
	free(k->text);
	free(k);
	l->n--;
}

void lookups_forget(struct lookups *l, struct wall since)
{
	for (uint32_t i = 0; i < LOOKUP_BUCKETS; i++)
		for (struct lookup **at = &l->buckets[i]; *at != NULL;)
			if ((*at)->wanted_at.s < since.s && !(*at)->asked)
				drop(l, at);
			else
				at = &(*at)->next;
}

void lookups_forget_servers(struct lookups *l)
{
	for (uint32_t i = 0; i < LOOKUP_BUCKETS; i++)
		for (struct lookup *k = l->buckets[i]; k != NULL; k = k->next)
			k->server = NULL;
}

void lookups_shift(struct lookups *l, int64_t jump_s)
{
	for (uint32_t i = 0; i < LOOKUP_BUCKETS; i++)
		for (struct lookup *k = l->buckets[i]; k != NULL; k = k->next) {
			k->next_at.s += jump_s;
			k->wanted_at.s += jump_s;
		}
	for (struct rdap_server *s = l->servers; s != NULL; s = s->next)
		s->next_at.s += jump_s;
}

void lookups_clear(struct lookups *l)
{
	for (uint32_t i = 0; i < LOOKUP_BUCKETS; i++)
		while (l->buckets[i] != NULL)
			drop(l, &l->buckets[i]);
	for (struct rdap_server *s = l->servers, *next; s != NULL; s = next) {
		next = s->next;
		free(s->url);
		free(s);
	}
	l->servers = NULL;
}

int64_t lookup_place_s(const struct lookup *k, int64_t interval_s)
{
	enum { PART = 8 };
	return hash_of(k->domain) % (uint64_t)(interval_s / PART + 1);
}
