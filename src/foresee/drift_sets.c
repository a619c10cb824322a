/* Sets that several servers tell. A server that is silent now takes nothing away, and one that was not heard before adds
 * nothing: else each loss of a packet would be a change of keys. One that is no longer listed, or newly listed, counts. */
#include "foresee/drift.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>

struct change *drift_note(struct drift *d, enum change_kind kind, enum severity severity, const char *where, const char *before,
			  const char *after)
{
	list_push(d->a, d->out,
		  (struct change){ .kind = kind, .severity = severity, .where = where, .before = before, .after = after, .why = "" });
	return &d->out->at[d->out->n - 1];
}

bool addr_same(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->port == b->port && !memcmp(a->ip, b->ip, sizeof a->ip);
}

bool words_have(const words *w, const char *item)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (!strcmp(w->at[i], item))
			return true;
	return false;
}

bool words_meet(const words *a, const words *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (words_have(b, a->at[i]))
			return true;
	return false;
}

bool words_same(const words *a, const words *b)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (!words_have(b, a->at[i]))
			return false;
	for (uint32_t i = 0; i < b->n; i++)
		if (!words_have(a, b->at[i]))
			return false;
	return true;
}

const char *words_joined(struct arena *a, const words *w)
{
	struct text t;
	text_init(&t, a);
	for (uint32_t i = 0; i < w->n; i++)
		text_addf(&t, "%s%s", i ? ", " : "", w->at[i]);
	return t.at;
}

/* ---- who says what ---- */

const char *drift_who(struct arena *a, const struct snap_server *v)
{
	char ip[ADDR_TEXT_MAX];
	addr_text(&v->addr, ip);
	return v->names.n ? arena_printf(a, "%s (%s)", v->names.at[0], ip) : arena_text(a, ip);
}

static struct voice of_parent(struct arena *a, const struct snap_parent *p, enum matter of)
{
	char ip[ADDR_TEXT_MAX];
	struct voice v = { .addr = p->addr, .answered = p->answered, .known = of == MATTER_DS ? p->ds_known : p->ns_known };
	addr_text(&p->addr, ip);
	v.who = strcmp(p->name, ip) ? arena_printf(a, "%s (%s)", p->name, ip) : p->name;
	v.ttl = of == MATTER_DS ? (p->ds.n ? p->ds_ttl : 0) : p->ns_ttl;
	for (uint32_t i = 0; of == MATTER_DS && i < p->ds.n; i++) {
		const struct snap_ds *d = &p->ds.at[i];
		list_push(a, &v.items, arena_printf(a, "%u %u %u %s", d->tag, d->algorithm, d->digest_type, d->digest));
	}
	for (uint32_t i = 0; of == MATTER_NS_PARENT && i < p->ns.n; i++)
		list_push(a, &v.items, p->ns.at[i]);
	for (uint32_t i = 0; of == MATTER_GLUE && i < p->glue.n; i++)
		list_push(a, &v.items, p->glue.at[i]);
	return v;
}

static struct voice of_server(struct arena *a, const struct snap_server *s, enum matter of)
{
	struct voice v = { .addr = s->addr, .who = drift_who(a, s), .answered = s->answered };
	v.known = of == MATTER_KEYS ? s->dnskey_known : of == MATTER_NS_CHILD ? s->ns_known : s->cds_known;
	v.ttl = of == MATTER_KEYS ? s->dnskey_ttl : of == MATTER_NS_CHILD ? s->ns_ttl : 0;
	for (uint32_t i = 0; of == MATTER_KEYS && i < s->keys.n; i++)
		list_push(a, &v.items, s->keys.at[i].hash);
	for (uint32_t i = 0; of == MATTER_NS_CHILD && i < s->ns.n; i++)
		list_push(a, &v.items, s->ns.at[i]);
	for (uint32_t i = 0; of == MATTER_CDS && i < s->cds.n; i++)
		list_push(a, &v.items, s->cds.at[i]);
	return v;
}

