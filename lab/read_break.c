/* read_break -- the `break` (or `change`) clause: what may be said of signatures, keys, DS, denial, contents,
 * delegation. */
#include "lab/world.h"
#include <string.h>

static const struct shape rrsig_shapes[] = {
	{ "expired", VALUE_NONE }, { "not-yet", VALUE_NONE }, { "inverted", VALUE_NONE },
	{ "window", VALUE_NONE },
	{ "bogus", VALUE_NONE }, { "missing", VALUE_NONE }, { "wrong-length", VALUE_NONE },
	{ "foreign-key", VALUE_NONE },
	{ "extra-expired", VALUE_NONE }, { "extra-bogus", VALUE_NONE }, { "many-bad", VALUE_NUMBER },
	{ "signer", VALUE_NAMES }, { "labels", VALUE_RELATIVE }, { "tag", VALUE_RELATIVE },
	{ "algorithm", VALUE_NUMBER },
	{ "covered", VALUE_TYPES }, { "original-ttl", VALUE_NUMBER }, { "ttl", VALUE_NUMBER },
	{ "since", VALUE_TIME }, { "until", VALUE_TIME }, { "from", VALUE_TIME }, { "bytes", VALUE_NUMBER },
	{ "behind", VALUE_NONE }, { "name", VALUE_NAMES }, { "under", VALUE_NAMES },
	{ "type", VALUE_TYPES }, { "key", VALUE_TEXT },
	{ "of-alg", VALUE_NUMBER }, { "resign", VALUE_TEXT }, { NULL, VALUE_NONE },
};
static const struct shape dnskey_shapes[] = {
	{ "absent", VALUE_NONE }, { "remove", VALUE_NONE }, { "flags", VALUE_NUMBER },
	{ "protocol", VALUE_NUMBER },
	{ "algorithm", VALUE_NUMBER }, { "revoke", VALUE_NONE }, { "tamper", VALUE_NONE },
	{ "zero-length", VALUE_NONE },
	{ "key-length", VALUE_NUMBER }, { "exponent-bits", VALUE_NUMBER }, { "swap", VALUE_NONE },
	{ "extra", VALUE_NUMBER },
	{ "same-tag", VALUE_NONE }, { "collide", VALUE_NUMBER }, { "signed-by", VALUE_TEXT },
	{ "cds-by", VALUE_TEXT },
	{ "tag", VALUE_TEXT },
	{ "id", VALUE_TEXT }, { "keep", VALUE_NONE }, { "role", VALUE_TEXT }, { "of-alg", VALUE_NUMBER },
	{ "resign", VALUE_TEXT }, { "ds", VALUE_TEXT }, { NULL, VALUE_NONE },
};
static const struct shape ds_shapes[] = {
	{ "wrong-digest", VALUE_NONE }, { "wrong-tag", VALUE_NONE }, { "wrong-alg", VALUE_MAYBE_NUMBER },
	{ "algorithm", VALUE_NUMBER }, { "digest-type", VALUE_NUMBER }, { "tag", VALUE_NUMBER },
	{ "digest-length", VALUE_NUMBER }, { "stale", VALUE_NONE }, { "extra-stale", VALUE_NONE },
	{ "remove", VALUE_NONE },
	{ "of", VALUE_TEXT }, { "add", VALUE_TEXT }, { "many", VALUE_NUMBER }, { "digest", VALUE_NUMBER },
	{ NULL, VALUE_NONE },
};
static const struct shape denial_shapes[] = {
	{ "omit", VALUE_TEXT }, { "wrong", VALUE_TEXT }, { "bitmap-add", VALUE_TYPES },
	{ "bitmap-remove", VALUE_TYPES },
	{ "next", VALUE_TEXT }, { "owner-wrong", VALUE_NONE }, { "hide", VALUE_NONE },
	{ "last-not-apex", VALUE_NONE },
	{ "hash", VALUE_NUMBER }, { "flags", VALUE_NUMBER }, { "iterations", VALUE_NUMBER },
	{ "salt", VALUE_HEX },
	{ "nsec3param", VALUE_TEXT }, { "use", VALUE_TEXT }, { "rcode", VALUE_TEXT },
	{ "ent-nxdomain", VALUE_NONE },
	{ "no-soa", VALUE_NONE }, { "soa-owner", VALUE_NAMES }, { "pad", VALUE_NUMBER },
	{ "name", VALUE_NAMES },
	{ "resign", VALUE_TEXT }, { NULL, VALUE_NONE },
};
static const struct shape delegation_shapes[] = {
	{ "none", VALUE_NONE }, { "ns", VALUE_NONE }, { "no-glue", VALUE_NONE }, { "glue", VALUE_NONE },
	{ "many", VALUE_NUMBER }, { "under", VALUE_NAMES }, { "from", VALUE_ADDR }, { NULL, VALUE_NONE },
};
static const struct shape content_shapes[] = {
	{ "name", VALUE_NAMES }, { "type", VALUE_TYPES }, { "resign", VALUE_TEXT }, { NULL, VALUE_NONE },
};
static const struct shape value_shapes[] = {
	{ "unsigned", VALUE_NONE }, { "serial", VALUE_NUMBER }, { "ttl", VALUE_NUMBER },
	{ "add-many", VALUE_NUMBER },
	{ "name", VALUE_NAMES }, { "type", VALUE_TYPES }, { NULL, VALUE_NONE },
};

