/* resolver -- a recursive resolver of the world: the true data, or what its line says. It does not validate:
 * an author says what it finds. */
#include "lab/behave.h"
#include <stdlib.h>
#include <string.h>

/* Signed down from the root (or from itself, when it is the root), as far as the world's own DS go. */
static bool is_secure(struct world *w, struct lab_zone *z)
{
	if (!z->is_signed || w->no_anchor)
		return false;
	if (z->parent == NULL)
		return true;
	return view_rrset(world_view(w, z->parent, NULL), z->name, TYPE_DS) != NULL &&
	       is_secure(w, z->parent);
}

static bool answer_is_secure(struct asked *q)
{
	for (uint32_t i = 0; i < q->answer.items.n; i++) {
		const struct item *it = &q->answer.items.at[i];
		if (it->view == NULL || !is_secure(q->w, world_zone(q->w, it->view->zone->name)))
			return false;
	}
	return q->answer.items.n > 0;
}

static void answer_data(struct asked *q, bool ad)
{
	answer_make(q->w, NULL, q->m.qname, q->m.qtype, &q->answer);
	q->answer.aa = false;
	q->how.ad = ad && answer_is_secure(q);
	if (q->answer.kind == KIND_REFERRAL || q->answer.kind == KIND_REFUSED) {
		q->answer.items.n = 0;
		q->answer.rcode = RCODE_SERVFAIL;
	}
}

static void answer_rcode(struct asked *q, uint16_t rcode)
{
	q->answer.items.n = 0;
	q->answer.rcode = rcode;
}

static bool has_word(const char *list, const char *word)
{
	const char *at = strstr(list, word);
	return at != NULL && (at == list || at[-1] == ',') && strchr(",", at[strlen(word)]) != NULL;
}

/* "noerror,ad,empty" */
static void answer_scripted(struct asked *q, const char *script)
{
	uint16_t rcode = RCODE_SERVFAIL;
	rcode_from_text(arena_printf(q->arena, "%.*s", (int)strcspn(script, ","), script), &rcode);
	if (rcode == RCODE_NOERROR && !has_word(script, "empty"))
		answer_data(q, false);
	else
		answer_rcode(q, rcode);
	q->how.ad = has_word(script, "ad");
}

static void add_ede(struct asked *q, const params *p)
{
	static const char *const keys[] = { "ede", "ede-text" };
	for (unsigned i = 0; i < 2; i++)
		if (param_has(p, keys[i]))
			list_push(q->arena, &q->manners, *param_find(p, keys[i]));
}

bool resolver_answer(struct asked *q, const struct lab_resolver *r)
{
	static const params healthy = { 0 };
	const struct param *zone = param_find(&r->p, "zone");
	const params *p = zone == NULL || name_is_under(q->m.qname, zone->names.at[0]) ? &r->p : &healthy;
	const struct param *script = param_find(p, q->m.cd ? "cd" : "normal"),
			   *block = param_find(p, "block");
	uint16_t rcode;
	q->how.ra = true;
	if (param_has(p, "silent"))
		return false;
	if (!q->m.rd) {
		answer_rcode(q, RCODE_REFUSED);
		return true;
	}
	if (script != NULL)
		answer_scripted(q, script->text);
	else if (block != NULL && rcode_from_text(block->text, &rcode))
		answer_rcode(q, rcode);
	else if (param_has(p, "dead") || (param_has(p, "servfail") && !q->m.cd))
		answer_rcode(q, RCODE_SERVFAIL);
	else
		answer_data(q, !param_has(p, "insecure") && !param_has(p, "strips") && !q->m.cd);
	if (param_has(p, "strips"))
		q->how.strip = true, q->how.do_bit = false, q->answer.dnssec = false;
	if (!q->m.cd || block != NULL || param_has(p, "dead"))
		add_ede(q, p);
	return true;
}
