/* What came of one question to one server, as one word. */
#include "judge/inside.h"
#include "base/limits.h"

bool said_usable(enum said s)
{
	return s >= SAID_EMPTY;
}

bool said_lame(enum said s)
{
	return s >= SAID_REFUSED && s <= SAID_TYPE_ERROR;
}

const struct message *look_message(const struct look *l)
{
	if (!l || !l->last || l->last->r.outcome != ASK_ANSWERED)
		return NULL;
	const struct message *m = l->last->m;
	return m && (!m->qdcount || message_answers(m, l->name, l->type)) ? m : NULL;
}

/* What fits 512 octets fits any path; what gets lost above it is lost for its size. */
enum { SMALL_BYTES = 512, LARGE_BYTES = 1200 };

/* Records behind these faults cannot be told from garbage; after the others the message still says something. */
static bool unreadable(const struct message *m)
{
	switch (m->fault) {
	case MESSAGE_SHORT_HEADER:
	case MESSAGE_BAD_QUESTION:
	case MESSAGE_BAD_OWNER:
	case MESSAGE_RR_CUT:
	case MESSAGE_COUNT_LIES: return true;
	default: return false;
	}
}

static bool has_type(const struct section *s, uint16_t type)
{
	return section_find_type(s, type, 0) != NULL;
}

static enum said referral_said(const struct look *l, const struct message *m)
{
	const struct rrset *ns = section_find_type(&m->authority, TYPE_NS, 0);
	const uint8_t *apex = l->server->zone ? l->server->zone->name : name_root;
	if (name_is_strictly_under(ns->owner, apex))
		return name_is_under(l->name, ns->owner) ? SAID_REFERRAL : SAID_SELF_REFERRAL;
	if (name_is_strictly_under(apex, ns->owner))
		return SAID_UPWARD;
	return SAID_SELF_REFERRAL;
}

/* SOA says which zone speaks; where it is missing, AA has to (as walk/ and prove/ take it). */
static enum said negative_said(const struct message *m)
{
	bool soa = has_type(&m->authority, TYPE_SOA);
	bool proof = has_type(&m->authority, TYPE_NSEC) || has_type(&m->authority, TYPE_NSEC3);
	if (m->aa && (soa || proof))
		return SAID_ANSWER;
	if (!m->aa)
		return !soa ? SAID_EMPTY_NO_AA : m->ra ? SAID_RECURSED : SAID_NO_AA;
	return m->rcode == RCODE_NXDOMAIN ? SAID_BARE_NXDOMAIN : SAID_EMPTY;
}

static enum said content_said(const struct look *l, const struct message *m)
{
	if (m->answer.n)
		return m->aa ? SAID_ANSWER : m->ra ? SAID_RECURSED : SAID_NO_AA;
	if (m->rcode == RCODE_NOERROR && has_type(&m->authority, TYPE_NS) &&
	    !has_type(&m->authority, TYPE_SOA))
		return referral_said(l, m);
	return negative_said(m);
}

static enum said message_said(const struct look *l, const struct message *m)
{
	switch (message_rcode_answers(m) ? RCODE_NOERROR : m->rcode) {
	case RCODE_NOERROR: break;
	case RCODE_REFUSED: return SAID_REFUSED;
	case RCODE_SERVFAIL: return SAID_SERVFAIL;
	case RCODE_NOTIMP: return SAID_NOTIMP;
	case RCODE_FORMERR: return SAID_FORMERR;
	case RCODE_BADVERS: return SAID_BADVERS;
	case RCODE_BADCOOKIE: return SAID_BADCOOKIE;
	default: return SAID_OTHER_RCODE;
	}
	if (unreadable(m))
		return SAID_MALFORMED;
	return content_said(l, m);
}

static bool any_try(const struct look *l, enum ask_outcome outcome)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->r.outcome == outcome)
			return true;
	return false;
}

static uint32_t strays(const struct look *l, enum stray kind)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < l->tries.n; i++)
		n += l->tries.at[i]->r.strays[kind];
	return n;
}

/* Silence counts only where we waited as long as resolvers do: the end of the check may have cut it short. */
static bool waited(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->r.outcome == ASK_TIMED_OUT &&
		    l->tries.at[i]->q.timeout_ms >= LIMIT_UDP_TRY1_MS)
			return true;
	return false;
}

