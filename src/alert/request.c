/* request -- what the channels' requests have in common. */
#include "alert/inside.h"
#include "crypto/crypto.h"
#include <string.h>

void request_header(struct arena *arena, struct http_request *out, const char *name, const char *value)
{
	list_push(arena, &out->headers, ((struct http_header){ name, value }));
}

void request_json(struct arena *arena, struct http_request *out, const char *url, const struct text *body)
{
	*out = (struct http_request){ .method = "POST", .url = url, .body = body->at, .body_len = body->len };
	request_header(arena, out, "Content-Type", "application/json; charset=utf-8");
}

const char *url_joined(struct arena *arena, const char *base, const char *path)
{
	size_t len = strlen(base);
	while (len > 0 && base[len - 1] == '/')
		len--;
	return arena_printf(arena, "%.*s/%s", (int)len, base, path);
}

const char *hex_sha256(struct arena *arena, const char *text)
{
	uint8_t digest[32];
	crypto_sha256((struct octets){ (const uint8_t *)text, strlen(text) }, digest);
	struct text hex;
	text_init(&hex, arena);
	for (size_t i = 0; i < sizeof digest; i++)
		text_addf(&hex, "%02x", digest[i]);
	return hex.at;
}

const char *alert_message_id(struct arena *arena, const struct alert *a)
{
	return arena_printf(arena, "%s/%s/%lld", a->dedup_key ? a->dedup_key : "", alert_kind_id(a->kind), (long long)a->at.s);
}
