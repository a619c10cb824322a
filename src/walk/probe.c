/* One question to one address until it is settled. UDP with EDNS, DO and a cookie; again without the
 * cookie; then, only where both met silence, at the same time TCP, EDNS without DO and no EDNS at all, so
 * that it can be told afterwards what the server or something before it swallows. TC goes to TCP at once,
 * FORMERR to less EDNS, BADCOOKIE to the server's cookie and then TCP. Every path is finite: LIMIT_TRIES
 * with EDNS over UDP, and each fallback once. */
#include "walk/inside.h"

enum { RANK_CUT = 1, RANK_UNREADABLE = 2, RANK_GOOD = 10, RESOLVER_MS = 3000, MIN_TIME_MS = 20 };
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

static bool is_resolver(const struct probe *p)
{
	return p->mode == PROBE_RESOLVER || p->mode == PROBE_RESOLVER_CD;
}

static void try_it(struct walk *w, struct probe *p, enum try_kind kind)
{
	p->tried[kind] = true;
	p->pending++;
	if (kind == TRY_UDP || kind == TRY_NO_COOKIE)
		p->udp_edns++;
	queue_try(w, p, kind);
}

static bool try_once(struct walk *w, struct probe *p, enum try_kind kind)
{
	if (p->tried[kind])
		return false;
	try_it(w, p, kind);
	return true;
}

static bool try_udp_again(struct walk *w, struct probe *p, enum try_kind kind)
{
	if (p->udp_edns >= LIMIT_TRIES)
		return false;
	try_it(w, p, kind);
	return true;
}

void probe_start(struct walk *w, struct probe *p)
{
	const struct endpoint *e = p->to;
	enum try_kind kind = TRY_UDP;
	if (w->e->setup.tcp_only || p->mode == PROBE_TCP || (p->extra && e->tcp_alive && !e->udp_alive))
		kind = TRY_TCP;
	else if (p->extra && e->plain_alive && !e->edns_alive)
		kind = TRY_PLAIN;
	else if (e->no_cookie)
		kind = TRY_NO_COOKIE;
	try_it(w, p, kind);
}

