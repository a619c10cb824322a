/* Servers that fail alike are told together. "All" is said only when no server of the zone gives anything usable;
 * where they fail in different ways, the way with most servers carries the blame and the others go with it. */
#include "judge/ways.h"

const struct leg *zone_leg(const struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *l = j->tree->legs.at[i];
		if (leg_on_path(l) && l->zone == z)
			return l;
	}
	return NULL;
}

struct tally {
	uint16_t of[SAID_KINDS];
	uint16_t usable;
	enum said most;
};

static struct tally tally_of(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	struct tally t = { .most = SAID_NOT_ASKED };
	for (uint32_t i = 0; i < z->servers.n; i++) {
		if (!server_counts(j, z->servers.at[i]))
			continue;
		enum said said = server_state(j, z->servers.at[i], leg).said;
		t.of[said]++;
		t.usable = (uint16_t)(t.usable + said_usable(said));
	}
	for (unsigned s = SAID_FORBIDDEN; s < SAID_KINDS; s++)
		if (!said_usable((enum said)s) && t.of[s] > (t.most == SAID_NOT_ASKED ? 0 : t.of[t.most]))
			t.most = (enum said)s;
	return t;
}

static const char *stray_words(struct judging *j, const struct look *l)
{
	char ip[ADDR_TEXT_MAX];
	for (uint32_t i = 0; l && i < l->tries.n; i++)
		if (l->tries.at[i]->r.strays[STRAY_SOURCE])
			return arena_text(j->arena, addr_text(&l->tries.at[i]->r.stray_from, ip));
	return NULL;
}

/* What RFC 8914 lets the server itself add, such as "zone expired". */
static const char *ede_words(struct judging *j, const struct message *m)
{
	if (!m || !m->n_edes)
		return "";
	const struct ede *e = &m->edes[0];
	const char *text = escape_terminal(j->arena, e->text, e->text_len, 80);
	return arena_printf(j->arena, "; they add: %s%s%s", ede_text(e->code), *text ? ": " : "", text);
}

static void say_more(struct judging *j, struct finding *f, const struct server_state *state)
{
	const struct message *m = look_message(state->look);
	if (f->proof || !state->look)
		return;
	f->proof = state->look->last;
	switch (state->said) {
	case SAID_SERVFAIL: f->detail = ede_words(j, m); break;
	case SAID_WRONG_SOURCE: f->detail = stray_words(j, state->look); break;
	case SAID_MALFORMED: f->detail = m && m->fault_text ? m->fault_text : "not even a DNS header"; break;
	case SAID_FORBIDDEN: break;
	case SAID_LARGE_LOST: f->number = state->look->last->r.wire_len; break;
	default: f->detail = NULL;
	}
}

static enum finding_id address_finding(const struct server *s)
{
	switch (addr_class(&s->addr)) {
	case ADDR_LOOPBACK: return FINDING_NS_LOOPBACK_ADDRESS;
	case ADDR_PRIVATE:
	case ADDR_LINK: return FINDING_NS_PRIVATE_ADDRESS;
	default: return FINDING_NS_DOC_OR_RESERVED_ADDRESS;
	}
}

static const char *said_words(enum said said)
{
	static const char *const words[SAID_KINDS] = {
		[SAID_FORBIDDEN] = "an address nobody can reach",
		[SAID_SILENT] = "silent",
		[SAID_UNREACHABLE] = "unreachable",
		[SAID_TCP_REFUSED] = "TCP refused",
		[SAID_TCP_SILENT] = "TCP silent",
		[SAID_WRONG_SOURCE] = "wrong source address",
		[SAID_WRONG_ID] = "wrong id",
		[SAID_WRONG_QUESTION] = "wrong question",
		[SAID_MALFORMED] = "unreadable replies",
		[SAID_BADCOOKIE] = "BADCOOKIE for ever",
		[SAID_EDNS_SILENT] = "silent to EDNS",
		[SAID_DO_SILENT] = "silent to DO",
		[SAID_BADVERS] = "BADVERS",
		[SAID_UDP_SILENT] = "silent over UDP",
		[SAID_REFUSED] = "REFUSED",
		[SAID_SERVFAIL] = "SERVFAIL",
		[SAID_NOTIMP] = "NOTIMP",
		[SAID_FORMERR] = "FORMERR",
		[SAID_OTHER_RCODE] = "an error code",
		[SAID_UPWARD] = "upward referral",
		[SAID_SELF_REFERRAL] = "referral to itself",
		[SAID_EMPTY_NO_AA] = "empty answer",
		[SAID_LARGE_LOST] = "large answers lost over UDP",
		[SAID_TYPE_DROPPED] = "silent to this question",
		[SAID_TYPE_ERROR] = "an error to this question",
	};
	return words[said] ? words[said] : "no usable answer";
}

