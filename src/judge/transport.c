/* How answers come rather than what they say: keys that do not come, TCP, EDNS, DO, cookies. */
#include "judge/ways.h"

struct view {
	const struct zone *zone;
	const struct server *server;
	struct server_state state;
	const struct look *key;
};
typedef void seen_fn(struct judging *j, const struct view *v);

static struct finding *note(struct judging *j, const struct view *v, enum finding_id id,
			    const struct look *shown_by)
{
	struct finding *f = finding_add(j, id, v->zone, NULL, 0);
	finding_at(j, f, v->server);
	if (shown_by && !f->proof)
		f->proof = shown_by->last;
	return f;
}

/* --- keys --- */

static bool keys_come(const struct judging *j, const struct zone *z)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *l = server_look(z->servers.at[i], LOOK_DNSKEY, z->name, TYPE_DNSKEY);
		if (l && server_counts(j, z->servers.at[i]) && said_usable(look_said(l)))
			return true;
	}
	return false;
}

static bool key_finding(enum said key, bool truncated, enum finding_id *id)
{
	switch (key) {
	case SAID_TCP_REFUSED:
	case SAID_TCP_SILENT: *id = FINDING_DNSKEY_ANSWER_NEEDS_TCP_BUT_NONE; return true;
	case SAID_LARGE_LOST:
	case SAID_UDP_SILENT: *id = FINDING_UDP_LARGE_ANSWER_LOST; return true;
	case SAID_SILENT:
	case SAID_UNREACHABLE:
		*id = truncated ? FINDING_DNSKEY_ANSWER_NEEDS_TCP_BUT_NONE : FINDING_QTYPE_DNSKEY_DROPPED;
		return true;
	case SAID_REFUSED:
	case SAID_SERVFAIL:
	case SAID_NOTIMP:
	case SAID_FORMERR:
	case SAID_OTHER_RCODE: *id = FINDING_QTYPE_DNSKEY_REFUSED; return true;
	default: *id = FINDING_QTYPE_DNSKEY_DROPPED; return !said_usable(key) && key > SAID_FORBIDDEN;
	}
}

/* The server answers the question; do its keys come too? */
static void look_at_key(struct judging *j, const struct view *v)
{
	enum finding_id id;
	enum said key = v->key ? look_said(v->key) : SAID_NOT_ASKED;
	const struct message *m = look_message(v->key);
	const struct message *answer = look_message(v->state.look); /* NULL: an edit gave it */
	bool denied =
		m && m->rcode == RCODE_NXDOMAIN && v->state.said == SAID_ANSWER && answer && answer->answer.n;
	if (!said_usable(v->state.said) || !zone_signed(j, v->zone) ||
	    edits_has(j->edits, EDIT_SERVE_DNSSEC, v->zone->name))
		return;
	if (denied)
		id = FINDING_QTYPE_DNSKEY_REFUSED;
	else if (!key_finding(key, v->key && v->key->truncated, &id))
		return;
	struct finding *f = finding_add(j, id, v->zone, v->zone->name, TYPE_DNSKEY);
	finding_at(j, f, v->server);
	f->proof = v->key->last;
	f->number = v->key->last ? v->key->last->r.wire_len : 0;
	f->breaks = true;
	f->always = (denied || !keys_come(j, v->zone)) && id != FINDING_UDP_LARGE_ANSWER_LOST;
	f->severity = f->always ? SEVERITY_CRITICAL : SEVERITY_ERROR;
}

/* --- TCP --- */

static void look_at_tcp(struct judging *j, const struct view *v)
{
	bool needed = v->key && (v->key->truncated || v->key->via_tcp);
	for (uint32_t i = 0; i < v->server->looks.n; i++) {
		const struct look *l = v->server->looks.at[i];
		if (l->kind != LOOK_TCP || l->not_asked || !l->last || needed || !said_usable(v->state.said))
			continue;
		enum ask_outcome o = l->last->r.outcome;
		if (o == ASK_TIMED_OUT || o == ASK_UNREACHABLE || o == ASK_CLOSED)
			note(j, v, FINDING_NS_TCP_DEAD_UNUSED, l);
	}
}

/* --- EDNS --- */

