/* findings -- what a registration means for a zone: when it ends, that it is held back, that it will be deleted, that the registry
 * has other DS or NS records than the parent serves; and the same of the domains in which its name servers stand, for whoever
 * registers one of those answers for the zone; and of those to which its aliases and its mail lead (INCIDENTS 1.3, 4.6). */
#include "registry/registry.h"
#include "base/limits.h"
#include "dns/name.h"
#include "dns/text.h"
#include <assert.h>
#include <string.h>

enum {
	DAY = 86400,
	CRITICAL_S = 7 * DAY,
	/* A registry's database is ahead of its zone by minutes to hours: only what has differed for so long is told. */
	PUBLICATION_S = 6 * 3600,
};

static struct finding about(struct arena *a, const char *domain, enum finding_id id)
{
	const char *why;
	struct zone *zone = ARENA_NEW(a, struct zone);
	zone->name = name_from_text(a, domain, &why);
	assert(zone->name != NULL);
	return (struct finding){ .id = id, .severity = finding_kind(id)->severity, .role = ROLE_EXTRA, .zone = zone, .name = zone->name, .when = WALL_NEVER };
}

static void tell(struct arena *a, struct wall at, struct outlook *out, struct finding f)
{
	finding_fill(a, at, &f);
	list_push(a, &out->findings, f);
}

/* "; registrar Example Ltd., as told on 2026-03-01". */
static const char *source(struct arena *a, const struct registration *r)
{
	char when[WALL_TEXT_MAX];
	wall_text(r->asked_at, when);
	return arena_printf(a, "%s%s; as the registry told on %.10s", *r->registrar != '\0' ? "; registrar " : "", r->registrar, when);
}

enum state { STATE_GOOD, STATE_HOLD, STATE_PENDING_DELETE, STATE_REDEMPTION };

/* What can still be restored carries pendingDelete too (RFC 3915 3.1: the RGP status tells which it is). */
static enum state state_of(const struct registration *r)
{
	if ((r->status & (EPP_REDEMPTION_PERIOD | EPP_PENDING_RESTORE)) != 0)
		return STATE_REDEMPTION;
	if ((r->status & EPP_PENDING_DELETE) != 0)
		return STATE_PENDING_DELETE;
	return (r->status & (EPP_CLIENT_HOLD | EPP_SERVER_HOLD)) != 0 ? STATE_HOLD : STATE_GOOD;
}

struct rows { enum finding_id expires, on_hold, pending_delete, redemption, unregistered; };
static const struct rows own_rows = { FINDING_REGISTRATION_EXPIRES, FINDING_REGISTRATION_ON_HOLD, FINDING_REGISTRATION_PENDING_DELETE,
				      FINDING_REGISTRATION_REDEMPTION, FINDING_KINDS /* it is delegated */ };
static const struct rows ns_rows = { FINDING_NS_DOMAIN_EXPIRES, FINDING_NS_DOMAIN_ON_HOLD, FINDING_NS_DOMAIN_PENDING_DELETE,
				     FINDING_NS_DOMAIN_ON_HOLD, FINDING_NS_DOMAIN_UNREGISTERED };
static const struct rows target_rows = { FINDING_TARGET_DOMAIN_EXPIRES, FINDING_TARGET_DOMAIN_ON_HOLD, FINDING_TARGET_DOMAIN_PENDING_DELETE,
					 FINDING_TARGET_DOMAIN_ON_HOLD, FINDING_TARGET_DOMAIN_UNREGISTERED };

static enum finding_id row_of(const struct rows *rows, enum state s)
{
	return s == STATE_HOLD ? rows->on_hold : s == STATE_PENDING_DELETE ? rows->pending_delete : rows->redemption;
}

static const char *expiry_words(struct arena *a, const struct registration *r, struct wall at)
{
	char distance[WALL_TEXT_MAX];
	const char *text = distance_text(r->expires_at.s - at.s, distance);
	return r->expires_at.s > at.s ? arena_printf(a, "in %s%s", text, source(a, r)) : arena_printf(a, "that was %s ago%s", text, source(a, r));
}

static int64_t highest(const struct ladder *l)
{
	int64_t most = CRITICAL_S;
	for (unsigned i = 0; i < l->n; i++)
		most = l->rungs_s[i] > most ? l->rungs_s[i] : most;
	return most;
}

