/* Random small zones against an oracle that reads the zone itself. Complete: with all NSEC or NSEC3 records of the zone
 * the truth is accepted. Sound: with any few of them, or one of them altered, nothing untrue is ever called secure.
 * Necessary: of a smallest set that proves something no record can go. */
#include "groups.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ZONES = 24, NAMES = 6, RECORDS = 16 };
enum { HAS_A = 1, HAS_TXT = 2, HAS_CNAME = 4, HAS_NS = 8, HAS_DS = 16, HAS_DNAME = 32, HAS_SOA = 64 };
static const struct {
	unsigned bit;
	const char *text;
	uint16_t type;
} bits[] = {
	{ HAS_A, "A", TYPE_A },       { HAS_NS, "NS", TYPE_NS },    { HAS_CNAME, "CNAME", TYPE_CNAME },
	{ HAS_SOA, "SOA", TYPE_SOA }, { HAS_TXT, "TXT", TYPE_TXT }, { HAS_DNAME, "DNAME", TYPE_DNAME },
	{ HAS_DS, "DS", TYPE_DS },
};

struct entry {
	const uint8_t *name;
	unsigned types;
	uint8_t hash[20];
};
struct model {
	struct entry at[RECORDS];
	unsigned n;
};

static uint32_t seed;
static uint32_t chance(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

/* The oracle. */
enum truth { T_DATA, T_CNAME, T_NODATA, T_NXDOMAIN, T_WILD_DATA, T_WILD_CNAME, T_ELSEWHERE };

static const struct entry *find(const struct model *z, const uint8_t *name)
{
	for (unsigned i = 0; i < z->n; i++)
		if (name_equal(z->at[i].name, name))
			return &z->at[i];
	return NULL;
}

static bool exists(const struct model *z, const uint8_t *name)
{
	for (unsigned i = 0; i < z->n; i++)
		if (name_is_under(z->at[i].name, name))
			return true;
	return false;
}

static bool left_to_others(const struct model *z, const uint8_t *qname, uint16_t qtype)
{
	for (unsigned i = 0; i < z->n; i++) {
		const struct entry *e = &z->at[i];
		bool cut = e->types & HAS_NS && !(e->types & HAS_SOA);
		if (name_is_strictly_under(qname, e->name) && (cut || e->types & HAS_DNAME))
			return true;
		if (name_equal(qname, e->name) && cut && qtype != TYPE_DS)
			return true;
	}
	return false;
}

static bool has(const struct entry *e, uint16_t type)
{
	for (unsigned i = 0; e && i < sizeof bits / sizeof bits[0]; i++)
		if (bits[i].type == type && e->types & bits[i].bit)
			return true;
	return false;
}

static enum truth truth_of(struct maker *m, const struct model *z, const uint8_t *qname, uint16_t qtype)
{
	if (left_to_others(z, qname, qtype))
		return T_ELSEWHERE;
	if (exists(z, qname)) {
		const struct entry *e = find(z, qname);
		return has(e, qtype) ? T_DATA : has(e, TYPE_CNAME) ? T_CNAME : T_NODATA;
	}
	const uint8_t *ce = name_strip(qname, 1);
	while (!exists(z, ce))
		ce = name_strip(ce, 1);
	const uint8_t *wildcard = name_wildcard(m->a, ce);
	if (!exists(z, wildcard))
		return T_NXDOMAIN;
	const struct entry *e = find(z, wildcard);
	return has(e, qtype) ? T_WILD_DATA : has(e, TYPE_CNAME) ? T_WILD_CNAME : T_NODATA;
}

/* Zones. */
static const uint8_t *random_name(struct maker *m)
{
	static const char *const labels[] = { "a", "b", "*" };
	const uint8_t *name = nm(m, "z.");
	for (unsigned depth = 1 + chance(3); depth > 0; depth--) {
		const char *label = labels[chance(3)];
		name = name_prepend(m->a, label, 1, name);
	}
	return name;
}

static void random_zone(struct maker *m, struct model *z)
{
	static const unsigned kinds[] = { HAS_A,  HAS_A | HAS_TXT, HAS_TXT,  HAS_CNAME,
					  HAS_NS, HAS_NS | HAS_DS, HAS_DNAME };
	*z = (struct model){ .n = 1 };
	z->at[0] = (struct entry){ .name = nm(m, "z."), .types = HAS_SOA | HAS_NS | (chance(2) ? HAS_A : 0) };
	for (unsigned i = 0; i < NAMES; i++) {
		const uint8_t *name = random_name(m);
		unsigned types = kinds[chance(name_is_wildcard(name) ? 4 : 7)];
		bool hides = false;
		for (unsigned k = 1; k < z->n; k++)
			hides |= types & (HAS_NS | HAS_DNAME) && name_is_strictly_under(z->at[k].name, name);
		if (!hides && !find(z, name) && !left_to_others(z, name, TYPE_DS))
			z->at[z->n++] = (struct entry){ .name = name, .types = types };
	}
}

static const char *types_text(struct maker *m, unsigned types)
{
	char *text = arena_printf(m->a, "%s", types ? "RRSIG" : "");
	for (unsigned i = 0; i < sizeof bits / sizeof bits[0]; i++)
		if (types & bits[i].bit)
			text = arena_printf(m->a, "%s %s", text, bits[i].text);
	return text;
}

static int by_name(const void *a, const void *b)
{
	return name_cmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct entry *)a)->hash, ((const struct entry *)b)->hash, 20);
}

