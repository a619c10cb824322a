/* The single tries of a probe: how each is queued and sent, what its answer is worth beside the others', and what follows
 * from all of them about the server. */
#include "walk/inside.h"

enum { RANK_CUT = 1, RANK_GOOD = 10, RESOLVER_MS = 3000, MIN_TIME_MS = 20 };
static const uint8_t kind_ranks[TRY_KINDS] = {
	[TRY_UDP] = 6,   [TRY_NO_COOKIE] = 6, [TRY_TCP] = 5,
	[TRY_NO_DO] = 4, [TRY_TCP_PLAIN] = 3, [TRY_PLAIN] = 2,
};
static const uint16_t kind_flags[TRY_KINDS] = {
	[TRY_UDP] = ASK_EDNS | ASK_DO | ASK_COOKIE,
	[TRY_NO_COOKIE] = ASK_EDNS | ASK_DO,
	[TRY_NO_DO] = ASK_EDNS,
	[TRY_PLAIN] = 0,
	[TRY_TCP] = ASK_EDNS | ASK_DO,
	[TRY_TCP_PLAIN] = 0,
};

bool probe_is_resolver(const struct probe *p)
{
	return p->mode == PROBE_RESOLVER || p->mode == PROBE_RESOLVER_CD;
}

bool probe_is_odd(const struct probe *p)
{
	return p->mode == PROBE_EDNS1 || p->mode == PROBE_EDNS_Z;
}

static uint32_t try_timeout(const struct walk *w, const struct probe *p, enum try_kind kind)
{
	uint32_t ms = try_is_tcp(kind)     ? LIMIT_TCP_MS
		      : p->tries_made == 0 ? LIMIT_UDP_TRY1_MS
					   : LIMIT_UDP_TRY2_MS;
	if (probe_is_resolver(p) && !try_is_tcp(kind))
		ms = RESOLVER_MS;       /* it may be resolving all that time */
	if (p->falling_back)
		ms = LIMIT_UDP_TRY3_MS; /* also over TCP: it is likely dead, and there may be more of these */
	uint32_t left = w->wall_ms > w->now_ms ? w->wall_ms - w->now_ms : 0;
	return ms < left ? ms : left > MIN_TIME_MS ? left : MIN_TIME_MS;
}

void probe_ask_question(struct walk *w, struct probe *p, enum try_kind kind, struct ask_question *out)
{
	*out = (struct ask_question){
		.to = p->to->addr,
		.over = try_is_tcp(kind) ? OVER_TCP : OVER_UDP,
		.name = p->name,
		.type = p->type,
		.class = CLASS_IN,
		.flags = kind_flags[kind],
		.timeout_ms = try_timeout(w, p, kind),
	};
	if (probe_is_odd(p))
		out->flags = ASK_EDNS | (p->mode == PROBE_EDNS1 ? ASK_EDNS1 : ASK_EDNS_Z);
	if (probe_is_resolver(p)) {
		out->flags &= (uint16_t)~ASK_COOKIE;
		out->flags |= ASK_RD | ASK_AD | (p->mode == PROBE_RESOLVER_CD ? ASK_CD : 0);
	}
	if ((out->flags & ASK_COOKIE) != 0) {
		out->cookie_len = p->to->cookie_len;
		for (uint8_t i = 0; i < out->cookie_len; i++)
			out->cookie[i] = p->to->cookie[i];
	}
	p->tries_made++;
}

/* DO may be swallowed for one zone of an address and not for another, as where a balancer stands before one of them: only
 * a question of the same zone clears it. */
static bool do_works(const struct walk *w, const struct probe *p)
{
	const struct zone *z = endpoint_zone(w, p->to, p->name, p->type);
	for (uint32_t i = 0; i < p->to->probes.n; i++) {
		const struct probe *other = p->to->probes.at[i];
		if (other->do_heard && endpoint_zone(w, p->to, other->name, other->type) == z)
			return true;
	}
	return false;
}

/* What is told of the probe follows from what was got and what failed. */
void probe_draw(const struct walk *w, struct probe *p)
{
	struct look *s = &p->state;
	bool with_do = p->got[TRY_UDP] || p->got[TRY_NO_COOKIE], with_edns = with_do || p->got[TRY_NO_DO];
	s->without_cookie = p->cookie_failed && p->got[TRY_NO_COOKIE] && !p->to->cookie_alive && !p->slow;
	s->without_do = p->got[TRY_NO_DO] && !with_do && !do_works(w, p);
	s->without_edns = (p->got[TRY_PLAIN] || (p->got[TRY_TCP_PLAIN] && !p->got[TRY_TCP])) && !with_edns;
	s->edns_formerr = s->without_edns && p->edns_refused;
	s->edns_silent = s->without_edns && !p->edns_refused && p->edns_unanswered && !p->to->edns_alive;
	s->via_tcp = s->m != NULL && s->last->q.over == OVER_TCP;
}

bool refuses_edns(uint16_t rcode)
{
	return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP || rcode == RCODE_BADVERS;
}

/* Keeps the best of what came: whole before cut, an answer before a complaint, UDP with DO before less. */
void probe_keep(struct probe *p, enum try_kind kind, const struct exchange *x)
{
	const struct message *m = x->m;
	bool readable = m->fault != MESSAGE_BAD_QUESTION && m->fault != MESSAGE_BAD_OWNER &&
			m->fault != MESSAGE_RR_CUT && m->fault != MESSAGE_COUNT_LIES;
	bool good = message_rcode_answers(m);
	uint8_t rank = m->tc       ? RANK_CUT
		       : !readable ? PROBE_UNREADABLE
				   : (uint8_t)(kind_ranks[kind] + (good ? RANK_GOOD : 0));
	bool complaint =
		m->rcode == RCODE_BADCOOKIE || ((kind_flags[kind] & ASK_EDNS) != 0 && refuses_edns(m->rcode));
	p->got[kind] |= !m->tc && !complaint;
	p->slow |= x->r.rtt_us > LIMIT_UDP_TRY1_MS * 1000u;
	if (rank <= p->rank)
		return;
	p->rank = rank;
	p->state.last = x;
	p->state.m = m->tc ? NULL : m;
}

void try_queue(struct walk *w, struct probe *p, enum try_kind kind)
{
	uint32_t id = w->tries.n;
	list_push(w->arena, &w->tries, (struct try){ .probe = p, .kind = kind, .state = TRY_QUEUED });
	if (p->extra)
		list_push(w->arena, &w->extra.ids, id);
	else
		list_push(w->arena, &w->main.ids, id);
}