/* The gravest that its registration says of a domain, and nothing where it is well. */
static bool judged(struct arena *a, const struct registration *r, const struct rows *rows, const struct ladder *l, struct wall at,
		   struct finding *f)
{
	enum state state = state_of(r);
	if (state != STATE_GOOD) {
		*f = about(a, r->domain, row_of(rows, state));
		f->detail = arena_printf(a, "%s%s", epp_status_text(a, r->status & ~(uint32_t)EPP_AUTO_RENEW_PERIOD), source(a, r));
		return true;
	}
	if (r->expires_at.s == INT64_MAX || r->expires_at.s - at.s > highest(l))
		return false;
	*f = about(a, r->domain, rows->expires);
	f->severity = r->expires_at.s - at.s <= CRITICAL_S ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	f->when = r->expires_at;
	f->detail = expiry_words(a, r, at);
	return true;
}

/* ---- the registry against what the parent serves ---- */

static bool same_texts(const char *const *a, uint32_t n, const char *const *b, uint32_t m)
{
	if (n != m)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

/* The digests are compared as sets: each side is sorted in its own way. */
static bool same_ds(const struct snap_ds *a, uint32_t n, const struct snap_ds *b, uint32_t m)
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < m; k++)
			found += a[i].tag == b[k].tag && a[i].algorithm == b[k].algorithm && a[i].digest_type == b[k].digest_type &&
				 strcmp(a[i].digest, b[k].digest) == 0;
	return n == m && found == n;
}

enum told { TOLD_DS, TOLD_NS };

static bool tells(const struct snap_parent *p, enum told what)
{
	return what == TOLD_DS ? p->ds_known : p->ns_known && p->ns.n > 0;
}

static bool agrees(const struct registration *r, const struct snap_parent *p, enum told what)
{
	return what == TOLD_DS ? same_ds(r->ds.at, r->ds.n, p->ds.at, p->ds.n) : same_texts(r->ns.at, r->ns.n, p->ns.at, p->ns.n);
}

static const struct snap_parent *first_telling(const struct snapshot *s, enum told what)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		if (tells(&s->parents.at[i], what))
			return &s->parents.at[i];
	return NULL;
}

/* Since when the parent has told what it tells now. */
static struct wall told_since(const struct history *h, enum told what, const struct snap_parent *now)
{
	struct wall since = h->pasts.at[h->pasts.n - 1].from;
	for (uint32_t i = h->pasts.n - 1; i > 0; i--) {
		const struct snap_parent *p = first_telling(h->pasts.at[i - 1].s, what);
		if (p == NULL || !(what == TOLD_DS ? same_ds(p->ds.at, p->ds.n, now->ds.at, now->ds.n)
						   : same_texts(p->ns.at, p->ns.n, now->ns.at, now->ns.n)))
			break;
		since = h->pasts.at[i - 1].from;
	}
	return since;
}

/* A server of the parent that tells otherwise, when none agrees: as it was already when the registry was asked (what changed since
 * then is news to us, not to the registry), and for longer than a publication takes. Else NULL. */
static const struct snap_parent *differs(const struct registration *r, const struct history *h, enum told what, struct wall at)
{
	const struct snapshot *now = h->pasts.at[h->pasts.n - 1].s;
	const struct snap_parent *p = first_telling(now, what);
	if (p == NULL || at.s - r->asked_at.s < PUBLICATION_S || told_since(h, what, p).s > r->asked_at.s)
		return NULL;
	for (uint32_t i = 0; i < now->parents.n; i++)
		if (tells(&now->parents.at[i], what) && agrees(r, &now->parents.at[i], what))
			return NULL;
	return p;
}

static const char *ds_words(struct arena *a, const struct snap_ds *at, uint32_t n)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t i = 0; i < n && i < 4; i++)
		text_addf(&t, "%s%u %u %u %.8s...", i > 0 ? ", " : "", at[i].tag, at[i].algorithm, at[i].digest_type, at[i].digest);
	if (n > 4)
		text_addf(&t, " and %u more", n - 4);
	return n > 0 ? t.at : "no DS";
}

static const char *ns_words(struct arena *a, const char *const *at, uint32_t n)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t i = 0; i < n && i < 6; i++)
		text_addf(&t, "%s%s", i > 0 ? " " : "", at[i]);
	if (n > 6)
		text_addf(&t, " and %u more", n - 6);
	return n > 0 ? t.at : "none";
}