struct chain_of {
	struct rrset *at[RECORDS];
	unsigned n;
	bool nsec3, opt_out;
};

static void nsec_chain(struct maker *m, struct model *z, struct chain_of *c)
{
	qsort(z->at, z->n, sizeof z->at[0], by_name);
	*c = (struct chain_of){ .n = z->n };
	for (unsigned i = 0; i < z->n; i++)
		c->at[i] = rr(m, arena_printf(m->a, "%s 300 NSEC %s NSEC %s", name_text(m->a, z->at[i].name),
					      name_text(m->a, z->at[(i + 1) % z->n].name),
					      types_text(m, z->at[i].types)));
}

/* False when a message may not hold so many. With empty non-terminals; under opt-out without unsigned delegations and what exists only for them. */
static bool nsec3_chain(struct maker *m, const struct model *z, bool opt_out, struct chain_of *c)
{
	struct model all = { 0 };
	for (unsigned i = 0; i < z->n; i++) {
		unsigned types = z->at[i].types;
		if (opt_out && types & HAS_NS && !(types & (HAS_DS | HAS_SOA)))
			continue;
		for (const uint8_t *name = z->at[i].name; name_labels(name) > 0; name = name_strip(name, 1)) {
			const struct entry *e = find(z, name);
			if (find(&all, name))
				continue;
			if (all.n == RECORDS)
				return false;
			all.at[all.n] = (struct entry){ .name = name, .types = e ? e->types : 0 };
			hash_of(m, name_text(m->a, name), 0, all.at[all.n++].hash);
		}
	}
	qsort(all.at, all.n, sizeof all.at[0], by_hash);
	*c = (struct chain_of){ .n = all.n, .nsec3 = true, .opt_out = opt_out };
	for (unsigned i = 0; i < all.n; i++)
		c->at[i] = nsec3(m, "z.", all.at[i].hash, all.at[(i + 1) % all.n].hash, opt_out, 0,
				 types_text(m, all.at[i].types));
	return true;
}

/* What a proof says, held against the truth. */
static bool says_true(enum denial_kind kind, enum truth t)
{
	switch (kind) {
	case DENIAL_NXDOMAIN: return t == T_NXDOMAIN;
	case DENIAL_NODATA:
	case DENIAL_ENT:
	case DENIAL_WILDCARD_NODATA:
	case DENIAL_INSECURE_CUT: return t == T_NODATA;
	default: return false;
	}
}

struct trial {
	struct maker *m;
	const struct model *z;
	const struct chain_of *c;
	const struct keyset *keys;
};

static void check_sound(const struct trial *t, const struct denial_proof *d, enum truth truth,
			const uint8_t *qname, uint16_t qtype)
{
	bool holds = d->status == STATUS_SECURE     ? says_true(d->kind, truth)
		     : d->status == STATUS_INSECURE ? t->c->opt_out && truth != T_DATA && truth != T_CNAME
						    : true;
	if (!holds)
		fprintf(stderr, "%s type %u: kind %d status %d, truth %d\n", name_text(t->m->a, qname), qtype,
			(int)d->kind, (int)d->status, (int)truth);
	assert_true(holds);
}

