/* nsec3 -- the NSEC3 chain of a view (RFC 5155 7.1). */
#include "lab/inside.h"
#include <stdlib.h>
#include <string.h>

enum { HASH = 20, HASH_TEXT = 32 };

static void hash_name(struct view *v, const uint8_t *name, uint8_t out[HASH])
{
	struct budget ours = { 0 }; /* the lab spends what it likes */
	const uint8_t *lower = name_lower(v->w->arena, name);
	ours.limit[BUDGET_NSEC3_HASHES] = UINT64_MAX;
	if (!crypto_nsec3_hash(lab_crypto(), &ours, (struct octets){ lower, name_len(lower) }, v->denial.salt,
			       v->denial.iterations, out))
		memset(out, 0, HASH);
}

static int link_order(const void *a, const void *b)
{
	return memcmp(((const struct link3 *)a)->hash, ((const struct link3 *)b)->hash, HASH);
}

/* Opt-out leaves insecure delegations out, and empty non-terminals that lead only to them (RFC 5155 7.1). */
static bool left_out(const struct view *v, const struct node *n)
{
	uint32_t first, count;
	if (n->below_cut || denial_hides(v, n))
		return true;
	if (!v->denial.opt_out)
		return false;
	if (n->is_cut)
		return node_rrset(n, TYPE_DS) == NULL;
	if (!n->is_ent)
		return false;
	count = view_n_under(v, n->name, &first);
	for (uint32_t i = 0; i < count; i++) {
		const struct node *below = v->nodes.at[first + i];
		if (!below->is_ent && !below->below_cut &&
		    !(below->is_cut && node_rrset(below, TYPE_DS) == NULL))
			return false;
	}
	return true;
}

static void chain3_make(struct view *v)
{
	if (v->has_chain)
		return;
	v->has_chain = true;
	for (uint32_t i = 0; i < v->nodes.n; i++) {
		struct link3 link = { .node = v->nodes.at[i] };
		if (left_out(v, link.node))
			continue;
		hash_name(v, link.node->name, link.hash);
		list_push(v->w->arena, &v->chain3, link);
	}
	qsort(v->chain3.at, v->chain3.n, sizeof *v->chain3.at, link_order);
}

/* RFC 4648 7, without padding. */
static void base32hex(const uint8_t hash[HASH], char out[HASH_TEXT])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	for (unsigned i = 0; i < HASH_TEXT; i++) {
		unsigned bit = 5 * i,
			 pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 + 1 < HASH ? hash[bit / 8 + 1] : 0);
		out[i] = digits[pair >> (11 - bit % 8) & 31];
	}
}

static const uint8_t *hashed_owner(struct view *v, const uint8_t hash[HASH])
{
	char text[HASH_TEXT];
	base32hex(hash, text);
	return name_prepend(v->w->arena, text, HASH_TEXT, v->zone->name);
}

struct nsec3_fields {
	uint8_t algorithm, flags;
	uint8_t owner[HASH], next[HASH];
};

/* What breaks make of the fields; true when the signatures are to stay those of the true record. */
static bool fields_break(const struct view *v, const struct node *n, struct nsec3_fields *f)
{
	bool old = false;
	for (uint32_t i = 0; i < v->breaks.n; i++) {
		const struct lab_break *b = v->breaks.at[i];
		if (b->what != BREAK_DENIAL || !denial_selects(b, n->name))
			continue;
		f->algorithm = (uint8_t)param_number(&b->p, "hash", f->algorithm);
		f->flags = (uint8_t)param_number(&b->p, "flags", f->flags);
		if (param_has(&b->p, "next") || param_has(&b->p, "last-not-apex"))
			f->next[HASH - 1] ^= 0x55;
		if (param_has(&b->p, "owner-wrong"))
			f->owner[HASH - 1] ^= 0x55;
		old |= param_is(&b->p, "resign", "no");
	}
	return old;
}

static struct rdata nsec3_rdata(struct view *v, const struct nsec3_fields *f, const type_list *types)
{
	uint8_t bitmap[8192 + 512];
	size_t n = bitmap_write(types, bitmap), salt = v->denial.salt.len;
	uint8_t *rd = arena_alloc(v->w->arena, 6 + salt + HASH + n);
	rd[0] = f->algorithm;
	rd[1] = f->flags;
	rd[2] = (uint8_t)(v->denial.iterations >> 8);
	rd[3] = (uint8_t)v->denial.iterations;
	rd[4] = (uint8_t)salt;
	if (salt > 0)
		memcpy(rd + 5, v->denial.salt.at, salt);
	rd[5 + salt] = HASH;
	memcpy(rd + 6 + salt, f->next, HASH);
	memcpy(rd + 6 + salt + HASH, bitmap, n);
	return (struct rdata){ rd, (uint16_t)(6 + salt + HASH + n) };
}

