/* option_table -- every option: how it is written, what it is for, what it sets. */
#include "base/limits.h"
#include "cli/options.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define FLAG(name, field) \
	static const char *set_##name(struct options *o, const char *value) \
	{ \
		(void)value; \
		o->field = true; \
		return NULL; \
	}
#define TEXT(name, field) \
	static const char *set_##name(struct options *o, const char *value) \
	{ \
		o->field = value; \
		return NULL; \
	}
FLAG(ipv4, only_ipv4) FLAG(ipv6, only_ipv6) FLAG(tcp, tcp)
FLAG(allow_private, allow_private) FLAG(no_resolvers, no_resolvers)
FLAG(utc, utc) FLAG(ascii, ascii) FLAG(quiet, quiet) FLAG(verbose, verbose) FLAG(help, help) FLAG(version, version)
FLAG(map, map) FLAG(no_map, no_map)
TEXT(root_hints, root_hints) TEXT(trust_anchor, trust_anchor)
TEXT(type, type) TEXT(dir, dir) TEXT(config, config) TEXT(store, store) TEXT(owner, owner) TEXT(channel, channel)
FLAG(dry_run, dry_run) FLAG(prune, prune) FLAG(send, send)
	/* clang-format on */

	/* Index of value in the words, or -1. */
	static int word_index(const char *const *words, int n, const char *value)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	return -1;
}

#define CHOICE(name, field, type, ...)                                                                       \
	static const char *set_##name(struct options *o, const char *value)                                  \
	{                                                                                                    \
		static const char *const words[] = { __VA_ARGS__ };                                          \
		int i = word_index(words, sizeof words / sizeof words[0], value);                            \
		if (i >= 0)                                                                                  \
			o->field = (type)i;                                                                  \
		return i >= 0 ? NULL : "is none of " WORDS_##name;                                           \
	}
#define WORDS_format "human short json nagios"
#define WORDS_colour "auto always never"
#define WORDS_depth "quick watch full deep"
#define WORDS_fail_on "warning broken never"
CHOICE(format, format, enum format, "human", "short", "json", "nagios")
CHOICE(colour, colour, enum colour, "auto", "always", "never")
CHOICE(depth, depth, enum depth, "quick", "watch", "full", "deep")
CHOICE(fail_on, fail_on, enum fail_on, "warning", "broken", "never")

/* Standard output is the report's. */
static const char *set_save(struct options *o, const char *value)
{
	o->save = value;
	return strcmp(value, "-") != 0 ? NULL : "is no file (one of that name: ./-)";
}

static bool number_between(const char *value, unsigned long min, unsigned long max, unsigned long *out)
{
	char *end;
	errno = 0;
	*out = strtoul(value, &end, 10);
	return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0 && *out >= min && *out <= max;
}

static const char *set_port(struct options *o, const char *value)
{
	unsigned long n;
	if (!number_between(value, 1, 65535, &n))
		return "is no port (1 to 65535)";
	o->port = (uint16_t)n;
	return NULL;
}

#define TEXT_OF(n) TEXT_OF_(n)
#define TEXT_OF_(n) #n

static const char *set_budget(struct options *o, const char *value)
{
	unsigned long n;
	if (!number_between(value, 1, LIMIT_QUESTIONS_HARD, &n))
		return "is no number of questions (1 to " TEXT_OF(LIMIT_QUESTIONS_HARD) ")";
	o->budget = (uint32_t)n;
	return NULL;
}

static const char *set_timeout(struct options *o, const char *value)
{
	static const char why[] = "is no time of at most 60s (\"5\", \"5s\", \"1m\", \"800ms\")";
	size_t len = strlen(value);
	unsigned long n;
	int64_t s;
	if (len > 2 && strcmp(value + len - 2, "ms") == 0) {
		if (!number_between(arena_printf(o->arena, "%.*s", (int)len - 2, value), 1,
				    LIMIT_WALL_MS_HARD, &n))
			return why;
		o->timeout_ms = (uint32_t)n;
		return NULL;
	}
	if (number_between(value, 1, LIMIT_WALL_MS_HARD / 1000, &n))
		s = (int64_t)n;
	else if (!distance_from_text(value, &s) || s < 1 || s > LIMIT_WALL_MS_HARD / 1000)
		return why;
	o->timeout_ms = (uint32_t)s * 1000;
	return NULL;
}

static const char *set_at(struct options *o, const char *value)
{
	o->at = value;
	list_push(o->arena, &o->moments, value);
	return NULL;
}

static const char *set_clock(struct options *o, const char *value)
{
	struct wall moment;
	o->clock = value;
	return strcmp(value, "world") == 0 || wall_from_text(value, (struct wall){ 0 }, &moment)
		       ? NULL
		       : "is none of now world, and no moment (Unix time, 2026-03-01T12:00:00Z, -14d)";
}

