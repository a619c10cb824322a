/* Whether two RRsets are the same set of records in canonical form (RFC 4034 6.2, 6.3). */
#include "dns/message.h"
#include "base/limits.h"
#include "dns/layout.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint8_t octet_at(struct rdata r, uint16_t i, const struct name_span *names, uint8_t n)
{
	uint8_t c = r.at[i];
	for (uint8_t k = 0; k < n; k++)
		if (i >= names[k].from && i < names[k].to && c >= 'A' && c <= 'Z')
			return c + ('a' - 'A');
	return c;
}

static int canonical_cmp(const struct layout *l, struct rdata a, struct rdata b)
{
	struct name_span an[LAYOUT_NAMES_MAX], bn[LAYOUT_NAMES_MAX];
	if (l == NULL || !l->lower)
		return rdata_cmp(a, b);
	uint8_t a_names = layout_names(l, a, an), b_names = layout_names(l, b, bn);
	uint16_t shorter = a.len < b.len ? a.len : b.len;
	for (uint16_t i = 0; i < shorter; i++) {
		int d = octet_at(a, i, an, a_names) - octet_at(b, i, bn, b_names);
		if (d != 0)
			return d;
	}
	return a.len - b.len;
}

static int canonical_order(const void *left, const void *right, void *layout)
{
	return canonical_cmp(layout, *(const struct rdata *)left, *(const struct rdata *)right);
}

/* Sorted canonically and without canonical duplicates; their number. */
static uint32_t canonical_set(const struct rrset *set, struct rdata *sorted)
{
	const struct layout *l = layout_find(set->type);
	uint32_t kept = 0;
	memcpy(sorted, set->rd, set->n * sizeof *sorted);
	qsort_r(sorted, set->n, sizeof *sorted, canonical_order, (void *)l);
	for (uint32_t i = 0; i < set->n; i++)
		if (kept == 0 || canonical_cmp(l, sorted[kept - 1], sorted[i]) != 0)
			sorted[kept++] = sorted[i];
	return kept;
}

bool rrset_same(const struct rrset *a, const struct rrset *b)
{
	struct rdata as[LIMIT_RRS_PER_MESSAGE], bs[LIMIT_RRS_PER_MESSAGE];  /* 128 kB of stack */
	assert(a->n <= LIMIT_RRS_PER_MESSAGE && b->n <= LIMIT_RRS_PER_MESSAGE);
	if (a->type != b->type || a->class != b->class || !name_equal(a->owner, b->owner))
		return false;
	uint32_t n = canonical_set(a, as);
	if (n != canonical_set(b, bs))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (canonical_cmp(layout_find(a->type), as[i], bs[i]) != 0)
			return false;
	return true;
}
