/* Names, addresses, records: what the configuration says of the DNS, in canonical text. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_BYTES_MAX = 64, PORT_DNS = 53 };
typedef LIST(const char *) words;

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted; the same twice is a fault. */
static bool sort_words(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, words *w)
{
	if (w->n > 1)
		qsort(w->at, w->n, sizeof w->at[0], by_text);
	for (uint32_t i = 1; i < w->n; i++)
		if (strcmp(w->at[i - 1], w->at[i]) == 0)
			return config_fault(r, v, "%s: %s stands here twice", k->name, config_shown(r, w->at[i]));
	return true;
}

static bool one_word(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (v->len > WORD_BYTES_MAX)
		return config_fault(r, v, "%s: a word of more than %d octets", k->name, WORD_BYTES_MAX);
	for (const char *c = v->text; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("_-.:/", *c) == NULL)
			return config_fault(r, v, "%s: \"%s\" is no word (letters, digits, _ - . : /)", k->name, config_shown(r, v->text));
	list_push(r->arena, (words *)field, v->text);
	return true;
}

bool config_read_words(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_word) && sort_words(r, k, v, field);
}

static bool one_host(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	for (const char *c = v->text; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("-.:[]_", *c) == NULL)
			return config_fault(r, v, "%s: \"%s\" is no host (name or address, with a port if it is not the usual one)", k->name,
					    config_shown(r, v->text));
	list_push(r->arena, (words *)field, v->text);
	return true;
}

bool config_read_hosts(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_host);
}

static bool one_mailbox(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	const char **all = field, *one;
	if (!config_read_text(r, k, v, &one))
		return false;
	if (strchr(one, ',') != NULL)
		return config_fault(r, v, "%s: a comma: write a list, like [a@example.com, b@example.com]", k->name);
	*all = *all == NULL ? one : arena_printf(r->arena, "%s,%s", *all, one);
	return true;
}

bool config_read_mailboxes(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (v->kind == YAML_LIST && v->items.n > 100)
		return config_fault(r, v, "%s: more than 100 receivers", k->name);
	return config_each(r, k, v, field, one_mailbox);
}

const char *config_zone_name(struct arena *a, const char *text, struct config_zone *z)
{
	struct addr addr;
	const char *why = "not a name";
	if (strstr(text, "://") != NULL)
		return "is a URL: only the name is wanted";
	if (addr_from_text(text, 0, &addr))
		return "is an address: a zone is wanted (like 2.0.192.in-addr.arpa)";
	if (text[strcspn(text, " \t\r\n,;")] != '\0')
		return "is more than one word";
	z->name = name_from_user(a, text, &why);
	if (z->name == NULL)
		return arena_printf(a, "is no domain name: %s", why);
	z->name = name_lower(a, z->name);
	z->zone = name_text(a, z->name);
	return NULL;
}

bool config_read_zone_name(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v))
		return false;
	const char *wrong = config_zone_name(r->arena, v->text, field);
	return wrong == NULL || config_fault(r, v, "\"%s\" %s", config_shown(r, v->text), wrong);
}

bool config_read_type(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	uint16_t type;
	if (!config_is_word(r, k, v))
		return false;
	if (!type_from_text(v->text, &type))
		return config_fault(r, v, "%s: \"%s\" is no record type (like AAAA, TYPE65)", k->name, config_shown(r, v->text));
	if (type == 0 || type == TYPE_OPT || (type >= 249 && type <= 255))
		return config_fault(r, v, "%s: %s is no data that can be asked for", k->name, config_shown(r, v->text));
	*(uint16_t *)field = type;
	return true;
}

void config_show_type(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	uint16_t type = *(const uint16_t *)field;
	(void)k;
	if (type != 0)
		text_add(out, type_text(a, type));
}

static bool one_name(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	struct config_zone z;
	const char *wrong = config_zone_name(r->arena, v->text, &z);
	if (wrong != NULL)
		return config_fault(r, v, "%s: \"%s\" %s", k->name, config_shown(r, v->text), wrong);
	list_push(r->arena, (words *)field, z.zone);
	return true;
}

bool config_read_names(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (v->kind == YAML_LIST && v->items.n == 0)
		return config_fault(r, v, "%s: an empty list pins nothing", k->name);
	return config_each(r, k, v, field, one_name) && sort_words(r, k, v, field);
}

/* Lengths of RFC 4034, 4509, 6605; of a digest type unknown to us only that it is whole octets. */
static size_t digest_octets(unsigned long digest_type)
{
	return digest_type == 1 ? 20 : digest_type == 2 ? 32 : digest_type == 4 ? 48 : 0;
}

