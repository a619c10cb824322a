/* bootstrap -- which RDAP server speaks for which suffix: IANA's file (RFC 9224 3, 4). */
#include "registry/inside.h"
#include "base/limits.h"
#include <string.h>

/* The first of them that is https, else the first at all; RFC 9224 3: "SHOULD prefer" by the order given. NULL: none. */
static const char *best_url(const json_t *urls)
{
	const char *best = NULL;
	const json_t *one;
	size_t i;
	json_array_foreach(urls, i, one) {
		const char *url = json_string_value(one);
		size_t len = url != NULL ? strlen(url) : 0;
		if (len == 0 || url[len - 1] != '/' || len > LIMIT_HTTP_URL / 2)
			continue;       /* "MUST have a trailing slash" */
		if (strncmp(url, "https://", 8) == 0)
			return url;
		best = best != NULL ? best : url;
	}
	return best;
}

static void read_service(struct arena *a, const json_t *service, struct bootstrap *out)
{
	const char *url = best_url(json_array_get(service, 1));
	const json_t *one;
	size_t i;
	if (url == NULL)
		return;
	url = arena_text(a, url);
	json_array_foreach(json_array_get(service, 0), i, one) {
		const char *suffix = json_is_string(one) ? rdap_name(a, json_string_value(one)) : NULL;
		if (suffix != NULL && out->services.n < LIMIT_RDAP_SERVICES)
			list_push(a, &out->services, (struct rdap_service){ suffix, url });
	}
}

int bootstrap_from_json(struct arena *a, const char *body, size_t len, struct bootstrap *out, const char **why)
{
	json_t *o = rdap_json(body, len, why);
	const json_t *services = json_object_get(o, "services"), *one;
	size_t i;
	*out = (struct bootstrap){ 0 };
	json_array_foreach(services, i, one)
		read_service(a, one, out);
	if (o != NULL && out->services.n == 0)
		*why = "it names no service";
	json_decref(o);
	return out->services.n > 0 ? E_OK : E_SYNTAX;
}

static bool is_suffix(const char *suffix, const char *domain)
{
	size_t n = strlen(suffix), of = strlen(domain);
	return n <= of && strcmp(domain + of - n, suffix) == 0 && (n == of || domain[of - n - 1] == '.');
}

const char *bootstrap_find(const struct bootstrap *b, const char *domain)
{
	const struct rdap_service *best = NULL;
	for (uint32_t i = 0; i < b->services.n; i++) {
		const struct rdap_service *s = &b->services.at[i];
		if (is_suffix(s->suffix, domain) && (best == NULL || strlen(s->suffix) > strlen(best->suffix)))
			best = s;
	}
	return best != NULL ? best->base_url : NULL;
}
