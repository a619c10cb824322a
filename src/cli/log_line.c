#include "cli/log_line.h"
#include "base/clock.h"
#include "base/json.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void as_words(struct arena *a, struct text *t, const char *when, const char *level, const char *event, const char *zone, const char *text)
{
	const char *clean = escape_terminal(a, (const uint8_t *)text, strlen(text), 1000);
	text_addf(t, "%s %-7s %s%s%s: %s\n", when, level, event, *zone != '\0' ? " " : "", zone, clean);
}

static void as_json(struct text *t, const char *when, const char *level, const char *event, const char *zone, const char *text)
{
	struct json j;
	json_init(&j, t, false);
	json_object(&j);
	json_field_text(&j, "time", when);
	json_field_text(&j, "level", level);
	json_field_text(&j, "event", event);
	if (*zone != '\0')
		json_field_text(&j, "zone", zone);
	json_field_text(&j, "text", text);
	json_object_end(&j);
	text_add(t, "\n");
}

void log_line(void *ctx, const char *level, const char *event, const char *zone, const char *text)
{
	int os = errno;         /* whoever logs may still have to tell it, and isatty() writes it */
	struct arena *a = arena_new(1 << 20);
	struct text t;
	char when[WALL_TEXT_MAX];
	(void)ctx;
	wall_text(wall_now(), when);
	text_init(&t, a);
	if (isatty(STDERR_FILENO))
		as_words(a, &t, when, level, event, zone, text);
	else
		as_json(&t, when, level, event, zone, text);
	ssize_t written = write(STDERR_FILENO, t.at, t.len);
	(void)written;
	arena_free(&a);
	errno = os;
}
