/* CNAME and DNAME chains, and the zones they lead into. */
#include "judge/inside.h"

static const struct leg *first_of(const struct leg *l)
{
	while (l->from)
		l = l->from;
	return l;
}

static uint32_t hops(const struct leg *l)
{
	uint32_t n = 0;
	for (; l->from; l = l->from)
		n++;
	return n;
}

/* Does the chain come back to a name it has been at? */
static bool comes_back(const struct leg *l)
{
	for (const struct leg *at = l; at && l->target; at = at->from)
		if (name_equal(at->name, l->target))
			return true;
	for (const struct leg *at = l->from; at; at = at->from)
		if (name_equal(at->name, l->name))
			return true;
	return false;
}

static const char *chain_words(struct judging *j, const struct leg *l)
{
	const char *text = l->target ? name_words(j->arena, l->target) : "...";
	unsigned n = 0;
	for (; l && n < 4; l = l->from, n++)
		text = arena_printf(j->arena, "%s -> %s", name_words(j->arena, l->name), text);
	return l ? arena_printf(j->arena, "... -> %s", text) : text;
}

static void judge_loop(struct judging *j, const struct leg *l)
{
	const struct leg *first = first_of(l);
	struct finding *f;
	if (comes_back(l)) {
		f = finding_add(j, FINDING_CNAME_LOOP, first->zone, first->name, first->type);
		f->detail = chain_words(j, l);
		f->always = true;
	} else {
		f = finding_add(j, FINDING_CNAME_CHAIN_LONG, first->zone, first->name, first->type);
		f->number = hops(l) + 1;
		f->detail = arena_printf(j->arena, "more than %u", (unsigned)hops(l));
		f->severity = SEVERITY_CRITICAL;
	}
	f->breaks = true;
	f->proof = l->first_answer;
}

enum { COMFORTABLE_HOPS = 8 };

static void judge_length(struct judging *j, const struct leg *l)
{
	const struct leg *first = first_of(l);
	if (l->target || hops(l) <= COMFORTABLE_HOPS)
		return;
	struct finding *f = finding_add(j, FINDING_CNAME_CHAIN_LONG, first->zone, first->name, first->type);
	f->number = hops(l);
	f->detail = arena_printf(j->arena, "%u", (unsigned)hops(l));
	f->severity = SEVERITY_WARNING;
}

/* Some alias on the way already led out of l's zone. */
static bool crossed(const struct leg *l)
{
	return l->from && l->zone && first_of(l)->zone && l->zone != first_of(l)->zone;
}

static bool fails_before(const struct judging *j, const struct leg *l)
{
	for (l = l->from; l; l = l->from) {
		const struct leg_proof *p = chain_leg(j->chain, l);
		if (p && p->status == STATUS_BOGUS)
			return true;
	}
	return false;
}

/* The zone whose repair mends the leg: the highest one that is bogus. */
static const struct zone *bogus_zone(const struct judging *j, const struct leg *l)
{
	const struct zone *at_fault = l->zone;
	for (const struct zone *z = l->zone; z; z = z->parent) {
		const struct zone_proof *p = chain_zone(j->chain, z);
		if (p && p->status == STATUS_BOGUS)
			at_fault = z;
	}
	return at_fault;
}

static void judge_target(struct judging *j, const struct leg *l)
{
	const struct leg_proof *p = chain_leg(j->chain, l);
	bool dead = l->end == LEG_STUCK || l->end == LEG_NO_SERVERS ||
		    (l->end == LEG_ANSWERED && way_fails(j, l));
	bool bogus = l->end == LEG_ANSWERED && p && p->status == STATUS_BOGUS;
	if (!crossed(l) || fails_before(j, l) || (!dead && !bogus))
		return;
	struct finding *f = finding_add(j, bogus ? FINDING_CNAME_TARGET_BOGUS : FINDING_CNAME_TARGET_DEAD,
					bogus ? bogus_zone(j, l) : l->zone, l->name, l->type);
	f->breaks = f->always = true;
	f->proof = l->first_answer;
	f->detail = bogus ? reason_text(p->reason) : "no server of it gives a usable answer";
}

static const struct rrset *alias_in(const struct leg *l)
{
	const struct message *m = l->first_answer ? l->first_answer->m : NULL;
	return m ? section_find(&m->answer, l->name, TYPE_CNAME) : NULL;
}