static const char *ds_hex(struct arena *a, const char *at, char **out)
{
	size_t n = 0;
	char *hex = arena_alloc(a, strlen(at) + 1);
	for (; *at != '\0'; at++) {
		if (isxdigit((unsigned char)*at))
			hex[n++] = (char)toupper((unsigned char)*at);
		else if (*at != ' ')
			return "has a digest that is not hexadecimal";
	}
	*out = hex;
	return n == 0 || n % 2 != 0 ? "has a digest of no whole number of octets" : NULL;
}

const char *config_ds(struct arena *a, const char *text, const char **out)
{
	unsigned long n[3];
	char *end, *hex;
	static const unsigned long max[3] = { 65535, 255, 255 };
	const char *at = text;
	for (int i = 0; i < 3; i++) {
		at += strspn(at, " ");
		n[i] = strtoul(at, &end, 10);
		if (!isdigit((unsigned char)*at) || n[i] > max[i] || *end != ' ')
			return "is no DS (\"TAG ALGORITHM DIGEST-TYPE HEX\")";
		at = end;
	}
	const char *wrong = ds_hex(a, at, &hex);
	if (wrong != NULL)
		return wrong;
	if (digest_octets(n[2]) != 0 && strlen(hex) != 2 * digest_octets(n[2]))
		return arena_printf(a, "has a digest of %zu octets; type %lu has %zu", strlen(hex) / 2, n[2], digest_octets(n[2]));
	*out = arena_printf(a, "%lu %lu %lu %s", n[0], n[1], n[2], hex);
	return NULL;
}

static bool one_ds(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	const char *ds;
	const char *wrong = config_ds(r->arena, v->text, &ds);
	if (wrong != NULL)
		return config_fault(r, v, "%s: \"%s\" %s", k->name, config_shown(r, v->text), wrong);
	list_push(r->arena, (words *)field, ds);
	return true;
}

bool config_read_ds_set(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (v->kind == YAML_LIST && v->items.n == 0)
		return config_fault(r, v, "%s: an empty list pins nothing; for a zone without DS write unsigned: true", k->name);
	return config_each(r, k, v, field, one_ds) && sort_words(r, k, v, field);
}

/* "*", "example.com", "*.example.com", "tag:prod" (windows only; routes have tags: of their own). */
static bool one_pattern(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	bool star = strncmp(v->text, "*.", 2) == 0;
	struct config_zone z;
	if (strncmp(v->text, "tag:", 4) == 0 && k->in == IN_ROUTE)
		return config_fault(r, v, "%s: tags stand under tags: in a route", k->name);
	if (strcmp(v->text, "*") == 0 || strncmp(v->text, "tag:", 4) == 0) {
		list_push(r->arena, (words *)field, v->text);
		return true;
	}
	const char *wrong = config_zone_name(r->arena, star ? v->text + 2 : v->text, &z);
	if (wrong != NULL)
		return config_fault(r, v, "%s: \"%s\" %s", k->name, config_shown(r, v->text), wrong);
	if (strchr(z.zone, '*') != NULL)
		return config_fault(r, v, "%s: in \"%s\" a * stands where none is understood (only *.NAME)", k->name, config_shown(r, v->text));
	size_t len = strlen(z.zone);
	list_push(r->arena, (words *)field, arena_printf(r->arena, "%s%.*s", star ? "*." : "", (int)(len > 1 ? len - 1 : len), z.zone));
	return true;
}

bool config_read_patterns(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_pattern) && sort_words(r, k, v, field);
}

void config_show_texts(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const words *w = field;
	(void)a, (void)k;
	for (uint32_t i = 0; i < w->n; i++) {
		text_add(out, i == 0 ? "[" : ", ");
		config_show_word(out, w->at[i]);
	}
	text_add(out, w->n > 0 ? "]" : "");
}

/* Written by people as `printf %s TOKEN | sha256sum`. */
static bool one_token(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (v->len != 64 || strspn(v->text, "0123456789abcdefABCDEF") != 64)
		return config_fault(r, v, "%s: the SHA-256 of a token is wanted, 64 hex digits (printf %%s TOKEN | sha256sum), never the token",
				    k->name);
	char *lower = arena_text(r->arena, v->text);
	for (char *c = lower; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	list_push(r->arena, (words *)field, lower);
	return true;
}

bool config_read_tokens(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_each(r, k, v, field, one_token) && sort_words(r, k, v, field);
}

void config_show_tokens(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const words *w = field;
	(void)a, (void)k;
	for (uint32_t i = 0; i < w->n; i++)
		text_addf(out, "%s\"%.8s****\"", i == 0 ? "[" : ", ", w->at[i]);
	text_add(out, w->n > 0 ? "]" : "");
}