static struct lab_rrset *nsec3_of(struct view *v, uint32_t i)
{
	struct link3 *link = &v->chain3.at[i];
	struct lab_rrset *s;
	if (link->rrset != NULL)
		return link->rrset;
	type_list types = node_types(v, link->node, TYPE_NSEC3);
	struct nsec3_fields right = { .algorithm = 1, .flags = v->denial.opt_out ? NSEC3_OPTOUT : 0 }, shown;
	memcpy(right.owner, link->hash, HASH);
	memcpy(right.next, v->chain3.at[(i + 1) % v->chain3.n].hash, HASH);
	shown = right;
	bool old = fields_break(v, link->node, &shown);
	s = link->rrset = ARENA_NEW(v->w->arena, struct lab_rrset);
	*s = (struct lab_rrset){ .owner = hashed_owner(v, shown.owner),
				 .type = TYPE_NSEC3,
				 .ttl = v->nsec_ttl,
				 .served_ttl = v->nsec_ttl,
				 .is_signed = v->is_signed,
				 .hashed = link->node->name };
	list_push(v->w->arena, &s->rds, nsec3_rdata(v, &shown, &types));
	if (old) {
		s->signs_old = true;
		s->signed_owner = hashed_owner(v, right.owner);
		list_push(v->w->arena, &s->signed_rds, nsec3_rdata(v, &right, &types));
	}
	return s;
}

/* The last link not behind this hash; the last of all when it is before the first. */
static uint32_t chain3_place(const struct view *v, const uint8_t hash[HASH])
{
	uint32_t low = 0, high = v->chain3.n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (memcmp(v->chain3.at[middle].hash, hash, HASH) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : v->chain3.n - 1;
}

struct lab_rrset *nsec3_matching(struct view *v, const uint8_t *name)
{
	uint8_t hash[HASH];
	chain3_make(v);
	hash_name(v, name, hash);
	uint32_t i = v->chain3.n > 0 ? chain3_place(v, hash) : 0;
	return i < v->chain3.n && memcmp(v->chain3.at[i].hash, hash, HASH) == 0 ? nsec3_of(v, i) : NULL;
}

struct lab_rrset *nsec3_covering(struct view *v, const uint8_t *name)
{
	uint8_t hash[HASH];
	chain3_make(v);
	hash_name(v, name, hash);
	return v->chain3.n > 0 ? nsec3_of(v, chain3_place(v, hash)) : NULL;
}

struct lab_rrset *nsec3_nth(struct view *v, uint32_t i)
{
	chain3_make(v);
	return i < v->chain3.n ? nsec3_of(v, i) : NULL;
}

struct lab_rrset *nsec3_other(struct view *v, const struct lab_rrset *than)
{
	chain3_make(v);
	for (uint32_t i = 0; i < v->chain3.n; i++)
		if (nsec3_of(v, i) != than)
			return nsec3_of(v, i);
	return NULL;
}

struct lab_rrset *nsec3_made_up(struct view *v, unsigned i)
{
	struct lab_rrset *s = ARENA_NEW(v->w->arena, struct lab_rrset);
	struct nsec3_fields f = { .algorithm = 1, .flags = v->denial.opt_out ? NSEC3_OPTOUT : 0 };
	type_list types = { 0 };
	lab_noise(zone_text(v), i, f.owner, HASH);
	memcpy(f.next, f.owner, HASH);
	f.owner[HASH - 1] &= 0xfe;
	f.next[HASH - 1] |= 1;
	list_push(v->w->arena, &types, TYPE_A);
	list_push(v->w->arena, &types, TYPE_RRSIG);
	*s = (struct lab_rrset){ .owner = hashed_owner(v, f.owner),
				 .type = TYPE_NSEC3,
				 .ttl = v->nsec_ttl,
				 .served_ttl = v->nsec_ttl,
				 .is_signed = v->is_signed };
	list_push(v->w->arena, &s->rds, nsec3_rdata(v, &f, &types));
	return s;
}
