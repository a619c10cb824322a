/* asked -- what stands in a query or path, read strictly: what is not understood is a problem told, never a default taken. */
#include "api/inside.h"
#include "base/limits.h"
#include "dns/text.h"
#include "dns/types.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_OTHERWISE = 100 };

const char *query_of(const struct request *r, const char *key)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, key);
}

bool limit_asked(struct request *r, uint32_t *out)
{
	const char *word = query_of(r, "limit");
	char *end = NULL;
	long n = word != NULL ? strtol(word, &end, 10) : LIMIT_OTHERWISE;
	if (word != NULL && (!isdigit((unsigned char)*word) || *end != '\0' || n < 1 || n > LIMIT_API_PAGE)) {
		problem(r, 400, "query", "limit is wrong", "limit is a number from 1 to 1000.", NULL);
		return false;
	}
	*out = (uint32_t)n;
	return true;
}

bool moment_asked(struct request *r, const char *key, struct wall otherwise, struct wall *out)
{
	const char *word = query_of(r, key);
	*out = otherwise;
	if (word == NULL || wall_from_text(word, wall_now(), out))
		return true;
	problem(r, 400, "query", "That is no moment", arena_printf(r->arena, "%s is a moment as 2026-03-01T12:00:00Z.", key), NULL);
	return false;
}

bool store_is_open(struct request *r, bool to_write)
{
	struct err_at at = { 0 };
	if (store_open(r->api->o.store_path, &(struct store_options){ .read_only = !to_write }, &r->store, &at) == E_OK)
		return true;
	problem(r, 503, "store", "The observer's memory cannot be opened", at.text, NULL);
	r->reply.retry_after_s = 5;
	return false;
}

bool store_went_well(struct request *r, int e)
{
	if (e == E_OK)
		return true;
	problem(r, 503, "store", "The observer's memory cannot be used", store_why(r->store), NULL);
	r->reply.retry_after_s = 5;
	return false;
}

const char *name_asked(struct request *r, const char *word, const char *pointer, const uint8_t **wire)
{
	const char *why = "it is empty";
	const uint8_t *name = *word != '\0' ? name_from_user(r->arena, word, &why) : NULL;
	if (name == NULL) {
		problem(r, 400, "name", "That is no domain name", why, pointer);
		return NULL;
	}
	uint8_t *lower = name_lower(r->arena, name);
	if (wire != NULL)
		*wire = lower;
	return name_text(r->arena, lower);
}

bool type_asked(struct request *r, const char *word, const char *pointer, uint16_t *out)
{
	if (type_from_text(word, out) && *out != 0 && *out != TYPE_OPT && (*out < 249 || *out > 255))
		return true;
	problem(r, 400, "type", "That is no type of data", "type is a record type that can be asked for, as AAAA or TYPE65.", pointer);
	return false;
}

const char *percent_encoded(struct arena *a, const char *word)
{
	struct text t;
	text_init(&t, a);
	for (; *word != '\0'; word++) {
		if (isalnum((unsigned char)*word) || strchr("-._~", *word) != NULL)
			text_add_n(&t, word, 1);
		else
			text_addf(&t, "%%%02X", (unsigned char)*word);
	}
	return t.at;
}

const char *percent_decoded(struct arena *a, const char *word, size_t len)
{
	char *out = arena_alloc(a, len + 1), *to = out;
	for (size_t i = 0; i < len; i++) {
		if (word[i] != '%') {
			*to++ = word[i];
			continue;
		}
		if (i + 2 >= len || !isxdigit((unsigned char)word[i + 1]) || !isxdigit((unsigned char)word[i + 2]))
			return NULL;
		const char hex[3] = { word[i + 1], word[i + 2], '\0' };
		*to = (char)strtoul(hex, NULL, 16);
		if (*to++ == '\0')
			return NULL;
		i += 2;
	}
	*to = '\0';
	return out;
}

struct page { struct request *r; struct text url; };

static enum MHD_Result add_argument(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct page *p = ctx;
	(void)kind;
	if (strcmp(key, "cursor") != 0)
		text_addf(&p->url, "%s=%s&", percent_encoded(p->r->arena, key), percent_encoded(p->r->arena, value != NULL ? value : ""));
	return MHD_YES;
}

const char *next_page(struct request *r, const char *cursor)
{
	struct page p = { .r = r };
	text_init(&p.url, r->arena);
	text_addf(&p.url, "%s?", r->path);
	MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, add_argument, &p);
	text_addf(&p.url, "cursor=%s", percent_encoded(r->arena, cursor));
	return p.url.at;
}
