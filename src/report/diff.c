/* Two snapshots side by side. A value is a line; what all servers of one kind say alike is one line, so that a key that is new
 * everywhere shows once, and one that is new at one server names it. */
#include "report/diff.h"
#include "base/json.h"
#include "dns/text.h"
#include "report/screen.h"
#include <stdlib.h>
#include <string.h>

struct value {
	const char *group, *text, *where;       /* where: "" at all of them */
};
typedef LIST(struct value) values;
struct told { const char *group, *text; unsigned n; const char *who; };        /* by n servers, the last of them who */
typedef LIST(struct told) tellings;

/* ---- the values of one snapshot ---- */

static void tell(struct arena *a, tellings *all, const char *who, const char *group, const char *text)
{
	for (uint32_t i = 0; i < all->n; i++) {
		struct told *t = &all->at[i];
		if (strcmp(t->group, group) || strcmp(t->text, text))
			continue;
		t->n++;
		t->who = arena_printf(a, "%s, %s", t->who, who);
		return;
	}
	list_push(a, all, (struct told){ .group = group, .text = text, .n = 1, .who = who });
}

static void take(struct arena *a, values *out, const tellings *all, unsigned speakers)
{
	for (uint32_t i = 0; i < all->n; i++)
		list_push(a, out,
			  (struct value){ all->at[i].group, all->at[i].text, all->at[i].n >= speakers ? "" : all->at[i].who });
}

static void add_parents(struct arena *a, const struct snapshot *s, values *out)
{
	tellings all = { 0 };
	unsigned speakers = 0;
	for (uint32_t i = 0; i < s->parents.n; i++) {
		const struct snap_parent *p = &s->parents.at[i];
		speakers += p->answered;
		if (p->asked && !p->answered)
			tell(a, &all, p->name, "parent", "silent");
		if (p->ds_known && !p->ds.n)
			tell(a, &all, p->name, "DS", "none");
		for (uint32_t k = 0; k < p->ds.n; k++) {
			const struct snap_ds *d = &p->ds.at[k];
			tell(a, &all, p->name, "DS",
			     arena_printf(a, "%u %u %u %s ttl %u%s", d->tag, d->algorithm, d->digest_type, d->digest,
					  (unsigned)p->ds_ttl, d->matched ? "" : " (names no key)"));
		}
		if (p->ns_known && !p->ns.n)
			tell(a, &all, p->name, "delegation", "none");
		for (uint32_t k = 0; k < p->ns.n; k++)
			tell(a, &all, p->name, "delegation", arena_printf(a, "%s ttl %u", p->ns.at[k], (unsigned)p->ns_ttl));
		for (uint32_t k = 0; k < p->glue.n; k++)
			tell(a, &all, p->name, "glue", p->glue.at[k]);
	}
	take(a, out, &all, speakers);
}

static const char *key_text(struct arena *a, const struct snap_server *v, const struct snap_key *k)
{
	const char *signs = k->signs_keys && k->signs_data ? "signs keys and data"
			    : k->signs_keys		     ? "signs keys"
			    : k->signs_data		     ? "signs data"
							     : "signs nothing";
	return arena_printf(a, "%u algorithm %u flags %u ttl %u, %s (%.16s...)", k->tag, k->algorithm, k->flags,
			    (unsigned)v->dnskey_ttl, signs, k->hash);
}

static void add_signatures(struct arena *a, tellings *all, const char *who, const struct snap_server *v)
{
	char until[WALL_TEXT_MAX];
	for (uint32_t k = 0; k < v->sigs.n; k++) {
		const struct snap_sig *g = &v->sigs.at[k];
		tell(a, all, who, "signatures",
		     arena_printf(a, "%s by %u until %s%s", g->rrset, g->tag, wall_text(g->expiration, until),
				  g->good ? "" : " (does not hold)"));
	}
}

