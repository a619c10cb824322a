#include "cli/lab.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include "cli/worlds.h"
#include <string.h>

static const struct {
	const char *name;
	unsigned takes;
	int (*run)(const struct options *o);
} actions[] = {
	{ "list", FOR_PLAIN, lab_list },
	{ "try", FOR_TRY, lab_try },
	{ "serve", FOR_SERVE, lab_serve_world },
	{ "watch", FOR_PLAIN, lab_watch },
};
enum { N_ACTIONS = sizeof actions / sizeof actions[0] };

const char *lab_title(struct arena *a, const char *text)
{
	static const char keyword[] = "title ";
	for (const char *at = text; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		if (strncmp(at, keyword, sizeof keyword - 1) == 0) {
			const char *title = at + sizeof keyword - 1;
			title += strspn(title, " ");
			return arena_printf(a, "%.*s", (int)(at + len - title), title);
		}
		at += len + (at[len] == '\n');
	}
	return "";
}

int lab_list(const struct options *o)
{
	struct text t;
	const char *word = o->objects.n > 2 ? o->objects.at[2] : "";
	if (o->objects.n > 3)
		return complain(EXIT_USAGE, "lab list: one word of their names at a time: what is %s?",
				o->objects.at[3]);
	text_init(&t, o->arena);
	for (size_t i = 0; i < n_embedded_worlds; i++) {
		size_t line = t.len;
		if (strstr(embedded_worlds[i].name, word) == NULL)
			continue;
		text_add(&t, embedded_worlds[i].name);
		text_pad(&t, 34, line);
		text_addf(&t, " %s\n", lab_title(o->arena, embedded_worlds[i].text));
	}
	if (t.len == 0)
		return complain(EXIT_USAGE, "no world has this in its name: %s", word);
	return o->quiet || print_all(t.at, t.len) ? EXIT_OK : EXIT_UNKNOWN;
}

int verb_lab(const struct options *o)
{
	if (o->objects.n < 2)
		return complain(EXIT_USAGE, "lab: list, try, serve or watch? (dnsvigil lab list)");
	const char *word = o->objects.at[1];
	for (unsigned i = 0; i < N_ACTIONS; i++) {
		if (strcmp(actions[i].name, word) != 0)
			continue;
		int e = options_only_for(o, actions[i].takes, arena_printf(o->arena, "lab %s", word));
		return e != 0 ? e : actions[i].run(o);
	}
	const char *near = nearest_word(word, &actions[0].name, N_ACTIONS, sizeof actions[0]);
	return near != NULL ? complain(EXIT_USAGE, "lab: unknown: %s (did you mean lab %s?)", word, near)
			    : complain(EXIT_USAGE, "lab: unknown: %s (list, try, serve or watch)", word);
}