/* Servers above the name that fail while others of the zone work: told, no cause. */
static void ancestor_way(struct judging *j, const struct zone *z, const struct way *w)
{
	struct finding *f = finding_add(j, FINDING_PARENT_SERVER_BROKEN, z, NULL, 0);
	f->severity = z->parent ? SEVERITY_NOTICE : SEVERITY_INFO;
	for (uint32_t i = 0; i < z->servers.n; i++)
		if (server_counts(j, z->servers.at[i]) &&
		    server_state(j, z->servers.at[i], NULL).said == w->said)
			finding_at(j, f, z->servers.at[i]);
	const char *words = said_words(w->said);
	f->detail = f->detail ? arena_printf(j->arena, "%s, %s", f->detail, words) : words;
}

/* The server stands as dead IPv6 beside living IPv4: ns-ipv6-dead tells it. */
static bool told_as_ipv6(const struct judging *j, const struct server *s)
{
	const struct finding *f;
	for (uint32_t i = 0; (f = finding_made(j, i)); i++) {
		for (uint32_t k = 0; f->id == FINDING_NS_IPV6_DEAD && k < f->servers.n; k++)
			if (f->servers.at[k] == s)
				return true;
	}
	return false;
}

/* Measured: Knot Resolver takes the first two, BIND turns to TCP after BADCOOKIE. */
static bool some_resolvers_cope(enum said said)
{
	return said == SAID_LARGE_LOST || said == SAID_WRONG_SOURCE || said == SAID_BADCOOKIE;
}

/* A registry's servers: whoever asks for a name below it can only tell its operator. */
static void speak_to_outsiders(struct judging *j, struct finding *f)
{
	const char *zone = name_words(j->arena, f->zone->name);
	if (name_labels(f->zone->name) > 1 || name_labels(j->tree->evidence->setup.name) <= 1)
		return;
	f->fix = arena_printf(
		j->arena,
		"Ask from another network: if the servers of %s answer there, it is the way from here.\n"
		"If not, tell the operator of %s; every name below it is hit.",
		zone, zone);
	f->avoid = "Do not change your own zone: the fault lies above it.";
}

static void way_at(struct judging *j, const struct zone *z, const struct way *w, const struct tally *t,
		   const struct leg *leg)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		if (!server_counts(j, s))
			continue;
		struct server_state state = server_state(j, s, leg);
		if (state.said != w->said || (t->usable && told_as_ipv6(j, s)))
			continue;
		enum finding_id id = w->said == SAID_FORBIDDEN ? address_finding(s)
				     : t->usable               ? w->some
							       : w->all;
		bool one_type = state.look && state.look->kind == LOOK_QUESTION && (w->said == SAID_TYPE_DROPPED || w->said == SAID_TYPE_ERROR ||
					w->said == SAID_LARGE_LOST);
		struct finding *f =
			finding_add(j, id, z, one_type ? state.look->name : NULL, one_type ? state.look->type : 0);
		finding_at(j, f, s);
		say_more(j, f, &state);
		if (w->said == SAID_FORBIDDEN)
			f->detail = addr_class_text(addr_class(&s->addr));
		f->breaks = true;
		f->always |= !t->usable && w->said == t->most && !some_resolvers_cope(w->said) &&
			     zone_way_past(j, z) == WAY_PAST_NONE;
		if (!f->always && t->usable && f->severity > SEVERITY_WARNING)
			f->severity = SEVERITY_WARNING;
		speak_to_outsiders(j, f);
	}
}

static void zone_ways(struct judging *j, const struct zone *z, const struct leg *leg, const struct way *ways,
		      unsigned n)
{
	struct tally t = tally_of(j, z, leg);
	for (unsigned i = 0; i < n; i++) {
		if (!t.of[ways[i].said])
			continue;
		if (!leg && t.usable)
			ancestor_way(j, z, &ways[i]);
		else
			way_at(j, z, &ways[i], &t, leg);
	}
}

/* The name and whatever its alias leads to in the same zone are questions of their own: servers may fail at one only. */
static void each_leg_of(struct judging *j, const struct zone *z, const struct way *ways, unsigned n)
{
	for (uint32_t i = 0; i < j->tree->legs.n; i++) {
		const struct leg *l = j->tree->legs.at[i];
		if (leg_on_path(l) && l->zone == z)
			zone_ways(j, z, l, ways, n);
	}
}

void judge_ways(struct judging *j, const struct way *ways, unsigned n)
{
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		if (!zone_judged(j, z) || finding_has(j, FINDING_ROOT_UNREACHABLE, z))
			continue;
		if (zone_leg(j, z))
			each_leg_of(j, z, ways, n);
		else
			zone_ways(j, z, NULL, ways, n);
	}
}
