/* once -- a POST with an Idempotency-Key is done once, however often it comes: who got no answer asks again with the same key. Only
 * what was done is remembered; a problem means that nothing was, and the key is free again. */
#include "api/inside.h"
#include "base/limits.h"
#include "crypto/crypto.h"
#include <string.h>
#include <strings.h>

struct keys { const char *value; unsigned n; };

static enum MHD_Result add_key(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct keys *k = ctx;
	(void)kind;
	if (strcasecmp(key, "Idempotency-Key") == 0) {
		k->value = value != NULL ? value : "";
		k->n++;
	}
	return MHD_YES;
}

/* A string of structured fields (RFC 9651 3.3.3), alone, not empty: letters in quotes, with \" and \\. */
static bool is_string(const char *s)
{
	size_t len = strlen(s);
	if (len < 3 || len > LIMIT_API_KEY || s[0] != '"' || s[len - 1] != '"')
		return false;
	for (size_t i = 1; i < len - 1; i++) {
		bool escape = s[i] == '\\';
		i += escape;
		if (i >= len - 1 || (escape ? strchr("\"\\", s[i]) == NULL : s[i] == '"' || s[i] < 0x20 || s[i] > 0x7e))
			return false;
	}
	return true;
}

static struct octets octets_of(const char *text)
{
	return (struct octets){ (const uint8_t *)text, strlen(text) };
}

/* One token's keys are nothing to another's. NUL ends what could run together. */
static void sums(const struct request *r, const char *key, struct once *out)
{
	const struct octets token = { r->token, sizeof r->token }, nul = { (const uint8_t *)"", 1 };
	const struct octets of_key[] = { octets_of(key) };
	const struct octets of_request[] = { octets_of(r->method), nul, octets_of(r->path), nul, octets_of(r->query), nul,
					     { (const uint8_t *)r->body, r->body_len } };
	crypto_hmac_sha256(token, of_key, 1, out->key);
	crypto_hmac_sha256(token, of_request, sizeof of_request / sizeof of_request[0], out->request);
}

static void say_again(struct request *r, const struct kept_reply *kept)
{
	struct reply *y = &r->reply;
	y->status = kept->status;
	y->type = kept->type;
	y->location = kept->location;
	y->preference_applied = kept->preference_applied;
	y->retry_after_s = kept->retry_after_s;
	text_add(&y->body, kept->body);
}

static void tell_under_way(struct request *r)
{
	problem(r, 409, "key-in-use", "A request with this Idempotency-Key is under way", "Ask again in a moment, with the same key, for its answer.", NULL);
	r->reply.retry_after_s = 1;
}

bool once_begin(struct request *r, struct ticket *t)
{
	struct keys keys = { 0 };
	struct kept_reply kept;
	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, add_key, &keys);
	*t = (struct ticket){ .held = keys.n > 0 };
	if (!t->held)
		return true;
	if (keys.n > 1 || !is_string(keys.value)) {
		problem(r, 400, "key", "The Idempotency-Key is written wrongly", "It is one text in quotes, as \"8e03978e-40d5-43e8-bc93-6894a57f9324\".", NULL);
		return false;
	}
	sums(r, keys.value, &t->once);
	switch (answers_begin(&r->api->answers, r->arena, &t->once, boot_now(), &kept)) {
	case ONCE_NEW:
		return true;
	case ONCE_AGAIN:
		say_again(r, &kept);
		return false;
	case ONCE_UNDER_WAY:
		tell_under_way(r);
		return false;
	case ONCE_OTHER:
		problem(r, 422, "key-used", "This Idempotency-Key was used for another request", "A key is for one request and its repetitions.", NULL);
		return false;
	}
	return false;
}

void once_end(struct request *r, const struct ticket *t)
{
	const struct reply *y = &r->reply;
	const struct kept_reply kept = { .status = y->status, .type = y->type, .location = y->location, .preference_applied = y->preference_applied,
					 .body = y->body.at, .retry_after_s = y->retry_after_s };
	if (t->held)
		answers_end(&r->api->answers, &t->once, y->status < 300 ? &kept : NULL);
}
