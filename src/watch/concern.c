/* concern -- what one look, and memory with it, say is wrong: each with the place where it is to be mended, which is what
 * incidents are grouped by. */
#include "watch/inside.h"
#include "base/fnv.h"
#include "dns/name.h"
#include "dns/text.h"
#include <string.h>

enum { SCOPE_SERVERS_MAX = 8 };

static bool by_servers(enum family f)
{
	return f == FAMILY_UNREACHABLE || f == FAMILY_LAME;
}

/* The servers themselves where they are what fails: zones that share them share the incident. */
static const char *scope_of(struct arena *a, const struct finding *f, const struct config_zone *z)
{
	char addr[ADDR_TEXT_MAX];
	if (by_servers(finding_kind(f->id)->family) && f->servers.n > 0 && f->servers.n <= SCOPE_SERVERS_MAX) {
		const struct server *sorted[SCOPE_SERVERS_MAX];
		struct text t;
		for (uint32_t i = 0; i < f->servers.n; i++) {
			uint32_t at = i;
			for (; at > 0 && addr_cmp(&f->servers.at[i]->addr, &sorted[at - 1]->addr) < 0; at--)
				sorted[at] = sorted[at - 1];
			sorted[at] = f->servers.at[i];
		}
		text_init(&t, a);
		for (uint32_t i = 0; i < f->servers.n; i++)
			text_addf(&t, "%s%s", i > 0 ? " " : "servers ", addr_text(&sorted[i]->addr, addr));
		return t.at;
	}
	return f->zone != NULL ? name_text(a, f->zone->name) : z->zone;
}

static struct concern *add(struct concerns *c, const char *finding, const char *scope, enum severity severity, enum verdict_word word)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (strcmp(c->at[i].finding, finding) == 0 && strcmp(c->at[i].scope, scope) == 0)
			return NULL;
	if (c->n == CONCERNS_MAX)
		return NULL;
	c->at[c->n] = (struct concern){ .finding = finding, .scope = scope, .severity = severity, .word = word };
	return &c->at[c->n++];
}

static enum severity severity_of(enum verdict_word word, const struct finding *f)
{
	if (word == VERDICT_SERVFAIL)
		return SEVERITY_CRITICAL;
	return f->severity < SEVERITY_WARNING ? SEVERITY_WARNING : f->severity;
}

bool is_pinned_change(const char *finding)
{
	return strcmp(finding, change_id(CHANGE_PINNED_NS)) == 0 || strcmp(finding, change_id(CHANGE_PINNED_DS)) == 0;
}

static bool any_of_servers(const struct concerns *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->at[i].f != NULL && by_servers(finding_kind(c->at[i].f->id)->family))
			return true;
	return false;
}

static bool any_breaks(const struct concerns *c)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (c->at[i].f != NULL && !by_servers(finding_kind(c->at[i].f->id)->family) &&
		    (c->at[i].word == VERDICT_SERVFAIL || c->at[i].word == VERDICT_DEGRADED))
			return true;
	return false;
}

/* One cause, one incident: a finding of this look says it already, and with what to do. The change stays an event. */
static bool is_said(const struct concerns *c, const struct change *g)
{
	switch (g->kind) {
	case CHANGE_SERVER_LOST:
		return any_of_servers(c);
	case CHANGE_DS_ADDED: case CHANGE_DS_REMOVED: case CHANGE_KEY_ADDED: case CHANGE_KEY_REMOVED: case CHANGE_KEY_ROLE:
	case CHANGE_ALGORITHM: case CHANGE_UNSIGNED: case CHANGE_SIGNED:
		return any_breaks(c);
	default:
		return false;
	}
}

/* Memory speaks of what will be, or of what caches already suffer though every server is fine. */
static enum verdict_word word_of(const struct finding *f)
{
	return f->breaks ? VERDICT_DEGRADED : VERDICT_AT_RISK;
}

static int rank(enum verdict_word w)
{
	static const int ranks[] = { [VERDICT_OK] = 0, [VERDICT_AT_RISK] = 1, [VERDICT_UNKNOWN] = 2, [VERDICT_DEGRADED] = 3, [VERDICT_SERVFAIL] = 4 };
	return ranks[w];
}

/* A single look has a fixed margin; where the habit of who signs is known, signer-late and signer-stopped speak instead. */
static bool left_to_habit(const struct observation *ob, const struct finding *f, const struct config_zone *z)
{
	return f->id == FINDING_SIG_EXPIRES_SOON && ob->outlook.habits_known && f->zone != NULL && name_equal(f->zone->name, z->name);
}

