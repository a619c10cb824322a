/* The file, out: the setup, then each exchange as one line and its message in base64, then a count and a
 * SHA-256. */
#include "base/limits.h"
#include "crypto/crypto.h"
#include "evidence/inside.h"
#include <inttypes.h>

static void write_octets(struct text *out, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_addf(out, "%02x", at[i]);
	if (len == 0)
		text_add(out, "-");
}

static void write_addr(struct text *out, const struct addr *a)
{
	char buffer[ADDR_TEXT_MAX];
	text_add(out, a->family == 0 ? "-" : addr_port_text(a, buffer));
}

static void write_lists(struct arena *a, const struct setup *s, struct text *out)
{
	for (uint32_t i = 0; i < s->hints.n; i++) {
		text_addf(out, "hint %s ", name_text(a, s->hints.at[i].name));
		write_addr(out, &s->hints.at[i].addr);
		text_add(out, "\n");
	}
	for (uint32_t i = 0; i < s->anchors.n; i++) {
		const struct anchor *n = &s->anchors.at[i];
		text_addf(out, "anchor %s %s ", name_text(a, n->owner), type_text(a, n->type));
		base64_add(out, n->rd.at, n->rd.len);
		text_add(out, "\n");
	}
	for (uint32_t i = 0; i < s->resolvers.n; i++) {
		text_add(out, "resolver ");
		write_addr(out, &s->resolvers.at[i]);
		text_add(out, "\n");
	}
}

static void write_setup(const struct evidence *e, struct text *out)
{
	const struct setup *s = &e->setup;
	text_addf(out, "name %s %s\n", name_text(e->arena, s->name), type_text(e->arena, s->type));
	text_addf(out, "depth %s\n", depth_word(s->depth));
	text_addf(out, "collected %" PRId64 "\ntook %u\n", e->collected_at.s, e->took_ms);
	if (e->stopped_after != EVIDENCE_NOT_STOPPED)
		text_addf(out, "stopped %u\n", e->stopped_after);
	text_addf(out, "use %d %d %d\n", s->use_ipv4, s->use_ipv6, s->tcp_only);
	text_addf(out, "port %u\nallowed %u\n", s->port, s->addr_allowed);
	text_addf(out, "budget %u %u\n", s->budget_questions, s->budget_wall_ms);
	write_lists(e->arena, s, out);
}

static void write_exchange(struct arena *a, const struct exchange *x, struct text *out)
{
	text_addf(out, "x %u ", x->at_ms);
	write_addr(out, &x->q.to);
	text_addf(out, " %s %s %s %u ", x->q.over == OVER_TCP ? "tcp" : "udp", name_text(a, x->q.name),
		  type_text(a, x->q.type), x->q.class);
	flags_add(out, x->q.flags);
	text_add(out, " ");
	write_octets(out, x->q.cookie, x->q.cookie_len);
	text_addf(out, " %u %s %d %u", x->q.timeout_ms, ask_outcome_text(x->r.outcome), x->r.os_errno,
		  x->r.rtt_us);
	for (int i = 0; i < STRAY_KINDS; i++)
		text_addf(out, " %u", x->r.strays[i]);
	text_add(out, " ");
	write_addr(out, &x->r.stray_from);
	text_add(out, x->r.wire != NULL ? " message" : " -");
	if (x->r.wire != NULL && x->r.age_ms != 0)
		text_addf(out, " aged %u", x->r.age_ms);
	text_add(out, "\n");
	for (size_t i = 0; i < x->r.wire_len; i += BASE64_LINE_OCTETS) {
		size_t n = x->r.wire_len - i < BASE64_LINE_OCTETS ? x->r.wire_len - i : BASE64_LINE_OCTETS;
		text_add(out, "m ");
		base64_add(out, x->r.wire + i, n);
		text_add(out, "\n");
	}
}

int evidence_to_text(const struct evidence *e, struct text *out)
{
	size_t start = out->len;
	uint8_t sum[32];
	text_add(out, EVIDENCE_VERSION "\n");
	write_setup(e, out);
	for (uint32_t i = 0; i < e->exchanges.n; i++)
		write_exchange(e->arena, e->exchanges.at[i], out);
	crypto_sha256((struct octets){ (const uint8_t *)out->at + start, out->len - start }, sum);
	text_addf(out, "end %u ", e->exchanges.n);
	write_octets(out, sum, sizeof sum);
	text_add(out, "\n");
	return out->len - start > LIMIT_EVIDENCE_FILE_BYTES ? E_BUSY : E_OK;
}