static uint32_t try_timeout(const struct walk *w, const struct probe *p, enum try_kind kind)
{
	uint32_t ms = try_is_tcp(kind)     ? LIMIT_TCP_MS
		      : p->tries_made == 0 ? LIMIT_UDP_TRY1_MS
					   : LIMIT_UDP_TRY2_MS;
	if (is_resolver(p) && !try_is_tcp(kind))
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
	if (is_resolver(p)) {
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

/* What is told of the probe follows from what was got and what failed. */
static void draw_flags(struct probe *p)
{
	struct look *s = &p->state;
	bool with_do = p->got[TRY_UDP] || p->got[TRY_NO_COOKIE], with_edns = with_do || p->got[TRY_NO_DO];
	s->without_cookie = p->cookie_failed && p->got[TRY_NO_COOKIE] && !p->to->cookie_alive && !p->slow;
	s->without_do = p->got[TRY_NO_DO] && !with_do && !p->to->do_alive;
	s->without_edns = (p->got[TRY_PLAIN] || (p->got[TRY_TCP_PLAIN] && !p->got[TRY_TCP])) && !with_edns;
	s->edns_formerr = s->without_edns && p->edns_refused;
	s->edns_silent = s->without_edns && !p->edns_refused && p->edns_unanswered && p->got[TRY_PLAIN] &&
			 !p->to->edns_alive;
	s->via_tcp = s->m != NULL && s->last->q.over == OVER_TCP;
}

static bool refuses_edns(uint16_t rcode)
{
	return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP || rcode == RCODE_BADVERS;
}

/* Keeps the best of what came: whole before cut, an answer before a complaint, UDP with DO before less. */
static void keep(struct probe *p, enum try_kind kind, const struct exchange *x)
{
	const struct message *m = x->m;
	bool readable = m->fault != MESSAGE_BAD_QUESTION && m->fault != MESSAGE_BAD_OWNER &&
			m->fault != MESSAGE_RR_CUT && m->fault != MESSAGE_COUNT_LIES;
	bool good = m->rcode == RCODE_NOERROR || m->rcode == RCODE_NXDOMAIN;
	uint8_t rank = m->tc       ? RANK_CUT
		       : !readable ? RANK_UNREADABLE
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

static void answered_badcookie(struct walk *w, struct probe *p, enum try_kind kind)
{
	if (try_is_tcp(kind))
		return;
	if (kind == TRY_UDP && !p->badcookie && p->to->cookie_len > 8 && try_udp_again(w, p, TRY_UDP)) {
		p->badcookie = true;
		return;
	}
	p->state.badcookie_loop = true;
	try_once(w, p, TRY_TCP);
}

static void answered_no_edns(struct walk *w, struct probe *p, enum try_kind kind)
{
	if (kind == TRY_UDP && !is_resolver(p)) {
		p->cookie_failed = true;
		if (try_udp_again(w, p, TRY_NO_COOKIE))
			return;
	}
	p->edns_refused = true;
	try_once(w, p, try_is_tcp(kind) ? TRY_TCP_PLAIN : TRY_PLAIN);
}

static void retry_garbled(struct walk *w, struct probe *p, enum try_kind kind)
{
	if (try_is_tcp(kind) || kind == TRY_PLAIN || kind == TRY_NO_DO)
		return;
	if (!p->garbled) {
		p->garbled = true;
		if (try_udp_again(w, p, TRY_NO_COOKIE))
			return;
	}
	if (!p->extra)
		try_once(w, p, TRY_TCP);
}

static void answered(struct walk *w, struct probe *p, enum try_kind kind, const struct exchange *x)
{
	const struct message *m = x->m;
	bool tcp = try_is_tcp(kind), edns = (x->q.flags & ASK_EDNS) != 0;
	if (m == NULL || (m->qdcount > 0 && !message_answers(m, p->name, p->type))) {
		retry_garbled(w, p, kind);
		return;
	}
	keep(p, kind, x);
	if (m->tc && !tcp) {
		p->state.truncated = true;
		try_once(w, p, p->edns_refused ? TRY_TCP_PLAIN : TRY_TCP);
	} else if (m->rcode == RCODE_BADCOOKIE) {
		answered_badcookie(w, p, kind);
	} else if (edns && refuses_edns(m->rcode)) {
		answered_no_edns(w, p, kind);
	} else if (m->rcode == RCODE_SERVFAIL && !tcp && edns && !p->servfail && !p->extra &&
		   p->mode == PROBE_AUTH) {
		p->servfail = true;
		try_udp_again(w, p, TRY_NO_COOKIE);
	} else if (p->rank == RANK_UNREADABLE) {
		retry_garbled(w, p, kind);
	}
}

static void fall_back(struct walk *w, struct probe *p, bool unreachable)
{
	struct endpoint *e = p->to;
	if (e->falling_back && !endpoint_alive(e)) {
		p->parked = true;       /* what the other one learns decides whether it is worth it */
		return;
	}
	e->falling_back = p->falling_back = true;
	try_once(w, p, TRY_TCP);
	if (unreachable)
		return;                 /* the port is closed: what the question says does not matter */
	try_once(w, p, TRY_NO_DO);
	try_once(w, p, TRY_PLAIN);
}

static void silent(struct walk *w, struct probe *p, enum try_kind kind, const struct exchange *x)
{
	if (try_is_tcp(kind)) {
		p->state.tcp_failed = true;
		p->state.tcp_outcome = x->r.outcome;
		return;
	}
	if (kind == TRY_NO_DO || kind == TRY_PLAIN || p->rank > 0)
		return;
	p->cookie_failed |= kind == TRY_UDP;
	bool unreachable = x->r.outcome == ASK_UNREACHABLE;
	if (unreachable)
		endpoint_unreachable(p->to);
	bool given_up = endpoint_given_up(p->to);
	if (!given_up && p->udp_edns < 2 && try_udp_again(w, p, TRY_NO_COOKIE))
		return;
	p->edns_unanswered = true;
	if (p->udp_edns >= 2)
		endpoint_unheard(p->to);
	if (!given_up && !p->extra && p->mode == PROBE_AUTH)
		fall_back(w, p, unreachable);
}

static void probe_share(struct walk *w, struct probe *p)
{
	draw_flags(p);
	for (uint32_t i = 0; i < p->looks.n; i++) {
		struct look *l = p->looks.at[i], before = *l;
		*l = p->state;
		l->kind = before.kind;
		l->name = before.name;
		l->type = before.type;
		l->server = before.server;
		if (l->m != before.m || l->settled != before.settled)
			look_event(w, l);
	}
}

/* FORMERR tells. Silence may be loss: there the cookie is sent on, and one answer to it clears the
 * address. */
static void learn_cookie(struct probe *p)
{
	p->to->no_cookie |= p->state.without_cookie && p->state.tries.at[0]->r.outcome == ASK_ANSWERED;
}

void probe_redraw(struct walk *w, struct probe *p)
{
	if (p->state.without_cookie || p->state.without_do || p->state.edns_silent)
		probe_share(w, p);
}

static void settle(struct walk *w, struct probe *p);

static void unpark(struct walk *w, struct endpoint *e)
{
	e->falling_back = false;
	for (uint32_t i = 0; i < e->probes.n; i++) {
		struct probe *p = e->probes.at[i];
		if (!p->parked)
			continue;
		p->parked = false;
		if (endpoint_alive(e))
			fall_back(w, p, false);
		else
			settle(w, p);
	}
}

static void settle(struct walk *w, struct probe *p)
{
	struct look *s = &p->state;
	if (s->settled || p->pending > 0 || p->parked)
		return;
	s->settled = true;
	s->not_asked = s->tries.n == 0;
	if (s->last == NULL && s->tries.n > 0)
		s->last = s->tries.at[s->tries.n - 1];
	if (p->rank == 0 && s->tries.n > 0 && s->not_asked_why == NULL && p->to->silent < UINT8_MAX)
		p->to->silent++;
	if (s->not_asked_why != NULL)
		w->tree.unasked++;
	probe_share(w, p);
	learn_cookie(p);
	if (p->falling_back)
		unpark(w, p->to);
}

void probe_learn(struct walk *w, struct probe *p, enum try_kind kind, const struct exchange *x)
{
	p->pending--;
	p->tcp_out &= !try_is_tcp(kind);
	list_push(w->arena, &p->state.tries, (struct exchange *)x);
	switch (x->r.outcome) {
	case ASK_ANSWERED:
		endpoint_heard(w, p->to, x);
		answered(w, p, kind, x);
		break;
	case ASK_GARBLED:
		if (try_is_tcp(kind))
			silent(w, p, kind, x);
		else
			retry_garbled(w, p, kind);
		break;
	case ASK_TIMED_OUT:
	case ASK_UNREACHABLE:
	case ASK_CLOSED: silent(w, p, kind, x); break;
	case ASK_FORBIDDEN: p->state.not_asked_why = "forbidden"; break;
	case ASK_CANCELLED: p->state.not_asked_why = "time"; break;
	}
	settle(w, p);
	probe_share(w, p);
}

void probe_refused(struct walk *w, struct probe *p, const char *why)
{
	p->pending--;
	p->state.not_asked_why = why;
	settle(w, p);
}

void probe_join(struct walk *w, struct probe *p, struct look *l)
{
	list_push(w->arena, &p->looks, l);
	probe_share(w, p);
}
