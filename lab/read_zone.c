/* read_zone -- the `zone` clause: how it is signed, what it is like, where it lives. */
#include "lab/world.h"
#include <stdlib.h>
#include <string.h>

static const struct { const char *word; uint8_t number; } algorithm_words[] = {
	{ "rsasha1", ALG_RSASHA1 }, { "rsasha1-nsec3", ALG_RSASHA1_NSEC3 }, { "rsasha256", ALG_RSASHA256 },
	{ "rsasha512", ALG_RSASHA512 }, { "ecdsa", ALG_P256 }, { "p384", ALG_P384 },
	{ "ed25519", ALG_ED25519 },
	{ "ed448", ALG_ED448 },
};
enum { ZONE_NAME_MAX = 200 };  /* a hashed owner name takes 33 more */
enum { N_ALGORITHM_WORDS = sizeof algorithm_words / sizeof *algorithm_words };

static const struct shape shapes[] = {
	{ "unsigned", VALUE_NONE }, { "alg", VALUE_NUMBER }, { "csk", VALUE_NONE }, { "nsec", VALUE_NONE },
	{ "nsec3", VALUE_NONE }, { "compact", VALUE_NONE }, { "opt-out", VALUE_NONE },
	{ "iterations", VALUE_NUMBER },
	{ "salt", VALUE_HEX }, { "rsa-bits", VALUE_NUMBER }, { "ttl", VALUE_NUMBER },
	{ "negative-ttl", VALUE_NUMBER },
	{ "serial", VALUE_NUMBER }, { "ds", VALUE_TEXT }, { "no-ds", VALUE_NONE }, { "cds", VALUE_NONE },
	{ "inception", VALUE_TIME }, { "expiration", VALUE_TIME }, { "servers", VALUE_NONE },
	/* for "did you mean" only: taken before the table is asked */
	{ "rsasha1", VALUE_NONE }, { "rsasha256", VALUE_NONE }, { "rsasha512", VALUE_NONE },
	{ "ecdsa", VALUE_NONE },
	{ "p384", VALUE_NONE }, { "ed25519", VALUE_NONE }, { "ed448", VALUE_NONE }, { NULL, VALUE_NONE },
};

/* "ecdsa+rsasha256"; false: not of this kind at all. */
static bool algorithms_read(struct lab_zone *z, const char *text)
{
	uint8_t n = 0, found[ALGORITHMS_MAX];
	while (*text != '\0' && n < ALGORITHMS_MAX) {
		size_t len = strcspn(text, "+"), i = 0;
		while (i < N_ALGORITHM_WORDS && !(strlen(algorithm_words[i].word) == len
						  && memcmp(algorithm_words[i].word, text, len) == 0))
			i++;
		if (i == N_ALGORITHM_WORDS)
			return false;
		found[n++] = algorithm_words[i].number;
		text += len + (text[len] == '+');
	}
	memcpy(z->algorithms, found, n);
	z->n_algorithms = n;
	return n > 0;
}

bool read_server(struct reading *r, const char *text, const uint8_t *zone, struct ns_spec *out)
{
	const char *equals = strchr(text, '='), *why = NULL;
	size_t n = equals != NULL ? (size_t)(equals - text) : strlen(text);
	char *name = arena_printf(r->arena, "%.*s%s%s", (int)n, text, n > 0 && text[n - 1] == '.' ? "" : ".",
				  n > 0 && text[n - 1] == '.' ? "" : name_text(r->arena, zone));
	if (n > 0 && text[n - 1] != '.' && *zone == 0)
		name = arena_printf(r->arena, "%.*s.", (int)n, text);
	*out = (struct ns_spec){ .name = name_from_text(r->arena, name, &why) };
	if (out->name == NULL) {
		reading_fail(r, "\"%.*s\" is no name server name: %s", (int)n, text, why);
		return false;
	}
	for (const char *at = equals != NULL ? equals + 1 : ""; *at != '\0';) {
		struct addr addr;
		size_t len = strcspn(at, ",");
		const char *one = arena_printf(r->arena, "%.*s", (int)len, at);
		if (!addr_from_text(one, 53, &addr)) {
			reading_fail(r, "\"%s\" is no address", one);
			return false;
		}
		list_push(r->arena, &out->addrs, addr);
		at += len + (at[len] == ',');
	}
	return true;
}

