/* A tree as text: everything in it, exchanges by their number, so that two trees can be compared. */
#include "evidence/tree.h"

static const char *const kinds[] = {
	[LOOK_QUESTION] = "question",
	[LOOK_DNSKEY] = "dnskey",
	[LOOK_DS] = "ds",
	[LOOK_SOA] = "soa",
	[LOOK_NS] = "ns",
	[LOOK_NXNAME] = "nxname",
	[LOOK_NODATA] = "nodata",
	[LOOK_TCP] = "tcp",
	[LOOK_CDS] = "cds",
	[LOOK_CDNSKEY] = "cdnskey",
	[LOOK_OTHER_TYPE] = "other-type",
	[LOOK_BETWEEN] = "between",
	[LOOK_CSYNC] = "csync",
	[LOOK_MNAME] = "mname",
	[LOOK_MX] = "mx",
	[LOOK_MX_HOST] = "mx-host",
	[LOOK_NSEC3PARAM] = "nsec3param",
	[LOOK_EDNS1] = "edns1",
	[LOOK_EDNS_Z] = "edns-z",
	[LOOK_RESOLVER] = "resolver",
	[LOOK_RESOLVER_CD] = "resolver-cd",
};
static const char *const ends[] = {
	[LEG_OPEN] = "open",   [LEG_ANSWERED] = "answered",
	[LEG_STUCK] = "stuck", [LEG_NO_SERVERS] = "no-servers",
	[LEG_LOOP] = "loop",
};
static const char *const founds[] = {
	[NS_NOT_LOOKED] = "not-looked", [NS_ADDRESSES] = "addresses", [NS_NO_ADDRESS] = "no-address",
	[NS_NXDOMAIN] = "nxdomain", [NS_UNRESOLVABLE] = "unresolvable", [NS_CYCLE] = "cycle",
	[NS_OVER_BUDGET] = "over-budget",
};
struct dump { struct arena *arena; struct text *out; };

static void dump_addr(struct dump *d, const struct addr *a)
{
	char buffer[ADDR_TEXT_MAX];
	text_addf(d->out, " %s", addr_port_text(a, buffer));
}

static void dump_question(struct dump *d, const uint8_t *name, uint16_t type)
{
	text_addf(d->out, "%s %s", name_text(d->arena, name), type_text(d->arena, type));
}

static void dump_look(struct dump *d, const struct look *l)
{
	const struct { bool set; const char *word;
	} flags[] = {
		{ l->settled, "settled" },
		{ l->m != NULL, "message" },
		{ l->truncated, "truncated" },
		{ l->via_tcp, "via-tcp" },
		{ l->without_edns, "without-edns" },
		{ l->without_do, "without-do" },
		{ l->without_cookie, "without-cookie" },
		{ l->edns_formerr, "edns-formerr" },
		{ l->edns_silent, "edns-silent" },
		{ l->tcp_failed, "tcp-failed" },
		{ l->badcookie_loop, "badcookie-loop" },
		{ l->not_asked, "not-asked" },
	};
	text_addf(d->out, "    look %s ", kinds[l->kind]);
	dump_question(d, l->name, l->type);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].set)
			text_addf(d->out, " %s", flags[i].word);
	if (l->tcp_failed)
		text_addf(d->out, " tcp=%s", ask_outcome_text(l->tcp_outcome));
	if (l->not_asked_why != NULL)
		text_addf(d->out, " why=%s", l->not_asked_why);
	if (l->last != NULL)
		text_addf(d->out, " last=%u", l->last->seq);
	text_add(d->out, " tries");
	for (uint32_t i = 0; i < l->tries.n; i++)
		text_addf(d->out, " %u:%s", l->tries.at[i]->seq, ask_outcome_text(l->tries.at[i]->r.outcome));
	text_add(d->out, "\n");
}

static void dump_server(struct dump *d, const struct server *s)
{
	text_add(d->out, "  server");
	dump_addr(d, &s->addr);
	for (uint32_t i = 0; i < s->names.n; i++)
		text_addf(d->out, " %s", name_text(d->arena, s->names.at[i]));
	text_addf(d->out, "%s%s\n", s->forbidden ? " forbidden" : "", s->is_resolver ? " resolver" : "");
	for (uint32_t i = 0; i < s->looks.n; i++)
		dump_look(d, s->looks.at[i]);
}

static void dump_ns(struct dump *d, const struct ns *n)
{
	text_addf(d->out, "  ns %s %s%s%s%s%s", name_text(d->arena, n->name), founds[n->outcome],
		  n->in_parent ? " in-parent" : "", n->in_child ? " in-child" : "",
		  n->is_cname ? " cname" : "", n->glue_needed ? " glue-needed" : "");
	text_add(d->out, " glue");
	for (uint32_t i = 0; i < n->glue.n; i++)
		dump_addr(d, &n->glue.at[i]);
	text_add(d->out, " found");
	for (uint32_t i = 0; i < n->found.n; i++)
		dump_addr(d, &n->found.at[i]);
	if (n->leg != NULL) {
		text_add(d->out, " leg ");
		dump_question(d, n->leg->name, n->leg->type);
	}
	text_add(d->out, "\n");
}

static void dump_zone(struct dump *d, const struct zone *z)
{
	text_addf(d->out, "zone %s", name_text(d->arena, z->name));
	if (z->parent != NULL)
		text_addf(d->out, " under %s", name_text(d->arena, z->parent->name));
	text_addf(d->out, "%s%s left-out=%u\n", z->on_path ? " on-path" : "",
		  z->no_cut_seen ? " no-cut-seen" : "", z->ns_left_out);
	for (uint32_t i = 0; i < z->ns.n; i++)
		dump_ns(d, z->ns.at[i]);
	for (uint32_t i = 0; i < z->views.n; i++) {
		const struct cut_view *v = &z->views.at[i];
		text_add(d->out, "  view");
		dump_addr(d, &v->parent->addr);
		text_addf(d->out, "%s%s\n", v->referral != NULL ? " referral" : "",
			  v->ds != NULL ? " ds" : "");
	}
	for (uint32_t i = 0; i < z->servers.n; i++)
		dump_server(d, z->servers.at[i]);
}

static void dump_leg(struct dump *d, const struct leg *l)
{
	text_add(d->out, "leg ");
	dump_question(d, l->name, l->type);
	text_addf(d->out, " depth=%u %s zone=%s", l->depth, ends[l->end],
		  l->zone != NULL ? name_text(d->arena, l->zone->name) : "-");
	if (l->from != NULL) {
		text_add(d->out, " from ");
		dump_question(d, l->from->name, l->from->type);
	}
	if (l->for_ns != NULL)
		text_addf(d->out, " for-ns %s", name_text(d->arena, l->for_ns->name));
	if (l->first_answer != NULL)
		text_addf(d->out, " first=%u", l->first_answer->seq);
	if (l->target != NULL)
		text_addf(d->out, " target=%s", name_text(d->arena, l->target));
	text_add(d->out, "\n");
}

void tree_dump(const struct tree *t, struct text *out)
{
	struct dump d = { .arena = out->arena, .out = out };
	text_addf(out, "tree budget-hit=%u unasked=%u%s\n", t->budget_hit, t->unasked,
		  t->cut_short ? " cut-short" : "");
	for (uint32_t i = 0; i < t->legs.n; i++)
		dump_leg(&d, t->legs.at[i]);
	for (uint32_t i = 0; i < t->zones.n; i++)
		dump_zone(&d, t->zones.at[i]);
	for (uint32_t i = 0; i < t->resolvers.n; i++)
		dump_server(&d, t->resolvers.at[i]);
}