static struct message *subset(const struct trial *t, uint16_t rcode, uint32_t mask)
{
	struct message *of = msg(t->m, rcode);
	for (unsigned i = 0; i < t->c->n; i++)
		if (mask >> i & 1)
			put_authority(t->m, of, t->c->at[i]);
	return of;
}

static struct denial_proof ask(const struct trial *t, const struct message *of, const uint8_t *qname,
			       uint16_t qtype)
{
	struct denial_proof d;
	prove_denial(&t->m->p, of, t->keys, qname, qtype, 0, &d);
	return d;
}

static bool held(const struct denial_proof *d)
{
	return d->status == STATUS_SECURE || d->status == STATUS_INSECURE;
}

/* Exists, or something above it, for unsigned delegations only: an opt-out chain may know nothing of that name, and what
 * the answer must leave out (the wildcard beside it) the whole chain would bring in. */
static bool for_unsigned_only(const struct model *z, const uint8_t *name)
{
	for (unsigned i = 0; i < z->n; i++) {
		unsigned types = z->at[i].types;
		if (name_is_under(z->at[i].name, name) && (!(types & HAS_NS) || types & (HAS_DS | HAS_SOA)))
			return false;
	}
	return exists(z, name);
}

static bool opted_out(const struct trial *t, const uint8_t *qname)
{
	bool found = false;
	for (uint8_t labels = 2; labels <= name_labels(qname); labels++)
		found |= for_unsigned_only(t->z, name_suffix(qname, labels));
	return t->c->opt_out && found;
}

static void check_complete(const struct trial *t, const uint8_t *qname, uint16_t qtype, enum truth truth)
{
	uint32_t mask = (1u << t->c->n) - 1;
	uint16_t rcode = truth == T_NXDOMAIN ? RCODE_NXDOMAIN : RCODE_NOERROR;
	struct denial_proof d = ask(t, subset(t, rcode, mask), qname, qtype);
	check_sound(t, &d, truth, qname, qtype);
	if ((truth != T_NXDOMAIN && truth != T_NODATA) || opted_out(t, qname))
		return;
	if (!held(&d))
		fprintf(stderr, "%s type %u: not proven: %s\n", name_text(t->m->a, qname), qtype,
			reason_id(d.reason));
	assert_true(held(&d));
	assert_true(t->c->opt_out || d.status == STATUS_SECURE);
	for (unsigned i = 0; i < t->c->n; i++) {
		struct denial_proof without = ask(t, subset(t, rcode, mask & ~(1u << i)), qname, qtype);
		if (held(&without))
			mask &= ~(1u << i);
	}
	assert_true(__builtin_popcount(mask) <= (t->c->nsec3 ? 3 : 2) && mask);
	for (unsigned i = 0; i < t->c->n; i++) {
		if (!(mask >> i & 1))
			continue;
		struct denial_proof without = ask(t, subset(t, rcode, mask & ~(1u << i)), qname, qtype);
		assert_false(held(&without));
	}
}

/* One record of the set altered after signing: as good as gone. */
static struct message *altered(const struct trial *t, uint16_t rcode, uint32_t mask)
{
	struct message *of = subset(t, rcode, mask);
	if (of->authority.n == 0)
		return of;
	struct rrset *victim = &of->authority.at[chance(of->authority.n)];
	uint8_t *rd = arena_copy(t->m->a, victim->rd[0].at, victim->rd[0].len);
	rd[victim->rd[0].len - 1] ^= 1; /* the bitmap's last octet */
	struct rdata *changed = ARENA_NEW(t->m->a, struct rdata);
	*changed = (struct rdata){ rd, victim->rd[0].len };
	victim->rd = changed;
	return of;
}

static void check_fragments(const struct trial *t, const uint8_t *qname, uint16_t qtype, enum truth truth)
{
	for (unsigned i = 0; i < 3; i++) {
		uint32_t mask =
			i == 0 ? (1u << t->c->n) - 1
			       : 1u << chance(t->c->n) | 1u << chance(t->c->n) | 1u << chance(t->c->n);
		uint16_t rcode = chance(2) ? RCODE_NXDOMAIN : RCODE_NOERROR;
		struct denial_proof d = ask(t, subset(t, rcode, mask), qname, qtype);
		check_sound(t, &d, truth, qname, qtype);
		d = ask(t, altered(t, rcode, mask), qname, qtype);
		check_sound(t, &d, truth, qname, qtype);
	}
}