void concerns_of(struct observation *ob, const struct config_zone *z)
{
	const struct verdict *v = ob->result->verdict;
	struct concerns *c = &ob->concerns;
	*c = (struct concerns){ .word = v->word, .finding = "", .scope = "" };
	if (v->headline != NULL && v->word == VERDICT_AT_RISK && left_to_habit(ob, v->headline, z))
		c->word = VERDICT_OK;
	else if (v->headline != NULL && v->word != VERDICT_OK && v->word != VERDICT_UNKNOWN) {
		struct concern *n = add(c, finding_kind(v->headline->id)->id, scope_of(ob->arena, v->headline, z),
					severity_of(v->word, v->headline), v->word);
		n->f = v->headline;
	}
	/* What runs out does so whatever else is wrong: it must not look mended because something worse stands before it. */
	for (uint32_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.at[i];
		if (f == v->headline || f->severity < SEVERITY_WARNING || finding_kind(f->id)->family != FAMILY_TIMING || left_to_habit(ob, f, z))
			continue;
		struct concern *n = add(c, finding_kind(f->id)->id, scope_of(ob->arena, f, z), f->severity, VERDICT_AT_RISK);
		if (n != NULL)
			n->f = f;
	}
	for (uint32_t i = 0; i < ob->outlook.findings.n; i++) {
		const struct finding *f = &ob->outlook.findings.at[i];
		if (f->severity < SEVERITY_WARNING)
			continue;
		struct concern *n = add(c, finding_kind(f->id)->id, scope_of(ob->arena, f, z), f->severity, word_of(f));
		if (n != NULL)
			n->f = f;
		if (n != NULL && rank(n->word) > rank(c->word))
			c->word = n->word;
	}
	for (uint32_t i = 0; i < ob->changes.n; i++) {
		const struct change *g = &ob->changes.at[i];
		if (g->severity < SEVERITY_WARNING || g->expected || g->kind == CHANGE_VERDICT || is_said(c, g))
			continue;
		struct concern *n = add(c, change_id(g->kind), z->zone, g->severity, VERDICT_AT_RISK);
		if (n != NULL)
			n->change = g;
	}
	const struct concern *worst = NULL;
	for (uint32_t i = 0; i < c->n; i++)
		if (c->at[i].f != NULL && (worst == NULL || rank(c->at[i].word) > rank(worst->word)))
			worst = &c->at[i];
	if (worst != NULL) {
		c->finding = worst->finding;
		c->scope = worst->scope;
	}
}

/* What a user watches is meant to be there: that it is gone is told even where the proof of it is in order (INCIDENTS 1.5, 7). */
void note_absence(struct observation *ob, const struct config_zone *z, struct wall at)
{
	const struct verdict *v = ob->result->verdict;
	const struct tree *t = ob->result->tree;
	bool is_zone = z->type == 0 || z->type == TYPE_SOA, proven = v->word == VERDICT_OK || v->word == VERDICT_AT_RISK;
	const struct leg *question = t->legs.n > 0 ? t->legs.at[0] : NULL;
	const char *detail = NULL;
	if (!proven || question == NULL || question->end != LEG_ANSWERED || name_labels(z->name) == 0)
		return;
	if (v->rcode == RCODE_NXDOMAIN)
		detail = arena_printf(ob->arena, "%s says that it does not exist", name_text(ob->arena, question->zone->name));
	else if (is_zone && !name_equal(question->zone->name, z->name))
		detail = arena_printf(ob->arena, "it is no zone: %s does not delegate it", name_text(ob->arena, question->zone->name));
	if (detail == NULL)
		return;
	struct zone *zone = ARENA_NEW(ob->arena, struct zone);
	*zone = (struct zone){ .name = z->name, .parent = question->zone };
	struct finding f = { .id = FINDING_WATCHED_NAME_ABSENT, .severity = SEVERITY_CRITICAL, .role = ROLE_EXTRA, .zone = zone, .name = z->name,
			     .breaks = true, .when = WALL_NEVER, .detail = detail };
	finding_fill(ob->arena, at, &f);
	list_push(ob->arena, &ob->outlook.findings, f);
}

static uint64_t mix(uint64_t h, const char *s)
{
	return fnv_octet(fnv_text(h, s), 0xff);         /* where one ends */
}

/* Order makes no difference: the sum of each one's own. */
uint64_t concerns_hash(const struct observation *ob)
{
	uint64_t sum = 0x9e3779b97f4a7c15u + (uint64_t)ob->concerns.word;
	for (uint32_t i = 0; i < ob->concerns.n; i++)
		sum += mix(mix(FNV_BEGIN, ob->concerns.at[i].finding), ob->concerns.at[i].scope);
	for (uint32_t i = 0; i < ob->changes.n; i++)
		sum += mix(mix(FNV_BEGIN, change_id(ob->changes.at[i].kind)), ob->changes.at[i].after);
	return sum != 0 ? sum : 1;
}
