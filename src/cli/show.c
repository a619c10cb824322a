#include "cli/show.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/signals.h"
#include "report/report.h"
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_MIN = 60, COLUMNS_MAX = 80 };

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value != NULL && *value != '\0';
}

/* https://no-color.org, https://bixense.com/clicolors: an option wins, then the variables, then the terminal. */
static bool wants_colour(const struct options *o)
{
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");
	if (o->colour != COLOUR_AUTO)
		return o->colour == COLOUR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (force != NULL && *force != '\0' && strcmp(force, "0") != 0)
		return true;
	return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

/* Narrow terminals get narrower text; a screen stays 80 columns on wide ones and in pipes. */
static uint16_t columns(void)
{
	struct winsize size = { 0 };
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS_MAX;
	return size.ws_col < COLUMNS_MIN   ? COLUMNS_MIN
	       : size.ws_col > COLUMNS_MAX ? COLUMNS_MAX
					   : size.ws_col;
}

void show_style(const struct options *o, struct style *out)
{
	*out = (struct style){ .colour = wants_colour(o),
			       .utf8 = !o->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
			       .verbose = o->verbose,
			       .columns = columns() };
}

int show_exit(const struct options *o, int code)
{
	if (o->fail_on == FAIL_ON_NEVER)
		return EXIT_OK;
	return o->fail_on == FAIL_ON_BROKEN && code == EXIT_WARNING ? EXIT_OK : code;
}

static int save(const struct options *o, const struct evidence *e)
{
	struct text t;
	text_init(&t, o->arena);
	int err = evidence_to_text(e, &t);
	if (err != E_OK)
		return complain(EXIT_UNKNOWN, "cannot write the evidence: %s (error %d)", o->save, err);
	return file_write(o->save, t.at, t.len) == E_OK ? 0 : EXIT_UNKNOWN;
}

static int finish(const struct options *o, const struct report *r, const struct text *out)
{
	bool printed = o->quiet || print_all(out->at, out->len);
	int code = show_exit(o, r->exit);
	if (o->save != NULL && save(o, r->evidence) != 0)
		code = EXIT_UNKNOWN;
	if (!printed)
		code = EXIT_UNKNOWN;
	return signals_interrupted ? EXIT_INTERRUPTED : code;
}

int show_check(const struct options *o, const struct check *c, struct wall at)
{
	return show_remembered(o, c, at, NULL);
}

int show_remembered(const struct options *o, const struct check *c, struct wall at, const struct memory *memory)
{
	struct text out;
	struct style style;
	struct report *r = report_make(o->arena, check_result(c), at, DNSVIGIL_VERSION);
	r->memory = memory;
	text_init(&out, o->arena);
	show_style(o, &style);
	switch (o->format) {
	case FORMAT_HUMAN: report_human(r, &style, &out); break;
	case FORMAT_SHORT: report_short(r, &out); break;
	case FORMAT_JSON: report_json(r, &out); break;
	case FORMAT_NAGIOS: report_nagios(r, &out); break;
	}
	return finish(o, r, &out);
}

int show_trace(const struct options *o, const struct check *c, struct wall at)
{
	struct text out;
	struct style style;
	struct report *r = report_make(o->arena, check_result(c), at, DNSVIGIL_VERSION);
	text_init(&out, o->arena);
	show_style(o, &style);
	if (o->format == FORMAT_JSON)
		report_trace_json(r, &out);
	else
		report_trace(r, &style, &out);
	return finish(o, r, &out);
}