static bool formerr_to_edns(const struct look *l)
{
	return l && l->edns_formerr && look_said(l) != SAID_BADVERS;
}

static bool all_reject_edns(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		struct server_state state = server_state(j, z->servers.at[i], leg);
		if (server_counts(j, z->servers.at[i]) && said_usable(state.said) &&
		    !formerr_to_edns(state.look))
			return false;
	}
	return true;
}

static void look_at_edns(struct judging *j, const struct view *v)
{
	bool is_signed = zone_signed(j, v->zone);
	if (!formerr_to_edns(v->state.look) || !said_usable(v->state.said) ||
	    edits_has(j->edits, EDIT_SERVE_DNSSEC, v->zone->name))
		return;
	struct finding *f = note(
		j, v, is_signed ? FINDING_EDNS_FORMERR_SIGNED : FINDING_EDNS_FORMERR_UNSIGNED, v->state.look);
	if (!is_signed)
		return;
	f->breaks = true;
	f->always = all_reject_edns(j, v->zone, zone_leg(j, v->zone));
	f->severity = f->always ? SEVERITY_CRITICAL : SEVERITY_ERROR;
}

static bool any_formerr(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->m && l->tries.at[i]->m->rcode == RCODE_FORMERR)
			return true;
	return false;
}

/* Replies came, and were not believed for their cookie (RFC 7873 5.3): another client's, or one that cannot be. */
static bool had_foreign_cookie(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->r.strays[STRAY_COOKIE])
			return true;
	return false;
}

static bool had_malformed_cookie(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++) {
		const struct exchange *x = l->tries.at[i];
		const struct edns_item *cookie = x->m ? message_option(x->m, EDNS_COOKIE) : NULL;
		if (x->r.outcome == ASK_GARBLED && cookie && !cookie_len_ok(cookie->len))
			return true;
	}
	return false;
}

static bool all_refuse_cookies(const struct judging *j, const struct zone *z, const struct leg *leg)
{
	for (uint32_t i = 0; i < z->servers.n; i++) {
		struct server_state state = server_state(j, z->servers.at[i], leg);
		if (server_counts(j, z->servers.at[i]) && said_usable(state.said) &&
		    !state.look->without_cookie)
			return false;
	}
	return true;
}

static void look_at_cookie(struct judging *j, const struct view *v)
{
	const struct look *l = v->state.look;
	if (!l || !l->without_cookie || l->without_edns || !said_usable(v->state.said) ||
	    edits_has(j->edits, EDIT_SERVE_DNSSEC, v->zone->name))
		return;
	bool foreign = had_foreign_cookie(l), malformed = had_malformed_cookie(l);
	struct finding *f = note(j, v,
				 foreign || malformed ? FINDING_COOKIE_MISBEHAVIOUR
				 : any_formerr(l)     ? FINDING_EDNS_UNKNOWN_OPTION_FORMERR
						      : FINDING_EDNS_UNKNOWN_OPTION_DROPPED,
				 l);
	f->detail = foreign ? "another one than they got" : "one of impossible length; BIND resolvers answer SERVFAIL";
	/* measured: BIND fails by one server of several whose cookies have an impossible length */
	f->breaks |= !foreign && (malformed || all_refuse_cookies(j, v->zone, zone_leg(j, v->zone)));
	f->severity = f->breaks ? SEVERITY_ERROR : SEVERITY_NOTICE;
}

static bool has_signature(const struct message *m)
{
	for (uint16_t i = 0; i < m->answer.n; i++)
		if (m->answer.at[i].n_sigs)
			return true;
	for (uint16_t i = 0; i < m->authority.n; i++)
		if (m->authority.at[i].n_sigs)
			return true;
	return false;
}

static bool truncated_bare(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++) {
		const struct exchange *x = l->tries.at[i];
		if (x->m && x->r.outcome == ASK_ANSWERED && x->m->tc && (x->q.flags & ASK_EDNS) &&
		    !x->m->has_edns)
			return true;
	}
	return false;
}

