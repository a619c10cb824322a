/* Grouping takes two sorts, so that 4,000 records cost n log n: first by what makes an RRset and by
 * RDATA, which puts exact duplicates side by side; then each RRset back into wire order. */
#include "dns/rrset.h"
#include <stdlib.h>
#include <string.h>

/* What an RRSIG covers counts as its kind: signatures of one type lie together. */
static uint16_t covered_type(const struct rr *r)
{
	return r->type == TYPE_RRSIG ? rdata_rrsig(r->rdata).covered : r->type;
}

static int number_cmp(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int owner_cmp(const struct rr *a, const struct rr *b)
{
	return number_cmp(a->owner_number, b->owner_number);
}

static uint32_t owner_hash(const uint8_t *name)
{
	uint32_t hash = 2166136261u;    /* FNV-1a */
	for (uint16_t i = 0, len = name_len(name); i < len; i++)
		hash = (hash ^ (name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32u : name[i])) * 16777619u;
	return hash;
}

/* Numbers the distinct owners, so that sorting compares no names: 4,000 owners of 127 labels each
 * would make that the dearest part of a message. */
static void number_owners(struct arena *a, struct rr *r, uint32_t n)
{
	uint32_t room = 16;
	while (room < 2 * n)
		room *= 2;
	const uint8_t **names = ARENA_ARRAY(a, const uint8_t *, room);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t slot = owner_hash(r[i].owner) & (room - 1);
		while (names[slot] != NULL && !name_equal(names[slot], r[i].owner))
			slot = (slot + 1) & (room - 1);
		names[slot] = r[i].owner;
		r[i].owner_number = slot;
	}
}

/* Records first, then the RRSIGs that cover their type. */
static int kind_cmp(const struct rr *a, const struct rr *b)
{
	int d = owner_cmp(a, b);
	if (d == 0)
		d = number_cmp(a->class, b->class);
	if (d == 0)
		d = number_cmp(covered_type(a), covered_type(b));
	if (d == 0)
		d = (a->type == TYPE_RRSIG) - (b->type == TYPE_RRSIG);
	return d;
}

static int by_kind_and_rdata(const void *left, const void *right)
{
	const struct rr *a = left, *b = right;
	int d = kind_cmp(a, b);
	if (d == 0)
		d = rdata_cmp(a->rdata, b->rdata);
	return d != 0 ? d : number_cmp(a->offset, b->offset);
}

static int by_offset(const void *left, const void *right)
{
	const struct rr *a = left, *b = right;
	return number_cmp(a->offset, b->offset);
}

/* Drops the later of exact duplicates out of n sorted records; how many are left. */
static uint32_t drop_dups(struct rr *r, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n; i++)
		if (kept == 0 || !rdata_equal(r[kept - 1].rdata, r[i].rdata))
			r[kept++] = r[i];
	return kept;
}

static struct rdata *rdata_in_order(struct arena *a, struct rr *r, uint32_t n)
{
	qsort(r, n, sizeof *r, by_offset);
	struct rdata *rd = ARENA_ARRAY(a, struct rdata, n);
	for (uint32_t i = 0; i < n; i++)
		rd[i] = r[i].rdata;
	return rd;
}

static struct rrset rrset_of(struct arena *a, struct rr *r, uint32_t n)
{
	struct rrset set = { .type = r->type, .class = r->class, .ttl = r->ttl };
	for (uint32_t i = 0; i < n; i++) {
		set.ttl_differs = set.ttl_differs || r[i].ttl != r->ttl;
		set.ttl = r[i].ttl < set.ttl ? r[i].ttl : set.ttl;
	}
	uint32_t distinct = drop_dups(r, n);
	set.n = (uint16_t)distinct;
	set.n_dups = (uint16_t)(n - distinct);
	set.rd = rdata_in_order(a, r, distinct);
	set.owner = r->owner;
	set.offset = r->offset;
	return set;
}

static void add_signatures(struct arena *a, struct rrset *set, struct rr *r, uint32_t n)
{
	struct rrset sigs = rrset_of(a, r, n);
	set->n_sigs = sigs.n;
	set->sigs = sigs.rd;
	set->sig_ttl = sigs.ttl;
}

static uint32_t run_length(const struct rr *r, uint32_t n)
{
	uint32_t run = 1;
	while (run < n && kind_cmp(r, r + run) == 0)
		run++;
	return run;
}

static bool covers(const struct rr *sig, const struct rr *record)
{
	return sig->type == TYPE_RRSIG && record->type != TYPE_RRSIG && sig->class == record->class
	       && covered_type(sig) == record->type && owner_cmp(sig, record) == 0;
}

static int rrset_by_offset(const void *left, const void *right)
{
	const struct rrset *a = left, *b = right;
	return number_cmp(a->offset, b->offset);
}

static bool same_owner(const struct rr *a, const struct rr *b)
{
	return a->class == b->class && owner_cmp(a, b) == 0;
}

static int by_owner_and_rdata(const void *left, const void *right)
{
	const struct rr *a = left, *b = right;
	int d = owner_cmp(a, b);
	if (d == 0)
		d = number_cmp(a->class, b->class);
	if (d == 0)
		d = rdata_cmp(a->rdata, b->rdata);
	return d != 0 ? d : number_cmp(a->offset, b->offset);
}

static void group_strays(struct arena *a, struct rr *strays, uint32_t n, struct section *out)
{
	qsort(strays, n, sizeof *strays, by_owner_and_rdata);
	for (uint32_t i = 0, run; i < n; i += run) {
		for (run = 1; i + run < n && same_owner(strays + i, strays + i + run); run++)
			;
		out->at[out->n++] = rrset_of(a, strays + i, run);
	}
}

void rrsets_group(struct arena *a, struct rr_list *records, struct section *out)
{
	struct rr *r = records->at;
	uint32_t strays = 0, runs = 0;
	if (records->n == 0)
		return;
	number_owners(a, r, records->n);
	qsort(r, records->n, sizeof *r, by_kind_and_rdata);
	for (uint32_t i = 0; i < records->n; i += run_length(r + i, records->n - i))
		runs++;
	out->at = ARENA_ARRAY(a, struct rrset, runs);
	for (uint32_t i = 0, run; i < records->n; i += run) {
		run = run_length(r + i, records->n - i);
		if (r[i].type == TYPE_RRSIG) {
			memmove(r + strays, r + i, run * sizeof *r);    /* the front of r is read already */
			strays += run;
			continue;
		}
		uint32_t next = i + run, sigs = 0;
		if (next < records->n && covers(r + next, r + i))
			sigs = run_length(r + next, records->n - next);
		struct rrset set = rrset_of(a, r + i, run);
		if (sigs > 0)
			add_signatures(a, &set, r + next, sigs);
		out->at[out->n++] = set;
		run += sigs;
	}
	group_strays(a, r, strays, out);
	qsort(out->at, out->n, sizeof *out->at, rrset_by_offset);
}

const struct rrset *section_find(const struct section *s, const uint8_t *owner, uint16_t type)
{
	for (uint16_t i = 0; i < s->n; i++) {
		const struct rrset *set = &s->at[i];
		if (set->type == type && set->class == CLASS_IN && name_equal(set->owner, owner))
			return set;
	}
	return NULL;
}

const struct rrset *section_find_type(const struct section *s, uint16_t type, uint16_t from)
{
	for (uint16_t i = from; i < s->n; i++)
		if (s->at[i].type == type && s->at[i].class == CLASS_IN)
			return &s->at[i];
	return NULL;
}
