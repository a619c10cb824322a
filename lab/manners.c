/* manners -- the `server` lines that fit a question, put together to what its server does with it. */
#include "lab/behave.h"
#include <string.h>

bool behaves(const struct asked *q, const char *word)
{
	return param_has(&q->manners, word);
}

static bool flag_fits(const params *p, const char *key, bool is)
{
	const struct param *found = param_find(p, key);
	return found == NULL || (strcmp(found->text, "yes") == 0) == is;
}

static bool over_fits(const params *p, enum transport over)
{
	const struct param *found = param_find(p, "over");
	return found == NULL || (strcmp(found->text, "tcp") == 0) == (over == OVER_TCP);
}

static bool rule_fits(const struct asked *q, const struct lab_rule *rule)
{
	const params *p = &rule->p;
	const struct param *zone = param_find(p, "zone"), *type = param_find(p, "type"),
			   *name = param_find(p, "name");
	if (!addrs_have(&rule->addrs, &q->server) || !over_fits(p, q->over))
		return false;
	if (zone != NULL && (q->zone == NULL ? !name_is_under(q->m.qname, zone->names.at[0])
					     : !param_names_has(zone, q->zone->name)))
		return false;
	if ((type != NULL && !param_types_has(type, q->m.qtype)) ||
	    (name != NULL && !param_names_has(name, q->m.qname)))
		return false;
	return flag_fits(p, "edns", q->m.has_edns) && flag_fits(p, "do", q->m.do_bit) &&
	       flag_fits(p, "cookie", q->cookie != NULL);
}

bool manners_collect(struct asked *q)
{
	bool arrives = true;
	for (uint32_t i = 0; i < q->w->rules.n; i++) {
		struct lab_rule *rule = q->w->rules.at[i];
		if (!rule_fits(q, rule))
			continue;
		rule->met++;
		if (param_has(&rule->p, "first") && rule->met > param_number(&rule->p, "first", 0))
			continue;
		for (uint32_t k = 0; k < rule->p.n; k++)
			list_push(q->arena, &q->manners, rule->p.at[k]);
		rule->lost += (uint32_t)param_number(&rule->p, "loss", 0);
		if (rule->lost >= 100) {
			rule->lost -= 100;
			arrives = false;
		}
	}
	return arrives;
}
