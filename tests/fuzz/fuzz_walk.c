/* A walk in a network made of octets: they choose which open question is answered next and how (referrals,
 * answers, aliases, denials, error codes, cut or garbled messages, silence), always in relation to what
 * was asked, so that few octets lead deep. When they run out, all the rest is silence. The walk must end
 * within its budget, and what it collected, written and read again, must replay to the same tree. */
#include "base/limits.h"
#include "dns/write.h"
#include "walk/walk.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { WIRE_MAX = 1500, NAMES = 4 };
struct open_question { uint32_t ticket; struct ask_question q; };
struct play {
	const uint8_t *at, *end;
	struct arena *arena;
	struct budget budget;
	struct walk *walk;
	struct evidence *evidence;
	LIST(struct open_question) open;
	uint32_t now_ms, learnt;
};

static uint8_t take(struct play *p)
{
	return p->at < p->end ? *p->at++ : 0;
}

static const uint8_t *name_of(struct play *p, const char *text)
{
	const char *why;
	const uint8_t *name = name_from_text(p->arena, text, &why);
	assert(name != NULL);
	return name;
}

/* From an octet: a suffix of the question's name, or one of a few labels below such a suffix. */
static const uint8_t *pick_name(struct play *p, const uint8_t *qname)
{
	static const char labels[] = "abnw";
	uint8_t b = take(p), max = name_labels(qname);
	const uint8_t *name = name_suffix(qname, (uint8_t)((b & 7) > max ? max : b & 7));
	if (b & 8)
		name = name_of(p, b & 16 ? "lab." : "net.");
	for (uint8_t n = b >> 6; n > 0; n--) {
		const uint8_t *longer = name_prepend(p->arena, &labels[(b >> (n + 2)) & 3], 1, name);
		name = longer != NULL ? longer : name;
	}
	return name;
}

static void put_name(struct writer *w, enum write_section s, const uint8_t *owner, uint16_t type,
		     const uint8_t *target)
{
	write_rr(w, s, owner, type, CLASS_IN, 60, (struct rdata){ target, name_len(target) });
}

static void put_address(struct play *p, struct writer *w, enum write_section s, const uint8_t *owner)
{
	uint8_t ip[16] = { 192, 0, 2, take(p) % 24 };
	bool v6 = (ip[3] & 3) == 3;
	write_rr(w, s, owner, v6 ? TYPE_AAAA : TYPE_A, CLASS_IN, 60, (struct rdata){ ip, v6 ? 16 : 4 });
}

static void put_soa(struct play *p, struct writer *w, const uint8_t *owner)
{
	uint8_t *rd = arena_alloc(p->arena, 22);        /* two root names and five numbers */
	write_rr(w, WRITE_AUTHORITY, owner, TYPE_SOA, CLASS_IN, 60, (struct rdata){ rd, 22 });
}

static void put_sig(struct play *p, struct writer *w, enum write_section s, const uint8_t *owner,
		    uint16_t covered)
{
	uint8_t rd[18 + NAME_MAX_BYTES + 4] = { (uint8_t)(covered >> 8), (uint8_t)covered, 13,
						name_labels(owner) };
	const uint8_t *signer = pick_name(p, owner);
	uint16_t len = name_len(signer);
	memcpy(rd + 18, signer, len);
	write_rr(w, s, owner, TYPE_RRSIG, CLASS_IN, 60, (struct rdata){ rd, (uint16_t)(18 + len + 4) });
}

static void put_opaque(struct writer *w, enum write_section s, const uint8_t *owner, uint16_t type)
{
	static const uint8_t key[] = { 1, 1, 3, 13, 1, 2, 3, 4 }, ds[] = { 0, 1, 13, 2, 9, 9, 9, 9 };
	bool is_ds = type == TYPE_DS || type == TYPE_CDS;
	write_rr(w, s, owner, type, CLASS_IN, 60,
		 (struct rdata){ is_ds ? ds : key, is_ds ? sizeof ds : sizeof key });
}

