#include "cli/lab_expect.h"
#include "base/text.h"
#include <string.h>
#include <strings.h>

static bool has_finding(const struct verdict *v, const char *id)
{
	for (uint32_t i = 0; i < v->findings.n; i++)
		if (strcmp(finding_kind(v->findings.at[i].id)->id, id) == 0)
			return true;
	return false;
}

/* "AT-RISK" and "at-risk" are the same word. */
static bool same_verdict(const char *expected, const struct verdict *v)
{
	return strcasecmp(expected, verdict_id(v->word)) == 0;
}

static const char *unmet_root(struct arena *a, const struct world_case *c, const struct verdict *v)
{
	const char *root = v->root != NULL ? finding_kind(v->root->id)->id : NULL;
	if (c->root != NULL && strcmp(c->root, "-") == 0)
		return NULL;
	if (c->root == NULL && c->verdict != NULL && root != NULL)
		return arena_printf(a, "root cause is %s, should be none", root);
	if (c->root != NULL && (root == NULL || strcmp(root, c->root) != 0))
		return arena_printf(a, "root cause is %s, not %s", root != NULL ? root : "none", c->root);
	if (c->ede >= 0 && (root == NULL || finding_kind(v->root->id)->ede != c->ede))
		return arena_printf(a, "EDE is %d, not %d",
				    root != NULL ? finding_kind(v->root->id)->ede : -1, c->ede);
	if (c->when != NULL && (root == NULL || v->root->always != (strcmp(c->when, "always") == 0)))
		return arena_printf(a, "it does not hold %s", c->when);
	return NULL;
}

/* What shows behind the root: these in this order, or none. */
static const char *unmet_then(struct arena *a, const struct world_case *c, const struct verdict *v)
{
	if (c->verdict == NULL)
		return NULL;
	for (uint32_t i = 0; i < c->then.n || i < v->n_behind; i++) {
		const char *want = i < c->then.n ? c->then.at[i] : "nothing";
		const char *got = i < v->n_behind ? finding_kind(v->behind[i]->id)->id : "nothing";
		if (strcmp(want, got) != 0)
			return arena_printf(a, "behind it stands %s, not %s", got, want);
	}
	return NULL;
}

const char *lab_unmet(struct arena *a, const struct world_case *c, const struct verdict *v)
{
	if (c->verdict != NULL && !same_verdict(c->verdict, v))
		return arena_printf(a, "verdict is %s, not %s", verdict_text(v->word), c->verdict);
	if (c->security != NULL && strcmp(c->security, status_text(v->security)) != 0)
		return arena_printf(a, "status is %s, not %s", status_text(v->security), c->security);
	const char *root = unmet_root(a, c, v);
	for (uint32_t i = 0; root == NULL && i < c->also.n; i++)
		if (!has_finding(v, c->also.at[i]))
			root = arena_printf(a, "%s is not among the findings", c->also.at[i]);
	for (uint32_t i = 0; root == NULL && i < c->silent.n; i++)
		if (has_finding(v, c->silent.at[i]))
			root = arena_printf(a, "%s is among the findings", c->silent.at[i]);
	return root != NULL ? root : unmet_then(a, c, v);
}

const char *lab_expected(struct arena *a, const struct world_case *c)
{
	struct text t;
	text_init(&t, a);
	text_add(&t, c->verdict != NULL ? c->verdict : "anything");
	if (c->security != NULL)
		text_addf(&t, " %s", c->security);
	if (c->root != NULL)
		text_addf(&t, " %s", c->root);
	if (c->ede >= 0)
		text_addf(&t, " ede=%d", c->ede);
	if (c->when != NULL)
		text_addf(&t, " %s", c->when);
	for (uint32_t i = 0; i < c->also.n; i++)
		text_addf(&t, " also %s", c->also.at[i]);
	for (uint32_t i = 0; i < c->silent.n; i++)
		text_addf(&t, " silent %s", c->silent.at[i]);
	for (uint32_t i = 0; i < c->then.n; i++)
		text_addf(&t, " then %s", c->then.at[i]);
	return t.at;
}