/* "1,2,4" */
static void digests_read(struct reading *r, struct lab_zone *z, const char *text)
{
	uint8_t *at = arena_alloc(r->arena, strlen(text) + 1);
	z->ds_digests = (struct octets){ at, 0 };
	while (*text != '\0') {
		char *end;
		unsigned long n = strtoul(text, &end, 10);
		if (end == text || n > 255 || (*end != ',' && *end != '\0')) {
			reading_fail(r, "\"%s\" is no list of digest types", text);
			return;
		}
		at[z->ds_digests.len++] = (uint8_t)n;
		text = end + (*end == ',');
	}
}

static void options_apply(struct reading *r, struct lab_zone *z, const params *p)
{
	static const struct { const char *word; enum denial_kind kind; } denials[] = {
		{ "nsec", DENIAL_NSEC }, { "nsec3", DENIAL_NSEC3 }, { "compact", DENIAL_COMPACT },
		{ "opt-out", DENIAL_NSEC3 },
	};
	for (unsigned i = 0; i < sizeof denials / sizeof *denials; i++)
		if (param_has(p, denials[i].word))
			z->denial.kind = denials[i].kind;
	if (param_has(p, "alg")) {
		z->algorithms[0] = (uint8_t)param_number(p, "alg", 0);
		z->n_algorithms = 1;
	}
	z->is_signed = !param_has(p, "unsigned");
	z->csk = param_has(p, "csk");
	z->no_ds = param_has(p, "no-ds");
	z->cds = param_has(p, "cds");
	z->denial.opt_out = param_has(p, "opt-out");
	z->denial.iterations = (uint16_t)param_number(p, "iterations", 0);
	if (param_has(p, "salt"))
		z->denial.salt = param_find(p, "salt")->hex;
	z->rsa_bits = (unsigned)param_number(p, "rsa-bits", z->rsa_bits);
	z->ttl = (uint32_t)param_number(p, "ttl", z->ttl);
	z->negative_ttl = (uint32_t)param_number(p, "negative-ttl", z->negative_ttl);
	z->serial = (uint32_t)param_number(p, "serial", z->serial);
	z->inception = param_time(p, "inception", z->inception);
	z->expiration = param_time(p, "expiration", z->expiration);
	if (param_has(p, "ds"))
		digests_read(r, z, param_find(p, "ds")->text);
}

void read_zone(struct reading *r, struct world *w, const words *line)
{
	params p = { 0 };
	uint32_t i = 2;
	const uint8_t *name = line->n > 1 ? word_name(r, line->at[1].text, NULL) : NULL;
	if (name == NULL || world_zone(w, name) != NULL) {
		reading_fail(r, name == NULL ? "zone NAME ..." : "this zone is there already");
		return;
	}
	if (name_len(name) > ZONE_NAME_MAX) {
		reading_fail(r,
			     "a zone's name has at most %u octets here: there must be room for names in it",
			     ZONE_NAME_MAX);
		return;
	}
	struct lab_zone *z = zone_new(w, name);
	z->line = r->line;
	for (; i < line->n && strcmp(line->at[i].text, "servers") != 0 && !r->failed; i++)
		if (!algorithms_read(z, line->at[i].text))
			param_read(r, shapes, line->at[i].text, name, &p);
	options_apply(r, z, &p);
	for (z->has_servers = i < line->n, i++; i < line->n && !r->failed; i++) {
		struct ns_spec spec;
		if (read_server(r, line->at[i].text, name, &spec))
			list_push(r->arena, &z->servers, spec);
	}
}
