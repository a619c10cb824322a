/* read_case -- the clauses about asking: ask, expect, also, silent, then; records, resolvers, servers and anchors
 * besides. */
#include "lab/world.h"
#include <string.h>

static const struct shape behaviour_shapes[] = {
	{ "silent", VALUE_NONE }, { "icmp", VALUE_NONE }, { "refused", VALUE_NONE },
	{ "servfail", VALUE_NONE },
	{ "notimp", VALUE_NONE }, { "formerr", VALUE_NONE }, { "notauth", VALUE_NONE },
	{ "rcode", VALUE_TEXT },
	{ "nxdomain", VALUE_NONE }, { "empty", VALUE_NONE }, { "ede", VALUE_NUMBER },
	{ "ede-text", VALUE_TEXT },
	{ "no-aa", VALUE_NONE }, { "aa-on-referral", VALUE_NONE }, { "bare-referral", VALUE_NONE }, { "recursor", VALUE_NONE }, { "ra", VALUE_NONE }, { "upward-referral", VALUE_NONE },
	{ "self-referral", VALUE_NONE }, { "ds-referral", VALUE_NONE }, { "parking", VALUE_ADDR },
	{ "lame", VALUE_NONE },
	{ "formerr-edns", VALUE_NONE }, { "notimp-edns", VALUE_NONE }, { "badvers", VALUE_NONE },
	{ "edns1-as-0", VALUE_NONE }, { "edns1-formerr", VALUE_NONE }, { "echo-flags", VALUE_NONE },
	{ "drop-edns", VALUE_NONE },
	{ "drop-do", VALUE_NONE }, { "drop-cookie", VALUE_NONE }, { "strip-dnssec", VALUE_NONE },
	{ "ignore-edns", VALUE_NONE }, { "no-opt", VALUE_NONE }, { "gratuitous-opt", VALUE_NONE },
	{ "formerr-cookie", VALUE_NONE }, { "no-cookie", VALUE_NONE }, { "badcookie-once", VALUE_NONE },
	{ "badcookie-loop", VALUE_NONE }, { "wrong-cookie", VALUE_NONE }, { "short-cookie", VALUE_NONE }, { "truncate", VALUE_NONE },
	{ "truncate-no-opt", VALUE_NONE }, { "udp-max", VALUE_NUMBER }, { "large-lost", VALUE_NUMBER },
	{ "tcp-refuse", VALUE_NONE }, { "tcp-silent", VALUE_NONE }, { "tcp-close", VALUE_NONE },
	{ "tcp-drip", VALUE_NONE },
	{ "slow", VALUE_NUMBER }, { "loss", VALUE_NUMBER }, { "wrong-id", VALUE_NONE },
	{ "wrong-question", VALUE_NONE },
	{ "wrong-source", VALUE_MAYBE_ADDR }, { "garbage", VALUE_NONE }, { "short", VALUE_NONE },
	{ "trailing", VALUE_NONE },
	{ "garbage-first", VALUE_MAYBE_NUMBER }, { "lower-case", VALUE_NONE }, { "no-question", VALUE_NONE },
	{ "ttl", VALUE_NUMBER }, { "no-synthesis", VALUE_NONE }, { "wrong-synthesis", VALUE_NONE }, { "zero-synthesis", VALUE_NONE },
	{ "foreign-class", VALUE_NONE }, { "nsid", VALUE_TEXT },
	{ "zone", VALUE_NAMES }, { "type", VALUE_TYPES }, { "name", VALUE_NAMES }, { "over", VALUE_TEXT },
	{ "edns", VALUE_TEXT }, { "do", VALUE_TEXT }, { "cookie", VALUE_TEXT }, { "first", VALUE_NUMBER },
	{ NULL, VALUE_NONE },
};
static const struct shape resolver_shapes[] = {
	{ "good", VALUE_NONE }, { "servfail", VALUE_NONE }, { "dead", VALUE_NONE },
	{ "insecure", VALUE_NONE },
	{ "strips", VALUE_NONE }, { "block", VALUE_TEXT }, { "silent", VALUE_NONE }, { "normal", VALUE_TEXT },
	{ "cd", VALUE_TEXT }, { "ede", VALUE_NUMBER }, { "ede-text", VALUE_TEXT }, { "zone", VALUE_NAMES },
	{ NULL, VALUE_NONE },
};
static const struct shape ask_shapes[] = { { "at", VALUE_TIME }, { NULL, VALUE_NONE } };

void read_record(struct reading *r, struct world *w, const words *line)
{
	struct lab_record record = { 0 };
	const char *keyword = line->at[0].text, *at = strchr(keyword, '@');
	if (at != NULL)
		record.zone = word_name(r, at + 1, NULL);
	if (line->n < 4)
		reading_fail(r, "record NAME TTL TYPE RDATA");
	else if (!r->failed && read_rr(r, line->at[1].raw, record.zone, &record.rr))
		list_push(r->arena, &w->records, record);
}

