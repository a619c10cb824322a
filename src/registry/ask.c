/* ask -- names to ask for, the request, and what came of it before anybody reads it. */
#include "registry/inside.h"
#include "base/limits.h"
#include "dns/name.h"
#include <string.h>

unsigned rdap_tries(struct arena *a, const char *name, const char *out[RDAP_TRIES])
{
	const char *plain = rdap_name(a, name), *why;
	if (plain == NULL)
		return 0;
	const uint8_t *wire = name_from_text(a, plain, &why);
	uint8_t labels = name_labels(wire), most = labels < RDAP_TRIES + 1 ? labels : RDAP_TRIES + 1;
	unsigned n = 0;
	for (uint8_t left = most; left >= 2; left--)    /* of a longer name the last four labels are enough */
		out[n++] = name_text(a, name_suffix(wire, left));
	return n;
}

int rdap_start(struct http *h, const char *base_url, const char *domain, http_done_fn *done, void *ctx)
{
	struct arena *a = arena_new(1u << 20);
	size_t len = strlen(base_url), name_len = domain != NULL ? strlen(domain) : 0;
	const char *slash = len > 0 && base_url[len - 1] == '/' ? "" : "/";
	struct http_request r = { .method = "GET", .timeout_ms = LIMIT_HTTP_MS };
	r.url = domain != NULL ? arena_printf(a, "%s%sdomain/%.*s", base_url, slash, (int)(name_len - 1), domain) : base_url;
	r.body_max = domain != NULL ? LIMIT_RDAP_BODY : LIMIT_RDAP_BOOTSTRAP;
	list_push(a, &r.headers, (struct http_header){ "Accept", domain != NULL ? "application/rdap+json" : "application/json" });
	int e = http_start(h, &r, done, ctx);
	arena_free(&a);
	return e;
}

enum rdap_outcome rdap_outcome_of(const struct http_answer *w)
{
	if (w->outcome != HTTP_ANSWERED)
		return RDAP_FAILED;
	if (w->status == 429 || (w->status == 503 && w->retry_after_s >= 0))
		return RDAP_BUSY;
	return w->status == 200 ? RDAP_FOUND : w->status == 404 ? RDAP_NONE : RDAP_FAILED;
}
