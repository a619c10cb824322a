/* Which edits would mend a finding, and whether they do: shown by judging the same evidence again as if mended. */
#include "judge/inside.h"

struct remedy remedy_of(const struct finding *f)
{
	switch (finding_kind(f->id)->family) {
	case FAMILY_ANCHOR: return (struct remedy){ { EDIT_ANCHOR }, 1 };
	case FAMILY_PARENT: return (struct remedy){ { EDIT_RESIGN, EDIT_SERVE_ALL, EDIT_KEYS_RESTORE }, 3 };
	case FAMILY_NO_DNSSEC_SERVED: return (struct remedy){ { EDIT_SERVE_DNSSEC, EDIT_SERVE_ALL }, 2 };
	case FAMILY_DNSKEY_NOT_RETRIEVED:
		return (struct remedy){ { EDIT_SERVE_DNSSEC, EDIT_KEYS_RESTORE, EDIT_SERVE_ALL }, 3 };
	case FAMILY_DS: return (struct remedy){ { EDIT_DS_FROM_KEYS, EDIT_DS_REMOVE, EDIT_KEYS_RESTORE }, 3 };
	case FAMILY_DNSKEY_SIGNATURE:
		return (struct remedy){ { EDIT_RESIGN, EDIT_KEYS_RESTORE, EDIT_DS_FROM_KEYS }, 3 };
	case FAMILY_DATA_SIGNATURE: return (struct remedy){ { EDIT_RESIGN, EDIT_KEYS_RESTORE }, 2 };
	case FAMILY_DENIAL:
	case FAMILY_TIMING: return (struct remedy){ { EDIT_RESIGN }, 1 };
	case FAMILY_UNREACHABLE: return (struct remedy){ { EDIT_SERVE_DNSSEC, EDIT_SERVE_ALL }, 2 };
	case FAMILY_LAME:
	case FAMILY_NS_NAMES:
	case FAMILY_SERVERS_DIFFER: return (struct remedy){ { EDIT_SERVE_ALL }, 1 };
	default: return (struct remedy){ .n = 0 };
	}
}

static struct edits *edit_one(struct judging *j, enum edit_kind kind, const struct finding *f)
{
	struct edits *e = ARENA_NEW(j->arena, struct edits);
	e->n = 1;
	e->at[0] = (struct edit){ .kind = kind, .zone = f->zone->name };
	return e;
}

/* Without the servers where it shows: only when others remain. NULL when they are too many. */
static struct edits *edit_drop(struct judging *j, const struct finding *f)
{
	struct edits *e = ARENA_NEW(j->arena, struct edits);
	uint32_t most = sizeof e->at / sizeof *e->at;
	if (!f->servers.n || f->servers.n > most || f->servers.n >= f->of_servers)
		return NULL;
	for (uint32_t i = 0; i < f->servers.n; i++)
		if (f->servers.at[i]->zone)
			e->at[e->n++] = (struct edit){ EDIT_DROP_SERVER, f->servers.at[i]->zone->name,
						       f->servers.at[i]->addr };
	return e->n ? e : NULL;
}

static bool still_there(const struct verdict *v, const struct finding *f)
{
	for (uint32_t i = 0; i < v->findings.n; i++) {
		const struct finding *other = &v->findings.at[i];
		if (other->id == f->id && other->zone == f->zone && other->breaks)
			return true;
	}
	return false;
}

static bool heals(const struct rejudge *again, const struct verdict *before, const struct finding *f,
		  const struct edits *e)
{
	const struct verdict *after = judge_once(again->j, again->at, e);
	if (after->word < before->word)
		return true;
	/* Other weaknesses may remain; this one is gone. */
	return before->word == VERDICT_DEGRADED && after->word == VERDICT_DEGRADED && !still_there(after, f);
}

bool repair_may_judge(const struct rejudge *again)
{
	return budget_spend(again->j->budget, BUDGET_JUDGEMENTS, 1);
}

const struct edits *repair_find(const struct rejudge *again, struct judging *j, const struct finding *f)
{
	struct remedy r = remedy_of(f);
	if (!f->zone)
		return NULL;
	struct edits *drop = j->v->word == VERDICT_DEGRADED ? edit_drop(j, f) : NULL;
	if (drop && repair_may_judge(again) && heals(again, j->v, f, drop))
		return drop;
	for (uint8_t i = 0; i < r.n; i++) {
		struct edits *e = edit_one(j, r.kind[i], f);
		if (repair_may_judge(again) && heals(again, j->v, f, e))
			return e;
	}
	return NULL;
}

bool repair_leaves_no_data(const struct finding *f)
{
	enum family family = finding_kind(f->id)->family;
	return family == FAMILY_UNREACHABLE || family == FAMILY_LAME || family == FAMILY_NS_NAMES ||
	       family == FAMILY_NOT_DELEGATED || family == FAMILY_NO_DNSSEC_SERVED ||
	       family == FAMILY_DNSKEY_NOT_RETRIEVED;
}
