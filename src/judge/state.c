/* What a server is to a resolver, and what the servers of a zone make together. */
#include "judge/inside.h"

bool leg_on_path(const struct leg *l)
{
	return l->for_ns == NULL;
}

bool server_counts(const struct judging *j, const struct server *s)
{
	return !s->zone || !edits_drops(j->edits, s->zone->name, &s->addr);
}

uint16_t zone_servers_counted(const struct judging *j, const struct zone *z)
{
	uint16_t n = 0;
	for (uint32_t i = 0; z && i < z->servers.n; i++)
		n += server_counts(j, z->servers.at[i]);
	return n;
}

static bool asked_on_path(const struct judging *j, const struct look *l)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *leg = j->tree->legs.at[i];
		if (leg_on_path(leg) && leg->type == l->type && name_equal(leg->name, l->name))
			return true;
	}
	return false;
}

/* What decides outweighs all the rest; of the rest, anything usable outweighs what failed. */
enum { DECIDES = 20, USABLE_BONUS = 10 };

/* How much a look tells of the server's worth for the leg: 0 nothing. Extra looks come last. A leg that starts below (the
 * target of an alias) never asked the servers above: there the question that led past them speaks. */
static unsigned weight(const struct judging *j, const struct look *l, const struct leg *leg)
{
	switch (l->kind) {
	case LOOK_QUESTION:
		if (leg && l->type == leg->type && name_equal(l->name, leg->name))
			return DECIDES;
		return !asked_on_path(j, l) ? 4 : leg ? 8 : DECIDES;
	case LOOK_DNSKEY: return 6;
	case LOOK_DS: return 5;
	case LOOK_SOA:
	case LOOK_NS: return 2;
	default: return 0;
	}
}

static bool repaired(const struct judging *j, const struct server *s, enum said said)
{
	if (said >= SAID_TCP_REFUSED && said <= SAID_LARGE_LOST && said != SAID_MALFORMED)
		return edits_has(j->edits, EDIT_SERVE_DNSSEC, s->zone->name);
	return false;
}

/* Another question about the zone, to the same server, is answered well. */
static bool serves_otherwise(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		bool apex = l->kind == LOOK_DNSKEY || l->kind == LOOK_SOA || l->kind == LOOK_NS;
		const struct message *m = apex ? look_message(l) : NULL;
		if (m && m->aa && m->answer.n && said_usable(look_said(l)))
			return true;
	}
	return false;
}

static enum said of_type_only(const struct server_state *state, const struct server *s)
{
	enum said said = state->said;
	bool question = state->look && state->look->kind == LOOK_QUESTION;
	if (!question || !serves_otherwise(s))
		return said;
	if (said == SAID_SILENT)
		return SAID_TYPE_DROPPED;
	return said >= SAID_REFUSED && said <= SAID_OTHER_RCODE ? SAID_TYPE_ERROR : said;
}

static bool blind_to(const struct judging *j, const struct server *s)
{
	return s->addr.family == 6 ? j->blind6 : j->blind4;
}

struct server_state server_state(const struct judging *j, const struct server *s, const struct leg *leg)
{
	struct server_state state = { .said = s->forbidden ? SAID_FORBIDDEN : SAID_NOT_ASKED };
	unsigned best = 0;
	if (blind_to(j, s))
		return state;
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		unsigned w = weight(j, l, leg) * 2;
		if (!w)
			continue;
		enum said said = look_said(l);
		if (look_message(l))
			state.alive = true;
		if (said == SAID_NOT_ASKED)
			continue;
		w += said_usable(said) ? USABLE_BONUS : 0;
		if (w <= best)
			continue;
		best = w;
		state.said = said;
		state.look = l;
	}
	state.said = of_type_only(&state, s);
	if (s->zone && repaired(j, s, state.said))
		state.said = SAID_ANSWER;
	return state;
}

uint16_t zone_servers_seen(const struct judging *j, const struct zone *z, const struct leg *leg,
			   uint16_t *usable)
{
	uint16_t seen = 0;
	*usable = 0;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		struct server_state state = server_state(j, s, leg);
		if (!server_counts(j, s) || state.said == SAID_NOT_ASKED)
			continue;
		seen++;
		*usable = (uint16_t)(*usable + said_usable(state.said));
	}
	if (*usable && edits_has(j->edits, EDIT_SERVE_ALL, z->name))
		*usable = seen;
	return seen;
}

const struct rrset *soa_of(const struct message *m, const uint8_t *apex)
{
	return section_find(&m->authority, apex, TYPE_SOA);
}

enum way_past zone_way_past(const struct judging *j, const struct zone *z)
{
	enum way_past best = WAY_PAST_NONE;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		for (uint32_t k = 0; k < s->looks.n && server_counts(j, s); k++) {
			const struct look *l = s->looks.at[k];
			enum way_past way = l->kind == LOOK_BETWEEN      ? WAY_PAST_NAME
					    : l->kind == LOOK_OTHER_TYPE ? WAY_PAST_TYPE
									 : WAY_PAST_NONE;
			if (way > best && look_said(l) == SAID_REFERRAL)
				best = way;
		}
	}
	return best;
}

bool zone_signed(const struct judging *j, const struct zone *z)
{
	const struct zone_proof *p = j->chain && z ? chain_zone(j->chain, z) : NULL;
	if (!p || p->status == STATUS_INSECURE)
		return false;
	return p->anchored || (p->best_ds && p->best_ds->present);
}

bool zone_judged(const struct judging *j, const struct zone *z)
{
	(void)j;
	return z->on_path;
}

bool zone_ends_leg(const struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *l = j->tree->legs.at[i];
		if (leg_on_path(l) && l->zone == z)
			return true;
	}
	return false;
}

bool exchange_heard(const struct exchange *x)
{
	if (x->r.outcome == ASK_ANSWERED || x->r.outcome == ASK_GARBLED || x->r.outcome == ASK_CLOSED)
		return true;
	for (unsigned i = 0; i < STRAY_KINDS; i++)
		if (x->r.strays[i])
			return true;
	return false;
}

/* Not one packet from anybody, the resolvers included. */
bool network_down(const struct judging *j)
{
	const struct evidence *e = j->tree->evidence;
	uint32_t asked = 0;
	for (uint32_t i = 0; i < e->exchanges.n; i++) {
		const struct exchange *x = e->exchanges.at[i];
		if (exchange_heard(x))
			return false;
		asked += x->r.outcome != ASK_FORBIDDEN;
	}
	return asked > 0;
}
