/* Drift of the servers themselves: who stopped to answer, whose address moved, and a serial that went back. */
#include "foresee/drift.h"
#include "dns/text.h"
#include <string.h>

static const struct snap_server *server_in(const struct snapshot *s, const struct addr *addr)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		if (addr_same(&s->servers.at[i].addr, addr))
			return &s->servers.at[i];
	return NULL;
}

static bool serves(const struct snap_server *v)
{
	return v->answered && v->authoritative;
}

static bool any_serves(const struct snapshot *s)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		if (serves(&s->servers.at[i]))
			return true;
	return false;
}

static const char *state(struct arena *a, const struct snap_server *v)
{
	if (serves(v))
		return "serves the zone";
	if (!v->answered)
		return "silent";
	return v->rcode ? rcode_text(a, v->rcode) : "answers without authority";
}

static void lost_and_back(struct drift *d)
{
	enum severity lost = any_serves(d->now) ? SEVERITY_WARNING : SEVERITY_ERROR;
	for (uint32_t i = 0; i < d->now->servers.n; i++) {
		const struct snap_server *is = &d->now->servers.at[i], *was = server_in(d->before, &is->addr);
		if (!was || !was->asked || !is->asked || serves(was) == serves(is))
			continue;
		drift_note(d, serves(is) ? CHANGE_SERVER_BACK : CHANGE_SERVER_LOST, serves(is) ? SEVERITY_INFO : lost,
			   drift_who(d->a, is), state(d->a, was), state(d->a, is));
	}
}

/* ---- addresses ---- */

static words addresses(struct arena *a, const struct snapshot *s, const char *host, uint8_t family)
{
	words out = { 0 };
	char ip[ADDR_TEXT_MAX];
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t n = 0; n < s->servers.at[i].names.n; n++)
			if (s->servers.at[i].addr.family == family && !strcmp(s->servers.at[i].names.at[n], host))
				list_push(a, &out, arena_text(a, addr_text(&s->servers.at[i].addr, ip)));
	return out;
}

static bool told_as_glue(const struct drift *d, const char *host)
{
	for (uint32_t i = 0; i < d->out->n; i++)
		if (d->out->at[i].kind == CHANGE_GLUE && !strcmp(d->out->at[i].where, host))
			return true;
	return false;
}

/* Names with many addresses give some of them at a time, others the next: one in common is enough. */
static void moved(struct drift *d, const char *host, uint8_t family)
{
	words was = addresses(d->a, d->before, host, family), is = addresses(d->a, d->now, host, family);
	if (was.n && is.n && !words_meet(&was, &is) && !told_as_glue(d, host))
		drift_note(d, CHANGE_ADDRESS, SEVERITY_NOTICE, host, words_joined(d->a, &was), words_joined(d->a, &is));
}

static void addresses_moved(struct drift *d)
{
	words hosts = { 0 };
	for (uint32_t i = 0; i < d->now->servers.n; i++)
		for (uint32_t n = 0; n < d->now->servers.at[i].names.n; n++)
			if (!words_have(&hosts, d->now->servers.at[i].names.at[n]))
				list_push(d->a, &hosts, d->now->servers.at[i].names.at[n]);
	for (uint32_t i = 0; i < hosts.n; i++) {
		moved(d, hosts.at[i], 4);
		moved(d, hosts.at[i], 6);
	}
}

/* ---- serials ---- */

static bool newer(uint32_t a, uint32_t b)
{
	return serial32_before((struct serial32){ b }, (struct serial32){ a });
}

/* An older serial here while the newest is still served somewhere is lag, or another site behind the same address. That the
 * newest of all went back is a zone restored from an old copy, or renumbered. */
static void serial_back(struct drift *d)
{
	const struct snap_server *top_was = NULL, *top_is = NULL, *at = NULL;
	uint32_t n = 0, back = 0;
	for (uint32_t i = 0; i < d->now->servers.n; i++) {
		const struct snap_server *is = &d->now->servers.at[i], *was = server_in(d->before, &is->addr);
		if (!was || !was->has_serial || !is->has_serial || !is->answered)
			continue;
		n++;
		if (!top_was || newer(was->serial, top_was->serial))
			top_was = was;
		if (!top_is || newer(is->serial, top_is->serial))
			top_is = is;
		if (!newer(was->serial, is->serial))
			continue;
		back++;
		at = is;
	}
	if (!back || !newer(top_was->serial, top_is->serial))
		return;
	drift_note(d, CHANGE_SERIAL_BACK, SEVERITY_ERROR, back < n && back == 1 ? drift_who(d->a, at) : "",
		   arena_printf(d->a, "%u", (unsigned)top_was->serial), arena_printf(d->a, "%u", (unsigned)top_is->serial));
}

void drift_of_servers(struct drift *d)
{
	lost_and_back(d);
	addresses_moved(d);
	serial_back(d);
}
