/* behave -- one question at one server of the world: what its `server` lines make of the right answer, from
 * silence over EDNS and cookie faults to octets that are no message. */
#include "lab/behave.h"
#include <string.h>

/* Transport faults: true when there is nothing more to be said. */
static bool transport_fails(struct asked *q)
{
	struct lab_reply r = { .from = q->server };
	bool tcp = q->over == OVER_TCP;
	if (behaves(q, "silent") || (tcp && behaves(q, "tcp-silent")))
		return true;
	if (behaves(q, "icmp") || (tcp && behaves(q, "tcp-refuse")))
		r.refuse_connection = tcp, r.unreachable = !tcp;
	else if (tcp && behaves(q, "tcp-close"))
		r.close = true;
	else
		return false;
	list_push(q->arena, q->out, r);
	return true;
}

static bool edns_dropped(const struct asked *q)
{
	return (q->m.has_edns && behaves(q, "drop-edns")) || (q->m.do_bit && behaves(q, "drop-do")) ||
	       (q->cookie != NULL && behaves(q, "drop-cookie"));
}

static bool cookie_known(const struct asked *q)
{
	uint8_t want[16];
	server_cookie(q, want);
	return q->cookie->len == 24 && memcmp(q->cookie->at + 8, want, 16) == 0;
}

static void set_rcode(struct asked *q, uint16_t rcode, bool aa)
{
	q->answer.kind = KIND_BARE;
	q->answer.rcode = rcode;
	q->answer.aa = aa;
	q->answer.items.n = 0;
}

/* Faults of EDNS and cookies that end in an rcode; true when one did. */
static bool edns_fails(struct asked *q)
{
	bool edns = q->m.has_edns, udp = q->over == OVER_UDP;
	size_t cookie = q->cookie != NULL ? q->cookie->len : 8;
	if (edns && (behaves(q, "formerr-edns") || behaves(q, "notimp-edns") ||
		     (q->cookie != NULL && behaves(q, "formerr-cookie")))) {
		set_rcode(q, behaves(q, "notimp-edns") ? RCODE_NOTIMP : RCODE_FORMERR, false);
		q->how.no_opt = true;
		return true;
	}
	bool other_version = edns && q->m.edns_version != 0;
	if (other_version && behaves(q, "edns1-formerr"))
		set_rcode(q, RCODE_FORMERR, false);
	else if ((other_version && !behaves(q, "edns1-as-0")) || (edns && behaves(q, "badvers")))
		set_rcode(q, RCODE_BADVERS, false);
	else if (udp && (behaves(q, "badcookie-loop") || (q->cookie != NULL && cookie >= 8 &&
							  behaves(q, "badcookie-once") && !cookie_known(q))))
		set_rcode(q, RCODE_BADCOOKIE, false);
	else if (edns && (cookie < 8 || (cookie > 8 && cookie < 16) || cookie > 40))
		set_rcode(q, RCODE_FORMERR, false); /* RFC 7873 5.2.2 */
	else
		return false;
	return true;
}

static void refer_to(struct asked *q, struct view *v, const uint8_t *name)
{
	struct lab_rrset *ns = v != NULL ? view_rrset(v, name, TYPE_NS) : NULL;
	set_rcode(q, RCODE_NOERROR, false);
	q->answer.kind = KIND_REFERRAL;
	if (ns != NULL)
		answer_add(&q->answer, WRITE_AUTHORITY, v, ns, ns->owner);
}

static void self_refer(struct asked *q)
{
	if (q->zone != NULL)
		refer_to(q, world_view(q->w, q->zone, &q->server), q->zone->name);
}

static void upward_refer(struct asked *q)
{
	struct lab_zone *root = world_zone(q->w, name_root);
	refer_to(q, root != NULL ? world_view(q->w, root, NULL) : NULL, name_root);
	q->answer.dnssec = false;
}

/* A parking host: every name exists, unsigned. */
static void park(struct asked *q)
{
	const struct addr *to = &param_find(&q->manners, "parking")->addr;
	uint16_t type = to->family == 4 ? TYPE_A : TYPE_AAAA, len = to->family == 4 ? 4 : 16;
	struct lab_rrset *s = ARENA_NEW(q->arena, struct lab_rrset);
	set_rcode(q, RCODE_NOERROR, true);
	*s = (struct lab_rrset){ .owner = q->m.qname, .type = type, .ttl = 300, .served_ttl = 300 };
	list_push(q->arena, &s->rds, (struct rdata){ to->ip, len });
	if (q->m.qtype == type)
		answer_add(&q->answer, WRITE_ANSWER, NULL, s, s->owner);
	q->answer.dnssec = false;
}

