/* Fills the sentences of the table. A command stands between back-quotes; it is printed only when every name in it
 * is plain, for names come from the network and end in somebody's shell (SECURITY 5g). */
#include "judge/inside.h"
#include "dns/text.h"
#include "base/text.h"
#include <assert.h>
#include <string.h>

enum { SERVERS_NAMED = 4 };

struct sentence {
	struct judging *j;
	const struct finding *f;
	struct text *out;
	bool in_command;
	bool odd_name; /* a name went in that must not stand in a command */
};

/* As people write names: without the final dot. */
const char *name_words(struct arena *a, const uint8_t *name)
{
	if (!*name)
		return "the root";
	char *text = arena_text(a, name_text(a, name));
	text[strlen(text) - 1] = '\0';
	return text;
}

/* A leading hyphen would make an option of it. */
static bool stands_in_command(const uint8_t *name)
{
	return name_is_plain(name) && !(name[0] && name[1] == '-');
}

static void put_name(struct sentence *s, const uint8_t *name)
{
	if (!stands_in_command(name))
		s->odd_name = true;
	if (s->in_command && !*name)
		text_add(s->out, ".");
	else
		text_add(s->out, name_words(s->j->arena, name));
}

static void put_zone(struct sentence *s)
{
	put_name(s, s->f->zone ? s->f->zone->name : s->j->tree->evidence->setup.name);
}

static void put_parent(struct sentence *s)
{
	const struct zone *z = s->f->zone;
	put_name(s, z && z->parent ? z->parent->name : name_root);
}

static void put_subject(struct sentence *s)
{
	put_name(s, s->f->name   ? s->f->name
		    : s->f->zone ? s->f->zone->name
				 : s->j->tree->evidence->setup.name);
}

static void put_type(struct sentence *s)
{
	uint16_t type = s->f->type ? s->f->type : s->j->tree->evidence->setup.type;
	text_add(s->out, type_text(s->j->arena, type));
}

static void put_rrset(struct sentence *s)
{
	put_subject(s);
	text_add(s->out, " ");
	put_type(s);
}

static void put_servers(struct sentence *s)
{
	char ip[ADDR_TEXT_MAX];
	uint32_t n = s->f->servers.n;
	for (uint32_t i = 0; i < n && i < SERVERS_NAMED; i++) {
		const struct server *server = s->f->servers.at[i];
		const uint8_t *name = server->names.n ? server->names.at[0] : NULL;
		text_add(s->out, i ? ", " : "");
		if (name && !stands_in_command(name))
			s->odd_name = true;
		if (name)
			text_addf(s->out, "%s (%s)", name_words(s->j->arena, name),
				  addr_text(&server->addr, ip));
		else
			text_add(s->out, addr_text(&server->addr, ip));
	}
	if (n > SERVERS_NAMED)
		text_addf(s->out, " and %u more", (unsigned)(n - SERVERS_NAMED));
	if (!n)
		text_add(s->out, "no server");
}

/* One address for a command: of the first server where it shows, else of the first that answers. */
static void put_server(struct sentence *s)
{
	char ip[ADDR_TEXT_MAX];
	const struct zone *z = s->f->zone;
	if (s->f->servers.n)
		text_add(s->out, addr_text(&s->f->servers.at[0]->addr, ip));
	else if (z && z->servers.n)
		text_add(s->out, addr_text(&z->servers.at[0]->addr, ip));
	else
		s->odd_name = true;
}

static void put_when(struct sentence *s)
{
	char when[WALL_TEXT_MAX];
	text_add(s->out, s->f->when.s == INT64_MAX ? "an unknown moment" : wall_text(s->f->when, when));
}

static void put_distance(struct sentence *s)
{
	char distance[WALL_TEXT_MAX];
	if (s->f->when.s == INT64_MAX)
		text_add(s->out, "an unknown time");
	else
		text_add(s->out, distance_text(s->f->when.s - s->j->at.s, distance));
}

static void put_n(struct sentence *s)
{
	text_addf(s->out, "%u", (unsigned)s->f->n_servers);
}

static void put_m(struct sentence *s)
{
	text_addf(s->out, "%u", (unsigned)s->f->of_servers);
}

/* "all 4", "both", "1 of 4". */
static void put_share(struct sentence *s)
{
	unsigned n = s->f->n_servers, of = s->f->of_servers;
	bool first = s->out->len == 0;
	if (n == 2 && of == 2)
		text_add(s->out, first ? "Both" : "both");
	else if (n == of && of > 2)
		text_addf(s->out, "%s %u", first ? "All" : "all", of);
	else
		text_addf(s->out, "%u of %u", n, of);
}

static void put_number(struct sentence *s)
{
	text_addf(s->out, "%u", (unsigned)s->f->number);
}

static void put_number2(struct sentence *s)
{
	text_addf(s->out, "%u", (unsigned)s->f->number2);
}

static void put_algorithm(struct sentence *s)
{
	text_addf(s->out, "%u (%s)", (unsigned)s->f->algorithm, algorithm_text(s->f->algorithm));
}

