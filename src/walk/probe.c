/* One question to one address until it is settled. UDP with EDNS, DO and a cookie; again without the
 * cookie; then, only where both met silence, at the same time TCP, EDNS without DO and no EDNS at all, so
 * that it can be told afterwards what the server or something before it swallows. TC goes to TCP at once,
 * FORMERR to less EDNS, BADCOOKIE to the server's cookie and then TCP. Every path is finite: LIMIT_TRIES
 * with EDNS over UDP, and each fallback once. */
#include "walk/inside.h"

static void try_it(struct walk *w, struct probe *p, enum try_kind kind)
{
	p->tried[kind] = true;
	p->pending++;
	if (kind == TRY_UDP || kind == TRY_NO_COOKIE)
		p->udp_edns++;
	try_queue(w, p, kind);
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
	else if (e->no_cookie || probe_is_odd(p))
		kind = TRY_NO_COOKIE;
	try_it(w, p, kind);
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
	if (kind == TRY_UDP && !probe_is_resolver(p)) {
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
	p->cookie_failed |= kind == TRY_UDP;
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
	probe_keep(p, kind, x);
	if (probe_is_odd(p))
		return;
	if (m->tc && !tcp) {
		p->state.truncated = true;
		try_once(w, p, p->edns_refused || kind == TRY_PLAIN ? TRY_TCP_PLAIN : TRY_TCP);
	} else if (m->rcode == RCODE_BADCOOKIE) {
		answered_badcookie(w, p, kind);
	} else if (edns && refuses_edns(m->rcode)) {
		answered_no_edns(w, p, kind);
	} else if (m->rcode == RCODE_SERVFAIL && !tcp && edns && !p->servfail && !p->extra &&
		   p->mode == PROBE_AUTH) {
		p->servfail = true;
		try_udp_again(w, p, TRY_NO_COOKIE);
	} else if (p->rank == PROBE_UNREADABLE) {
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

/* RFC 5452 9.3. What is spoofed says nothing of the server: neither EDNS nor the cookie is to blame, nor is it silent. */
static void flooded(struct walk *w, struct probe *p)
{
	try_once(w, p, p->edns_refused ? TRY_TCP_PLAIN : TRY_TCP);
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
	if (p->udp_edns >= 2 && !probe_is_odd(p))
		endpoint_unheard(p->to);
	if (!given_up && !p->extra && p->mode == PROBE_AUTH)
		fall_back(w, p, unreachable);
}

static void probe_share(struct walk *w, struct probe *p)
{
	probe_draw(w, p);
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

void probes_redraw(struct walk *w, struct endpoint *e)
{
	for (uint32_t i = 0; i < e->probes.n; i++) {
		struct probe *p = e->probes.at[i];
		if (p->state.without_cookie || p->got[TRY_NO_DO] || p->state.edns_silent)
			probe_share(w, p);
	}
}

static void heard(struct walk *w, struct probe *p, const struct exchange *x)
{
	bool with_do = x->q.over == OVER_UDP && (x->q.flags & ASK_DO) != 0 && x->m != NULL &&
		       message_rcode_answers(x->m);
	bool news = with_do && !p->do_heard;
	if (probe_is_odd(p))
		return;
	p->do_heard |= with_do;
	if (endpoint_heard(w, p->to, x) || news)
		probes_redraw(w, p->to);
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
	if (p->rank == 0 && s->tries.n > 0 && s->not_asked_why == NULL && p->to->silent < UINT8_MAX &&
	    !probe_is_odd(p))
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
		heard(w, p, x);
		answered(w, p, kind, x);
		break;
	case ASK_GARBLED:
		if (try_is_tcp(kind))
			silent(w, p, kind, x);
		else
			retry_garbled(w, p, kind);
		break;
	case ASK_TIMED_OUT:
		if (reply_flooded(&x->r) && !try_is_tcp(kind))
			flooded(w, p);
		else
			silent(w, p, kind, x);
		break;
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
