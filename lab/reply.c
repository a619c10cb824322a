/* reply -- how an answer leaves its server: size, cookie, EDE, and what the network or a broken server makes
 * of the octets. */
#include "lab/behave.h"
#include <string.h>

static void reply_add(struct asked *q, struct octets wire)
{
	struct lab_reply r = { .wire = wire.at, .len = wire.len, .from = q->server };
	r.delay_ms = (uint32_t)param_number(&q->manners, "slow", 0);
	r.drip = q->over == OVER_TCP && behaves(q, "tcp-drip");
	list_push(q->arena, q->out, r);
}

static void add_option(struct asked *q, uint16_t code, const void *at, size_t len)
{
	if (q->how.n_options < 8)
		q->how.options[q->how.n_options++] =
			(struct edns_item){ code, (uint16_t)len, arena_copy(q->arena, at, len) };
}

void server_cookie(const struct asked *q, uint8_t out[16])
{
	uint64_t client;
	char text[ADDR_TEXT_MAX];
	memcpy(&client, q->cookie->at, 8);
	lab_noise(addr_text(&q->server, text), client, out, 16);
}

static void cookie_answer(struct asked *q)
{
	uint8_t cookie[24];
	if (q->cookie == NULL || behaves(q, "no-cookie"))
		return;
	memcpy(cookie, q->cookie->at, 8);
	server_cookie(q, cookie + 8);
	if (behaves(q, "wrong-cookie"))
		cookie[0] ^= 0xff;
	add_option(q, EDNS_COOKIE, cookie, behaves(q, "short-cookie") ? 12 : 24);
}

/* Octets this reply may have. */
static uint32_t size_limit(const struct asked *q)
{
	uint32_t client = q->m.has_edns && !behaves(q, "ignore-edns") ? q->m.udp_size : 512;
	if (q->over == OVER_TCP)
		return 65535;
	uint32_t ours =
		(uint32_t)param_number(&q->manners, "udp-max", behaves(q, "large-lost") ? 4096 : 1232);
	if (client < 512)
		client = 512;
	return ours < 512 ? 512 : ours < client ? ours : client;
}

/* \\DDD is that octet: terminals must survive what servers send. */
static size_t octets_of(const char *text, uint8_t *out, size_t room)
{
	size_t n = 0;
	for (; *text != '\0' && n < room; text++) {
		bool escape = text[0] == '\\' && strspn(text + 1, "0123456789") >= 3;
		out[n++] = escape ? (uint8_t)((text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0')
				  : (uint8_t)*text;
		text += escape ? 3 : 0;
	}
	return n;
}

static void drop_glue(struct answer *n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n->items.n; i++)
		if (n->items.at[i].section != WRITE_ADDITIONAL)
			n->items.at[kept++] = n->items.at[i];
	n->items.n = kept;
}

void reply_shape(struct asked *q)
{
	struct shape_of_reply *how = &q->how;
	const struct param *ede_text = param_find(&q->manners, "ede-text"),
			   *nsid = param_find(&q->manners, "nsid");
	how->ttl = param_number(&q->manners, "ttl", -1);
	how->strip = behaves(q, "strip-dnssec");
	how->no_opt |= behaves(q, "no-opt") || behaves(q, "ignore-edns") || behaves(q, "truncate-no-opt");
	how->edns |= behaves(q, "gratuitous-opt");
	how->z_bit = behaves(q, "echo-flags") && (q->m.edns_flags & EDNS_FLAG_Z) != 0;
	how->lower_case = behaves(q, "lower-case");
	how->has_question = !behaves(q, "no-question");
	how->wrong_question = behaves(q, "wrong-question");
	how->foreign_class = behaves(q, "foreign-class");
	how->tc_always = q->over == OVER_UDP && (behaves(q, "truncate") || behaves(q, "truncate-no-opt"));
	how->limit = size_limit(q);
	if (behaves(q, "no-aa") || behaves(q, "recursor"))
		q->answer.aa = false;
	if (q->answer.kind == KIND_REFERRAL && behaves(q, "aa-on-referral"))
		q->answer.aa = true;
	if (q->answer.kind == KIND_REFERRAL && behaves(q, "bare-referral"))
		drop_glue(&q->answer);
	how->ra |= behaves(q, "recursor") || behaves(q, "ra");
	cookie_answer(q);
	if (nsid != NULL && message_option(&q->m, EDNS_NSID) != NULL)
		add_option(q, EDNS_NSID, nsid->text, strlen(nsid->text));
	if (behaves(q, "ede")) {
		uint8_t ede[2 + 256] = { 0 };
		size_t n = ede_text != NULL ? octets_of(ede_text->text, ede + 2, 256) : 0;
		uint16_t code = (uint16_t)param_number(&q->manners, "ede", 0);
		ede[0] = (uint8_t)(code >> 8);
		ede[1] = (uint8_t)code;
		add_option(q, EDNS_EDE, ede, 2 + n);
	}
}

/* A reply under another id, of noise, or to another question: what must not be believed. */
static void spoof(struct asked *q, unsigned kind)
{
	struct shape_of_reply how = q->how;
	uint8_t *noise = arena_alloc(q->arena, 40);
	how.id = kind % 3 == 0 ? (uint16_t)(how.id ^ 0x5555) : how.id;
	how.wrong_question = kind % 3 == 2;
	struct octets wire = answer_render(&q->answer, &how);
	if (kind % 3 == 1) {
		lab_noise("garbage", kind, noise, 40);
		noise[0] = (uint8_t)(how.id >> 8);
		noise[1] = (uint8_t)how.id;
		noise[2] = 0x7f; /* no QR */
		wire = (struct octets){ noise, 40 };
	}
	reply_add(q, wire);
}

static void spoil(struct asked *q, struct octets *wire)
{
	uint8_t *at = arena_alloc(q->arena, wire->len + 4);
	memcpy(at, wire->at, wire->len);
	if (behaves(q, "garbage") && wire->len > 12) {
		lab_noise("garbage", q->m.id, at + 4, 8); /* counts that lie over octets that are none */
		memset(at + 12, 0xff, wire->len - 12);
	}
	if (behaves(q, "short"))
		wire->len = wire->len > 24 ? wire->len * 2 / 3 : 12;
	if (behaves(q, "trailing")) {
		memcpy(at + wire->len, "\336\255\276\357", 4);
		wire->len += 4;
	}
	if (behaves(q, "wrong-id"))
		at[0] ^= 0x55;
	wire->at = at;
}

void reply_send(struct asked *q)
{
	struct octets wire = answer_render(&q->answer, &q->how);
	const struct param *source = param_find(&q->manners, "wrong-source");
	unsigned spoofs =
		behaves(q, "garbage-first") ? (unsigned)param_number(&q->manners, "garbage-first", 3) : 0;
	int64_t lost = param_number(&q->manners, "large-lost", INT64_MAX);
	if (q->over == OVER_UDP && (int64_t)wire.len > lost)
		return;
	for (unsigned i = 0; i < spoofs && q->over == OVER_UDP; i++)    /* nobody else gets into a TCP connection */
		spoof(q, i);
	spoil(q, &wire);
	reply_add(q, wire);
	if (source != NULL && q->over == OVER_UDP) {
		struct addr *from = &q->out->at[q->out->n - 1].from;
		if (source->text != NULL)
			*from = source->addr;
		else
			from->ip[from->family == 4 ? 3 : 15] ^= 0x80;
	}
}
