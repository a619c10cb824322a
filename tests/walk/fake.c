/* An authoritative server in eighty lines, and a clock that jumps from reply to reply. */
#include "fake.h"
#include "base/limits.h"
#include "dns/write.h"
#include <assert.h>
#include <string.h>

enum { RTT_MS = 10, SLOW_MS = 1500, WIRE_MAX = 4096 };

void fake_init(struct fake *f, struct arena *a, const struct fake_server *servers, uint32_t n_servers,
	       const struct fake_zone *zones, uint32_t n_zones)
{
	*f = (struct fake){ .arena = a, .servers = servers, .n_servers = n_servers, .n_zones = n_zones };
	f->zones = zones = arena_copy(a, zones, n_zones * sizeof *zones);
	f->records = ARENA_ARRAY(a, zone_records, n_zones);
	for (uint32_t i = 0; i < n_zones; i++) {
		struct err_at at = { 0 };
		int failed = zone_parse(a, zones[i].text, strlen(zones[i].text), zones[i].name, 300,
					zones[i].name, &f->records[i], &at);
		if (failed != 0)
			assert(!"a zone of the test does not parse");
	}
}

static const uint8_t *name_of(struct fake *f, const char *text)
{
	const char *why;
	const uint8_t *name = name_from_text(f->arena, text, &why);
	assert(name != NULL);
	return name;
}

void fake_setup(struct fake *f, struct setup *out, const char *name, uint16_t type)
{
	struct addr root;
	*out = (struct setup){ .name = name_of(f, name), .type = type, .depth = DEPTH_FULL, .use_ipv4 = true,
			       .use_ipv6 = true, .port = 53, .addr_allowed = ADDR_ANY };
	addr_from_text("192.0.2.1", 53, &root);
	list_push(f->arena, &out->hints, (struct hint){ name_of(f, "a.root."), root });
}

struct answering {
	struct fake *f;
	const zone_records *zone;
	const uint8_t *apex;
	struct writer w;
	bool do_bit;
};

static bool has(const struct answering *s, const uint8_t *owner, uint16_t type)
{
	for (uint32_t i = 0; i < s->zone->n; i++)
		if (name_equal(s->zone->at[i].owner, owner) && (type == 0 || s->zone->at[i].type == type))
			return true;
	return false;
}

static bool has_below(const struct answering *s, const uint8_t *owner)
{
	for (uint32_t i = 0; i < s->zone->n; i++)
		if (name_is_under(s->zone->at[i].owner, owner))
			return true;
	return false;
}

static bool covers(const struct zone_record *r, uint16_t type)
{
	return r->type == TYPE_RRSIG && rdata_rrsig(r->rd).covered == type;
}

/* The RRset and, with DO, what signs it. */
static void put(struct answering *s, enum write_section section, const uint8_t *owner, uint16_t type)
{
	for (uint32_t i = 0; i < s->zone->n; i++) {
		const struct zone_record *r = &s->zone->at[i];
		if (name_equal(r->owner, owner) && (r->type == type || (s->do_bit && covers(r, type))))
			write_rr(&s->w, section, r->owner, r->type, CLASS_IN, r->ttl, r->rd);
	}
}

static void put_glue(struct answering *s, const uint8_t *cut)
{
	for (uint32_t i = 0; i < s->zone->n; i++) {
		const struct zone_record *r = &s->zone->at[i];
		if (r->type != TYPE_NS || !name_equal(r->owner, cut))
			continue;
		put(s, WRITE_ADDITIONAL, rdata_name(r->rd), TYPE_A);
		put(s, WRITE_ADDITIONAL, rdata_name(r->rd), TYPE_AAAA);
	}
}

static const uint8_t *find_cut(const struct answering *s, const uint8_t *name, uint16_t type)
{
	for (uint8_t l = (uint8_t)(name_labels(s->apex) + 1); l <= name_labels(name); l++) {
		const uint8_t *at = name_suffix(name, l);
		if (has(s, at, TYPE_NS) && !(type == TYPE_DS && l == name_labels(name)))
			return at;
	}
	return NULL;
}

static void answer_from(struct answering *s, struct write_head *head, const struct ask_question *q)
{
	const uint8_t *cut = find_cut(s, q->name, q->type);
	head->aa = cut == NULL;
	bool exists = has_below(s, q->name);
	if (cut == NULL && !exists)
		head->rcode = RCODE_NXDOMAIN;
	write_head(&s->w, head);
	write_question(&s->w, q->name, q->type, CLASS_IN);
	if (cut != NULL) {
		put(s, WRITE_AUTHORITY, cut, TYPE_NS);
		put(s, WRITE_AUTHORITY, cut, TYPE_DS);
		put_glue(s, cut);
	} else if (has(s, q->name, q->type)) {
		put(s, WRITE_ANSWER, q->name, q->type);
		if (q->type == TYPE_NS)
			put_glue(s, q->name);
	} else if (has(s, q->name, TYPE_CNAME)) {
		put(s, WRITE_ANSWER, q->name, TYPE_CNAME);
	} else {
		put(s, WRITE_AUTHORITY, s->apex, TYPE_SOA);
	}
}

