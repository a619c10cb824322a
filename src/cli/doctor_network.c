/* doctor_network -- can the world be asked at all, and is it the world that answers? */
#include "base/limits.h"
#include "cli/doctor.h"

enum { WAIT_MS = 3000, SILENCE_MS = 2000, DNS_PORT = 53 };

static const uint8_t root_name[] = { 0 };

static struct doctor_ask root_ask(const struct addr *to, enum transport over)
{
	return (struct doctor_ask){ .q = { .to = *to, .over = over, .name = root_name, .type = TYPE_DNSKEY, .class = 1, .flags = ASK_DO, .timeout_ms = WAIT_MS } };
}

static bool has_keys(const struct message *m)
{
	return m != NULL && m->rcode == RCODE_NOERROR && section_find(&m->answer, root_name, TYPE_DNSKEY) != NULL;
}

/* Truncated over UDP is an answer too: it came through. One without the root's keys is none of a root server. */
static void look_at_roots(struct doctor *d, uint8_t family, enum transport over)
{
	static const char *const what[2][2] = { { "ipv4-udp", "ipv4-tcp" }, { "ipv6-udp", "ipv6-tcp" } };
	struct doctor_ask *asks = arena_alloc(d->o->arena, (d->setup.hints.n + 1) * sizeof *asks);
	uint32_t n = 0, answered = 0;
	const struct message *odd = NULL;
	for (uint32_t i = 0; i < d->setup.hints.n; i++)
		if (d->setup.hints.at[i].addr.family == family) {
			asks[n] = root_ask(&d->setup.hints.at[i].addr, over);
			asks[n++].q.to.port = d->setup.port;    /* as the walk does */
		}
	if (n == 0)
		return;
	doctor_ask_all(d, asks, n);
	for (uint32_t i = 0; i < n; i++) {
		bool came = has_keys(asks[i].m) || (asks[i].m != NULL && asks[i].m->tc);
		answered += came;
		if (has_keys(asks[i].m))
			d->root_keys = asks[i].m;
		else if (!came && asks[i].m != NULL)
			odd = asks[i].m;
	}
	if (odd != NULL) {
		doctor_note(d, HEALTH_BAD, what[family == 6][over == OVER_TCP], "no root server says so: somebody on the way answers for them, or the hints name others",
			    "%u of %u root server addresses answer; others say %s, and no key of the root", answered, n, rcode_text(d->o->arena, odd->rcode));
		return;
	}
	const char *todo = over == OVER_TCP ? "let TCP to port 53 out: large answers come no other way"
			   : family == 6    ? "mend the route, or write `ipv6: false`"
					    : "let UDP to port 53 out";
	enum health bad = family == 6 ? HEALTH_POOR : HEALTH_BAD;
	doctor_note(d, answered == 0 ? bad : 2 * answered < n ? HEALTH_POOR : HEALTH_FINE, what[family == 6][over == OVER_TCP],
		    2 * answered < n ? todo : "", "%u of %u root server addresses answer", answered, n);
}

/* TEST-NET-1 (RFC 5737) is nobody's: whoever answers there sits on our way and answers for all. */
static void look_for_interception(struct doctor *d)
{
	struct addr nobody = { .family = 4, .port = DNS_PORT, .ip = { 192, 0, 2, 53 } };
	struct doctor_ask ask = root_ask(&nobody, OVER_UDP);
	ask.q.timeout_ms = SILENCE_MS;
	doctor_ask_all(d, &ask, 1);
	if (ask.outcome == ASK_ANSWERED || ask.outcome == ASK_GARBLED)
		doctor_note(d, HEALTH_BAD, "interception", "ask for port 53 to be left alone, or watch from elsewhere: nothing seen from here is proof",
			    "somebody answered for 192.0.2.53, an address of nobody");
	else
		doctor_note(d, HEALTH_FINE, "interception", "", "nobody answers for an address of nobody");
}

static bool is_another_root(const struct doctor *d)
{
	return d->config != NULL && d->config->has_hints;
}

void doctor_network(struct doctor *d)
{
	bool none[2] = { !d->setup.use_ipv4, !d->setup.use_ipv6 };
	static const uint8_t families[] = { 4, 6 };
	for (unsigned i = 0; i < 2; i++) {
		if (none[i]) {
			bool wanted = d->config == NULL || (i == 0 ? d->config->use_ipv4 : d->config->use_ipv6);
			bool asked = false;
			for (uint32_t k = 0; k < d->setup.hints.n; k++)
				asked |= d->setup.hints.at[k].addr.family == families[i];
			if (wanted && asked)
				doctor_note(d, HEALTH_POOR, i == 0 ? "ipv4" : "ipv6", i == 0 ? "mend the route, or write `ipv4: false`" : "mend the route, or write `ipv6: false`",
					    "this machine has no route: servers that have only IPv%u are not seen", families[i]);
			continue;
		}
		look_at_roots(d, families[i], OVER_UDP);
		look_at_roots(d, families[i], OVER_TCP);
	}
	if (!is_another_root(d) && d->setup.use_ipv4)
		look_for_interception(d);
}

static void note_resolver(struct doctor *d, const struct doctor_ask *ask)
{
	char addr[ADDR_TEXT_MAX];
	const char *who = addr_port_text(&ask->q.to, addr);
	if (ask->m == NULL)
		doctor_note(d, HEALTH_POOR, "resolver", "take it out of the list, or let it be asked", "%s does not answer", who);
	else if (ask->m->rcode != RCODE_NOERROR)
		doctor_note(d, HEALTH_POOR, "resolver", "ask whose it is: it may not serve this address", "%s answers %s", who, rcode_text(d->o->arena, ask->m->rcode));
	else
		doctor_note(d, HEALTH_FINE, "resolver", "", "%s answers, %s", who, ask->m->ad ? "validating" : "without validating");
}

void doctor_resolvers(struct doctor *d)
{
	uint32_t n = d->setup.resolvers.n;
	struct doctor_ask *asks = arena_alloc(d->o->arena, (n + 1) * sizeof *asks);
	for (uint32_t i = 0; i < n; i++) {
		asks[i] = root_ask(&d->setup.resolvers.at[i], OVER_UDP);
		asks[i].q.type = TYPE_SOA;
		asks[i].q.flags |= ASK_RD | ASK_AD;
	}
	doctor_ask_all(d, asks, n);
	for (uint32_t i = 0; i < n; i++)
		note_resolver(d, &asks[i]);
}