/* Servers that say the same to everybody; true when this is one. */
static bool says_always(struct asked *q)
{
	static const struct {
		const char *word;
		uint16_t rcode;
		bool aa;
	} rcodes[] = {
		{ "refused", RCODE_REFUSED, false },   { "lame", RCODE_REFUSED, false },
		{ "servfail", RCODE_SERVFAIL, false }, { "notimp", RCODE_NOTIMP, false },
		{ "formerr", RCODE_FORMERR, false },   { "notauth", RCODE_NOTAUTH, false },
		{ "nxdomain", RCODE_NXDOMAIN, true },  { "empty", RCODE_NOERROR, true },
	};
	const struct param *named = param_find(&q->manners, "rcode");
	uint16_t rcode;
	for (unsigned i = 0; i < sizeof rcodes / sizeof *rcodes; i++)
		if (behaves(q, rcodes[i].word)) {
			set_rcode(q, rcodes[i].rcode, rcodes[i].aa);
			return true;
		}
	if (named != NULL && rcode_from_text(named->text, &rcode))
		set_rcode(q, rcode, false);
	else if (behaves(q, "upward-referral"))
		upward_refer(q);
	else if (behaves(q, "self-referral"))
		self_refer(q);
	else if (behaves(q, "parking"))
		park(q);
	else
		return false;
	return true;
}

static void answer_truly(struct asked *q)
{
	struct answer *n = &q->answer;
	n->no_synthesis = behaves(q, "no-synthesis");
	n->wrong_synthesis = behaves(q, "wrong-synthesis");
	n->zero_synthesis = behaves(q, "zero-synthesis");
	if (q->m.opcode != 0 || q->m.qclass != CLASS_IN) {
		set_rcode(q, q->m.opcode != 0 ? RCODE_NOTIMP : RCODE_REFUSED, false);
		return;
	}
	uint16_t type = q->m.qtype;
	if (type == TYPE_DS && behaves(q, "ds-referral"))
		type = TYPE_A;
	answer_make(q->w, &q->server, q->m.qname, type, n);
}

static bool is_host(const struct world *w, const struct addr *server)
{
	for (uint32_t i = 0; i < w->zones.n; i++)
		if (zone_serves(w->zones.at[i], server))
			return true;
	for (uint32_t i = 0; i < w->rules.n; i++)
		if (addrs_have(&w->rules.at[i]->addrs, server))
			return true;
	return false;
}

static const struct lab_resolver *resolver_at(const struct world *w, const struct addr *server)
{
	for (uint32_t i = 0; i < w->resolvers.n; i++)
		if (addr_same_ip(&w->resolvers.at[i].addr, server))
			return &w->resolvers.at[i];
	return NULL;
}

static void question_read(struct asked *q)
{
	const struct edns_item *cookie = message_option(&q->m, EDNS_COOKIE);
	bool plain = behaves(q, "ignore-edns");
	q->cookie = cookie;
	q->how = (struct shape_of_reply){
		.id = q->m.id,
		.rd = q->m.rd,
		.cd = q->m.cd,
		.has_question = true,
		.edns = q->m.has_edns && !plain,
		.qname = q->m.qname,
		.qtype = q->m.qtype,
		.qclass = q->m.qclass,
		.ttl = -1,
		.limit = 512,
		.do_bit = q->m.do_bit,
	};
	q->answer = (struct answer){ .arena = q->arena, .dnssec = q->m.do_bit && !plain };
}

static void serve_question(struct asked *q)
{
	q->zone = host_zone(q->w, &q->server, q->m.qname, q->m.qtype);
	q->cookie = message_option(&q->m, EDNS_COOKIE);
	if (!manners_collect(q) || transport_fails(q) || edns_dropped(q))
		return;
	question_read(q);
	if (!edns_fails(q) && !says_always(q))
		answer_truly(q);
	reply_shape(q);
	reply_send(q);
}

void world_answer(struct world *w, struct arena *a, const struct addr *server, enum transport over,
		  const uint8_t *query, size_t len, lab_replies *out)
{
	struct asked *q = ARENA_NEW(a, struct asked);
	const struct lab_resolver *resolver = resolver_at(w, server);
	*q = (struct asked){ .w = w, .arena = a, .server = *server, .over = over, .out = out };
	if (len > UINT16_MAX)
		return;
	message_parse(a, query, (uint16_t)len, &q->m);
	if (q->m.qr || q->m.qname == NULL || (resolver == NULL && !is_host(w, server)))
		return;
	if (resolver == NULL) {
		serve_question(q);
		return;
	}
	question_read(q);
	if (!resolver_answer(q, resolver))
		return;
	reply_shape(q);
	reply_send(q);
}
