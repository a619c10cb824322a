/* explain -- a row of the findings table as a page, or all rows by family; text and JSON. */
#include "base/json.h"
#include "report/inside.h"
#include "report/screen.h"
#include <ctype.h>
#include <string.h>

static const char *const family_titles[] = {
	[FAMILY_ANCHOR] = "Our own trust anchor or hints",
	[FAMILY_PARENT] = "The parent",
	[FAMILY_NOT_DELEGATED] = "Not delegated",
	[FAMILY_NS_NAMES] = "Names of the name servers",
	[FAMILY_UNREACHABLE] = "Unreachable servers",
	[FAMILY_LAME] = "Lame servers",
	[FAMILY_NO_DNSSEC_SERVED] = "Servers without DNSSEC",
	[FAMILY_DNSKEY_NOT_RETRIEVED] = "DNSKEY can not be fetched",
	[FAMILY_DS] = "DS at the parent",
	[FAMILY_DNSKEY_SIGNATURE] = "Signatures of the keys",
	[FAMILY_DATA_SIGNATURE] = "Signatures of data",
	[FAMILY_DENIAL] = "Proofs that something does not exist",
	[FAMILY_ALIAS] = "CNAME and DNAME",
	[FAMILY_SERVERS_DIFFER] = "Servers that differ",
	[FAMILY_TIMING] = "Times that run out",
	[FAMILY_RESOLVER] = "Resolvers",
	[FAMILY_LIMIT] = "Limits of the check",
	[FAMILY_HYGIENE] = "Hygiene",
};

/* "{zone}" stands for what a check fills in: here the word alone, in capitals. */
static const char *without_braces(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) + 1);
	size_t n = 0;
	bool inside = false;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '{' || *c == '}')
			inside = *c == '{';
		else
			out[n++] = inside ? (char)toupper((unsigned char)*c) : *c;
	}
	return out;
}

static void add_lines(struct screen *s, const char *label, const char *lines, bool numbered)
{
	unsigned n = 0;
	bool many = strchr(lines, '\n') != NULL;
	for (const char *at = lines; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		const char *line = arena_printf(s->arena, "%.*s", (int)len, at);
		const char *first = numbered && many
					    ? arena_printf(s->arena, "  %-8s %u ", n == 0 ? label : "", n + 1)
					    : arena_printf(s->arena, "  %-8s ", n == 0 ? label : "");
		if (len > 0)
			screen_wrap(s, KEEP_ALWAYS, first, line);
		n += len > 0;
		at += len + (at[len] == '\n');
	}
}

static void explain_one(struct screen *s, const struct finding_kind *k, const char *world)
{
	struct arena *a = s->arena;
	screen_wrap(s, KEEP_ALWAYS, arena_printf(a, PAINT_BOLD "%s" PAINT_END "  ", k->id),
		    arena_printf(a, "(%s; %s)", severity_text(k->severity), family_titles[k->family]));
	screen_wrap(s, KEEP_ALWAYS, "  ", without_braces(a, k->sentence));
	screen_blank(s);
	add_lines(s, "meaning", without_braces(a, k->meaning), false);
	add_lines(s, "fix", without_braces(a, k->fix), true);
	add_lines(s, "avoid", without_braces(a, k->avoid), false);
	if (k->ede >= 0)
		screen_add(s, KEEP_ALWAYS, "  EDE      %d %s (RFC 8914)", k->ede, ede_text((uint16_t)k->ede));
	if (*k->rfc != '\0')
		screen_wrap(s, KEEP_ALWAYS, "  see      ", k->rfc);
	if (*k->rows != '\0')
		screen_wrap(s, KEEP_ALWAYS, "  faults   ", k->rows);
	if (world != NULL)
		screen_wrap(s, KEEP_ALWAYS, "  practise ", arena_printf(a, "dnsvigil lab try %s", world));
}

static void explain_all(struct screen *s)
{
	for (int f = 0; f <= FAMILY_HYGIENE; f++) {
		bool first = true;
		for (int i = 0; i < FINDING_KINDS; i++) {
			const struct finding_kind *k = finding_kind((enum finding_id)i);
			if (k->family != (enum family)f)
				continue;
			if (first)
				screen_add(s, KEEP_ALWAYS, PAINT_BOLD "%s" PAINT_END, family_titles[f]);
			first = false;
			screen_wrap(s, KEEP_ALWAYS, arena_printf(s->arena, "  %s", screen_pad(s, k->id, 30)),
				    without_braces(s->arena, k->sentence));
		}
	}
}

static void json_kind(struct json *j, const struct finding_kind *k, practice_fn *practice)
{
	struct arena *a = j->out->arena;
	json_object(j);
	json_field_text(j, "id", k->id);
	json_field_text(j, "severity", severity_text(k->severity));
	json_field_text(j, "family", family_titles[k->family]);
	json_key(j, "ede");
	if (k->ede >= 0)
		json_int(j, k->ede);
	else
		json_null(j);
	json_field_text(j, "rfc", k->rfc);
	json_field_text(j, "sentence", k->sentence);
	json_field_text(j, "meaning", k->meaning);
	json_lines(j, "fix", k->fix);
	json_lines(j, "avoid", k->avoid);
	json_field_text(j, "faults", k->rows);
	json_field_text(j, "world", practice(a, k));
	json_object_end(j);
}

void report_explain(struct arena *a, const struct finding_kind *one, practice_fn *practice,
		    const struct style *style, struct text *out)
{
	struct screen s;
	screen_init(&s, a, style);
	if (one != NULL)
		explain_one(&s, one, practice(a, one));
	else
		explain_all(&s);
	screen_print(&s, out);
}

void report_explain_json(const struct finding_kind *one, practice_fn *practice, struct text *out)
{
	struct json j;
	json_init(&j, out, true);
	if (one != NULL) {
		json_kind(&j, one, practice);
	} else {
		json_array(&j);
		for (int i = 0; i < FINDING_KINDS; i++)
			json_kind(&j, finding_kind((enum finding_id)i), practice);
		json_array_end(&j);
	}
	text_add(out, "\n");
}
