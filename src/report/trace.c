/* trace -- the walk from the root: each zone with its keys and DS, each server with what it said, then the look-ups that
 * hang on it (CNAME targets, names of name servers). `dig +trace` and `delv` in one. */
#include "report/human.h"
#include <string.h>

static enum sign status_sign(enum status s)
{
	static const enum sign signs[] = { SIGN_OK, SIGN_OK, SIGN_BAD, SIGN_UNKNOWN };
	return signs[s];
}

static void add_zone_head(const struct report *r, struct screen *s, const struct zone_proof *p)
{
	struct text t;
	text_init(&t, s->arena);
	text_addf(&t, PAINT_BOLD "%s" PAINT_END " %s %s", report_name(s->arena, p->zone->name, 48),
		  sign_text(s, status_sign(p->status)), status_text(p->status));
	if (p->reason != REASON_OK)
		text_addf(&t, ": %s", reason_text(p->reason));
	if (p->anchored)
		text_add(&t, ", trust anchor here");
	if (p->zone->no_cut_seen)
		text_add(&t, ", no referral seen");
	if (p->status == STATUS_SECURE && p->until.s != WALL_NEVER.s)
		text_addf(&t, ", until %s", moment_text(r, p->until));
	screen_wrap(s, KEEP_ALWAYS, "", t.at);
}

static void add_ds(struct screen *s, const struct ds_view *v)
{
	struct text t;
	text_init(&t, s->arena);
	text_addf(&t, "%s %s: ", sign_text(s, status_sign(v->status)), status_text(v->status));
	if (!v->present)
		text_add(&t, v->m != NULL ? "no DS" : "no answer about DS");
	for (unsigned i = 0; i < v->n_ds; i++)
		text_addf(&t, "%s%u/%u/%s", i > 0 ? ", " : "", v->ds[i].tag, v->ds[i].algorithm,
			  digest_text(v->ds[i].digest_type));
	if (v->reason != REASON_OK)
		text_addf(&t, " (%s)", reason_text(v->reason));
	text_addf(&t, ", %u parent server%s", v->servers.n, v->servers.n == 1 ? "" : "s");
	screen_wrap(s, KEEP_ALWAYS, "  DS      ", t.at);
}

static void add_keys(struct screen *s, const struct key_view *v)
{
	struct text t;
	text_init(&t, s->arena);
	text_addf(&t, "%s %s: ", sign_text(s, status_sign(v->keys.status)), status_text(v->keys.status));
	for (unsigned i = 0; i < v->keys.n_keys; i++) {
		const struct dnskey *k = &v->keys.keys[i];
		text_addf(&t, "%s%u/%u%s%s%s", i > 0 ? ", " : "", k->tag, k->algorithm,
			  k->flags & DNSKEY_SEP ? " SEP" : "", v->keys.linked[i] ? " DS" : "",
			  v->keys.signs[i] ? " signs" : "");
	}
	if (v->rrset == NULL)
		text_add(&t, "no DNSKEY");
	if (v->keys.reason != REASON_OK)
		text_addf(&t, " (%s)", reason_text(v->keys.reason));
	text_addf(&t, ", %u server%s", v->servers.n, v->servers.n == 1 ? "" : "s");
	screen_wrap(s, KEEP_ALWAYS, "  DNSKEY  ", t.at);
}

static const struct look *question_look(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++)
		if (s->looks.at[i]->kind == LOOK_QUESTION)
			return s->looks.at[i];
	return s->looks.n > 0 ? s->looks.at[0] : NULL;
}

static const char *server_gist(struct screen *s, const struct server *srv)
{
	const struct look *l = question_look(srv);
	if (l == NULL)
		return srv->forbidden ? "not asked: address class" : "not asked";
	if (l->m == NULL) {
		const char *word = l->last != NULL ? outcome_word(l->last->r.outcome, l->last->r.os_errno)
						   : l->not_asked_why;
		return arena_printf(s->arena, "%s", word != NULL ? word : "not asked");
	}
	uint32_t ms = (l->last->r.rtt_us + 500) / 1000;
	return arena_printf(s->arena, "%s%s%s %u ms", answer_gist(s->arena, l, 40), l->m->aa ? " aa" : "",
			    l->via_tcp ? " tcp" : "", ms);
}

