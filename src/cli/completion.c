/* completion -- shell completion printed from the tables: verbs, options and their words, findings, worlds. */
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include "cli/worlds.h"
#include "judge/judge.h"
#include <string.h>

static void add_verbs(struct text *t)
{
	for (size_t i = 0; i < n_verbs; i++)
		text_addf(t, "%s%s", i > 0 ? " " : "", verbs[i].name);
}

static void add_findings(struct text *t)
{
	for (int i = 0; i < FINDING_KINDS; i++)
		text_addf(t, "%s%s", i > 0 ? " " : "", finding_kind((enum finding_id)i)->id);
}

static void add_worlds(struct text *t)
{
	for (size_t i = 0; i < n_embedded_worlds; i++)
		text_addf(t, "%s%s", i > 0 ? " " : "", embedded_worlds[i].name);
}

static void add_options(struct text *t, unsigned verbs_mask)
{
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		if ((row->verbs & verbs_mask) != 0 && row->name != NULL)
			text_addf(t, "--%s ", row->name);
		else if ((row->verbs & verbs_mask) != 0)
			text_addf(t, "-%c ", row->letter);
	}
}

static void add_bash_second_words(struct text *t)
{
	text_add(t, "\tif [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\tcase $verb in\n");
	for (size_t i = 0; i < n_verbs; i++)
		if (verbs[i].words != NULL)
			text_addf(t, "\t\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return;;\n", verbs[i].name, verbs[i].words);
	text_add(t, "\t\tesac\n\tfi\n");
}

static void add_bash(struct text *t)
{
	text_add(t, "_dnsvigil() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
		    "verb=${COMP_WORDS[1]}\n"
		    "\tCOMPREPLY=()\n\tcase $prev in\n");
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		const char *letter = row->letter != 0 ? arena_printf(t->arena, "|-%c", row->letter) : "";
		if (row->words != NULL)
			text_addf(t, "\t--%s%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return;;\n",
				  row->name, letter, row->words);
		else if (row->arg != NULL && (strcmp(row->arg, "FILE") == 0 || strcmp(row->arg, "DIR") == 0))
			text_addf(t, "\t--%s%s) COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n", row->name, letter);
	}
	text_add(t, "\tesac\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '");
	add_verbs(t);
	text_add(t, "' -- \"$cur\")); return\n\tfi\n\tcase $cur in -*)\n\t\tcase $verb in\n");
	for (size_t i = 0; i < n_verbs; i++) {
		text_addf(t, "\t\t%s) COMPREPLY=($(compgen -W '", verbs[i].name);
		add_options(t, verbs[i].verbs);
		text_add(t, "' -- \"$cur\"));;\n");
	}
	text_add(t, "\t\tesac\n\t\treturn;;\n\tesac\n");
	add_bash_second_words(t);
	text_add(t, "\tcase $verb in\n\texplain) COMPREPLY=($(compgen -W '");
	add_findings(t);
	text_add(t, "' -- \"$cur\"));;\n\tlab) COMPREPLY=($(compgen -W '");
	add_worlds(t);
	text_add(t, "' -- \"$cur\"));;\n\treplay|diff|backup) COMPREPLY=($(compgen -f -- \"$cur\"));;\n"
		    "\tzones) [ \"${COMP_WORDS[2]}\" = import ] && COMPREPLY=($(compgen -f -- \"$cur\"));;\n"
		    "\tincidents) [ \"${COMP_WORDS[2]}\" = list ] && COMPREPLY=($(compgen -W 'open resolved' -- \"$cur\"));;\n\tesac\n}\n"
		    "complete -F _dnsvigil dnsvigil\n");
}

/* zsh runs the functions of bash. */
static void add_zsh(struct text *t)
{
	text_add(t, "autoload -U +X bashcompinit && bashcompinit\n");
	add_bash(t);
}

static void add_fish(struct text *t)
{
	text_add(t, "complete -c dnsvigil -f\n");
	for (size_t i = 0; i < n_verbs; i++)
		text_addf(t, "complete -c dnsvigil -n __fish_use_subcommand -a %s -d '%s'\n", verbs[i].name,
			  verbs[i].summary);
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		text_add(t, "complete -c dnsvigil");
		if (row->letter != 0)
			text_addf(t, " -s %c", row->letter);
		if (row->name != NULL)
			text_addf(t, " -l %s", row->name);
		if (row->words != NULL)
			text_addf(t, " -x -a '%s'", row->words);
		else if (row->arg != NULL)
			text_add(t, " -r -F");
		text_add(t, " -d \"");
		for (const char *c = row->help; *c != '\0'; c++)
			text_addf(t, "%s%c", *c == '`' || *c == '"' || *c == '$' ? "\\" : "", *c);
		text_add(t, "\"\n");
	}
	text_add(t, "complete -c dnsvigil -n '__fish_seen_subcommand_from explain' -a '");
	add_findings(t);
	text_add(t, "'\n");
	for (size_t i = 0; i < n_verbs; i++)
		if (verbs[i].words != NULL)
			text_addf(t, "complete -c dnsvigil -n '__fish_seen_subcommand_from %s; and not __fish_seen_subcommand_from %s' -a '%s'\n",
				  verbs[i].name, verbs[i].words, verbs[i].words);
	text_add(t, "complete -c dnsvigil -n '__fish_seen_subcommand_from lab; and __fish_seen_subcommand_from try serve watch' -a '");
	add_worlds(t);
	text_add(t, "'\ncomplete -c dnsvigil -n '__fish_seen_subcommand_from replay diff import backup' -F\n");
}

static const struct {
	const char *name;
	void (*add)(struct text *t);
} shells[] = {
	{ "bash", add_bash },
	{ "zsh", add_zsh },
	{ "fish", add_fish },
};
enum { N_SHELLS = sizeof shells / sizeof shells[0] };

int verb_completion(const struct options *o)
{
	if (o->objects.n != 2)
		return complain(EXIT_USAGE, "completion: for which shell? (bash, zsh or fish)");
	for (unsigned i = 0; i < N_SHELLS; i++) {
		if (strcmp(shells[i].name, o->objects.at[1]) != 0)
			continue;
		struct text t;
		text_init(&t, o->arena);
		shells[i].add(&t);
		return o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
	}
	return complain(EXIT_USAGE, "completion: unknown shell: %s (bash, zsh or fish)", o->objects.at[1]);
}
