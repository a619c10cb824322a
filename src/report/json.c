/* json -- the report as one object, docs/report.schema.json: additive changes only within dnsvigil.report/1. */
#include "base/json.h"
#include "report/inside.h"
#include <string.h>

void json_name(struct json *j, const char *key, const uint8_t *name)
{
	json_field_text(j, key, name != NULL ? name_text(j->out->arena, name) : NULL);
}

void json_lines(struct json *j, const char *key, const char *lines)
{
	json_key(j, key);
	json_array(j);
	for (const char *at = lines != NULL ? lines : ""; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		if (len > 0)
			json_text(j, arena_printf(j->out->arena, "%.*s", (int)len, at));
		at += len + (at[len] == '\n');
	}
	json_array_end(j);
}

static void json_addr(struct json *j, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	json_text(j, addr_text(a, text));
}

static void json_told(struct json *j, const struct finding *f)
{
	json_field_text(j, "finding", finding_kind(f->id)->id);
	json_name(j, "zone", f->zone != NULL ? f->zone->name : NULL);
	json_field_text(j, "text", f->text);
	json_lines(j, "fix", f->fix);
	json_lines(j, "avoid", f->avoid);
}

/* A fault that mending the cause brings to light. */
static void json_behind(struct json *j, const struct finding *f)
{
	json_object(j);
	json_told(j, f);
	json_object_end(j);
}

static void json_root_cause(struct json *j, const struct report *r)
{
	const struct finding *f = r->verdict->root;
	json_key(j, "root_cause");
	if (f == NULL) {
		json_null(j);
		return;
	}
	json_object(j);
	json_told(j, f);
	json_field_wall(j, "when", f->when);
	json_field_bool(j, "confirmed", r->verdict->confirmed);
	json_field_text(j, "unconfirmed_why", r->verdict->unconfirmed_why);
	json_field_text(j, "proof", report_proof_command(r));
	json_key(j, "then");
	json_array(j);
	for (uint8_t i = 0; i < r->verdict->n_behind; i++)
		json_behind(j, r->verdict->behind[i]);
	json_array_end(j);
	json_object_end(j);
}

static void json_finding(struct json *j, const struct finding *f)
{
	static const char *const roles[] = { "extra", "companion", "root" };
	const struct finding_kind *k = finding_kind(f->id);
	json_object(j);
	json_field_text(j, "id", k->id);
	json_field_text(j, "severity", severity_text(f->severity));
	json_field_text(j, "role", roles[f->role]);
	json_name(j, "zone", f->zone != NULL ? f->zone->name : NULL);
	json_name(j, "name", f->name);
	json_field_text(j, "type", f->type != 0 ? type_text(j->out->arena, f->type) : NULL);
	json_key(j, "servers");
	json_array(j);
	for (uint32_t i = 0; i < f->servers.n; i++)
		json_addr(j, &f->servers.at[i]->addr);
	json_array_end(j);
	json_field_int(j, "n", f->n_servers);
	json_field_int(j, "of", f->of_servers);
	json_field_bool(j, "always", f->always);
	json_field_bool(j, "breaks", f->breaks);
	json_key(j, "ede");
	if (k->ede >= 0)
		json_int(j, k->ede);
	else
		json_null(j);
	json_field_text(j, "rfc", k->rfc);
	json_field_text(j, "text", f->text);
	json_field_wall(j, "when", f->when);
	json_object_end(j);
}