/* kinds: how many shapes at the front say what is done (one of them must be there); the rest select. */
static const struct subject {
	const char *word; enum break_what what; const struct shape *shapes; unsigned kinds; bool in_parent;
} subjects[] = {
	{ "rrsig", BREAK_RRSIG, rrsig_shapes, 18, false },
	{ "dnskey", BREAK_DNSKEY, dnskey_shapes, 16, false },
	{ "ds", BREAK_DS, ds_shapes, 13, true }, { "denial", BREAK_DENIAL, denial_shapes, 19, false },
	{ "delegation", BREAK_DELEGATION, delegation_shapes, 5, true },
	{ "unsigned", BREAK_UNSIGNED, value_shapes, 0, false },
	{ "serial", BREAK_SERIAL, value_shapes, 0, false }, { "add", BREAK_ADD, content_shapes, 0, false },
	{ "drop", BREAK_DROP, content_shapes, 1, false }, { "set", BREAK_SET, content_shapes, 0, false },
	{ "ttl", BREAK_TTL, value_shapes, 0, false }, { "apex-ns", BREAK_APEX_NS, content_shapes, 0, false },
	{ "add-many", BREAK_ADD_MANY, value_shapes, 0, false },
};
enum { N_SUBJECTS = sizeof subjects / sizeof *subjects };

static const struct subject *subject_find(struct reading *r, const char *word)
{
	const char *among[N_SUBJECTS];
	size_t n = strcspn(word, "=");
	for (unsigned i = 0; i < N_SUBJECTS; i++) {
		among[i] = subjects[i].word;
		if (strlen(among[i]) == n && memcmp(among[i], word, n) == 0)
			return &subjects[i];
	}
	const char *near = word_nearest(word, among, N_SUBJECTS);
	reading_fail(r, "\"%s\" is nothing that can be broken; did you mean \"%s\"?", word,
		     near != NULL ? near : "rrsig");
	return NULL;
}

static bool has_kind(const struct lab_break *b, const struct subject *s)
{
	for (unsigned i = 0; i < s->kinds; i++)
		if (param_has(&b->p, s->shapes[i].key))
			return true;
	return s->kinds == 0;
}

/* Words behind `delegation ns` and the like are servers, not parameters; `glue` is relative to the child too.
 * */