static bool serves(const struct fake_server *s, const char *zone)
{
	size_t len = strlen(zone);
	for (const char *at = s->zones; (at = strstr(at, zone)) != NULL; at++)
		if ((at == s->zones || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
			return true;
	return false;
}

static void pick_zone(struct answering *s, const struct fake_server *server, const struct ask_question *q)
{
	for (uint32_t i = 0; i < s->f->n_zones; i++) {
		const uint8_t *apex = name_of(s->f, s->f->zones[i].name);
		if (!serves(server, s->f->zones[i].name) || !name_is_under(q->name, apex))
			continue;
		if (q->type == TYPE_DS && name_equal(q->name, apex) && s->zone != NULL)
			continue;       /* the parent is here too: DS is its */
		if (s->zone == NULL || name_labels(apex) > name_labels(s->apex)) {
			s->zone = &s->f->records[i];
			s->apex = apex;
		}
	}
}

static void write_error(struct answering *s, struct write_head *head, const struct ask_question *q,
			uint16_t rcode)
{
	head->rcode = rcode & 15;
	write_head(&s->w, head);
	write_question(&s->w, q->name, q->type, CLASS_IN);
}

static bool is_extra(const struct ask_question *q)
{
	return q->over == OVER_TCP || q->type == TYPE_SOA || q->type == TYPE_NS || q->type == TYPE_CDS ||
	       q->type == TYPE_CDNSKEY || q->name[0] > 20;
}

static bool is_silent(enum fault fault, const struct ask_question *q)
{
	bool udp = q->over == OVER_UDP;
	switch (fault) {
	case FAULT_SILENT: return true;
	case FAULT_NO_EDNS: return udp && (q->flags & ASK_EDNS) != 0;
	case FAULT_NO_DO: return udp && (q->flags & ASK_DO) != 0;
	case FAULT_NO_COOKIE: return udp && (q->flags & ASK_COOKIE) != 0;
	case FAULT_LARGE_LOST: return udp && q->type == TYPE_DNSKEY && (q->flags & ASK_EDNS) != 0;
	case FAULT_ONLY_QUESTIONS: return is_extra(q);
	case FAULT_CASE_ONE_TYPE: return q->type == TYPE_DNSKEY;
	default: return false;
	}
}

static bool is_tc(enum fault fault, const struct ask_question *q)
{
	return q->over == OVER_UDP && (fault == FAULT_TRUNCATES || fault == FAULT_TRUNCATES_NO_TCP ||
				       (fault == FAULT_LARGE_LOST && q->type == TYPE_DNSKEY));
}

/* The server's half of the cookie is eight times 's'. */
static struct edns_item cookie_item(struct fake *f, const struct ask_question *q)
{
	uint8_t *at = arena_alloc(f->arena, 16);
	memcpy(at, q->cookie, 8);
	memset(at + 8, 's', 8);
	return (struct edns_item){ .code = EDNS_COOKIE, .len = 16, .at = at };
}

static void write_reply(struct answering *s, const struct fake_server *server, const struct ask_question *q)
{
	struct write_head head = { .id = 1, .qr = true };
	enum fault fault = server->fault;
	struct write_edns edns = { .udp_size = 1232, .do_bit = s->do_bit };
	struct edns_item cookie;
	bool bad_cookie = (fault == FAULT_BADCOOKIE && q->over == OVER_UDP) ||
			  (fault == FAULT_BADCOOKIE_ONCE && q->over == OVER_UDP && q->cookie_len <= 8);
	if (bad_cookie && (q->flags & ASK_COOKIE) != 0) {
		write_error(s, &head, q, RCODE_BADCOOKIE);
		cookie = cookie_item(s->f, q);
		edns.options = &cookie;
		edns.n_options = 1;
		edns.rcode = RCODE_BADCOOKIE;
	} else if (bad_cookie) {
		write_error(s, &head, q, RCODE_BADCOOKIE);
		edns.rcode = RCODE_BADCOOKIE;
	} else if (fault == FAULT_FORMERR && (q->flags & ASK_EDNS) != 0) {
		write_error(s, &head, q, RCODE_FORMERR);
		return;
	} else if (fault == FAULT_SERVFAIL) {
		write_error(s, &head, q, RCODE_SERVFAIL);
	} else if (fault == FAULT_REFUSED || s->zone == NULL) {
		write_error(s, &head, q, RCODE_REFUSED);
	} else if (fault == FAULT_UPWARD) {
		write_error(s, &head, q, RCODE_NOERROR);
		write_rr(&s->w, WRITE_AUTHORITY, name_root, TYPE_NS, CLASS_IN, 1,
			 (struct rdata){ name_of(s->f, "a.root."), name_len(name_of(s->f, "a.root.")) });
	} else if (is_tc(fault, q)) {
		head.tc = true;
		write_error(s, &head, q, RCODE_NOERROR);
	} else {
		answer_from(s, &head, q);
	}
	if ((q->flags & ASK_EDNS) != 0)
		write_edns(&s->w, &edns);
}

static const struct fake_server *find_server(const struct fake *f, const struct addr *to)
{
	for (uint32_t i = 0; i < f->n_servers; i++) {
		struct addr a;
		if (addr_from_text(f->servers[i].addr, 53, &a) && addr_equal(&a, to))
			return &f->servers[i];
	}
	return NULL;
}

void fake_answer(struct fake *f, const struct ask_question *q, struct ask_reply *out)
{
	const struct fake_server *server = find_server(f, &q->to);
	struct answering s = { .f = f, .do_bit = (q->flags & ASK_DO) != 0 };
	uint8_t *wire = arena_alloc(f->arena, WIRE_MAX);
	*out = (struct ask_reply){ .outcome = ASK_TIMED_OUT };
	f->asked++;
	f->asked_of_victim += server != NULL && strcmp(server->addr, "192.0.2.66") == 0;
	bool lost = f->asked > f->lose_from && f->asked <= f->lose_to;
	if (server == NULL || lost || is_silent(server->fault, q))
		return;
	bool no_tcp = server->fault == FAULT_TRUNCATES_NO_TCP && q->over == OVER_TCP;
	if (server->fault == FAULT_CLOSED || no_tcp) {
		out->outcome = ASK_UNREACHABLE;
		out->os_errno = 111;
		out->rtt_us = 0;
		return;
	}
	out->rtt_us = (server->fault == FAULT_SLOW ? SLOW_MS : RTT_MS) * 1000;
	if (out->rtt_us / 1000 > q->timeout_ms) {
		out->rtt_us = 0;
		return;
	}
	out->wire = wire;
	if (server->fault == FAULT_GARBLES && q->over == OVER_UDP) {
		out->outcome = ASK_GARBLED;
		out->wire_len = 13;
		return;
	}
	if (server->fault == FAULT_FLOODED && q->over == OVER_UDP) {
		*out = (struct ask_reply){ .outcome = ASK_TIMED_OUT, .strays[STRAY_ID] = LIMIT_STRAYS };
		return;
	}
	writer_init(&s.w, f->arena, wire, WIRE_MAX);
	pick_zone(&s, server, q);
	write_reply(&s, server, q);
	out->outcome = ASK_ANSWERED;
	out->wire_len = (uint16_t)s.w.len;
}

struct flying { uint32_t ticket, due_ms; struct ask_reply reply; };
struct flight { LIST(struct flying) at; uint32_t now_ms; };

static void take_off(struct fake *f, struct walk *w, struct flight *flight)
{
	struct walk_question q;
	while (walk_next(w, &q)) {
		struct flying fl = { .ticket = q.ticket };
		fake_answer(f, &q.q, &fl.reply);
		fl.due_ms = flight->now_ms +
			    (fl.reply.outcome == ASK_TIMED_OUT ? q.q.timeout_ms : fl.reply.rtt_us / 1000);
		list_push(f->arena, &flight->at, fl);
	}
}

static struct flying land(struct flight *flight)
{
	uint32_t first = 0;
	for (uint32_t i = 1; i < flight->at.n; i++)
		if (flight->at.at[i].due_ms < flight->at.at[first].due_ms)
			first = i;
	struct flying fl = flight->at.at[first];
	for (uint32_t i = first + 1; i < flight->at.n; i++)
		flight->at.at[i - 1] = flight->at.at[i];
	flight->at.n--;
	return fl;
}

const struct tree *fake_walk(struct fake *f, const struct setup *setup, uint32_t stop_after)
{
	struct budget *budget = ARENA_NEW(f->arena, struct budget);
	budget_init(budget);
	struct evidence *e = evidence_make(f->arena, setup, (struct wall){ 1772366400 });
	struct walk *w = walk_make(f->arena, e, budget);
	struct flight flight = { 0 };
	while (!walk_done(w)) {
		take_off(f, w, &flight);
		assert(flight.at.n > 0 && flight.at.n == walk_in_flight(w));
		struct flying fl = land(&flight);
		flight.now_ms = fl.due_ms;
		walk_learn(w, fl.ticket, &fl.reply, flight.now_ms);
		if (stop_after != 0 && e->exchanges.n == stop_after)
			walk_stop(w);
	}
	e->took_ms = flight.now_ms;
	return walk_tree(w);
}