static void add_server(struct screen *s, const struct server *srv)
{
	char addr[ADDR_TEXT_MAX];
	const uint8_t *name = srv->names.n > 0 ? srv->names.at[0] : NULL;
	const char *first = arena_printf(
		s->arena, "  %s%s", screen_pad(s, name != NULL ? report_name(s->arena, name, 24) : "-", 25),
		screen_pad(s, addr_text(&srv->addr, addr), 20));
	screen_wrap(s, KEEP_ALWAYS, first, server_gist(s, srv));
	for (uint32_t i = 0; s->style->verbose && i < srv->looks.n; i++) {
		const struct look *l = srv->looks.at[i];
		const char *rcode = l->m != NULL      ? rcode_text(s->arena, l->m->rcode)
				    : l->last != NULL ? outcome_word(l->last->r.outcome, l->last->r.os_errno)
						      : l->not_asked_why;
		screen_wrap(s, KEEP_ALWAYS, "      ",
			    arena_printf(s->arena, "%s %s: %s", report_name(s->arena, l->name, 40),
					 type_text(s->arena, l->type), rcode != NULL ? rcode : "nothing"));
	}
}

static void add_zone(const struct report *r, struct screen *s, const struct zone_proof *p)
{
	add_zone_head(r, s, p);
	for (uint32_t i = 0; i < p->ds.n; i++)
		add_ds(s, &p->ds.at[i]);
	for (uint32_t i = 0; i < p->keys.n; i++)
		add_keys(s, &p->keys.at[i]);
	for (uint32_t i = 0; i < p->zone->servers.n; i++)
		add_server(s, p->zone->servers.at[i]);
	for (uint32_t i = 0; i < p->zone->ns.n; i++)
		if (p->zone->ns.at[i]->glue.n + p->zone->ns.at[i]->found.n == 0)
			screen_add(s, KEEP_ALWAYS, "  %s%s",
				   screen_pad(s, report_name(s->arena, p->zone->ns.at[i]->name, 24), 25),
				   "no address");
	screen_blank(s);
}

static const char *leg_end_word(const struct leg *l)
{
	static const char *const words[] = { "unfinished", "answered", "no usable answer", "no server to ask",
					     "alias loop" };
	return words[l->end];
}

static void add_leg(const struct report *r, struct screen *s, const struct leg *l)
{
	const struct leg_proof *p = chain_leg(r->verdict->chain, l);
	struct text t;
	text_init(&t, s->arena);
	text_addf(&t, "%s %s: %s", report_name(s->arena, l->name, 60), type_text(s->arena, l->type),
		  leg_end_word(l));
	if (p != NULL && l->end == LEG_ANSWERED)
		text_addf(&t, ", %s %s", sign_text(s, status_sign(p->status)), status_text(p->status));
	if (p != NULL && p->reason != REASON_OK && p->status != STATUS_SECURE)
		text_addf(&t, " (%s)", reason_text(p->reason));
	if (l->target != NULL)
		text_addf(&t, ", goes on at %s", report_name(s->arena, l->target, 60));
	if (l->zone != NULL)
		text_addf(&t, ", zone %s", report_name(s->arena, l->zone->name, 60));
	const char *first = l->for_ns != NULL ? "  name server  "
			    : l->from != NULL ? "  alias        "
					      : "  question     ";
	screen_wrap(s, KEEP_ALWAYS, first, t.at);
}

/* The records of the answer that was followed. */
static void add_answer(struct screen *s, const struct leg *l)
{
	const struct message *m = l->first_answer != NULL ? l->first_answer->m : NULL;
	for (uint16_t i = 0; m != NULL && i < m->answer.n; i++) {
		const struct rrset *set = &m->answer.at[i];
		for (uint16_t k = 0; k < set->n && k < 8; k++)
			screen_wrap(
				s, KEEP_ALWAYS, "    ",
				rr_text(s->arena, set->owner, set->class, set->ttl, set->type, set->rd[k]));
	}
}

void report_trace(const struct report *r, const struct style *style, struct text *out)
{
	struct screen s;
	screen_init(&s, r->arena, style);
	const struct chain *c = r->verdict->chain;
	for (uint32_t i = 0; c != NULL && i < c->zones.n; i++)
		if (c->zones.at[i]->zone->on_path || style->verbose)
			add_zone(r, &s, c->zones.at[i]);
	const struct tree *t = r->result->tree;
	for (uint32_t i = 0; i < t->legs.n; i++) {
		add_leg(r, &s, t->legs.at[i]);
		if (t->legs.at[i]->for_ns == NULL)
			add_answer(&s, t->legs.at[i]);
	}
	for (uint32_t i = 0; i < r->resolvers.n; i++)
		screen_wrap(&s, KEEP_ALWAYS, "  resolver     ", resolver_words(r, &r->resolvers.at[i]));
	screen_blank(&s);
	const struct finding *f = report_headline(r);
	screen_wrap(&s, KEEP_ALWAYS, "",
		    arena_printf(r->arena, "%s %s%s%s  (dnsvigil why %s says what to do)",
				 verdict_text(r->verdict->word), status_text(r->verdict->security),
				 f != NULL ? ", " : "", f != NULL ? finding_kind(f->id)->id : "",
				 report_name(r->arena, r->evidence->setup.name, 60)));
	screen_fit(&s, 0);
	screen_print(&s, out);
}
