/* rdap -- a domain object of RFC 9083 5.3 as a registration. */
#include "registry/inside.h"
#include "base/limits.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>

enum { REGISTRAR_COLUMNS = 80, DIGEST_OCTETS_MAX = 64 };

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text != NULL ? text : "";
}

static void read_events(const json_t *domain, struct registration *r)
{
	const struct { const char *action; struct wall *at; } wanted[] = {
		{ "registration", &r->registered_at }, { "last changed", &r->changed_at }, { "expiration", &r->expires_at } };
	const json_t *event;
	size_t i;
	json_array_foreach(json_object_get(domain, "events"), i, event) {
		struct wall at;
		if (i >= LIMIT_RDAP_ITEMS)
			break;
		const char *date = text_of(event, "eventDate");
		/* RFC 3339 begins with a year; "+14d" and "now" are not of its kind. */
		if (*date < '0' || *date > '9' || strchr(date, '-') == NULL || !wall_from_text(date, (struct wall){ 0 }, &at))
			continue;
		for (size_t k = 0; k < sizeof wanted / sizeof wanted[0]; k++)
			if (strcmp(text_of(event, "eventAction"), wanted[k].action) == 0)
				*wanted[k].at = at;
	}
}

static void read_status(const json_t *domain, struct registration *r)
{
	const json_t *word;
	size_t i;
	json_array_foreach(json_object_get(domain, "status"), i, word)
		if (i < LIMIT_RDAP_ITEMS && json_is_string(word))
			r->status |= epp_status_of(json_string_value(word));
}

static bool has_role(const json_t *entity, const char *role)
{
	const json_t *word;
	size_t i;
	json_array_foreach(json_object_get(entity, "roles"), i, word)
		if (json_is_string(word) && strcmp(json_string_value(word), role) == 0)
			return true;
	return false;
}

/* "fn" of a jCard (RFC 7095): ["vcard", [["fn", {}, "text", "Registrar Ltd."], ...]]. */
static const char *card_name(const json_t *entity)
{
	const json_t *property;
	size_t i;
	json_array_foreach(json_array_get(json_object_get(entity, "vcardArray"), 1), i, property) {
		const char *key = json_string_value(json_array_get(property, 0)), *value = json_string_value(json_array_get(property, 3));
		if (i < LIMIT_RDAP_ITEMS && key != NULL && value != NULL && strcmp(key, "fn") == 0)
			return value;
	}
	return text_of(entity, "handle");
}

static void read_registrar(struct arena *a, const json_t *domain, struct registration *r)
{
	const json_t *entity;
	size_t i;
	json_array_foreach(json_object_get(domain, "entities"), i, entity)
		if (i < LIMIT_RDAP_ITEMS && has_role(entity, "registrar")) {
			const char *name = card_name(entity);
			r->registrar = escape_terminal(a, (const uint8_t *)name, strlen(name), REGISTRAR_COLUMNS);
			return;
		}
}

static void read_ns(struct arena *a, const json_t *domain, struct registration *r)
{
	const json_t *list = json_object_get(domain, "nameservers"), *one;
	size_t i;
	r->ns_known = json_is_array(list) && json_array_size(list) <= LIMIT_RDAP_ITEMS;
	json_array_foreach(list, i, one) {
		const char *name = i < LIMIT_RDAP_ITEMS ? rdap_name(a, text_of(one, "ldhName")) : NULL;
		if (name != NULL)
			list_push(a, &r->ns, name);
		else
			r->ns_known = false;    /* not all of it was understood: nothing can be compared */
	}
}

static bool number_of(const json_t *object, const char *key, int64_t max, int64_t *out)
{
	const json_t *v = json_object_get(object, key);
	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= 0 && *out <= max;
}

