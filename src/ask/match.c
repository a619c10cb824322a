#include "ask/match.h"
#include "base/limits.h"
#include "dns/write.h"
#include <assert.h>
#include <string.h>

enum { HEADER = 12, FLAG_QR = 0x80, OPCODE_MASK = 0x78, RCODE_MASK = 0x0f };
enum { CLIENT_COOKIE = 8 };

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* An error may come without the question (servers that read no further than the header answer FORMERR so). */
static bool may_lack_question(const uint8_t *wire)
{
	return (wire[3] & RCODE_MASK) != 0 && get16(wire + 6) == 0;
}

static enum ask_match match_question(const struct ask_question *q, const uint8_t *wire, uint16_t len)
{
	uint16_t count = get16(wire + 4);
	if (count == 0)
		return may_lack_question(wire) ? MATCH_ANSWER : MATCH_WRONG_QUESTION;
	const uint8_t *name = wire + HEADER, *end = wire + len;
	uint16_t n = name_check(name, (size_t)(end - name));
	if (count > 1 || n == 0 || end - name < n + 4)
		return MATCH_GARBAGE;
	bool same = name_equal(name, q->name) && get16(name + n) == q->type && get16(name + n + 2) == q->class;
	return same ? MATCH_ANSWER : MATCH_WRONG_QUESTION;
}

/* A reply without a cookie is believed: most servers know none, and a lost one must not look like a forgery. One of a length
 * that no cookie has makes the message malformed (RFC 7873 5.3; BIND gives such a server up). */
static enum ask_match match_cookie(const struct ask_question *q, const uint8_t *wire, uint16_t len)
{
	enum ask_match match = MATCH_ANSWER;
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct message m;
	message_parse(a, wire, len, &m);
	const struct edns_item *cookie = message_option(&m, EDNS_COOKIE);
	if (cookie != NULL && !cookie_len_ok(cookie->len))
		match = MATCH_GARBAGE;
	else if (cookie != NULL && memcmp(cookie->at, q->cookie, CLIENT_COOKIE) != 0)
		match = MATCH_WRONG_COOKIE;
	arena_free(&a);
	return match;
}

enum ask_match ask_match(const struct ask_question *q, uint16_t id, const struct addr *from, const uint8_t *wire, uint16_t len)
{
	bool source = addr_equal(from, &q->to);
	bool right_id = len >= 2 && get16(wire) == id;
	if (!source)
		return right_id ? MATCH_WRONG_SOURCE : MATCH_NOTHING;
	if (len < 2)
		return MATCH_GARBAGE;
	if (!right_id)
		return MATCH_WRONG_ID;
	if (len < HEADER || (wire[2] & FLAG_QR) == 0 || (wire[2] & OPCODE_MASK) != 0)
		return MATCH_GARBAGE;
	enum ask_match m = match_question(q, wire, len);
	return m == MATCH_ANSWER && (q->flags & ASK_COOKIE) != 0 ? match_cookie(q, wire, len) : m;
}

static const enum stray stray_of[] = {
	[MATCH_WRONG_SOURCE] = STRAY_SOURCE, [MATCH_WRONG_ID] = STRAY_ID, [MATCH_WRONG_QUESTION] = STRAY_QUESTION,
	[MATCH_WRONG_COOKIE] = STRAY_COOKIE, [MATCH_GARBAGE] = STRAY_GARBAGE,
};

void ask_count_stray(struct ask_reply *r, enum ask_match match, const struct addr *from)
{
	assert(match != MATCH_ANSWER && match != MATCH_NOTHING);
	uint16_t *n = &r->strays[stray_of[match]];
	if (*n < UINT16_MAX)
		(*n)++;
	if (match == MATCH_WRONG_SOURCE && r->stray_from.family == 0)
		r->stray_from = *from;
}

static bool wants_edns(const struct ask_question *q)
{
	return (q->flags & (ASK_EDNS | ASK_DO | ASK_COOKIE)) != 0;
}

uint16_t ask_wire(const struct ask_question *q, uint16_t id, uint8_t out[ASK_WIRE_MAX])
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct writer w;
	writer_init(&w, a, out, ASK_WIRE_MAX);
	write_head(&w, &(struct write_head){ .id = id, .rd = (q->flags & ASK_RD) != 0, .cd = (q->flags & ASK_CD) != 0,
					     .ad = (q->flags & ASK_AD) != 0 });
	write_question(&w, q->name, q->type, q->class);
	struct edns_item cookie = { EDNS_COOKIE, q->cookie_len, q->cookie };
	struct write_edns edns = { .udp_size = LIMIT_UDP_PAYLOAD, .do_bit = (q->flags & ASK_DO) != 0,
				   .z_bit = (q->flags & ASK_EDNS_Z) != 0, .version = (q->flags & ASK_EDNS1) != 0, .options = &cookie,
				   .n_options = (q->flags & ASK_COOKIE) != 0 ? 1 : 0 };
	bool ok = !wants_edns(q) || write_edns(&w, &edns);
	assert(ok && !w.overflow);      /* 12 + 259 + 11 + 44 octets at most */
	arena_free(&a);
	return (uint16_t)w.len;
}
