/* A look that asked less than the last one, or was told less, filled in from it. */
#include "foresee/snapshot_words.h"
#include <string.h>

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->port == b->port && !memcmp(a->ip, b->ip, sizeof a->ip);
}

static const struct snap_parent *parent_in(const struct snapshot *s, const struct addr *addr)
{
	for (uint32_t i = 0; i < s->parents.n; i++)
		if (same_addr(&s->parents.at[i].addr, addr))
			return &s->parents.at[i];
	return NULL;
}

static const struct snap_server *server_in(const struct snapshot *s, const struct addr *addr)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		if (same_addr(&s->servers.at[i].addr, addr))
			return &s->servers.at[i];
	return NULL;
}

static void complete_parent(struct snap_parent *p, const struct snap_parent *last)
{
	if (!p->asked) {
		p->asked = last->asked;
		p->answered = last->answered;
	}
	if (!p->ds_known && last->ds_known) {
		p->ds_known = true;
		memcpy(&p->ds, &last->ds, sizeof p->ds);
		p->ds_ttl = last->ds_ttl;
	}
	if (!p->ns_known && last->ns_known) {
		p->ns_known = true;
		memcpy(&p->ns, &last->ns, sizeof p->ns);
		memcpy(&p->glue, &last->glue, sizeof p->glue);
		p->ns_ttl = last->ns_ttl;
	}
	p->neg_ttl = p->neg_ttl ? p->neg_ttl : last->neg_ttl;
}

/* A known parent server of which nothing was heard now, for no question came so far. */
static struct snap_parent unheard_parent(const struct snap_parent *last)
{
	struct snap_parent p = { .addr = last->addr, .name = last->name, .asked = true };
	return p;
}

static bool has_label(const struct snap_server *v, const char *label)
{
	for (uint32_t i = 0; i < v->sigs.n; i++)
		if (!strcmp(v->sigs.at[i].rrset, label))
			return true;
	return false;
}

/* RRsets that this look did not see keep their signatures, and with them what the keys sign. */
static void complete_sigs(struct arena *a, struct snap_server *v, const struct snap_server *last)
{
	struct snap_server seen = *v;
	for (uint32_t i = 0; i < last->sigs.n; i++)
		if (!has_label(&seen, last->sigs.at[i].rrset))
			list_push(a, &v->sigs, last->sigs.at[i]);
	for (uint32_t i = seen.sigs.n; i < v->sigs.n; i++)
		for (uint32_t k = 0; v->sigs.at[i].good && k < v->keys.n; k++)
			if (v->keys.at[k].tag == v->sigs.at[i].tag && v->keys.at[k].algorithm == v->sigs.at[i].algorithm)
				v->keys.at[k].signs_data |= strcmp(v->sigs.at[i].rrset, "DNSKEY") != 0;
}

static void complete_keys(struct arena *a, struct snap_server *v, const struct snap_server *last)
{
	if (v->dnskey_known || !last->dnskey_known)
		return;
	v->dnskey_known = true;
	v->has_dnskey = last->has_dnskey;
	v->dnskey_ttl = last->dnskey_ttl;
	memset(&v->keys, 0, sizeof v->keys);
	for (uint32_t i = 0; i < last->keys.n; i++)
		list_push(a, &v->keys, last->keys.at[i]);
}

static void complete_soa(struct snap_server *v, const struct snap_server *last)
{
	if (v->has_serial || !last->has_serial)
		return;
	v->has_serial = true;
	v->serial = last->serial;
	v->refresh = last->refresh;
	v->retry = last->retry;
	v->expire = last->expire;
	v->minimum = last->minimum;
	v->soa_ttl = last->soa_ttl;
}

static void complete_server(struct arena *a, struct snap_server *v, const struct snap_server *last)
{
	if (!v->asked) {
		v->asked = last->asked;
		v->answered = last->answered;
		v->authoritative = last->authoritative;
		v->rcode = last->rcode;
	}
	if (!v->tcp_known) {
		v->tcp_known = last->tcp_known;
		v->tcp_ok = last->tcp_ok;
	}
	complete_soa(v, last);
	complete_keys(a, v, last);
	complete_sigs(a, v, last);
	if (!v->ns_known && last->ns_known) {
		v->ns_known = true;
		memcpy(&v->ns, &last->ns, sizeof v->ns);
		v->ns_ttl = last->ns_ttl;
	}
	if (!v->cds_known && last->cds_known) {
		v->cds_known = true;
		memcpy(&v->cds, &last->cds, sizeof v->cds);
	}
	v->data_ttl = v->data_ttl ? v->data_ttl : last->data_ttl;
}

void snapshot_complete(struct arena *a, struct snapshot *now, const struct snapshot *last)
{
	if (strcmp(now->zone, last->zone))
		return;
	if (!now->parents.n)    /* the walk did not come so far down */
		for (uint32_t i = 0; i < last->parents.n; i++)
			list_push(a, &now->parents, unheard_parent(&last->parents.at[i]));
	for (uint32_t i = 0; i < now->parents.n; i++) {
		const struct snap_parent *was = parent_in(last, &now->parents.at[i].addr);
		if (was)
			complete_parent(&now->parents.at[i], was);
	}
	for (uint32_t i = 0; i < now->servers.n; i++) {
		const struct snap_server *was = server_in(last, &now->servers.at[i].addr);
		if (was)
			complete_server(a, &now->servers.at[i], was);
	}
	snapshot_sort(now);
}