static void add_of_server(struct arena *a, tellings *all, const struct snap_server *v)
{
	char ip[ADDR_TEXT_MAX];
	const char *where = arena_text(a, addr_text(&v->addr, ip));
	for (uint32_t k = 0; k < v->names.n; k++)
		tell(a, all, "", "servers", arena_printf(a, "%s %s", v->names.at[k], where));
	if (v->asked)
		tell(a, all, "", "servers",
		     arena_printf(a, "%s %s%s", where, !v->answered ? "silent" : rcode_text(a, v->rcode),
				  v->answered && !v->authoritative ? ", no authority" : ""));
	if (v->has_serial)
		tell(a, all, where, "SOA",
		     arena_printf(a, "%u refresh %u retry %u expire %u minimum %u ttl %u", (unsigned)v->serial,
				  (unsigned)v->refresh, (unsigned)v->retry, (unsigned)v->expire, (unsigned)v->minimum,
				  (unsigned)v->soa_ttl));
	if (v->dnskey_known && !v->has_dnskey)
		tell(a, all, where, "DNSKEY", "none");
	for (uint32_t k = 0; k < v->keys.n; k++)
		tell(a, all, where, "DNSKEY", key_text(a, v, &v->keys.at[k]));
	for (uint32_t k = 0; k < v->ns.n; k++)
		tell(a, all, where, "NS", arena_printf(a, "%s ttl %u", v->ns.at[k], (unsigned)v->ns_ttl));
	for (uint32_t k = 0; k < v->cds.n; k++)
		tell(a, all, where, "CDS", v->cds.at[k]);
	add_signatures(a, all, where, v);
}

static void add_servers(struct arena *a, const struct snapshot *s, values *out)
{
	tellings all = { 0 };
	unsigned speakers = 0;
	for (uint32_t i = 0; i < s->servers.n; i++) {
		speakers += s->servers.at[i].answered;
		add_of_server(a, &all, &s->servers.at[i]);
	}
	for (uint32_t i = 0; i < all.n; i++)
		if (!*all.at[i].who)
			all.at[i].n = speakers; /* says itself whom it is about */
	take(a, out, &all, speakers);
}

static values values_of(struct arena *a, const struct snapshot *s)
{
	values out = { 0 };
	list_push(a, &out,
		  (struct value){ "verdict",
				  arena_printf(a, "%s %s%s%s", verdict_text(s->word), status_text(s->security), *s->finding ? " " : "",
					       s->finding),
				  "" });
	add_parents(a, s, &out);
	add_servers(a, s, &out);
	return out;
}

static bool same(const struct value *x, const struct value *y)
{
	return !strcmp(x->group, y->group) && !strcmp(x->text, y->text) && !strcmp(x->where, y->where);
}

static values less(struct arena *a, const values *from, const values *those)
{
	values out = { 0 };
	for (uint32_t i = 0; i < from->n; i++) {
		bool found = false;
		for (uint32_t k = 0; k < those->n && !found; k++)
			found = same(&from->at[i], &those->at[k]);
		if (!found)
			list_push(a, &out, from->at[i]);
	}
	return out;
}

/* ---- for people ---- */

static const char *const groups[] = { "verdict", "parent", "delegation", "glue", "DS", "servers", "SOA",
				      "NS",	 "DNSKEY", "CDS",	 "signatures" };

static void add_values(struct screen *s, const values *v, const char *group, char sign)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i].group, group))
			screen_add(s, KEEP_ALWAYS, "%s%c %s %s%s%s%s", sign == '-' ? PAINT_RED : PAINT_GREEN, sign, group,
				   v->at[i].text, *v->at[i].where ? "  at " : "", v->at[i].where, PAINT_END);
}

static enum sign sign_of(enum severity s)
{
	return s >= SEVERITY_ERROR ? SIGN_BAD : s == SEVERITY_WARNING ? SIGN_WARN : SIGN_OK;
}