static void write_referral(struct play *p, struct writer *w, const uint8_t *qname)
{
	const uint8_t *cut = pick_name(p, qname), *hosts[NAMES];
	uint8_t n = (uint8_t)(take(p) % NAMES + 1);
	for (uint8_t i = 0; i < n; i++) {
		hosts[i] = pick_name(p, cut);
		put_name(w, WRITE_AUTHORITY, cut, TYPE_NS, hosts[i]);
	}
	if (n & 1)
		put_opaque(w, WRITE_AUTHORITY, cut, TYPE_DS);
	for (uint8_t i = 0; i < n; i++)
		if (take(p) & 1)
			put_address(p, w, WRITE_ADDITIONAL, hosts[i]);
}

static void write_answer(struct play *p, struct writer *w, const struct ask_question *q)
{
	switch (q->type) {
	case TYPE_A:
	case TYPE_AAAA: put_address(p, w, WRITE_ANSWER, q->name); break;
	case TYPE_NS: put_name(w, WRITE_ANSWER, q->name, TYPE_NS, pick_name(p, q->name)); break;
	case TYPE_SOA:
		write_rr(w, WRITE_ANSWER, q->name, TYPE_SOA, CLASS_IN, 60,
			 (struct rdata){ arena_alloc(p->arena, 22), 22 });
		break;
	default: put_opaque(w, WRITE_ANSWER, q->name, q->type); break;
	}
	if (take(p) & 1)
		put_sig(p, w, WRITE_ANSWER, q->name, q->type);
}

static void write_body(struct play *p, struct writer *w, const struct ask_question *q, uint8_t how)
{
	switch (how) {
	case 0:
	case 1: write_referral(p, w, q->name); break;
	case 2:
	case 3: write_answer(p, w, q); break;
	case 4: put_name(w, WRITE_ANSWER, q->name, TYPE_CNAME, pick_name(p, q->name)); break;
	case 5: put_name(w, WRITE_ANSWER, pick_name(p, q->name), TYPE_DNAME, pick_name(p, q->name)); break;
	case 6: put_soa(p, w, pick_name(p, q->name)); break;
	default: break;
	}
}

static void write_reply(struct play *p, const struct ask_question *q, struct ask_reply *r)
{
	struct writer w;
	uint8_t *wire = arena_alloc(p->arena, WIRE_MAX), flags = take(p), how = take(p) % 9;
	uint16_t rcode = flags & 8 ? take(p) % 24 : flags & 16 ? RCODE_NXDOMAIN : RCODE_NOERROR;
	struct edns_item cookie = { .code = EDNS_COOKIE,
				    .len = 16,
				    .at = arena_copy(p->arena, q->cookie, 16) };
	writer_init(&w, p->arena, wire, WIRE_MAX);
	write_head(&w, &(struct write_head){
			       .qr = true, .aa = flags & 1, .tc = (flags & 6) == 6, .rcode = rcode & 15 });
	write_question(&w, q->name, q->type, CLASS_IN);
	write_body(p, &w, q, how);
	if ((flags & 32) == 0)
		write_edns(&w,
			   &(struct write_edns){
				   .udp_size = 1232, .rcode = rcode, .options = &cookie, .n_options = 1 });
	r->outcome = ASK_ANSWERED;
	r->wire = wire;
	r->wire_len = (uint16_t)w.len;
	for (uint8_t n = flags >> 6; n > 1 && w.len > 12; n--)  /* spoil some octets behind the question */
		wire[12 + take(p) % (w.len - 12)] = take(p);
}