static void look_at_opt(struct judging *j, const struct view *v)
{
	for (uint32_t i = 0; i < v->server->looks.n; i++)
		if (truncated_bare(v->server->looks.at[i]))
			note(j, v, FINDING_TRUNCATED_WITHOUT_OPT, v->server->looks.at[i]);
	const struct message *m = look_message(v->state.look);
	if (!m)
		return;
	if (!m->has_edns && (v->state.look->last->q.flags & ASK_EDNS) && has_signature(m))
		note(j, v, FINDING_EDNS_NO_OPT_IN_ANSWER, v->state.look);
}

/* Only the made-up name has capital letters. */
static void look_at_case(struct judging *j, const struct view *v)
{
	for (uint32_t i = 0; i < v->server->looks.n; i++) {
		const struct look *l = v->server->looks.at[i];
		const struct message *m = l->kind == LOOK_NXNAME ? look_message(l) : NULL;
		if (m && m->qname && !name_same_case(m->qname, l->name))
			note(j, v, FINDING_NS_CASE_NOT_PRESERVED, l);
	}
}

/* --- no signatures from anybody, and DO not understood --- */

/* Keys come, bare of signatures, and the reply does not echo DO (RFC 3225 3): the server, not the zone, lacks DNSSEC. */
static bool ignores_do(const struct look *key)
{
	const struct message *m = look_message(key);
	const struct rrset *keys = m ? section_find_type(&m->answer, TYPE_DNSKEY, 0) : NULL;
	bool asked = m && !m->tc && (key->last->q.flags & ASK_DO) && said_usable(look_said(key));
	return asked && keys && !keys->n_sigs && !(m->has_edns && m->do_bit);
}

static void judge_not_served(struct judging *j, const struct zone *z)
{
	uint16_t ignoring = 0, keyed = 0;
	if (!zone_signed(j, z) || edits_has(j->edits, EDIT_SERVE_DNSSEC, z->name))
		return;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *key = server_look(z->servers.at[i], LOOK_DNSKEY, z->name, TYPE_DNSKEY);
		bool counts = key && look_message(key) && server_counts(j, z->servers.at[i]);
		keyed = (uint16_t)(keyed + counts);
		ignoring = (uint16_t)(ignoring + (counts && ignores_do(key)));
	}
	if (!ignoring || ignoring != keyed)
		return;
	struct finding *f = finding_add(j, FINDING_DNSSEC_NOT_SERVED, z, NULL, 0);
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct look *key = server_look(z->servers.at[i], LOOK_DNSKEY, z->name, TYPE_DNSKEY);
		if (!key || !ignores_do(key))
			continue;
		finding_at(j, f, z->servers.at[i]);
		f->proof = key->last;
	}
	f->breaks = f->always = true;
}

/* Above the name two things are looked for: that the keys come at all, and that BIND, which sends cookies and never
 * leaves them out, gets an answer. */
static void judge_above(struct judging *j, const struct zone *z)
{
	bool come = keys_come(j, z);
	for (uint32_t k = 0; k < z->servers.n; k++) {
		const struct server *s = z->servers.at[k];
		struct view v = { z, s, server_state(j, s, NULL),
				  server_look(s, LOOK_DNSKEY, z->name, TYPE_DNSKEY) };
		if (!server_counts(j, s))
			continue;
		if (!come)
			look_at_key(j, &v);
		look_at_cookie(j, &v);
	}
}

void judge_transport(struct judging *j)
{
	static seen_fn *const looks_at[] = { look_at_key, look_at_tcp, look_at_edns, look_at_cookie,
					     look_at_opt, look_at_case };
	for (uint32_t i = 0; i < j->tree->zones.n; i++) {
		const struct zone *z = j->tree->zones.at[i];
		const struct leg *leg = zone_leg(j, z);
		if (!zone_judged(j, z))
			continue;
		for (uint32_t k = 0; leg && k < z->servers.n; k++) {
			const struct server *s = z->servers.at[k];
			struct view v = { z, s, server_state(j, s, leg),
					  server_look(s, LOOK_DNSKEY, z->name, TYPE_DNSKEY) };
			for (unsigned w = 0; server_counts(j, s) && w < sizeof looks_at / sizeof *looks_at;
			     w++)
				looks_at[w](j, &v);
		}
		if (!leg)
			judge_above(j, z);
		judge_not_served(j, z);
	}
}
