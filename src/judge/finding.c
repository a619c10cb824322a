/* Findings while a judgement is made: added once each, put into order at the end, and the few words around them. */
#include "judge/inside.h"
#include "base/limits.h"
#include <assert.h>

const char *verdict_text(enum verdict_word v)
{
	static const char *const text[] = { "OK", "AT RISK", "DEGRADED", "SERVFAIL", "UNKNOWN" };
	assert((unsigned)v < 5);
	return text[v];
}

const char *verdict_id(enum verdict_word v)
{
	static const char *const id[] = { "ok", "at-risk", "degraded", "servfail", "unknown" };
	assert((unsigned)v < 5);
	return id[v];
}

int verdict_exit(enum verdict_word v)
{
	static const int code[] = { 0, 1, 1, 2, 3 };
	assert((unsigned)v < 5);
	return code[v];
}

const char *severity_text(enum severity s)
{
	static const char *const text[] = { "info", "notice", "warning", "error", "critical" };
	assert((unsigned)s < 5);
	return text[s];
}

static bool same_name(const uint8_t *a, const uint8_t *b)
{
	return a == b || (a && b && name_equal(a, b));
}

static struct finding *find(struct judging *j, enum finding_id id, const struct zone *zone,
			    const uint8_t *name, uint16_t type)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++) {
		struct finding *f = &j->v->findings.at[i];
		if (f->id == id && f->zone == zone && f->type == type && same_name(f->name, name))
			return f;
	}
	return NULL;
}

/* Pointers to findings are held while others are added, so the list never moves: what does not fit is written to
 * a place of its own and lost. No honest zone comes near, and the first ones found are the weightiest. */
struct finding *finding_add(struct judging *j, enum finding_id id, const struct zone *zone,
			    const uint8_t *name, uint16_t type)
{
	struct finding *f = find(j, id, zone, name, type);
	if (f)
		return f;
	if (!j->v->findings.room) {
		j->v->findings.at = ARENA_ARRAY(j->arena, struct finding, LIMIT_FINDINGS);
		j->v->findings.room = LIMIT_FINDINGS;
	}
	f = j->v->findings.n < LIMIT_FINDINGS ? &j->v->findings.at[j->v->findings.n++]
					    : ARENA_NEW(j->arena, struct finding);
	*f = (struct finding){ .id = id,
			       .severity = finding_kind(id)->severity,
			       .role = ROLE_EXTRA,
			       .zone = zone,
			       .name = name,
			       .type = type,
			       .when = WALL_NEVER };
	return f;
}

void finding_at(struct judging *j, struct finding *f, const struct server *s)
{
	for (uint32_t i = 0; i < f->servers.n; i++)
		if (f->servers.at[i] == s)
			return;
	list_push(j->arena, &f->servers, s);
	f->n_servers = (uint16_t)f->servers.n;
	if (f->of_servers)
		return;
	f->of_servers = s->is_resolver ? (uint16_t)j->tree->resolvers.n : zone_servers_counted(j, s->zone);
}

bool finding_has(const struct judging *j, enum finding_id id, const struct zone *zone)
{
	for (uint32_t i = 0; i < j->v->findings.n; i++) {
		const struct finding *f = &j->v->findings.at[i];
		if (f->id == id && (!zone || f->zone == zone))
			return true;
	}
	return false;
}