static struct ask_reply reply_to(struct play *p, const struct ask_question *q)
{
	struct ask_reply r = { .outcome = ASK_TIMED_OUT };
	uint8_t how = p->at < p->end ? take(p) % 16 : 0;
	p->now_ms += how == 0 ? q->timeout_ms / 8 : how;
	if (how == 1)
		r.outcome = ASK_UNREACHABLE;
	else if (how == 2)
		r.outcome = q->over == OVER_TCP ? ASK_CLOSED : ASK_GARBLED;
	else if (how == 3)
		r.outcome = take(p) & 1 ? ASK_FORBIDDEN : ASK_CANCELLED;
	else if (how > 3)
		write_reply(p, q, &r);
	return r;
}

static void step(struct play *p)
{
	struct walk_question wq;
	while (walk_next(p->walk, &wq))
		list_push(p->arena, &p->open, (struct open_question){ wq.ticket, wq.q });
	assert(p->open.n > 0 && p->open.n == walk_in_flight(p->walk));
	uint8_t b = take(p);
	uint32_t i = b % p->open.n;
	struct open_question o = p->open.at[i];
	p->open.at[i] = p->open.at[--p->open.n];
	struct ask_reply r = reply_to(p, &o.q);
	walk_learn(p->walk, o.ticket, &r, p->now_ms);
	p->learnt++;
	if (b == 255)
		walk_stop(p->walk);
}

static const char *dump(struct play *p, const struct tree *t)
{
	struct text out;
	text_init(&out, p->arena);
	tree_dump(t, &out);
	return out.at;
}

static void demand_same_replay(struct play *p)
{
	struct text file;
	struct evidence *again;
	struct err_at at;
	struct budget budget;
	uint32_t unused;
	text_init(&file, p->arena);
	budget_init(&budget);
	int failed = evidence_to_text(p->evidence, &file);
	if (failed == E_OK)
		failed = evidence_from_text(p->arena, file.at, file.len, &again, &at);
	assert(failed == E_OK);
	const struct tree *t = walk_replay(p->arena, again, &budget, &unused);
	const char *live = dump(p, walk_tree(p->walk)), *replayed = dump(p, t);
	if (unused != 0 || strcmp(live, replayed) != 0)
		fprintf(stderr, "unused %u\n--- live\n%s--- replayed\n%s", unused, live, replayed);
	assert(unused == 0 && strcmp(live, replayed) == 0);
}

static void fill_setup(struct play *p, struct setup *s)
{
	static const uint16_t types[] = { TYPE_A, TYPE_DS, TYPE_NS, TYPE_DNSKEY };
	uint8_t b = take(p);
	*s = (struct setup){ .name = name_of(p, b & 1 ? "w.a.b.lab." : "lab."),
			     .type = types[b >> 1 & 3],
			     .port = 53,
			     .depth = (enum depth)((b >> 3) % 3),
			     .use_ipv4 = true,
			     .use_ipv6 = b & 32,
			     .tcp_only = b >= 240,
			     .addr_allowed = ADDR_ANY,
			     .budget_questions = take(p) };
	for (uint8_t i = 0; i < 2; i++) {
		struct addr a = { .family = 4, .port = 53, .ip = { 192, 0, 2, (uint8_t)(i + 1) } };
		list_push(p->arena, &s->hints, (struct hint){ name_of(p, "n."), a });
	}
	if (b & 64)
		list_push(p->arena, &s->resolvers,
			  (struct addr){ .family = 4, .port = 53, .ip = { 192, 0, 2, 1 } });
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct play p = { .at = bytes, .end = bytes + len, .arena = arena_new(LIMIT_ARENA_BYTES) };
	struct setup setup;
	budget_init(&p.budget);
	fill_setup(&p, &setup);
	p.evidence = evidence_make(p.arena, &setup, (struct wall){ 1772366400 });
	p.walk = walk_make(p.arena, p.evidence, &p.budget);
	while (!walk_done(p.walk)) {
		step(&p);
		assert(p.learnt <= p.budget.limit[BUDGET_QUESTIONS]);
	}
	assert(walk_in_flight(p.walk) == 0 && p.learnt == p.evidence->exchanges.n);
	demand_same_replay(&p);
	arena_free(&p.arena);
	return 0;
}
