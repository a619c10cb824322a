#include "compare.h"
#include <string.h>
#include <strings.h>

static const char *root_of(const struct verdict *v)
{
	return v->root == NULL ? NULL : finding_kind(v->root->id)->id;
}

static const struct finding *finding_named(const struct verdict *v, const char *id)
{
	for (uint32_t i = 0; i < v->findings.n; i++)
		if (strcmp(finding_kind(v->findings.at[i].id)->id, id) == 0)
			return &v->findings.at[i];
	return NULL;
}

static bool same_root(const char *want, const char *got)
{
	if (want != NULL && strcmp(want, "-") == 0)
		return true;
	return want == NULL || got == NULL ? want == got : strcmp(want, got) == 0;
}

static bool same_when(const char *want, const struct finding *root)
{
	return want == NULL || (root != NULL && root->always == (strcmp(want, "always") == 0));
}

static const char *when_text(const struct finding *root)
{
	return root == NULL ? "" : root->always ? " always" : " some";
}

static void add_findings(struct text *t, const struct verdict *v)
{
	for (uint32_t i = 0; i < v->findings.n; i++)
		text_addf(t, " %s", finding_kind(v->findings.at[i].id)->id);
}

static void add_expected(struct text *t, const struct world_case *want)
{
	text_addf(t, "expected %s %s %s", want->verdict ? want->verdict : "-", want->security ? want->security : "-",
		  want->root ? want->root : "no root");
	if (want->ede >= 0)
		text_addf(t, " ede=%d", want->ede);
	if (want->when != NULL)
		text_addf(t, " %s", want->when);
}

static void add_got(struct text *t, const struct verdict *v)
{
	text_addf(t, "; got %s %s %s", verdict_id(v->word), status_text(v->security), v->root ? root_of(v) : "no root");
	if (v->root != NULL)
		text_addf(t, " ede=%d%s", finding_kind(v->root->id)->ede, when_text(v->root));
	text_add(t, "; findings:");
	add_findings(t, v);
}

/* What shows behind the root: these in this order, or none. */
static void add_then(struct text *t, const struct world_case *want, const struct verdict *got)
{
	for (uint32_t i = 0; want->verdict != NULL && (i < want->then.n || i < got->n_behind); i++) {
		const char *wanted = i < want->then.n ? want->then.at[i] : "nothing";
		const char *found = i < got->n_behind ? finding_kind(got->behind[i]->id)->id : "nothing";
		if (strcmp(wanted, found) != 0)
			text_addf(t, "%sthen %s: found %s", t->len > 0 ? "; " : "", wanted, found);
	}
}

const char *compare_case(struct arena *a, const struct world_case *want, const struct verdict *got)
{
	struct text t;
	text_init(&t, a);
	int ede = got->root == NULL ? -1 : finding_kind(got->root->id)->ede;
	bool same = (want->verdict == NULL || strcasecmp(want->verdict, verdict_id(got->word)) == 0) &&
		    (want->security == NULL || strcasecmp(want->security, status_text(got->security)) == 0) &&
		    same_root(want->root, root_of(got)) && same_when(want->when, got->root) && (want->ede < 0 || want->ede == ede);
	if (!same) {
		add_expected(&t, want);
		add_got(&t, got);
	}
	for (uint32_t i = 0; i < want->also.n; i++)
		if (finding_named(got, want->also.at[i]) == NULL)
			text_addf(&t, "%salso %s: not found", t.len > 0 ? "; " : "", want->also.at[i]);
	for (uint32_t i = 0; i < want->silent.n; i++)
		if (finding_named(got, want->silent.at[i]) != NULL)
			text_addf(&t, "%ssilent %s: found", t.len > 0 ? "; " : "", want->silent.at[i]);
	add_then(&t, want, got);
	if (same && t.len > 0)
		add_got(&t, got);
	return t.len == 0 ? NULL : t.at;
}

static void dump_finding(struct text *t, struct arena *a, const struct finding *f)
{
	char when[WALL_TEXT_MAX];
	text_addf(t, "%s %s role %d zone %s name %s type %u at %u of %u %s%s when %s numbers %u %u alg %u\n  %s\n  fix: %s\n  avoid: %s\n",
		  finding_kind(f->id)->id, severity_text(f->severity), f->role, f->zone ? name_text(a, f->zone->name) : "-",
		  f->name ? name_text(a, f->name) : "-", f->type, f->n_servers, f->of_servers, f->always ? "always" : "some",
		  f->breaks ? " breaks" : "", wall_text(f->when, when), f->number, f->number2, f->algorithm, f->text ? f->text : "-",
		  f->fix ? f->fix : "-", f->avoid ? f->avoid : "-");
}

const char *verdict_dump(struct arena *a, const struct verdict *v)
{
	struct text t;
	char at[WALL_TEXT_MAX];
	text_init(&t, a);
	text_addf(&t, "%s %s rcode %u %s ok %u of %u breaks %s confirmed %d %s\n", verdict_id(v->word), status_text(v->security), v->rcode,
		  v->limited ? (v->limited_why ? v->limited_why : "limited") : "whole", v->ok_servers, v->all_servers,
		  wall_text(v->breaks_at, at), v->confirmed, v->unconfirmed_why ? v->unconfirmed_why : "");
	for (uint32_t i = 0; i < v->findings.n; i++)
		dump_finding(&t, a, &v->findings.at[i]);
	for (uint8_t i = 0; i < v->n_behind; i++)
		dump_finding(&t, a, v->behind[i]);
	return t.at;
}

const char *budget_overrun(struct arena *a, const struct budget *b)
{
	for (unsigned k = 0; k < BUDGET_KINDS; k++)
		if (k != BUDGET_WALL_MS && b->used[k] > b->limit[k])
			return arena_printf(a, "budget: %s %llu of %llu", budget_kind_text(k), (unsigned long long)b->used[k],
					    (unsigned long long)b->limit[k]);
	return NULL;
}
