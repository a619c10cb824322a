/* A process to be killed. writer PATH write LETTER: reads the story of that letter (all its events, the newest rows), says "at N", goes on with it for ever and
 * says each number after its commit returned. writer PATH read LETTER: says "at N" and ends. writer PATH backup TO: backups
 * for ever. writer PATH rescue. Each says "begin" before it opens. Ends with 1 and one line when something is wrong. */
#include "tests/store/story.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *word, int n)
{
	char line[32];
	int len = snprintf(line, sizeof line, "%s%d\n", word, n);
	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(2);
}

static int wrong(const char *what, const char *why)
{
	fprintf(stderr, "writer: %s: %s\n", what, why);
	return 1;
}

static int read_story(struct store *s, char who, int recent, int *n)
{
	int err = E_OK;
	*n = story_read(s, who, recent, &err);
	if (*n < 0)
		return wrong("read", *n == -1 ? story_why() : store_why(s));
	say("at ", *n);
	return 0;
}

static int write_on(struct store *s, char who)
{
	int n = 0, rc = read_story(s, who, 100, &n);
	while (rc == 0) {
		int err = story_write(s, who, n + 1);
		if (err)
			return wrong("write", store_why(s));
		say("", ++n);
	}
	return rc;
}

static int back_up_on(struct store *s, const char *to)
{
	for (int n = 1;; n++) {
		if (store_backup(s, to))
			return wrong("backup", store_why(s));
		say("", n);
	}
}

static int rescue(const char *path)
{
	struct err_at at = { 0 };
	struct wall now = { (int64_t)getpid() };        /* a name of its own for what is moved aside */
	int err = store_rescue(path, now, &at);
	if (err)
		return wrong("rescue", at.text);
	say("done ", 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 64;
	say("begin ", 0);
	if (strcmp(argv[2], "rescue") == 0)
		return rescue(argv[1]);
	struct store *s = NULL;
	struct err_at at = { 0 };
	if (argc < 4)
		return 64;
	if (store_open(argv[1], &(struct store_options){ .create = true }, &s, &at))
		return wrong("open", at.text);
	if (store_check(s))
		return wrong("check", store_why(s));
	int n, rc = strcmp(argv[2], "write") == 0 ? write_on(s, argv[3][0]) : strcmp(argv[2], "backup") == 0 ? back_up_on(s, argv[3])
			: read_story(s, argv[3][0], 0, &n);
	store_close(&s);
	return rc;
}
