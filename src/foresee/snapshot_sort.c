/* The one order of everything in a snapshot: two of the same facts are the same text, whoever answered first. */
#include "foresee/making.h"
#include "base/limits.h"
#include <stdlib.h>
#include <string.h>

static int number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int addr(const struct addr *a, const struct addr *b)
{
	int by_ip = a->family == b->family ? memcmp(a->ip, b->ip, sizeof a->ip) : number(a->family, b->family);
	return by_ip ? by_ip : number(a->port, b->port);
}

static int ds(const void *l, const void *r)
{
	const struct snap_ds *a = l, *b = r;
	int by = number(a->tag, b->tag);
	by = by ? by : number(a->algorithm, b->algorithm);
	by = by ? by : number(a->digest_type, b->digest_type);
	return by ? by : strcmp(a->digest, b->digest);
}

static int key(const void *l, const void *r)
{
	const struct snap_key *a = l, *b = r;
	int by = number(a->tag, b->tag);
	return by ? by : strcmp(a->hash, b->hash);
}

int snap_sig_cmp(const void *l, const void *r)
{
	const struct snap_sig *a = l, *b = r;
	int by = strcmp(a->rrset, b->rrset);
	by = by ? by : number(a->tag, b->tag);
	by = by ? by : number(a->algorithm, b->algorithm);
	by = by ? by : number((uint64_t)a->expiration.s, (uint64_t)b->expiration.s);
	by = by ? by : number((uint64_t)a->inception.s, (uint64_t)b->inception.s);
	by = by ? by : number(a->ttl, b->ttl);
	return by ? by : number(b->good, a->good);      /* the good one first, so that it is kept */
}

static int parent(const void *a, const void *b)
{
	return addr(&((const struct snap_parent *)a)->addr, &((const struct snap_parent *)b)->addr);
}

static int server(const void *a, const void *b)
{
	return addr(&((const struct snap_server *)a)->addr, &((const struct snap_server *)b)->addr);
}

static int same_sig(const void *l, const void *r)
{
	struct snap_sig a = *(const struct snap_sig *)l, b = *(const struct snap_sig *)r;
	a.good = b.good = false;
	return snap_sig_cmp(&a, &b);
}

/* Sorted by `order`; of those that `same` calls equal the first stays. */
static uint32_t in_order(void *at, uint32_t n, size_t size, int (*order)(const void *, const void *),
			 int (*same)(const void *, const void *))
{
	uint32_t kept = n > 0;
	char *base = at;
	if (n)
		qsort(at, n, size, order);
	for (uint32_t i = 1; i < n; i++) {
		if (!same(base + (kept - 1) * size, base + i * size))
			continue;
		if (kept != i)
			memcpy(base + kept * size, base + i * size, size);
		kept++;
	}
	return kept;
}
#define SORT(list, order) ((list).n = in_order((list).at, (list).n, sizeof *(list).at, order, order))

/* Cut where the order is settled, so that a shuffled answer loses the same ones each time. */
#define CUT(list) ((list).n = (list).n < LIMIT_SNAP_ITEMS ? (list).n : LIMIT_SNAP_ITEMS)

void snapshot_bound(struct snapshot *s)
{
	CUT(s->above);
	for (uint32_t i = 0; i < s->parents.n; i++) {
		CUT(s->parents.at[i].ds);
		CUT(s->parents.at[i].ns);
		CUT(s->parents.at[i].glue);
	}
	for (uint32_t i = 0; i < s->servers.n; i++) {
		CUT(s->servers.at[i].names);
		CUT(s->servers.at[i].keys);
		CUT(s->servers.at[i].ns);
		CUT(s->servers.at[i].sigs);
	}
}

void snapshot_sort(struct snapshot *s)
{
	SORT(s->parents, parent);
	SORT(s->servers, server);
	s->above.n = in_order(s->above.at, s->above.n, sizeof *s->above.at, snap_sig_cmp, same_sig);
	for (uint32_t i = 0; i < s->parents.n; i++) {
		SORT(s->parents.at[i].ds, ds);
		SORT(s->parents.at[i].ns, text);
		SORT(s->parents.at[i].glue, text);
	}
	for (uint32_t i = 0; i < s->servers.n; i++) {
		struct snap_server *v = &s->servers.at[i];
		SORT(v->names, text);
		SORT(v->keys, key);
		SORT(v->ns, text);
		SORT(v->cds, text);
		v->sigs.n = in_order(v->sigs.at, v->sigs.n, sizeof *v->sigs.at, snap_sig_cmp, same_sig);
	}
}