/* Upper case hex, without the blanks that some write; NULL: it is none. */
static const char *digest_of(struct arena *a, const char *hex)
{
	struct text t;
	text_init(&t, a);
	for (; *hex != '\0' && t.len <= 2 * DIGEST_OCTETS_MAX; hex++) {
		char up = *hex >= 'a' && *hex <= 'f' ? (char)(*hex - 'a' + 'A') : *hex;
		if (up == ' ')
			continue;
		if (!((up >= '0' && up <= '9') || (up >= 'A' && up <= 'F')))
			return NULL;
		text_add_n(&t, &up, 1);
	}
	return t.len > 0 && t.len % 2 == 0 && t.len <= 2 * DIGEST_OCTETS_MAX ? t.at : NULL;
}

static bool read_one_ds(struct arena *a, const json_t *one, struct registration *r)
{
	int64_t tag, algorithm, type;
	const char *digest = digest_of(a, text_of(one, "digest"));
	if (digest == NULL || !number_of(one, "keyTag", UINT16_MAX, &tag) || !number_of(one, "algorithm", UINT8_MAX, &algorithm) ||
	    !number_of(one, "digestType", UINT8_MAX, &type))
		return false;
	list_push(a, &r->ds, (struct snap_ds){ .tag = (uint16_t)tag, .algorithm = (uint8_t)algorithm, .digest_type = (uint8_t)type, .digest = digest });
	return true;
}

/* A registry that is given keys (keyData) makes the DS itself: which, it does not say. */
static void read_ds(struct arena *a, const json_t *domain, struct registration *r)
{
	const json_t *secure = json_object_get(domain, "secureDNS"), *list = json_object_get(secure, "dsData"), *one;
	size_t i;
	if (json_is_false(json_object_get(secure, "delegationSigned")) && json_array_size(list) == 0) {
		r->ds_known = true;
		return;
	}
	r->ds_known = json_array_size(list) > 0 && json_array_size(list) <= LIMIT_RDAP_ITEMS;
	json_array_foreach(list, i, one)
		if (r->ds_known)
			r->ds_known = read_one_ds(a, one, r);
	if (!r->ds_known)
		r->ds.n = 0;
}

static int ds_order(const void *l, const void *r)
{
	const struct snap_ds *a = l, *b = r;
	int by = (a->tag > b->tag) - (a->tag < b->tag);
	by = by ? by : (a->algorithm > b->algorithm) - (a->algorithm < b->algorithm);
	by = by ? by : (a->digest_type > b->digest_type) - (a->digest_type < b->digest_type);
	return by ? by : strcmp(a->digest, b->digest);
}

static int text_order(const void *l, const void *r)
{
	return strcmp(*(const char *const *)l, *(const char *const *)r);
}

void registration_sort(struct registration *r)
{
	if (r->ds.n > 0)
		qsort(r->ds.at, r->ds.n, sizeof r->ds.at[0], ds_order);
	if (r->ns.n > 0)
		qsort(r->ns.at, r->ns.n, sizeof r->ns.at[0], text_order);
}

static const char *fault_of(struct arena *a, const json_t *o, const char *domain)
{
	if (strcmp(text_of(o, "objectClassName"), "domain") != 0)
		return "it is not a domain object";
	const char *name = rdap_name(a, text_of(o, "ldhName"));
	return name == NULL || strcmp(name, domain) != 0 ? "it is about another domain" : NULL;
}

int registration_from_rdap(struct arena *a, const char *domain, const char *body, size_t len, struct wall asked_at,
			   struct registration **out, const char **why)
{
	json_t *o = rdap_json(body, len, why);
	if (o == NULL)
		return E_SYNTAX;
	*why = fault_of(a, o, domain);
	if (*why != NULL) {
		json_decref(o);
		return E_SYNTAX;
	}
	struct registration *r = *out = ARENA_NEW(a, struct registration);
	*r = (struct registration){ .domain = arena_text(a, domain), .found = true, .asked_at = asked_at, .registered_at = WALL_NEVER,
				    .changed_at = WALL_NEVER, .expires_at = WALL_NEVER, .registrar = "" };
	read_events(o, r);
	read_status(o, r);
	read_registrar(a, o, r);
	read_ns(a, o, r);
	read_ds(a, o, r);
	registration_sort(r);
	json_decref(o);
	return E_OK;
}