/* A wildcard of `labels` labels may speak for the name only where nothing closer exists. Below a delegation NSEC3 cannot
 * tell (RFC 5155 8.8 asks for the next closer name only): there no wildcard of this zone is signed in the first place. */
static void check_wildcard(const struct trial *t, const uint8_t *qname)
{
	for (uint8_t labels = 1; labels < name_labels(qname); labels++) {
		const uint8_t *next_closer = name_suffix(qname, (uint8_t)(labels + 1));
		bool elsewhere = left_to_others(t->z, next_closer, TYPE_DS);
		bool may = !exists(t->z, next_closer) && !elsewhere;
		if (elsewhere && t->c->nsec3)
			continue;
		struct denial_proof d;
		prove_denial(&t->m->p, subset(t, 0, (1u << t->c->n) - 1), t->keys, qname, TYPE_A, labels, &d);
		bool ce_known = !t->c->opt_out && exists(t->z, name_suffix(qname, labels));
		assert_false(d.status == STATUS_SECURE && !may);
		if (may && ce_known)
			assert_int_equal(d.kind, DENIAL_WILDCARD_ANSWER);
	}
}

static void try_name(const struct trial *t, const uint8_t *qname)
{
	static const uint16_t qtypes[] = { TYPE_A, TYPE_TXT, TYPE_DS };
	for (unsigned i = 0; i < 3; i++) {
		if (qtypes[i] == TYPE_DS && name_labels(qname) == 1)
			continue; /* the apex: its DS is the parent's business */
		enum truth truth = truth_of(t->m, t->z, qname, qtypes[i]);
		check_complete(t, qname, qtypes[i], truth);
		check_fragments(t, qname, qtypes[i], truth);
	}
	check_wildcard(t, qname);
}

static void try_zone(struct maker *m, const struct zone_key *key, const struct keyset *keys, struct model *z,
		     struct chain_of *c)
{
	struct trial t = { m, z, c, keys };
	for (unsigned i = 0; i < c->n; i++)
		sign(m, c->at[i], "z.", key);
	static const char *const labels[] = { "a", "b", "*", "c" };
	try_name(&t, nm(m, "z."));
	for (unsigned i = 0; i < 4; i++) {
		const uint8_t *one = name_prepend(m->a, labels[i], 1, nm(m, "z."));
		try_name(&t, one);
		for (unsigned k = 0; k < 4; k++) {
			const uint8_t *two = name_prepend(m->a, labels[k], 1, one);
			try_name(&t, two);
			try_name(&t, name_prepend(m->a, labels[chance(4)], 1, two));
		}
	}
}

enum chain_kind { PLAIN, HASHED, OPTED_OUT };

static void random_zones(enum chain_kind how)
{
	for (uint32_t i = 0; i < ZONES; i++) {
		void *state = NULL;
		maker_setup(&state);
		struct maker *m = state;
		for (unsigned k = 0; k < BUDGET_KINDS; k++)
			m->b.limit[k] = UINT64_MAX;
		const struct zone_key *keys[] = { key_of(m, 15, 257, "csk") };
		const struct keyset *ks = keys_secure(m, "z.", keys, 1);
		struct model z;
		struct chain_of c;
		seed = 0x9e3779b9u * (i + 1);
		random_zone(m, &z);
		bool fits = true;
		if (how == PLAIN)
			nsec_chain(m, &z, &c);
		else
			fits = nsec3_chain(m, &z, how == OPTED_OUT, &c);
		if (fits)
			try_zone(m, keys[0], ks, &z, &c);
		maker_teardown(&state);
	}
}

static void by_nsec(void **state)
{
	(void)state;
	random_zones(PLAIN);
}
static void by_nsec3(void **state)
{
	(void)state;
	random_zones(HASHED);
}
static void by_nsec3_with_opt_out(void **state)
{
	(void)state;
	random_zones(OPTED_OUT);
}

int test_property(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_nsec),
		cmocka_unit_test(by_nsec3),
		cmocka_unit_test(by_nsec3_with_opt_out),
	};
	return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