static bool takes_servers(const struct lab_break *b)
{
	return b->what == BREAK_APEX_NS || (b->what == BREAK_DELEGATION && (param_has(&b->p, "ns")
		|| param_has(&b->p, "glue") || param_has(&b->p, "no-glue")));
}

bool read_rr(struct reading *r, const char *text, const uint8_t *zone, struct zone_record *out)
{
	zone_records found = { 0 };
	struct err_at at = { 0 };
	if (text[0] == '@' && (text[1] == ' ' || text[1] == '\t') && zone != NULL)
		text = arena_printf(r->arena, "%s%s", name_text(r->arena, zone), text + 1);
	text = arena_printf(r->arena, "%s\n", text);
	if (zone_parse(r->arena, text, strlen(text), ".", 3600, r->file, &found, &at) != 0 || found.n != 1)
		reading_fail(r, "no record: %s",
			     at.text[0] != '\0' ? at.text : "NAME TTL TYPE RDATA is needed");
	else
		*out = found.at[0];
	return !r->failed;
}

static void break_word(struct reading *r, struct lab_break *b, const struct subject *s, const char *word)
{
	if (strncmp(word, "at=", 3) == 0) {
		b->at = arena_text(r->arena, word + 3);
	} else if (takes_servers(b)) {
		struct ns_spec spec;
		if (read_server(r, word, b->zone_name, &spec))
			list_push(r->arena, &b->servers, spec);
	} else if ((b->what == BREAK_ADD || b->what == BREAK_SET) && b->rr.owner == NULL &&
		   strncmp(word, "resign=", 7) != 0) {
		read_rr(r, word, b->zone_name, &b->rr);
	} else {
		param_read(r, s->shapes, word, b->zone_name, &b->p);
	}
}

static void check_break(struct reading *r, const struct lab_break *b, const struct subject *s)
{
	if (!has_kind(b, s))
		reading_fail(r, "break ... %s: say what is done, as \"%s\"", s->word, s->shapes[0].key);
	else if ((b->what == BREAK_ADD || b->what == BREAK_SET) && b->rr.owner == NULL)
		reading_fail(r, "break ... %s \"NAME TTL TYPE RDATA\"", s->word);
	else if (b->what == BREAK_ADD_MANY && (!param_has(&b->p, "name") || !param_has(&b->p, "type")))
		reading_fail(r, "break ... add-many=N needs name= and type=");
	else if (b->what == BREAK_DELEGATION && param_has(&b->p, "many") && !param_has(&b->p, "under"))
		reading_fail(r, "break ... delegation many=N needs under=");
	const struct param *name = param_find(&b->p, "name");
	for (uint32_t i = 0; !r->failed && name != NULL && i < name->names.n; i++)
		if (!name_is_under(name->names.at[i], b->zone_name))
			reading_fail(r, "%s does not lie in %s (names are absolute)",
				     name_text(r->arena, name->names.at[i]),
				     name_text(r->arena, b->zone_name));
}

void read_break(struct reading *r, struct world *w, const words *line)
{
	if (line->n < 3) {
		reading_fail(r, "%s ZONE WHAT ...", line->at[0].text);
		return;
	}
	const struct subject *s = subject_find(r, line->at[2].text);
	const uint8_t *zone = word_name(r, line->at[1].text, NULL);
	if (s == NULL || zone == NULL)
		return;
	struct lab_break *b = ARENA_NEW(r->arena, struct lab_break);
	*b = (struct lab_break){ .what = s->what, .line = r->line, .zone_name = zone };
	if (s->shapes == value_shapes)
		param_read(r, s->shapes, line->at[2].text, zone, &b->p);
	else if (strcmp(s->word, line->at[2].text) != 0)
		reading_fail(r, "\"%s\" takes no value", s->word);
	for (uint32_t i = 3; i < line->n && !r->failed; i++)
		break_word(r, b, s, line->at[i].text);
	if (!r->failed)
		check_break(r, b, s);
	list_push(r->arena, &w->breaks, b);
}