void read_behaviour(struct reading *r, struct world *w, const words *line)
{
	struct lab_rule *rule = ARENA_NEW(r->arena, struct lab_rule);
	if (line->n < 3) {
		reading_fail(r, "server WHERE BEHAVIOUR...");
		return;
	}
	*rule = (struct lab_rule){ .where = line->at[1].text, .line = r->line };
	for (uint32_t i = 2; i < line->n && !r->failed; i++)
		param_read(r, behaviour_shapes, line->at[i].text, NULL, &rule->p);
	uint16_t rcode;
	const struct param *named = param_find(&rule->p, "rcode");
	if (!r->failed && named != NULL && !rcode_from_text(named->text, &rcode))
		reading_fail(r, "\"%s\" is no rcode", named->text);
	list_push(r->arena, &w->rules, rule);
}

void read_resolver(struct reading *r, struct world *w, const words *line)
{
	struct lab_resolver resolver = { 0 };
	if (line->n < 2 || !addr_from_text(line->at[1].text, 53, &resolver.addr)) {
		reading_fail(r, "resolver ADDR ...");
		return;
	}
	for (uint32_t i = 2; i < line->n && !r->failed; i++)
		param_read(r, resolver_shapes, line->at[i].text, NULL, &resolver.p);
	list_push(r->arena, &w->resolvers, resolver);
}

void read_anchor(struct reading *r, struct world *w, const words *line)
{
	struct lab_anchor anchor = { 0 };
	if (line->n < 2) {
		reading_fail(r, "anchor ZONE [ds|dnskey] [key=ID], anchor none, or anchor \"OWNER DS ...\"");
		return;
	}
	if (line->n == 2 && strcmp(line->at[1].text, "none") == 0) {
		w->no_anchor = true;
		return;
	}
	anchor.is_raw = strchr(line->at[1].text, ' ') != NULL;
	if (anchor.is_raw)
		read_rr(r, line->at[1].text, NULL, &anchor.rr);
	else
		anchor.zone = word_name(r, line->at[1].text, NULL);
	for (uint32_t i = 2; i < line->n && !r->failed; i++) {
		const char *word = line->at[i].text;
		if (strncmp(word, "key=", 4) == 0)
			anchor.key_id = word + 4;
		else if (strcmp(word, "dnskey") == 0)
			anchor.as_dnskey = true;
		else if (strcmp(word, "ds") != 0)
			reading_fail(r, "\"%s\" is not known here: ds, dnskey or key=ID", word);
	}
	list_push(r->arena, &w->anchors, anchor);
}

void read_ask(struct reading *r, struct world *w, const words *line)
{
	struct world_case c = { .at = w->clock, .ede = -1, .line = r->line };
	params p = { 0 };
	if (line->n < 3 || !type_from_text(line->at[2].text, &c.type)) {
		reading_fail(r, "ask NAME TYPE [at=TIME]");
		return;
	}
	c.name = word_name(r, line->at[1].text, NULL);
	for (uint32_t i = 3; i < line->n && !r->failed; i++)
		param_read(r, ask_shapes, line->at[i].text, NULL, &p);
	c.at = param_time(&p, "at", w->clock);
	list_push(r->arena, &w->cases, c);
}

static bool word_is(const char *word, const char *const *among)
{
	for (; *among != NULL; among++)
		if (strcmp(word, *among) == 0)
			return true;
	return false;
}

static struct world_case *last_case(struct reading *r, struct world *w)
{
	if (w->cases.n == 0)
		reading_fail(r, "this belongs to an `ask` before it");
	return w->cases.n > 0 ? &w->cases.at[w->cases.n - 1] : NULL;
}

void read_expect(struct reading *r, struct world *w, const words *line)
{
	static const char *const verdicts[] = { "OK", "AT-RISK", "DEGRADED", "SERVFAIL", "UNKNOWN", NULL };
	static const char *const states[] = { "secure", "insecure", "bogus", "indeterminate", NULL };
	static const char *const whens[] = { "always", "some", NULL };
	static const struct shape shapes[] = { { "ede", VALUE_NUMBER }, { NULL, VALUE_NONE } };
	struct world_case *c = last_case(r, w);
	params p = { 0 };
	if (c == NULL || line->n < 2 || !word_is(line->at[1].text, verdicts)) {
		reading_fail(r, "expect OK|AT-RISK|DEGRADED|SERVFAIL|UNKNOWN [STATUS] [FINDING] [ede=N] "
				"[always|some]");
		return;
	}
	c->verdict = line->at[1].text;
	for (uint32_t i = 2; i < line->n && !r->failed; i++) {
		const char *word = line->at[i].text;
		if (word_is(word, states) && c->security == NULL)
			c->security = word;
		else if (word_is(word, whens))
			c->when = word;
		else if (strchr(word, '=') != NULL)
			param_read(r, shapes, word, NULL, &p);
		else if (c->root == NULL)
			c->root = word;
		else
			reading_fail(r, "\"%s\": the root cause is \"%s\" already", word, c->root);
	}
	c->ede = (int)param_number(&p, "ede", -1);
}

void read_findings(struct reading *r, struct world *w, const words *line)
{
	struct world_case *c = last_case(r, w);
	for (uint32_t i = 1; c != NULL && i < line->n; i++) {
		const char *word = line->at[i].text;
		if (strcmp(line->at[0].text, "also") == 0)
			list_push(r->arena, &c->also, word);
		else if (strcmp(line->at[0].text, "then") == 0)
			list_push(r->arena, &c->then, word);
		else
			list_push(r->arena, &c->silent, word);
	}
}