/* One word of letters, digits and a few signs, as in the configuration. */
static const char *set_tag(struct options *o, const char *value)
{
	static const char of[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/";
	if (value[strspn(value, of)] != '\0' || strlen(value) > 64)
		return "is no tag (one word: letters, digits, _ - . : /)";
	list_push(o->arena, &o->tags, value);
	return NULL;
}

enum { REPORTS = FOR_CHECK | FOR_REPLAY | FOR_TRY };

/* clang-format off */
const struct option_row option_rows[] = {
	{ 'o', "output", "FORMAT", REPORTS | FOR_EXPLAIN | FOR_ZONES | FOR_DOCTOR | FOR_BACKUP, "human, short, json or nagios", WORDS_format, set_format },
	{ 0, "at", "TIME", REPORTS | FOR_DIFF, "judge for this moment: Unix time, RFC 3339, +14d", NULL, set_at },
	{ 0, "root-hints", "FILE", FOR_CHECK, "root servers, zone format (built-in ones)", NULL, set_root_hints },
	{ 0, "trust-anchor", "FILE", FOR_CHECK, "DS or DNSKEY records; an empty file: none", NULL, set_trust_anchor },
	{ 0, "depth", "HOW", FOR_CHECK, "quick, watch, full (default), deep", WORDS_depth, set_depth },
	{ 't', "type", "TYPE", FOR_CHECK, "record type, as dig has it", NULL, set_type },
	{ '4', NULL, NULL, FOR_CHECK, "ask over IPv4 only", NULL, set_ipv4 },
	{ '6', NULL, NULL, FOR_CHECK, "ask over IPv6 only", NULL, set_ipv6 },
	{ 0, "tcp", NULL, FOR_CHECK, "ask over TCP only (also +tcp)", NULL, set_tcp },
	{ 0, "timeout", "TIME", FOR_CHECK, "stop asking after this long (10s)", NULL, set_timeout },
	{ 0, "budget", "N", FOR_CHECK, "questions that may be asked (" TEXT_OF(LIMIT_QUESTIONS) ")", NULL, set_budget },
	{ 'p', "port", "N", FOR_CHECK | FOR_SERVE, "port of the authoritative servers (53)", NULL, set_port },
	{ 0, "allow-private", NULL, FOR_CHECK, "ask private, loopback and link-local addresses too", NULL, set_allow_private },
	{ 0, "no-resolvers", NULL, FOR_CHECK, "leave the resolvers of /etc/resolv.conf alone", NULL, set_no_resolvers },
	{ 0, "save", "FILE", FOR_CHECK | FOR_TRY, "keep the evidence, for `dnsvigil replay`", NULL, set_save },
	{ 0, "fail-on", "WHAT", REPORTS, "exit code other than 0 for: warning, broken, never", WORDS_fail_on, set_fail_on },
	{ 0, "map", NULL, FOR_SERVE, "serve on 127/8 (the default)", NULL, set_map },
	{ 0, "no-map", NULL, FOR_SERVE, "serve on the world's own addresses", NULL, set_no_map },
	{ 0, "clock", "WHEN", FOR_SERVE, "now (default with --map), world, or e.g. -14d", "now world", set_clock },
	{ 0, "dir", "DIR", FOR_SERVE, "where root.hints and root.anchors are written", NULL, set_dir },
	{ 'c', "config", "FILE", FOR_WATCH | FOR_ZONES | FOR_MEMORY | FOR_DOCTOR | FOR_BACKUP, "the observer's configuration ($DNSVIGIL_CONFIG)", NULL, set_config },
	{ 0, "store", "FILE", FOR_ZONES | FOR_MEMORY | FOR_BACKUP, "the observer's memory, instead of the configured one", NULL, set_store },
	{ 0, "dry-run", NULL, FOR_ZONES, "show what would change, change nothing", NULL, set_dry_run },
	{ 0, "prune", NULL, FOR_ZONES, "import: remove what was added and is not in it", NULL, set_prune },
	{ 0, "tag", "WORD", FOR_ZONES, "a tag for what is added; several times", NULL, set_tag },
	{ 0, "owner", "TEXT", FOR_ZONES, "who mends what is added", NULL, set_owner },
	{ 0, "send", NULL, FOR_DOCTOR, "send a test alert through every channel", NULL, set_send },
	{ 0, "channel", "NAME", FOR_DOCTOR, "with --send: through this one only", NULL, set_channel },
	{ 0, "utc", NULL, FOR_ALL, "times in UTC (they always are)", NULL, set_utc },
	{ 0, "ascii", NULL, FOR_ALL, "no signs beyond ASCII", NULL, set_ascii },
	{ 0, "color", "WHEN", FOR_ALL, "auto, always or never", WORDS_colour, set_colour },
	{ 'q', "quiet", NULL, FOR_ALL, "no output, only the exit code", NULL, set_quiet },
	{ 'v', "verbose", NULL, FOR_ALL, "more: all findings, servers, resolvers' words", NULL, set_verbose },
	{ 'h', "help", NULL, FOR_ALL, "this text", NULL, set_help },
	{ 0, "version", NULL, FOR_ALL, "our version", NULL, set_version },
};
/* clang-format on */
const size_t n_option_rows = sizeof option_rows / sizeof option_rows[0];
