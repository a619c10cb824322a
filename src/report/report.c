/* report -- what is known, put in the order people read it: the chain of zones, the servers, the resolvers. */
#include "report/inside.h"
#include <string.h>

const char *moment_text(const struct report *r, struct wall w)
{
	char full[WALL_TEXT_MAX], now[WALL_TEXT_MAX], brief[WALL_TEXT_MAX];
	wall_text(w, full);
	wall_text(r->at, now);
	wall_short(w, brief);
	if (strncmp(full, now, 4) == 0)
		return arena_printf(r->arena, "%s UTC", brief);
	return arena_printf(r->arena, "%.6s %.4s%s UTC", brief, full, brief + 6);
}

const struct finding *report_headline(const struct report *r)
{
	return r->verdict->word != VERDICT_OK ? r->verdict->headline : NULL;
}

/* Where no root server is reached, what came came by no way of a resolver: its signatures blame nobody. */
static enum status status_shown(const struct report *r, enum status s)
{
	const struct finding *f = r->verdict->headline;
	bool no_way = f != NULL && f->id == FINDING_ROOT_UNREACHABLE;
	return no_way && s == STATUS_BOGUS ? STATUS_INDETERMINATE : s;
}

static void add_chain_row(struct report *r, const struct zone_proof *p)
{
	const struct finding *root = r->verdict->root;
	bool broken = root != NULL && r->verdict->word == VERDICT_SERVFAIL && root->zone != NULL &&
		      name_equal(root->zone->name, p->zone->name);
	list_push(r->arena, &r->chain,
		  (struct chain_row){
			  .zone = p->zone, .proof = p, .status = status_shown(r, p->status), .broken = broken ? root : NULL });
}

static void add_chain(struct report *r)
{
	const struct chain *c = r->verdict->chain;
	for (uint32_t i = 0; c != NULL && i < c->zones.n; i++)
		if (c->zones.at[i]->zone->on_path)
			add_chain_row(r, c->zones.at[i]);
}

static uint32_t count_asked(const struct report *r)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < r->servers.n; i++) {
		bool known = false;
		for (uint32_t k = 0; k < i && !known; k++)
			known = addr_equal(&r->servers.at[k].server->addr, &r->servers.at[i].server->addr);
		n += !known && r->servers.at[i].server->looks.n > 0;
	}
	return n;
}

/* What servers said needs no repair to be believed; silence, from here alone, is less than proof. */
static bool seen_directly(const struct finding *f)
{
	enum family family = finding_kind(f->id)->family;
	return family == FAMILY_LAME || family == FAMILY_NOT_DELEGATED || family == FAMILY_NS_NAMES || family == FAMILY_ALIAS;
}

static const char *certainty(const struct verdict *v)
{
	if (v->limited || v->word == VERDICT_UNKNOWN)
		return "limited";
	bool unsure = v->root != NULL ? !v->confirmed && !seen_directly(v->root) : v->word == VERDICT_SERVFAIL;
	return unsure ? "likely" : "certain";
}

struct report *report_make(struct arena *a, const struct check_result *result, struct wall at,
			   const char *engine)
{
	struct report *r = ARENA_NEW(a, struct report);
	*r = (struct report){ .arena = a,
			      .result = result,
			      .evidence = result->evidence,
			      .verdict = result->verdict,
			      .at = at,
			      .engine = engine,
			      .exit = verdict_exit(result->verdict->word) };
	r->certainty = certainty(r->verdict);
	add_chain(r);
	report_add_servers(r);
	report_add_resolvers(r);
	r->n_servers = count_asked(r);
	r->n_resolvers = r->resolvers.n;
	return r;
}
