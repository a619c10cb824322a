/* options -- the command line. One table of options drives parsing, --help and shell completion. Options, objects,
 * "@RESOLVER" and dig's "+words" may stand in any order. */
#pragma once
#include "base/arena.h"
#include "evidence/evidence.h"

enum format { FORMAT_HUMAN, FORMAT_SHORT, FORMAT_JSON, FORMAT_NAGIOS };
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
struct option_row;
enum fail_on { FAIL_ON_WARNING, FAIL_ON_BROKEN, FAIL_ON_NEVER };

/* An option that was given, as typed. */
struct given {
	const struct option_row *row;
	const char *typed;
};

struct options {
	struct arena *arena;
	LIST(const char *) objects;   /* as typed, verb included */
	LIST(const char *) resolvers; /* without the @ */
	enum format format;
	enum colour colour;
	enum fail_on fail_on;
	enum depth depth;
	const char *at, *root_hints, *trust_anchor, *save, *type, *dir, *clock, *config; /* NULL: not given */
	uint32_t timeout_ms, budget;                                    /* 0: not given */
	uint16_t port;                                                  /* 0: not given */
	const char *store, *owner, *channel;                            /* NULL: not given */
	LIST(const char *) moments;                                     /* each --at, in order; `at` is the last */
	LIST(const char *) tags;
	bool dry_run, prune, send;
	bool only_ipv4, only_ipv6, tcp, allow_private, no_resolvers, ascii, utc, verbose, quiet, help,
		version, map, no_map;
	LIST(struct given) given;
};

/* Which verbs an option is for. */
enum {
	FOR_CHECK = 1 /* why, trace */,
	FOR_REPLAY = 2,
	FOR_TRY = 4,
	FOR_SERVE = 8,
	FOR_EXPLAIN = 16,
	FOR_WATCH = 32 /* what reads the configuration of the observer */,
	FOR_ZONES = 64,
	FOR_PLAIN = 128,
	FOR_MEMORY = 256 /* what looks back: why, diff */,
	FOR_DIFF = 512,
	FOR_DOCTOR = 1024,
	FOR_BACKUP = 2048,
	FOR_ALL = 4095
};

struct option_row {
	char letter;      /* 0: none */
	const char *name; /* long, without -- */
	const char *arg;  /* NULL: takes none; "FILE" */
	unsigned verbs;
	const char *help;
	const char *words; /* the values it takes, space separated, for completion; NULL free */
	const char *(*set)(struct options *o, const char *value); /* NULL, or what is wrong with value */
};
extern const struct option_row option_rows[];
extern const size_t n_option_rows;

/* 0, or the exit code after one line on stderr. */
int options_parse(struct options *o, struct arena *a, int argc, char **argv);
/* 0, or the exit code when an option stands there that is not for these verbs. */
int options_only_for(const struct options *o, unsigned verbs, const char *verb);
