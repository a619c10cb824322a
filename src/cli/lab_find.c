/* lab_find -- the text of a world: of those compiled in, or of a file. */
#include "base/limits.h"
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/lab.h"
#include "cli/worlds.h"
#include <string.h>

static bool ends_with(const char *word, const char *end)
{
	size_t n = strlen(word), m = strlen(end);
	return n > m && strcmp(word + n - m, end) == 0;
}

int lab_find(const struct options *o, const char *word, struct world_source *out)
{
	if (strchr(word, '/') != NULL || ends_with(word, ".world")) {
		out->file = word;
		return file_read(o->arena, word, LIMIT_WORLD_FILE_BYTES, &out->text, &out->len) == E_OK
			       ? 0
			       : EXIT_USAGE;
	}
	for (size_t i = 0; i < n_embedded_worlds; i++) {
		const struct embedded_world *w = &embedded_worlds[i];
		if (strcmp(w->name, word) != 0)
			continue;
		*out = (struct world_source){ arena_printf(o->arena, "%s.world", word), w->text, w->len };
		return 0;
	}
	const char *near =
		nearest_word(word, &embedded_worlds[0].name, n_embedded_worlds, sizeof embedded_worlds[0]);
	return near != NULL ? complain(EXIT_USAGE, "unknown world: %s (did you mean %s?)", word, near)
			    : complain(EXIT_USAGE, "unknown world: %s (see dnsvigil lab list)", word);
}
