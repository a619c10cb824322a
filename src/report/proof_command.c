/* proof_command -- the one packet that shows it, as a command to paste. Only plain names may stand in it (SECURITY 5g). */
#include "report/inside.h"

static const struct ask_question *asked_last(const struct report *r, bool answered)
{
	for (uint32_t i = r->servers.n; i-- > 0;) {
		const struct server *s = r->servers.at[i].server;
		for (uint32_t k = 0; k < s->looks.n; k++)
			if (s->looks.at[k]->kind == LOOK_QUESTION && s->looks.at[k]->last != NULL && (!answered || s->looks.at[k]->m != NULL))
				return &s->looks.at[k]->last->q;
	}
	return NULL;
}

/* Without a finding: the question itself, at a server of the last zone, if may be at one that says something. */
static const struct ask_question *question_to_show(const struct report *r)
{
	const struct finding *f = r->verdict->headline;
	if (f != NULL && f->proof != NULL)
		return &f->proof->q;
	const struct ask_question *q = asked_last(r, true);
	return q != NULL ? q : asked_last(r, false);
}

const char *report_proof_command(const struct report *r)
{
	const struct ask_question *q = question_to_show(r);
	if (q == NULL || q->name == NULL || !name_is_plain(q->name))
		return NULL;
	char addr[ADDR_TEXT_MAX];
	struct text t;
	text_init(&t, r->arena);
	text_addf(&t, "dig @%s ", addr_text(&q->to, addr));
	if (q->to.port != 53)
		text_addf(&t, "-p %u ", q->to.port);
	text_addf(&t, "%s %s", report_name(r->arena, q->name, NAME_TEXT_MAX), type_text(r->arena, q->type));
	text_add(&t, q->flags & ASK_DO ? " +dnssec" : "");
	text_add(&t, q->flags & ASK_RD ? "" : " +norecurse");
	text_add(&t, q->flags & ASK_CD ? " +cd" : "");
	text_add(&t, q->over == OVER_TCP ? " +tcp" : "");
	return t.at;
}