static void judge_neighbours(struct judging *j, const struct leg *l)
{
	const struct rrset *cname = alias_in(l);
	const struct message *m = l->first_answer ? l->first_answer->m : NULL;
	if (!cname || !l->zone)
		return;
	if (name_equal(l->name, l->zone->name))
		finding_add(j, FINDING_CNAME_AT_APEX, l->zone, l->name, TYPE_CNAME)->proof = l->first_answer;
	for (uint16_t i = 0; i < m->answer.n; i++) {
		const struct rrset *r = &m->answer.at[i];
		if (name_equal(r->owner, l->name) && r->type != TYPE_CNAME && r->type != TYPE_RRSIG)
			finding_add(j, FINDING_CNAME_AND_OTHER_DATA, l->zone, l->name, TYPE_CNAME)->proof =
				l->first_answer;
	}
}

static const struct rrset *dname_over(const struct message *m, const uint8_t *name)
{
	for (uint16_t i = 0; i < m->answer.n; i++)
		if (m->answer.at[i].type == TYPE_DNAME && name_is_strictly_under(name, m->answer.at[i].owner))
			return &m->answer.at[i];
	return NULL;
}

static void dname_finding(struct judging *j, enum finding_id id, const struct leg *l, const struct server *s,
			  const struct look *look)
{
	struct finding *f = finding_add(j, id, l->zone, l->name, TYPE_DNAME);
	finding_at(j, f, s);
	f->proof = look->last;
	f->breaks = id == FINDING_DNAME_CNAME_MISMATCH;
}

static void judge_dname(struct judging *j, const struct leg *l)
{
	for (uint32_t i = 0; l->zone && i < l->zone->servers.n; i++) {
		const struct server *s = l->zone->servers.at[i];
		const struct look *look = server_look(s, LOOK_QUESTION, l->name, l->type);
		const struct message *m = look_message(look);
		const struct rrset *dname = m && server_counts(j, s) ? dname_over(m, l->name) : NULL;
		if (!dname)
			continue;
		const struct rrset *cname = section_find(&m->answer, l->name, TYPE_CNAME);
		const uint8_t *made =
			name_replace_suffix(j->arena, l->name, dname->owner, rdata_name(dname->rd[0]));
		if (!cname && made)
			dname_finding(j, FINDING_DNAME_NO_CNAME, l, s, look);
		else if (cname && made && !name_equal(rdata_name(cname->rd[0]), made))
			dname_finding(j, FINDING_DNAME_CNAME_MISMATCH, l, s, look);
	}
}

/* Names that the records of an alias lead to; a record sent twice counts once (RFC 2181 5). */
static uint32_t targets(const struct rrset *r)
{
	uint32_t n = 0;
	for (uint16_t i = 0; i < r->n; i++) {
		bool seen = false;
		for (uint16_t k = 0; k < i; k++)
			seen |= name_equal(rdata_name(r->rd[i]), rdata_name(r->rd[k]));
		n += !seen;
	}
	return n;
}

static void several(struct judging *j, const struct leg *l, const struct server *s, const struct look *look,
		    const struct rrset *alias)
{
	if (!alias || !alias->n || targets(alias) < 2)
		return;
	struct finding *f = finding_add(j, FINDING_CNAME_SEVERAL, l->zone, alias->owner, alias->type);
	finding_at(j, f, s);
	f->proof = look->last;
	f->number = targets(alias);
	f->detail = alias->type == TYPE_DNAME || zone_signed(j, l->zone) ? "BIND and Unbound answer SERVFAIL"
									 : "BIND answers SERVFAIL";
	f->breaks = true;
	f->severity = f->n_servers < f->of_servers ? SEVERITY_WARNING : SEVERITY_ERROR;
}

/* Measured: BIND fails, Unbound where the zone is signed or it is a DNAME; Knot Resolver takes one
 * and answers. */
static void judge_several(struct judging *j, const struct leg *l)
{
	for (uint32_t i = 0; l->zone && i < l->zone->servers.n; i++) {
		const struct server *s = l->zone->servers.at[i];
		const struct look *look = server_look(s, LOOK_QUESTION, l->name, l->type);
		const struct message *m = look_message(look);
		if (!m || !server_counts(j, s))
			continue;
		several(j, l, s, look, section_find(&m->answer, l->name, TYPE_CNAME));
		several(j, l, s, look, dname_over(m, l->name));
	}
}

void judge_alias(struct judging *j)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *l = j->tree->legs.at[i];
		if (!leg_on_path(l))
			continue;
		if (l->end == LEG_LOOP)
			judge_loop(j, l);
		else
			judge_length(j, l);
		judge_target(j, l);
		judge_neighbours(j, l);
		judge_dname(j, l);
		judge_several(j, l);
	}
}