static void add_changes(struct screen *s, const changes *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		const struct change *one = &c->at[i];
		const char *text = change_text(s->arena, one);
		screen_wrap(s, KEEP_ALWAYS, arena_printf(s->arena, "%s ", sign_text(s, sign_of(one->severity))),
			    *one->why ? arena_printf(s->arena, "%s (%s: %s)", text, one->expected ? "expected" : "note", one->why)
				      : text);
	}
	if (!c->n)
		screen_add(s, KEEP_ALWAYS, "%s Nothing drifted", sign_text(s, SIGN_OK));
}

void report_diff(const struct snapshot *before, const struct snapshot *now, const changes *c, const struct style *style,
		 struct text *out)
{
	struct screen s;
	char from[WALL_TEXT_MAX], to[WALL_TEXT_MAX];
	struct arena *a = out->arena;
	values was = values_of(a, before), is = values_of(a, now);
	values gone = less(a, &was, &is), come = less(a, &is, &was);
	screen_init(&s, a, style);
	screen_add(&s, KEEP_ALWAYS, PAINT_BOLD "%s" PAINT_END "  %s .. %s", now->zone, wall_text(before->at, from),
		   wall_text(now->at, to));
	add_changes(&s, c);
	if (gone.n || come.n)
		screen_blank(&s);
	for (unsigned g = 0; g < sizeof groups / sizeof *groups; g++) {
		add_values(&s, &gone, groups[g], '-');
		add_values(&s, &come, groups[g], '+');
	}
	screen_print(&s, out);
}

/* ---- for programs ---- */

static void json_values(struct json *j, const char *key, const values *v)
{
	json_key(j, key);
	json_array(j);
	for (uint32_t i = 0; i < v->n; i++) {
		json_object(j);
		json_field_text(j, "what", v->at[i].group);
		json_field_text(j, "value", v->at[i].text);
		json_field_text(j, "where", *v->at[i].where ? v->at[i].where : NULL);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_change(struct json *j, const struct change *c)
{
	json_object(j);
	json_field_text(j, "id", change_id(c->kind));
	json_field_text(j, "severity", severity_text(c->severity));
	json_field_text(j, "text", change_text(j->out->arena, c));
	json_field_text(j, "where", *c->where ? c->where : NULL);
	json_field_text(j, "before", c->before);
	json_field_text(j, "after", c->after);
	json_field_bool(j, "expected", c->expected);
	json_field_text(j, "why", *c->why ? c->why : NULL);
	json_object_end(j);
}

static void json_side(struct json *j, const char *key, const struct snapshot *s)
{
	json_key(j, key);
	json_object(j);
	json_field_wall(j, "at", s->at);
	json_field_text(j, "verdict", verdict_id(s->word));
	json_field_text(j, "security", status_text(s->security));
	json_field_text(j, "finding", *s->finding ? s->finding : NULL);
	json_field_wall(j, "breaks_at", s->breaks_at);
	json_object_end(j);
}

void report_diff_json(const struct snapshot *before, const struct snapshot *now, const changes *c, struct text *out)
{
	struct json j;
	struct arena *a = out->arena;
	values was = values_of(a, before), is = values_of(a, now);
	values gone = less(a, &was, &is), come = less(a, &is, &was);
	json_init(&j, out, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.diff/1");
	json_field_text(&j, "zone", now->zone);
	json_side(&j, "before", before);
	json_side(&j, "after", now);
	json_key(&j, "changes");
	json_array(&j);
	for (uint32_t i = 0; i < c->n; i++)
		json_change(&j, &c->at[i]);
	json_array_end(&j);
	json_values(&j, "removed", &gone);
	json_values(&j, "added", &come);
	json_object_end(&j);
	text_add(out, "\n");
}

int report_diff_exit(const changes *c)
{
	enum severity worst = SEVERITY_INFO;
	for (uint32_t i = 0; i < c->n; i++)
		if (c->at[i].severity > worst && !c->at[i].expected)
			worst = c->at[i].severity;
	return worst >= SEVERITY_ERROR ? 2 : worst == SEVERITY_WARNING ? 1 : 0;
}
