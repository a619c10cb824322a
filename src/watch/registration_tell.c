/* registration_tell -- which registrations a zone hangs on: its own, those of its name servers' domains, of the name servers of
 * these, and so on within bounds, of the domains to which its aliases and its mail lead; and what follows from what is known of
 * them. What is not known yet is wanted from now on. */
#include "watch/registration.h"
#include "watch/inside.h"
#include "base/limits.h"
#include "dns/name.h"
#include "dns/rdata.h"
#include "dns/types.h"
#include "registry/registry.h"
#include <stdlib.h>
#include <string.h>

struct heard { const char *domain; const struct registration *r; };
struct closure {
	struct observer *o;
	struct observation *ob;
	struct wall at;
	struct registrations found;
	LIST(const char *) hosts;       /* each is followed once */
	LIST(struct heard) heard;         /* each domain is asked for once */
	int e;
};

static const struct registration *want(struct closure *c, const char *domain)
{
	bool fresh;
	struct observer *o = c->o;
	struct lookup *k = lookups_get(registration_lookups(o), domain, &fresh);
	struct registration *r = NULL;
	const char *kept = NULL;
	k->wanted_at = c->at;
	if (fresh)
		c->e = store_get(o->store, c->ob->arena, arena_printf(c->ob->arena, "rdap/%s", domain), &kept);
	if (c->e == E_OK && kept != NULL && registration_from_text(c->ob->arena, kept, strlen(kept), &r) == E_OK && r->asked_at.s <= c->at.s) {
		k->text = strdup(kept);
		if (k->text == NULL)
			abort();
		k->next_at = (struct wall){ r->asked_at.s + o->config->rdap.interval_s + lookup_place_s(k, o->config->rdap.interval_s) };
	}
	if (c->e != E_OK || k->text == NULL)
		return NULL;
	return registration_from_text(c->ob->arena, k->text, strlen(k->text), &r) == E_OK ? r : NULL;
}

/* What the registry said of exactly this name; NULL: nothing yet, or the bound is reached. */
static const struct registration *said_of(struct closure *c, const char *domain)
{
	for (uint32_t i = 0; i < c->heard.n; i++)
		if (strcmp(c->heard.at[i].domain, domain) == 0)
			return c->heard.at[i].r;
	if (c->heard.n >= LIMIT_REGISTRATIONS)
		return NULL;
	const struct registration *r = want(c, domain);
	list_push(c->ob->arena, &c->heard, (struct heard){ domain, r });
	return r;
}

/* The registration to which a name belongs: the longest that is found; the last that is not, when none is. A host is seldom itself
 * a registered domain: that is not asked for. */
static const struct registration *domain_of(struct closure *c, const char *name, bool is_host)
{
	const char *names[RDAP_TRIES];
	const struct registration *r = NULL;
	unsigned n = rdap_tries(c->ob->arena, name, names);
	for (unsigned i = is_host && n > 1 && strcmp(names[0], name) == 0 ? 1 : 0; i < n; i++) {
		r = said_of(c, names[i]);
		if (r == NULL || r->found)
			break;
	}
	return r;
}

/* Only the zone above says that there is no such domain: one whose servers are silent is delegated, one that denies a name in it
 * is there. Both are endings of one name: the zone above is the shorter. */
static bool is_denied_above(struct arena *a, const struct leg *l, const char *domain)
{
	const struct message *m = l->first_answer != NULL ? l->first_answer->m : NULL;
	return l->end == LEG_ANSWERED && m != NULL && m->rcode == RCODE_NXDOMAIN && l->zone != NULL &&
	       strlen(name_text(a, l->zone->name)) < strlen(domain);
}

/* A host whose address was looked up in vain because its own servers are silent is no host of an unregistered domain. */
static bool host_is_denied(const struct closure *c, const char *host, const char *domain)
{
	const struct tree *t = c->ob->result->tree;
	for (uint32_t i = 0; i < t->zones.n; i++)
		for (uint32_t k = 0; k < t->zones.at[i]->ns.n; k++) {
			const struct ns *n = t->zones.at[i]->ns.at[k];
			if (n->leg != NULL && strcasecmp(name_text(c->ob->arena, n->name), host) == 0 && is_denied_above(c->ob->arena, n->leg, domain))
				return true;
		}
	return false;
}

