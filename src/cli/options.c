#include "cli/options.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/dig_words.h"
#include <string.h>

/* "--no-tcp" style words of other spellings that people type. */
static const struct {
	const char *other, *ours;
} spellings[] = {
	{ "format", "output" },
	{ "colour", "color" },
	{ "trust-anchors", "trust-anchor" },
	{ "hints", "root-hints" },
};

static const struct option_row *row_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		if (strlen(spellings[i].other) == len && memcmp(spellings[i].other, name, len) == 0)
			return row_by_name(spellings[i].ours, strlen(spellings[i].ours));
	for (size_t i = 0; i < n_option_rows; i++) {
		const char *row = option_rows[i].name;
		if (row != NULL && strlen(row) == len && memcmp(row, name, len) == 0)
			return &option_rows[i];
	}
	return NULL;
}

static const struct option_row *row_by_letter(char letter)
{
	for (size_t i = 0; i < n_option_rows; i++)
		if (option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

static int option_set(struct options *o, const struct option_row *row, const char *typed, const char *value)
{
	if (value != NULL && *value == '\0')
		return complain(EXIT_USAGE, "%s needs a value: %s", typed, row->arg);
	const char *wrong = row->set(o, value);
	if (wrong != NULL)
		return value != NULL ? complain(EXIT_USAGE, "%s: \"%s\" %s", typed, value, wrong)
				     : complain(EXIT_USAGE, "%s %s", typed, wrong);
	list_push(o->arena, &o->given, (struct given){ row, typed });
	return 0;
}

static int parse_long(struct options *o, char **argv, int argc, int *i)
{
	const char *word = argv[*i] + 2, *equals = strchr(word, '=');
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row = row_by_name(word, len);
	const char *typed = arena_printf(o->arena, "--%.*s", (int)len, word);
	if (row == NULL) {
		const char *near =
			nearest_word(typed + 2, &option_rows[0].name, n_option_rows, sizeof option_rows[0]);
		return near != NULL
			       ? complain(EXIT_USAGE, "unknown option: %s (did you mean --%s?)", typed, near)
			       : complain(EXIT_USAGE, "unknown option: %s (see dnsvigil --help)", typed);
	}
	if (row->arg == NULL)
		return equals == NULL ? option_set(o, row, typed, NULL)
				      : complain(EXIT_USAGE, "%s takes no value: %s", typed, argv[*i]);
	if (equals == NULL && *i + 1 >= argc)
		return complain(EXIT_USAGE, "%s needs a value: %s", typed, row->arg);
	return option_set(o, row, typed, equals != NULL ? equals + 1 : argv[++*i]);
}

/* "-v", "-vq", "-ojson", "-o json". */
static int parse_letters(struct options *o, char **argv, int argc, int *i)
{
	for (const char *c = argv[*i] + 1; *c != '\0'; c++) {
		const struct option_row *row = row_by_letter(*c);
		const char *typed = arena_printf(o->arena, "-%c", *c);
		if (row == NULL)
			return strchr(argv[*i], '.') != NULL
				       ? complain(EXIT_USAGE, "unknown option: %s (if it is a name: -- %s)", typed, argv[*i])
				       : complain(EXIT_USAGE, "unknown option: %s (see dnsvigil --help)", typed);
		if (row->arg == NULL) {
			int e = option_set(o, row, typed, NULL);
			if (e != 0)
				return e;
			continue;
		}
		if (c[1] == '\0' && *i + 1 >= argc)
			return complain(EXIT_USAGE, "%s needs a value: %s", typed, row->arg);
		return option_set(o, row, typed, c[1] != '\0' ? c + 1 : argv[++*i]);
	}
	return 0;
}

static int parse_word(struct options *o, char **argv, int argc, int *i)
{
	const char *word = argv[*i];
	if (word[0] == '-' && word[1] == '-')
		return parse_long(o, argv, argc, i);
	if (word[0] == '-' && word[1] != '\0')
		return parse_letters(o, argv, argc, i);
	if (word[0] == '+' && o->objects.n > 0)
		return dig_word(o, word);
	if (word[0] == '@')
		list_push(o->arena, &o->resolvers, word + 1);
	else
		list_push(o->arena, &o->objects, word);
	return 0;
}

int options_parse(struct options *o, struct arena *a, int argc, char **argv)
{
	*o = (struct options){ .arena = a, .depth = DEPTH_FULL };
	bool only_objects = false;
	for (int i = 1; i < argc; i++) {
		if (!only_objects && strcmp(argv[i], "--") == 0) {
			only_objects = true;
			continue;
		}
		if (only_objects) {
			list_push(a, &o->objects, argv[i]);
			continue;
		}
		int e = parse_word(o, argv, argc, &i);
		if (e != 0)
			return e;
	}
	if (o->only_ipv4 && o->only_ipv6)
		return complain(EXIT_USAGE, "-4 and -6 exclude each other");
	return 0;
}

int options_only_for(const struct options *o, unsigned verbs, const char *verb)
{
	for (uint32_t i = 0; i < o->given.n; i++)
		if ((o->given.at[i].row->verbs & verbs) == 0)
			return complain(EXIT_USAGE, "%s: no option of \"%s\" (see dnsvigil %s --help)",
					o->given.at[i].typed, verb, verb);
	return 0;
}
