/* reply -- what a handler filled in goes out with the headers that keep browsers from doing more with it than show it. */
#include "api/inside.h"
#include "crypto/crypto.h"
#include <stdio.h>
#include <string.h>

static void add_header(struct MHD_Response *m, const char *name, const char *value)
{
	if (value != NULL && strpbrk(value, "\r\n") == NULL)
		MHD_add_response_header(m, name, value);
}

const char *etag_of(struct request *r, const struct text *body)
{
	uint8_t sum[32];
	char hex[33];
	crypto_sha256((struct octets){ (const uint8_t *)body->at, body->len }, sum);
	for (int i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	return arena_printf(r->arena, "\"%s\"", hex);
}

/* RFC 9110 8.8.3.2: a weak one ("W/" before it) is the same for who wants to know what has changed, and not for who changes it. */
static bool is_in_list(const char *list, const char *etag, bool weak_too)
{
	if (strcmp(list, "*") == 0)
		return true;
	for (const char *at = list; (at = strstr(at, etag)) != NULL; at++)
		if (weak_too || at - list < 2 || at[-1] != '/' || at[-2] != 'W')
			return true;
	return false;
}

static bool is_known_to_client(struct request *r, const char *etag)
{
	const char *known = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-None-Match");
	return known != NULL && is_in_list(known, etag, true);
}

bool is_as_expected(struct request *r, const struct text *now)
{
	const char *match = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-Match");
	const char *none_match = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "If-None-Match");
	bool good = match == NULL || (now != NULL && is_in_list(match, etag_of(r, now), false));
	if (none_match != NULL && now != NULL && is_in_list(none_match, etag_of(r, now), true))
		good = false;
	if (!good)
		problem(r, 412, "changed", "It is not as you expect", "It has changed since it was read (If-Match), or is there already (If-None-Match).", NULL);
	return good;
}

/* draft-ietf-httpapi-ratelimit-headers: structured fields, the policy's name a string. */
static void add_quota(struct request *r, struct MHD_Response *m, const struct quota_left *q)
{
	add_header(m, "RateLimit-Policy", arena_printf(r->arena, "\"%s\";q=%u;w=%lld", q->policy, q->quota, (long long)q->window_s));
	add_header(m, "RateLimit", arena_printf(r->arena, "\"%s\";r=%u;t=%lld", q->policy, q->left, (long long)q->reset_s));
}

static void add_headers(struct request *r, struct MHD_Response *m, const char *etag)
{
	const struct reply *y = &r->reply;
	add_header(m, "Content-Type", y->type);
	add_header(m, "Cache-Control", etag != NULL ? "no-cache" : "no-store");
	add_header(m, "Vary", "Accept");
	add_header(m, "X-Content-Type-Options", "nosniff");
	add_header(m, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox");
	add_header(m, "ETag", etag);
	add_header(m, "Location", y->location);
	add_header(m, "Allow", y->allow);
	add_header(m, "Preference-Applied", y->preference_applied);
	if (y->quota.policy != NULL)
		add_quota(r, m, &y->quota);
	if (y->link_next != NULL)
		add_header(m, "Link", arena_printf(r->arena, "<%s>; rel=\"next\"", y->link_next));
	if (y->link_edit != NULL)
		add_header(m, "Link", arena_printf(r->arena, "<%s>; rel=\"edit\"", y->link_edit));
	if (y->retry_after_s > 0)
		add_header(m, "Retry-After", arena_printf(r->arena, "%lld", (long long)y->retry_after_s));
	if (y->status == 401)
		add_header(m, "WWW-Authenticate", "Bearer");
}

enum MHD_Result send_reply(struct request *r)
{
	struct reply *y = &r->reply;
	bool get = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
	const char *etag = y->stream == NULL && get && y->status == 200 && !y->no_etag ? etag_of(r, &y->body) : NULL;
	bool not_modified = etag != NULL && is_known_to_client(r, etag);
	struct MHD_Response *m = y->stream;
	if (m == NULL)
		m = MHD_create_response_from_buffer(not_modified ? 0 : y->body.len, y->body.at, MHD_RESPMEM_MUST_COPY);
	if (m == NULL)
		return MHD_NO;
	add_headers(r, m, etag);
	enum MHD_Result sent = MHD_queue_response(r->connection, not_modified ? 304 : y->status, m);
	MHD_destroy_response(m);
	return sent;
}

void problem(struct request *r, unsigned status, const char *kind, const char *title, const char *detail, const char *pointer)
{
	struct json j;
	text_init(&r->reply.body, r->arena);
	json_init(&j, &r->reply.body, false);
	r->reply.status = status;
	r->reply.type = "application/problem+json";
	json_object(&j);
	json_field_text(&j, "type", arena_printf(r->arena, "urn:dnsvigil:problem:%s", kind));
	json_field_text(&j, "title", title);
	json_field_int(&j, "status", status);
	json_field_text(&j, "detail", detail);
	json_field_text(&j, "instance", r->path);
	if (pointer != NULL) {
		json_key(&j, "errors");
		json_array(&j);
		json_object(&j);
		json_field_text(&j, "pointer", pointer);
		json_field_text(&j, "detail", detail);
		json_object_end(&j);
		json_array_end(&j);
	}
	json_object_end(&j);
}