static void follow(struct closure *c, const char *host, unsigned depth)
{
	for (uint32_t i = 0; i < c->hosts.n; i++)
		if (strcmp(c->hosts.at[i], host) == 0)
			return;
	if (c->e != E_OK || c->hosts.n >= LIMIT_REGISTRATIONS)
		return;
	list_push(c->ob->arena, &c->hosts, host);
	const struct registration *r = domain_of(c, host, true);
	if (r == NULL)
		return;
	/* Of another domain's servers no address was looked up here: nothing is said against them for that. */
	list_push(c->ob->arena, &c->found.ns,
		  (struct ns_registration){ .ns = host, .domain = r, .resolves = depth > 0 || r->found || !host_is_denied(c, host, r->domain), .through_another = depth > 0 });
	for (uint32_t i = 0; r->found && depth + 1 < LIMIT_REGISTRATION_DEPTH && i < r->ns.n; i++)
		follow(c, r->ns.at[i], depth + 1);
}

/* alias: what became of it; NULL: mail. */
static void lead_to(struct closure *c, const uint8_t *host, const uint8_t *from, const struct leg *alias)
{
	const char *name = name_text(c->ob->arena, host);
	for (uint32_t i = 0; i < c->found.targets.n; i++)
		if (strcmp(c->found.targets.at[i].host, name) == 0)
			return;
	if (c->e != E_OK || c->found.targets.n >= LIMIT_REGISTRATIONS)
		return;
	const struct registration *r = domain_of(c, name, alias != NULL);       /* mail often goes to the domain's own name */
	if (r == NULL)
		return;
	bool exists = alias == NULL || !is_denied_above(c->ob->arena, alias, r->domain);
	list_push(c->ob->arena, &c->found.targets, (struct target_registration){ name, name_text(c->ob->arena, from), alias == NULL, r, exists });
}

/* Those that the look met: aliases it followed, and the MX records where these are what is watched. Of a mail host no address was
 * looked up: nothing is said against it for that. The servers of these domains are not followed. */
static void lead_on(struct closure *c)
{
	const struct tree *t = c->ob->result->tree;
	for (uint32_t i = 0; i < t->legs.n; i++) {
		const struct leg *l = t->legs.at[i];
		const struct message *m = l->first_answer != NULL ? l->first_answer->m : NULL;
		if (l->for_ns != NULL || l->depth > 0)
			continue;
		if (l->from != NULL)
			lead_to(c, l->name, l->from->name, l);
		const struct rrset *mx = l->type == TYPE_MX && l->end == LEG_ANSWERED && m != NULL ? section_find(&m->answer, l->name, TYPE_MX) : NULL;
		for (uint16_t k = 0; mx != NULL && k < mx->n; k++)
			lead_to(c, rdata_mx_name(mx->rd[k]), l->name, NULL);
	}
}

int registrations_recall(struct observer *o, const struct config_zone *z, struct wall at, const struct ladder *l, struct observation *ob)
{
	struct closure c = { .o = o, .ob = ob, .at = at };
	if (!o->config->rdap.on || o->options.http == NULL)
		return E_OK;
	c.found.own = domain_of(&c, z->zone, false);
	for (uint32_t i = 0; i < ob->snapshot->parents.n; i++)
		for (uint32_t k = 0; k < ob->snapshot->parents.at[i].ns.n; k++)
			follow(&c, ob->snapshot->parents.at[i].ns.at[k], 0);
	for (uint32_t i = 0; i < ob->snapshot->servers.n; i++)
		for (uint32_t k = 0; k < ob->snapshot->servers.at[i].ns.n; k++)
			follow(&c, ob->snapshot->servers.at[i].ns.at[k], 0);
	lead_on(&c);
	if (c.e == E_OK)
		registry_findings(ob->arena, ob->history, &c.found, l, at, &ob->outlook);
	return c.e;
}