static void json_ds(struct json *j, const struct ds_view *v)
{
	json_key(j, "ds");
	json_array(j);
	for (unsigned i = 0; v != NULL && i < v->n_ds; i++) {
		json_object(j);
		json_field_int(j, "tag", v->ds[i].tag);
		json_field_int(j, "algorithm", v->ds[i].algorithm);
		json_field_int(j, "digest_type", v->ds[i].digest_type);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_keys(struct json *j, const struct key_view *v)
{
	json_key(j, "keys");
	json_array(j);
	for (unsigned i = 0; v != NULL && i < v->keys.n_keys; i++) {
		const struct dnskey *k = &v->keys.keys[i];
		json_object(j);
		json_field_int(j, "tag", k->tag);
		json_field_int(j, "algorithm", k->algorithm);
		json_field_int(j, "flags", k->flags);
		json_field_bool(j, "sep", k->flags & DNSKEY_SEP);
		json_field_bool(j, "linked", v->keys.linked[i]);
		json_field_bool(j, "signs", v->keys.signs[i]);
		json_object_end(j);
	}
	json_array_end(j);
}

void json_chain(struct json *j, const struct report *r)
{
	json_key(j, "chain");
	json_array(j);
	for (uint32_t i = 0; i < r->chain.n; i++) {
		const struct zone_proof *p = r->chain.at[i].proof;
		json_object(j);
		json_name(j, "zone", p->zone->name);
		json_field_text(j, "status", status_text(r->chain.at[i].status));
		json_field_text(j, "reason", reason_id(p->reason));
		json_field_text(j, "finding",
				r->chain.at[i].broken != NULL ? finding_kind(r->chain.at[i].broken->id)->id
							      : NULL);
		json_field_bool(j, "anchored", p->anchored);
		json_ds(j, p->best_ds != NULL ? p->best_ds : p->ds.n > 0 ? &p->ds.at[0] : NULL);
		json_keys(j, p->best_keys != NULL ? p->best_keys : p->keys.n > 0 ? &p->keys.at[0] : NULL);
		json_field_wall(j, "until", p->until);
		json_object_end(j);
	}
	json_array_end(j);
}

static void json_server(struct json *j, const struct server_row *row)
{
	json_object(j);
	json_name(j, "zone", row->zone->name);
	json_name(j, "name", row->server->names.n > 0 ? row->server->names.at[0] : NULL);
	json_key(j, "names");
	json_array(j);
	for (uint32_t i = 0; i < row->server->names.n; i++)
		json_text(j, name_text(j->out->arena, row->server->names.at[i]));
	json_array_end(j);
	json_key(j, "addr");
	json_addr(j, &row->server->addr);
	json_field_text(j, "udp", row->udp);
	json_field_text(j, "tcp", row->tcp);
	json_key(j, "aa");
	if (row->answered)
		json_bool(j, row->aa);
	else
		json_null(j);
	json_field_text(j, "rcode", row->answered ? rcode_text(j->out->arena, row->rcode) : NULL);
	json_key(j, "serial");
	if (row->has_serial)
		json_int(j, row->serial);
	else
		json_null(j);
	json_key(j, "rtt_ms");
	if (row->answered)
		json_int(j, (row->rtt_us + 500) / 1000);
	else
		json_null(j);
	json_object_end(j);
}

static void json_servers(struct json *j, const struct report *r)
{
	json_key(j, "servers");
	json_array(j);
	for (uint32_t i = 0; i < r->servers.n; i++)
		json_server(j, &r->servers.at[i]);
	json_array_end(j);
}

static void json_resolver(struct json *j, const struct resolver_row *row)
{
	json_object(j);
	json_key(j, "addr");
	json_addr(j, &row->server->addr);
	json_field_text(j, "rcode", row->m != NULL ? rcode_text(j->out->arena, row->m->rcode) : NULL);
	json_field_text(j, "outcome",
			row->look != NULL && row->look->last != NULL
				? outcome_word(row->look->last->r.outcome, row->look->last->r.os_errno)
				: NULL);
	json_key(j, "ad");
	if (row->m != NULL)
		json_bool(j, row->m->ad);
	else
		json_null(j);
	json_key(j, "ede");
	json_array(j);
	for (unsigned i = 0; row->m != NULL && i < row->m->n_edes; i++) {
		const struct ede *e = &row->m->edes[i];
		json_object(j);
		json_field_int(j, "code", e->code);
		json_field_text(j, "text", escape_terminal(j->out->arena, e->text, e->text_len, 0));
		json_object_end(j);
	}
	json_array_end(j);
	json_field_text(j, "cd_rcode",
			row->m_cd != NULL ? rcode_text(j->out->arena, row->m_cd->rcode) : NULL);
	json_object_end(j);
}

void json_cost(struct json *j, const struct report *r)
{
	const struct budget *b = r->result->budget;
	json_key(j, "cost");
	json_object(j);
	json_field_int(j, "queries", r->evidence->exchanges.n);
	json_field_int(j, "verifies", (int64_t)b->used[BUDGET_VERIFIES]);
	json_field_int(j, "wall_ms", r->evidence->took_ms);
	json_field_int(j, "cpu_us", (int64_t)r->result->cpu_us);
	json_key(j, "budget_hit");
	json_array(j);
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (b->hit & (1u << i))
			json_text(j, budget_kind_text((enum budget_kind)i));
	json_array_end(j);
	json_object_end(j);
}

void report_json(const struct report *r, struct text *out)
{
	const struct verdict *v = r->verdict;
	struct json j;
	json_init(&j, out, true);
	json_object(&j);
	json_field_text(&j, "schema", "dnsvigil.report/1");
	json_field_text(&j, "engine", r->engine);
	json_name(&j, "name", r->evidence->setup.name);
	json_field_text(&j, "type", type_text(r->arena, r->evidence->setup.type));
	json_name(&j, "zone", r->chain.n > 0 ? r->chain.at[r->chain.n - 1].zone->name : NULL);
	json_field_wall(&j, "at", r->at);
	json_field_wall(&j, "collected_at", r->evidence->collected_at);
	json_field_text(&j, "verdict", verdict_id(v->word));
	json_field_text(&j, "security", status_text(v->security));
	json_field_text(&j, "rcode", rcode_text(r->arena, v->rcode));
	json_field_text(&j, "certainty", r->certainty);
	json_field_text(&j, "limited", v->limited ? (v->limited_why != NULL ? v->limited_why : "yes") : NULL);
	json_field_int(&j, "exit", r->exit);
	json_root_cause(&j, r);
	json_field_text(&j, "headline", v->headline != NULL ? finding_kind(v->headline->id)->id : NULL);
	json_key(&j, "findings");
	json_array(&j);
	for (uint32_t i = 0; i < v->findings.n; i++)
		json_finding(&j, &v->findings.at[i]);
	json_array_end(&j);
	json_chain(&j, r);
	json_servers(&j, r);
	json_key(&j, "resolvers");
	json_array(&j);
	for (uint32_t i = 0; i < r->resolvers.n; i++)
		json_resolver(&j, &r->resolvers.at[i]);
	json_array_end(&j);
	json_field_wall(&j, "breaks_at", v->breaks_at);
	json_field_int(&j, "servers_ok", v->ok_servers);
	json_field_int(&j, "servers_all", v->all_servers);
	json_cost(&j, r);
	json_memory(&j, r);
	json_object_end(&j);
	text_add(out, "\n");
}