voices drift_voices(struct arena *a, const struct snapshot *s, enum matter of)
{
	voices out = { 0 };
	if (of <= MATTER_GLUE)
		for (uint32_t i = 0; i < s->parents.n; i++)
			list_push(a, &out, of_parent(a, &s->parents.at[i], of));
	else
		for (uint32_t i = 0; i < s->servers.n; i++)
			list_push(a, &out, of_server(a, &s->servers.at[i], of));
	return out;
}

/* ---- comparing ---- */

static const struct voice *voice_of(const voices *v, const struct addr *addr)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (addr_same(&v->at[i].addr, addr))
			return &v->at[i];
	return NULL;
}

void voices_pair(voices *before, voices *now)
{
	bool keep_before[256] = { false }, keep_now[256] = { false };
	uint32_t n = 0;
	for (uint32_t i = 0; i < before->n && i < 256; i++) {
		const struct voice *is = voice_of(now, &before->at[i].addr);
		keep_before[i] = before->at[i].known && (!is || (is->known && is->answered));
	}
	for (uint32_t i = 0; i < now->n && i < 256; i++) {
		const struct voice *was = voice_of(before, &now->at[i].addr);
		keep_now[i] = now->at[i].known && now->at[i].answered && (!was || was->known);
	}
	for (uint32_t i = 0; i < before->n && i < 256; i++)
		if (keep_before[i])
			before->at[n++] = before->at[i];
	before->n = n;
	n = 0;
	for (uint32_t i = 0; i < now->n && i < 256; i++)
		if (keep_now[i])
			now->at[n++] = now->at[i];
	now->n = n;
}

uint32_t voices_ttl(const voices *v)
{
	uint32_t ttl = 0;
	for (uint32_t i = 0; i < v->n; i++)
		ttl = v->at[i].ttl > ttl ? v->at[i].ttl : ttl;
	return ttl;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

words voices_union(struct arena *a, const voices *v)
{
	words out = { 0 };
	for (uint32_t i = 0; i < v->n; i++)
		for (uint32_t k = 0; k < v->at[i].items.n; k++)
			if (!words_have(&out, v->at[i].items.at[k]))
				list_push(a, &out, v->at[i].items.at[k]);
	if (out.n)
		qsort(out.at, out.n, sizeof *out.at, by_text);
	return out;
}

static const char *where_of(struct arena *a, const words *who, uint32_t of)
{
	return who->n == of ? "" : words_joined(a, who);
}

/* Where only some servers have it by now, the others are still to follow; when they do, that is no news. */
static void added(struct arena *a, const voices *now, const char *item, differences *out)
{
	words who = { 0 };
	for (uint32_t i = 0; i < now->n; i++)
		if (words_have(&now->at[i].items, item))
			list_push(a, &who, now->at[i].who);
	list_push(a, out, (struct difference){ .item = item, .where = where_of(a, &who, now->n) });
}

/* Others have it still; these few have lost it. */
static void lost_at_some(struct arena *a, const voices *before, const voices *now, const char *item, differences *out)
{
	words who = { 0 };
	for (uint32_t i = 0; i < now->n; i++) {
		const struct voice *was = voice_of(before, &now->at[i].addr);
		if (was && words_have(&was->items, item) && !words_have(&now->at[i].items, item))
			list_push(a, &who, now->at[i].who);
	}
	if (who.n)
		list_push(a, out, (struct difference){ .item = item, .where = words_joined(a, &who), .gone = true });
}

differences voices_differ(struct arena *a, const voices *before, const voices *now)
{
	differences out = { 0 };
	words was = voices_union(a, before), is = voices_union(a, now);
	for (uint32_t i = 0; i < is.n; i++)
		if (!words_have(&was, is.at[i]))
			added(a, now, is.at[i], &out);
	for (uint32_t i = 0; i < was.n; i++)
		if (!words_have(&is, was.at[i]))
			list_push(a, &out, (struct difference){ .item = was.at[i], .where = "", .gone = true });
		else
			lost_at_some(a, before, now, was.at[i], &out);
	return out;
}
