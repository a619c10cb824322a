#include "fixture.h"
#include "base/limits.h"
#include "prove/prove.h"
#include <stdlib.h>

static const char *whole(struct arena *a, const char *text)
{
	const char *at = strchr(text, '$');
	if (at == NULL)
		return text;
	return arena_printf(a,
			    "%.*szone z.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12\nrecord www.z.lab. "
			    "300 A 198.51.100.7\n%s",
			    (int)(at - text), text, at + 1);
}

struct lab lab_open(const char *text)
{
	struct lab l = { .arena = arena_new(LIMIT_ARENA_BYTES), .crypto = crypto_new() };
	struct err_at at;
	text = whole(l.arena, text);
	if (world_from_text(l.arena, text, strlen(text), "test", &l.world, &at) != E_OK)
		fail_msg("line %u: %s\n%s", at.line, at.text, text);
	l.asker = lab_asker_new(l.world);
	return l;
}

void lab_close(struct lab *l)
{
	asker_free(&l->asker);
	crypto_free(&l->crypto);
	arena_free(&l->arena);
}

struct err_at lab_refuses(const char *text)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct world *w;
	struct err_at at;
	text = whole(a, text);
	assert_int_equal(world_from_text(a, text, strlen(text), "test", &w, &at), E_SYNTAX);
	assert_null(w);
	arena_free(&a);
	return at;
}

const uint8_t *dname(struct lab *l, const char *text)
{
	const char *why = "";
	const uint8_t *name = name_from_text(l->arena, text, &why);
	if (name == NULL)
		fail_msg("%s: %s", text, why);
	return name;
}

struct ask_question question(struct lab *l, const char *server, const char *name, uint16_t type,
			     uint16_t flags, enum transport over)
{
	struct ask_question q = { .over = over,
				  .name = dname(l, name),
				  .type = type,
				  .class = CLASS_IN,
				  .flags = flags,
				  .timeout_ms = 1200 };
	assert_true(addr_from_text(server, 53, &q.to));
	if (flags & ASK_COOKIE) {
		q.cookie_len = 8;
		memcpy(q.cookie, "cookie12", 8);
	}
	return q;
}

struct waiting { struct lab *lab; struct got got; int done; };

static void on_reply(const struct ask_reply *reply, void *ctx)
{
	struct waiting *w = ctx;
	w->got.reply = *reply;
	w->done++;
	if (reply->wire == NULL)
		return;
	w->got.reply.wire = arena_copy(w->lab->arena, reply->wire, reply->wire_len);
	message_parse(w->lab->arena, w->got.reply.wire, reply->wire_len, &w->got.m);
}

struct got ask_with(struct lab *l, const char *server, const char *name, uint16_t type, uint16_t flags,
		    enum transport over)
{
	struct waiting w = { .lab = l };
	struct ask_question q = question(l, server, name, type, flags, over);
	int64_t began = ask_now(l->asker).us;
	assert_int_equal(ask_start(l->asker, &q, on_reply, &w), E_OK);
	assert_int_equal(w.done, 0);
	for (unsigned i = 0; i < 1000 && w.done == 0; i++)
		ask_turn(l->asker, 100);
	assert_int_equal(w.done, 1);
	w.got.took_us = ask_now(l->asker).us - began;
	return w.got;
}

struct got ask(struct lab *l, const char *server, const char *name, uint16_t type)
{
	return ask_with(l, server, name, type, ASK_EDNS | ASK_DO, OVER_UDP);
}

const struct rrset *in_answer(struct lab *l, const struct got *g, const char *owner, uint16_t type)
{
	return section_find(&g->m.answer, dname(l, owner), type);
}

const struct rrset *in_authority(struct lab *l, const struct got *g, const char *owner, uint16_t type)
{
	return section_find(&g->m.authority, dname(l, owner), type);
}

unsigned count_type(const struct section *s, uint16_t type)
{
	unsigned n = 0;
	for (uint16_t i = 0; i < s->n; i++)
		n += s->at[i].type == type;
	return n;
}

static bool sig_is_good(struct lab *l, const struct rrset *s, struct rdata sig, const struct rrset *keys)
{
	struct rrsig r = rdata_rrsig(sig);
	struct octets tbs = prove_signed_data(l->arena, s, sig);
	struct budget b;
	budget_init(&b);
	for (uint16_t i = 0; i < keys->n; i++) {
		struct dnskey k = rdata_dnskey(keys->rd[i]);
		if (k.tag == r.tag && k.algorithm == r.algorithm
		    && crypto_verify(l->crypto, &b, k.algorithm, (struct octets){ k.key, k.key_len }, tbs,
				     (struct octets){ r.signature, r.signature_len }) == CRYPTO_GOOD)
			return true;
	}
	return false;
}

unsigned good_sigs(struct lab *l, const struct rrset *s, const struct message *dnskey)
{
	const struct rrset *keys = section_find_type(&dnskey->answer, TYPE_DNSKEY, 0);
	unsigned n = 0;
	for (uint16_t i = 0; keys != NULL && i < s->n_sigs; i++)
		n += sig_is_good(l, s, s->sigs[i], keys);
	return n;
}
