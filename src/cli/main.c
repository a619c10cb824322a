/* main -- from the command line to a verb. Owns nothing that others need. */
#include "base/nearest.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "dns/text.h"
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20 };

static int print(const char *text)
{
	return print_all(text, strlen(text)) ? EXIT_OK : EXIT_UNKNOWN;
}

/* "dnsvigil wyh example.com": a first word that is no name, or is followed by what can only be one. */
static bool looks_like_name(const struct options *o)
{
	const char *word = o->objects.at[0];
	uint16_t type;
	if (strchr(word, '.') != NULL || (unsigned char)*word >= 0x80)
		return true;
	if (nearest_word(word, &verbs[0].name, n_verbs, sizeof verbs[0]) != NULL)
		return false;
	return o->objects.n < 2 || type_from_text(o->objects.at[1], &type) || type_from_text(word, &type);
}

static int unknown_verb(const char *word)
{
	const char *near = nearest_word(word, &verbs[0].name, n_verbs, sizeof verbs[0]);
	if (near != NULL)
		return complain(EXIT_USAGE,
				"unknown command: %s (did you mean %s? for the name: dnsvigil why %s)", word,
				near, word);
	return complain(EXIT_USAGE, "unknown command: %s (see dnsvigil --help)", word);
}

static int run(struct options *o)
{
	const struct verb *verb = o->objects.n > 0 ? verb_by_name(o->objects.at[0]) : NULL;
	if (o->version)
		return print("dnsvigil " DNSVIGIL_VERSION "\n");
	if (o->help)
		return print(verb != NULL ? verb_help(o->arena, verb) : verbs_help(o->arena));
	if (o->objects.n == 0)
		return complain(EXIT_USAGE, "what name? (dnsvigil NAME, or dnsvigil --help)");
	if (strcmp(o->objects.at[0], "help") == 0 && o->objects.n <= 2) {
		verb = o->objects.n == 2 ? verb_by_name(o->objects.at[1]) : NULL;
		return print(verb != NULL ? verb_help(o->arena, verb) : verbs_help(o->arena));
	}
	if (verb == NULL && !looks_like_name(o))
		return unknown_verb(o->objects.at[0]);
	if (verb == NULL) {
		verb = verb_by_name("why");
		struct options with_why = *o;
		memset(&with_why.objects, 0, sizeof with_why.objects);
		list_push(o->arena, &with_why.objects, verb->name);
		for (uint32_t i = 0; i < o->objects.n; i++)
			list_push(o->arena, &with_why.objects, o->objects.at[i]);
		*o = with_why;
	}
	int e = options_only_for(o, verb->verbs, verb->name);
	if (e == 0 && o->resolvers.n > 0 && (verb->verbs & FOR_CHECK) == 0)
		e = complain(EXIT_USAGE, "@%s: no resolver is asked by \"%s\"", o->resolvers.at[0],
			     verb->name);
	return e != 0 ? e : verb->run(o);
}

/* Started with a standard stream closed, a socket or the store would get its number. What stands there instead fails as a closed one
 * does: standard input cannot be read, the others cannot be written. */
static void keep_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_OUR_BUG);
}

int main(int argc, char **argv)
{
	keep_standard_streams();
	struct arena *arena = arena_new(ARENA_BYTES);
	struct options options;
	setlocale(LC_CTYPE, "");
	signals_watch();
	int code = options_parse(&options, arena, argc, argv);
	if (code == 0)
		code = run(&options);
	arena_free(&arena);
	return code;
}