static void tell_differences(struct arena *a, const struct history *h, const struct registration *r, struct wall at, struct outlook *out)
{
	if (h->pasts.n == 0 || strcmp(r->domain, h->zone) != 0 || state_of(r) != STATE_GOOD)
		return;
	const struct snap_parent *ds = r->ds_known ? differs(r, h, TOLD_DS, at) : NULL;
	const struct snap_parent *ns = r->ns_known && r->ns.n > 0 ? differs(r, h, TOLD_NS, at) : NULL;
	if (ds != NULL) {
		struct finding f = about(a, r->domain, FINDING_REGISTRY_DS_DIFFERS);
		f.detail = arena_printf(a, "the registry has %s, the parent serves %s%s", ds_words(a, r->ds.at, r->ds.n),
					ds_words(a, ds->ds.at, ds->ds.n), source(a, r));
		tell(a, at, out, f);
	}
	if (ns != NULL) {
		struct finding f = about(a, r->domain, FINDING_REGISTRY_NS_DIFFERS);
		f.detail = arena_printf(a, "the registry has %s, the parent serves %s%s", ns_words(a, r->ns.at, r->ns.n),
					ns_words(a, ns->ns.at, ns->ns.n), source(a, r));
		tell(a, at, out, f);
	}
}

/* ---- the domains of its name servers, and of what its aliases and mail lead to ---- */

static bool told_already(const struct outlook *out, uint32_t from, const struct finding *f)
{
	for (uint32_t i = from; i < out->findings.n; i++)
		if (out->findings.at[i].id == f->id && name_equal(out->findings.at[i].zone->name, f->zone->name))
			return true;
	return false;
}

/* Of another's domain in which a host stands; that the registry knows no such domain is not believed where the host exists. */
static bool judged_other(struct arena *a, const struct registration *r, const struct rows *rows, bool exists, const struct ladder *l,
			 struct wall at, struct finding *f)
{
	if (r->found)
		return judged(a, r, rows, l, at, f);
	if (exists)
		return false;
	*f = about(a, r->domain, rows->unregistered);
	f->detail = arena_printf(a, "the registry does not know it%s", source(a, r));
	return true;
}

static void tell_of_host(struct arena *a, const char *host, struct finding f, struct wall at, uint32_t from, struct outlook *out)
{
	const char *why;
	f.ns_name = name_from_text(a, host, &why);
	assert(f.ns_name != NULL);
	if (!told_already(out, from, &f))
		tell(a, at, out, f);
}

static bool is_own(const struct registration *own, const struct registration *r)
{
	return own != NULL && strcmp(own->domain, r->domain) == 0;      /* said of the zone itself */
}

static void tell_of_ns(struct arena *a, const struct ns_registration *n, const struct registration *own, const struct ladder *l, struct wall at,
		       uint32_t from, struct outlook *out)
{
	struct finding f;
	if (is_own(own, n->domain) || !judged_other(a, n->domain, &ns_rows, n->resolves, l, at, &f))
		return;
	if (n->through_another)
		f.detail = arena_printf(a, "%s; it serves a domain in which another name server stands", f.detail);
	tell_of_host(a, n->ns, f, at, from, out);
}

static void tell_of_target(struct arena *a, const struct target_registration *t, const struct registration *own, const struct ladder *l,
			   struct wall at, uint32_t from, struct outlook *out)
{
	struct finding f;
	if (is_own(own, t->domain) || !judged_other(a, t->domain, &target_rows, t->exists, l, at, &f))
		return;
	f.detail = arena_printf(a, "%s; %s of %s leads there", f.detail, t->mail ? "the mail (MX)" : "an alias (CNAME)", t->from);
	tell_of_host(a, t->host, f, at, from, out);
}

void registry_findings(struct arena *a, const struct history *h, const struct registrations *r, const struct ladder *l, struct wall at,
		       struct outlook *out)
{
	struct finding f;
	uint32_t from = out->findings.n;
	if (r->own != NULL && r->own->found) {
		if (judged(a, r->own, &own_rows, l, at, &f)) {
			f.breaks = f.id != FINDING_REGISTRATION_EXPIRES;        /* the registry publishes nothing of it */
			f.always = f.breaks;
			tell(a, at, out, f);
		}
		if (r->own->expires_at.s > at.s && r->own->expires_at.s < out->breaks_at.s && state_of(r->own) == STATE_GOOD &&
		    r->own->expires_at.s - at.s <= highest(l))
			out->breaks_at = r->own->expires_at;
		tell_differences(a, h, r->own, at, out);
	}
	for (uint32_t i = 0; i < r->ns.n && i < LIMIT_REGISTRATIONS; i++)
		tell_of_ns(a, &r->ns.at[i], r->own, l, at, from, out);
	for (uint32_t i = 0; i < r->targets.n && i < LIMIT_REGISTRATIONS; i++)
		tell_of_target(a, &r->targets.at[i], r->own, l, at, from, out);
}