static void put_ns(struct sentence *s)
{
	if (s->f->ns_name)
		put_name(s, s->f->ns_name);
	else
		text_add(s->out, "the name server");
	s->odd_name |= !s->f->ns_name;
}

static void put_detail(struct sentence *s)
{
	text_add(s->out, s->f->detail ? s->f->detail : "no more is known");
}

static void put_rcode(struct sentence *s)
{
	const struct message *m = s->f->proof ? s->f->proof->m : NULL;
	text_add(s->out, m ? rcode_text(s->j->arena, m->rcode) : "no answer");
}

static void put_ttl(struct sentence *s, uint32_t ttl, const char *otherwise)
{
	char distance[WALL_TEXT_MAX];
	text_add(s->out, ttl ? distance_text(ttl, distance) : otherwise);
}

static void put_ns_ttl(struct sentence *s)
{
	const struct zone *z = s->f->zone;
	put_ttl(s, z ? wait_ns_ttl(z) : 0, "the TTL of the NS records");
}

static void put_ds_ttl(struct sentence *s)
{
	put_ttl(s, s->f->zone ? wait_ds_ttl(s->f->zone) : 0, "the TTL of the DS records");
}

static void put_key_ttl(struct sentence *s)
{
	put_ttl(s, s->f->zone ? wait_key_ttl(s->f->zone) : 0, "the TTL of the DNSKEY records");
}

static void put_negative_ttl(struct sentence *s)
{
	put_ttl(s, wait_negative_ttl(s->f->proof), "the negative TTL");
}

static const struct {
	const char *word;
	void (*put)(struct sentence *s);
} places[] = {
	{ "zone", put_zone },
	{ "parent", put_parent },
	{ "name", put_subject },
	{ "type", put_type },
	{ "rrset", put_rrset },
	{ "n", put_n },
	{ "m", put_m },
	{ "share", put_share },
	{ "servers", put_servers },
	{ "server", put_server },
	{ "when", put_when },
	{ "ago", put_distance },
	{ "in", put_distance },
	{ "number", put_number },
	{ "number2", put_number2 },
	{ "algorithm", put_algorithm },
	{ "ns", put_ns },
	{ "detail", put_detail },
	{ "rcode", put_rcode },
	{ "ns-ttl", put_ns_ttl },
	{ "ds-ttl", put_ds_ttl },
	{ "key-ttl", put_key_ttl },
	{ "negative-ttl", put_negative_ttl },
};

/* at is behind the opening brace; returns what follows the closing one. */
static const char *put_place(struct sentence *s, const char *at)
{
	const char *end = strchr(at, '}');
	for (size_t i = 0; end && i < sizeof places / sizeof *places; i++) {
		if (strlen(places[i].word) != (size_t)(end - at) ||
		    memcmp(places[i].word, at, (size_t)(end - at)))
			continue;
		places[i].put(s);
		return end + 1;
	}
	assert(false && "a placeholder that sentence.c does not know stands in the table");
	return at;
}

/* A command, at behind its opening back-quote; returns what follows the closing one. */
static const char *put_command(struct sentence *s, const char *at)
{
	size_t start = s->out->len;
	s->odd_name = false;
	s->in_command = true;
	while (*at && *at != '`') {
		if (*at == '{')
			at = put_place(s, at + 1);
		else
			text_add_n(s->out, at++, 1);
	}
	s->in_command = false;
	if (s->odd_name) {
		s->out->len = start;
		s->out->at[start] = '\0';
		text_add(s->out, "(no command: a name in it is not plain)");
	}
	return *at ? at + 1 : at;
}

static const char *fill(struct judging *j, const struct finding *f, const char *at)
{
	struct text out;
	struct sentence s = { .j = j, .f = f, .out = &out };
	text_init(&out, j->arena);
	while (*at) {
		if (*at == '{')
			at = put_place(&s, at + 1);
		else if (*at == '`')
			at = put_command(&s, at + 1);
		else
			text_add_n(&out, at++, 1);
	}
	return out.at;
}

/* Steps stand in a list, one a line: without the full stop. */
static const char *steps(struct judging *j, const struct finding *f, const char *of_kind)
{
	const char *filled = fill(j, f, of_kind);
	struct text out;
	text_init(&out, j->arena);
	for (; *filled; filled++) {
		bool last = filled[1] == '\n' || filled[1] == '\0';
		if (*filled != '.' || !last)
			text_add_n(&out, filled, 1);
	}
	return out.at;
}

void finding_write(struct judging *j, struct finding *f)
{
	const struct finding_kind *k = finding_kind(f->id);
	f->text = fill(j, f, k->sentence);
	f->fix = f->fix ? f->fix : steps(j, f, k->fix);
	f->avoid = f->avoid ? f->avoid : steps(j, f, k->avoid);
}

void finding_fill(struct arena *a, struct wall at, struct finding *f)
{
	const struct evidence none = { .arena = a, .setup = { .name = f->zone->name } };
	const struct tree tree = { .arena = a, .evidence = &none };
	struct judging j = { .tree = &tree, .at = at, .arena = a };
	finding_write(&j, f);
}
