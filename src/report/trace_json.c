/* trace_json -- the walk as one object: zones with their servers, and the look-ups ("dnsvigil.trace/1"). */
#include "base/json.h"
#include "report/inside.h"

static void json_look(struct json *j, const struct look *l)
{
	json_object(j);
	json_name(j, "name", l->name);
	json_field_text(j, "type", type_text(j->out->arena, l->type));
	json_field_text(j, "rcode", l->m != NULL ? rcode_text(j->out->arena, l->m->rcode) : NULL);
	json_field_text(j, "outcome",
			l->last != NULL ? outcome_word(l->last->r.outcome, l->last->r.os_errno)
					: l->not_asked_why);
	json_field_bool(j, "aa", l->m != NULL && l->m->aa);
	json_field_bool(j, "tcp", l->via_tcp);
	json_field_int(j, "tries", l->tries.n);
	json_field_int(j, "rtt_ms", l->last != NULL ? (l->last->r.rtt_us + 500) / 1000 : 0);
	json_object_end(j);
}

static void json_trace_server(struct json *j, const struct server *s)
{
	char addr[ADDR_TEXT_MAX];
	json_object(j);
	json_name(j, "name", s->names.n > 0 ? s->names.at[0] : NULL);
	json_field_text(j, "addr", addr_text(&s->addr, addr));
	json_field_bool(j, "forbidden", s->forbidden);
	json_key(j, "asked");
	json_array(j);
	for (uint32_t i = 0; i < s->looks.n; i++)
		json_look(j, s->looks.at[i]);
	json_array_end(j);
	json_object_end(j);
}

static void json_trace_zone(struct json *j, const struct zone_proof *p)
{
	json_object(j);
	json_name(j, "zone", p->zone->name);
	json_name(j, "parent", p->zone->parent != NULL ? p->zone->parent->name : NULL);
	json_field_bool(j, "on_path", p->zone->on_path);
	json_field_text(j, "status", status_text(p->status));
	json_field_text(j, "reason", reason_id(p->reason));
	json_key(j, "ns");
	json_array(j);
	for (uint32_t i = 0; i < p->zone->ns.n; i++) {
		json_object(j);
		json_name(j, "name", p->zone->ns.at[i]->name);
		json_field_bool(j, "in_parent", p->zone->ns.at[i]->in_parent);
		json_field_bool(j, "in_child", p->zone->ns.at[i]->in_child);
		json_object_end(j);
	}
	json_array_end(j);
	json_key(j, "servers");
	json_array(j);
	for (uint32_t i = 0; i < p->zone->servers.n; i++)
		json_trace_server(j, p->zone->servers.at[i]);
	json_array_end(j);
	json_object_end(j);
}

static void json_leg(struct json *j, const struct report *r, const struct leg *l)
{
	static const char *const ends[] = { "open", "answered", "stuck", "no-servers", "loop" };
	const struct leg_proof *p = chain_leg(r->verdict->chain, l);
	json_object(j);
	json_name(j, "name", l->name);
	json_field_text(j, "type", type_text(j->out->arena, l->type));
	json_field_text(j, "for", l->for_ns != NULL ? "name-server" : l->from != NULL ? "alias" : "question");
	json_field_text(j, "end", ends[l->end]);
	json_field_text(j, "status", p != NULL ? status_text(p->status) : NULL);
	json_name(j, "zone", l->zone != NULL ? l->zone->name : NULL);
	json_name(j, "target", l->target);
	json_object_end(j);
}

void report_trace_json(const struct report *r, struct text *out)
{
	const struct chain *c = r->verdict->chain;
	const struct tree *t = r->result->tree;
	struct json j;
	json_init(&j, out, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.trace/1");
	json_name(&j, "name", r->evidence->setup.name);
	json_field_text(&j, "type", type_text(r->arena, r->evidence->setup.type));
	json_field_wall(&j, "at", r->at);
	json_field_text(&j, "verdict", verdict_id(r->verdict->word));
	json_field_text(&j, "security", status_text(r->verdict->security));
	json_chain(&j, r);
	json_key(&j, "zones");
	json_array(&j);
	for (uint32_t i = 0; c != NULL && i < c->zones.n; i++)
		json_trace_zone(&j, c->zones.at[i]);
	json_array_end(&j);
	json_key(&j, "legs");
	json_array(&j);
	for (uint32_t i = 0; i < t->legs.n; i++)
		json_leg(&j, r, t->legs.at[i]);
	json_array_end(&j);
	json_cost(&j, r);
	json_object_end(&j);
	text_add(out, "\n");
}
