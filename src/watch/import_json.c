/* What providers and tools export as JSON: Route 53 list-hosted-zones, Cloudflare GET /zones, DNSControl print-ir. */
#include "watch/import_inside.h"
#include <jansson.h>
#include <string.h>

static json_t *load(struct importing *im, int *rc)
{
	json_error_t e;
	json_t *j = json_loadb(im->text, im->len, JSON_REJECT_DUPLICATES, &e);
	*rc = j != NULL ? E_OK : import_fault(im, e.line > 0 ? (unsigned)e.line : 0, "column %d: %s", e.column, e.text);
	return j;
}

static const char *text_of(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s != NULL ? s : "";
}

/* Calls one() for each object of the array under the key; E_SYNTAX when there is none. */
static int each(struct importing *im, const json_t *root, const char *key, void (*one)(struct importing *im, const json_t *item))
{
	const json_t *list = json_object_get(root, key), *item;
	size_t i;
	if (!json_is_array(list))
		return import_fault(im, 0, "no list \"%s\" in it", key);
	json_array_foreach(list, i, item) {
		if (*text_of(item, "name") == '\0' && *text_of(item, "Name") == '\0')
			import_skip(im, 0, key, arena_printf(im->arena, "item %zu has no name", i + 1));
		else
			one(im, item);
	}
	return E_OK;
}

/* Route 53 writes odd octets as three octal digits, presentation format (RFC 1035 5.1) as three decimal ones. */
static const char *decimal_escapes(struct arena *a, const char *name)
{
	struct text t;
	text_init(&t, a);
	while (*name != '\0') {
		const char *n = name + 1;
		if (*name == '\\' && strspn(n, "01234567") >= 3) {
			text_addf(&t, "\\%03d", ((n[0] - '0') * 64 + (n[1] - '0') * 8 + n[2] - '0') & 255);
			name += 4;
		} else {
			text_add_n(&t, name++, 1);
		}
	}
	return t.at;
}

static void route53_zone(struct importing *im, const json_t *item)
{
	const char *name = text_of(item, "Name");
	if (json_is_true(json_object_get(json_object_get(item, "Config"), "PrivateZone")))
		import_skip(im, 0, name, "is a private zone");
	else
		import_add(im, 0, decimal_escapes(im->arena, name));
}

int import_route53(struct importing *im)
{
	int rc;
	json_t *j = load(im, &rc);
	if (rc == E_OK)
		rc = each(im, j, "HostedZones", route53_zone);
	if (rc == E_OK && (json_is_true(json_object_get(j, "IsTruncated")) || *text_of(j, "NextToken") != '\0'))
		import_skip(im, 0, im->path, "is one page of several: export the others too");
	json_decref(j);
	return rc;
}

static void cloudflare_zone(struct importing *im, const json_t *item)
{
	const char *name = text_of(item, "name"), *status = text_of(item, "status"), *type = text_of(item, "type");
	const json_t *servers = json_object_get(item, "vanity_name_servers"), *server;
	size_t i;
	if (strcmp(status, "active") != 0) {
		import_skip(im, 0, name, arena_printf(im->arena, "has status \"%.40s\": not delegated there", status));
		return;
	}
	struct config_zone *z = import_add(im, 0, name);
	if (json_array_size(servers) == 0)
		servers = json_object_get(item, "name_servers");
	if (z == NULL || (*type != '\0' && strcmp(type, "full") != 0))
		return;                 /* "partial": the zone itself is served elsewhere */
	json_array_foreach(servers, i, server)
		if (json_is_string(server))
			import_expect_ns(im, z, json_string_value(server));
}

static int cloudflare_page(struct importing *im, const json_t *page)
{
	const json_t *about = json_object_get(page, "result_info");
	json_int_t n = json_integer_value(json_object_get(about, "page")), all = json_integer_value(json_object_get(about, "total_pages"));
	if (json_is_false(json_object_get(page, "success")))
		return import_fault(im, 0, "the answer says \"success\": false");
	int rc = each(im, page, "result", cloudflare_zone);
	if (rc == E_OK && n < all)
		import_skip(im, 0, im->path, arena_printf(im->arena, "holds page %lld of %lld", (long long)n, (long long)all));
	return rc;
}

/* One page, or several in an array (jq -s). */
int import_cloudflare(struct importing *im)
{
	int rc;
	json_t *j = load(im, &rc), *page;
	size_t i;
	if (rc == E_OK && !json_is_array(j))
		rc = cloudflare_page(im, j);
	json_array_foreach(j, i, page)
		if (rc == E_OK)
			rc = cloudflare_page(im, page);
	json_decref(j);
	return rc;
}

static void dnscontrol_zone(struct importing *im, const json_t *item)
{
	const char *name = text_of(item, "name"), *registrar = text_of(item, "registrar"), *provider;
	json_t *providers = json_object_get(item, "dnsProviders"), *weight;
	if (*text_of(item, "tag") != '\0' || strchr(name, '!') != NULL) {
		import_skip(im, 0, name, "is one view of a split horizon");
		return;
	}
	struct config_zone *z = import_add(im, 0, name);
	if (z == NULL)
		return;
	if (*registrar != '\0' && strcmp(registrar, "none") != 0)
		import_tag(im, z, "registrar", registrar);
	json_object_foreach(providers, provider, weight)
		import_tag(im, z, "provider", provider);
	z->expect_unsigned = strcmp(text_of(item, "auto_dnssec"), "off") == 0;
}

int import_dnscontrol(struct importing *im)
{
	int rc;
	json_t *j = load(im, &rc);
	if (rc == E_OK)
		rc = each(im, j, "domains", dnscontrol_zone);
	json_decref(j);
	return rc;
}