/* Nothing was believed; what came instead names the fault. */
static enum said stray_said(const struct look *l)
{
	if (strays(l, STRAY_SOURCE))
		return SAID_WRONG_SOURCE;
	if (strays(l, STRAY_ID))
		return SAID_WRONG_ID;
	if (strays(l, STRAY_QUESTION))
		return SAID_WRONG_QUESTION;
	if (strays(l, STRAY_GARBAGE) || any_try(l, ASK_GARBLED))
		return SAID_MALFORMED;
	if (strays(l, STRAY_COOKIE))
		return SAID_BADCOOKIE;
	if (any_try(l, ASK_UNREACHABLE))
		return SAID_UNREACHABLE;
	return waited(l) || any_try(l, ASK_CLOSED) ? SAID_SILENT : SAID_NOT_ASKED;
}

static enum said unread_said(const struct look *l)
{
	if (l->badcookie_loop)
		return SAID_BADCOOKIE;
	if (l->truncated)
		return l->tcp_outcome == ASK_UNREACHABLE ? SAID_TCP_REFUSED : SAID_TCP_SILENT;
	if (l->not_asked && !l->tries.n)
		return l->not_asked_why && l->not_asked_why[0] == 's' ? SAID_SILENT : SAID_NOT_ASKED;
	return stray_said(l);
}

static bool answered_rcode(const struct look *l, uint16_t rcode)
{
	for (uint32_t i = 0; i < l->tries.n; i++) {
		const struct exchange *x = l->tries.at[i];
		if (x->r.outcome == ASK_ANSWERED && x->m && x->m->rcode == rcode)
			return true;
	}
	return false;
}

static bool udp_was_tried(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (l->tries.at[i]->q.over == OVER_UDP)
			return true;
	return false;
}

/* As resolvers ask: without EDNS the limit is 512, and a cut there says nothing. */
static bool cut_with_do(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++) {
		const struct exchange *x = l->tries.at[i];
		if (x->q.over == OVER_UDP && (x->q.flags & ASK_DO) && x->r.outcome == ASK_ANSWERED && x->m &&
		    x->m->tc)
			return true;
	}
	return false;
}

/* Some question with DO was answered over UDP by this server: it is not DO that is dropped. */
static bool udp_do_works(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct exchange *x = s->looks.at[i]->last;
		if (x && x->r.outcome == ASK_ANSWERED && x->q.over == OVER_UDP && (x->q.flags & ASK_DO))
			return true;
	}
	return false;
}

/* Not only large answers: nothing comes over UDP. */
static bool udp_loses_small(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		if (l->via_tcp && l->last->r.wire_len <= LARGE_BYTES && udp_was_tried(l) && !cut_with_do(l))
			return !udp_do_works(s);
	}
	return false;
}

/* It answered over TCP, or only a lesser question over UDP: what is it that UDP does not bring? */
static enum said udp_lost_said(const struct look *l)
{
	enum said stray = stray_said(l);
	uint16_t size = l->last->r.wire_len;
	if (stray != SAID_SILENT && stray != SAID_UNREACHABLE && stray != SAID_NOT_ASKED)
		return stray;
	if (size > LARGE_BYTES ? !udp_loses_small(l->server) : size > SMALL_BYTES && udp_do_works(l->server))
		return SAID_LARGE_LOST;
	return l->without_do ? SAID_DO_SILENT : SAID_UDP_SILENT;
}

/* Over UDP somebody guessed at our ids, which TCP showed not to be the server (RFC 5452 9.3). */
static bool was_flooded(const struct look *l)
{
	for (uint32_t i = 0; i < l->tries.n; i++)
		if (reply_flooded(&l->tries.at[i]->r))
			return true;
	return false;
}

/* The answer is good, the way to it is not one that resolvers go. */
static enum said detour_said(const struct look *l, enum said said)
{
	if (l->badcookie_loop)
		return SAID_BADCOOKIE;
	if (l->edns_silent)
		return SAID_EDNS_SILENT;
	if (l->edns_formerr && answered_rcode(l, RCODE_BADVERS))
		return SAID_BADVERS;
	/* refused with EDNS, then cut at 512 octets without it: UDP lost nothing */
	if (l->via_tcp && !cut_with_do(l) && udp_was_tried(l) && !l->edns_formerr && !was_flooded(l))
		return udp_lost_said(l);
	if (l->without_do && !l->without_edns)
		return SAID_DO_SILENT;
	return said;
}

enum said look_said(const struct look *l)
{
	const struct message *m = look_message(l);
	if (l->server->forbidden || any_try(l, ASK_FORBIDDEN))
		return SAID_FORBIDDEN;
	if (!m || (m->tc && !l->via_tcp && l->tcp_failed))
		return unread_said(l);
	enum said said = message_said(l, m);
	if (!said_usable(said))
		return l->badcookie_loop ? SAID_BADCOOKIE : said;
	return detour_said(l, said);
}
