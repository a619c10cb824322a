/* canaries -- zones of our own, one right and the others broken, served inside the process: if one of them is judged otherwise,
 * the observer itself is ill and must not look healthy (no dead-man ping, /readyz fails). */
#include "watch/inside.h"
#include "base/limits.h"
#include <string.h>

enum { ROUND_MAX_S = 300 };

static bool is_right(const struct canary *c, const struct verdict *v)
{
	const char *finding = v->headline != NULL && v->word != VERDICT_OK ? finding_kind(v->headline->id)->id : "";
	return strcmp(verdict_id(v->word), c->word) == 0 && strcmp(finding, c->finding) == 0;
}

static int tell_state(struct observer *o, struct wall at)
{
	struct canaries *c = &o->canaries;
	bool ill = c->any_wrong;
	o->vitals.canaries_right = !ill;
	return tell_self(o, SELF_CANARY, ill,
			 ill ? "A zone of our own, whose fault is known, was judged wrongly: this observer cannot be trusted now."
			     : "All zones of our own are judged rightly again.",
			 "restart dnsvigil; keep the log and report it", at);
}

int canaries_turn(struct observer *o, struct wall at)
{
	struct canaries *c = &o->canaries;
	bool more = true;
	if (o->options.n_canaries == 0 || !o->config->canaries)
		return E_OK;
	if (c->look == NULL) {
		if (c->next == 0 && at.s - c->round_at.s < CANARY_S)
			return E_OK;
		if (c->next == 0) {
			c->round_at = at;
			c->right = 0;
		}
		c->setup = o->options.canaries[c->next].setup;
		int e = check_start(&c->setup, o->options.canary_asker, at, &c->look);
		if (e != E_OK)
			return e;
	}
	if (!check_is_due(c->look))
		return E_OK;
	int e = check_advance(c->look, false, &more);
	if (e != E_OK || more)
		return e;
	check_judge(c->look, o->options.crypto, at);
	const struct canary *one = &o->options.canaries[c->next];
	bool right = is_right(one, check_result(c->look)->verdict);
	if (!right)
		observer_log(o, "error", "canary-wrong", one->name, "judged %s", verdict_id(check_result(c->look)->verdict->word));
	c->right += right;
	check_free(&c->look);
	c->next = (c->next + 1) % o->options.n_canaries;
	if (c->next != 0)
		return E_OK;
	c->any_wrong = c->right != o->options.n_canaries;
	if (!c->any_wrong)
		c->right_at = at;
	return tell_state(o, at);
}

void canaries_free(struct observer *o)
{
	check_free(&o->canaries.look);
}
