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
	struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++)
		if (f->id == id && f->zone == zone && f->type == type && same_name(f->name, name))
			return f;
	return NULL;
}

/* Pointers to findings are held while others are added, so the list never moves: what does not fit stands aside until
 * findings_keep(). */
static struct finding *new_finding(struct judging *j)
{
	struct verdict *v = j->v;
	if (!v->findings.room) {
		v->findings.at = ARENA_ARRAY(j->arena, struct finding, LIMIT_FINDINGS);
		v->findings.room = LIMIT_FINDINGS;
	}
	if (v->findings.n < LIMIT_FINDINGS)
		return &v->findings.at[v->findings.n++];
	struct finding *f = ARENA_NEW(j->arena, struct finding);
	if (v->findings.n + j->more.n < LIMIT_FINDINGS_WEIGHED)
		list_push(j->arena, &j->more, f);
	else
		j->unweighed++;
	return f;
}

struct finding *finding_add(struct judging *j, enum finding_id id, const struct zone *zone,
			    const uint8_t *name, uint16_t type)
{
	struct finding *f = find(j, id, zone, name, type);
	if (f)
		return f;
	f = new_finding(j);
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
	const struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++)
		if (f->id == id && (!zone || f->zone == zone))
			return true;
	return false;
}

struct finding *finding_made(const struct judging *j, uint32_t i)
{
	uint32_t n = j->v->findings.n;
	if (i < n)
		return &j->v->findings.at[i];
	return i - n < j->more.n ? j->more.at[i - n] : NULL;
}
