/* webhook -- our own: the alert as JSON, signed as Standard Webhooks 1.0 has it (webhook-id, webhook-timestamp,
 * webhook-signature: "v1," and base64 of HMAC-SHA-256 over id.timestamp.body). The id is the same for every try. */
#include "alert/inside.h"
#include "base/base64.h"
#include "crypto/crypto.h"
#include <string.h>

/* "whsec_" and base64, or the octets of the text itself. */
static struct octets secret_of(struct arena *arena, const char *token)
{
	static const char prefix[] = "whsec_";
	size_t skip = strncmp(token, prefix, sizeof prefix - 1) == 0 ? sizeof prefix - 1 : 0, len = strlen(token) - skip;
	uint8_t *key = arena_alloc(arena, len + 1);
	long octets = skip > 0 ? base64_read(token + skip, len, key) : 0;
	if (octets > 0)
		return (struct octets){ key, (size_t)octets };
	return (struct octets){ (const uint8_t *)token, strlen(token) };
}

static const char *signature_of(struct arena *arena, const char *token, const char *signed_head, const struct text *body)
{
	uint8_t mac[32];
	struct octets parts[] = { { (const uint8_t *)signed_head, strlen(signed_head) }, { (const uint8_t *)body->at, body->len } };
	crypto_hmac_sha256(secret_of(arena, token), parts, 2, mac);
	struct text out;
	text_init(&out, arena);
	text_add(&out, "v1,");
	base64_add(&out, mac, sizeof mac);
	return out.at;
}

bool webhook_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		    struct wall at, struct http_request *out)
{
	(void)remote_ref;
	if (step > 0 || c->url == NULL)
		return false;
	struct text body;
	text_init(&body, arena);
	alert_to_json(a, &body);
	request_json(arena, out, c->url, &body);
	/* Hashed: an id must hold no dot (the signature's separator), and a key of ours holds zone names. */
	const char *id = arena_printf(arena, "msg_%.32s", hex_sha256(arena, alert_message_id(arena, a)));
	const char *timestamp = arena_printf(arena, "%lld", (long long)at.s);
	request_header(arena, out, "webhook-id", id);
	request_header(arena, out, "webhook-timestamp", timestamp);
	if (c->token != NULL && *c->token != '\0')
		request_header(arena, out, "webhook-signature", signature_of(arena, c->token, arena_printf(arena, "%s.%s.", id, timestamp), &body));
	out->user = c->user;
	out->password = c->password;
	return true;
}
