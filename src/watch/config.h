/* config -- the observer's YAML: read with libyaml, every scalar typed by one schema table (config_keys.c), so that "no" and
 * "1.10" stay what they are. Unknown or doubled keys, wrong types and bad names are faults with file:line:column and the nearest
 * valid key. Secrets only as NAME_file, NAME_env or NAME_credential (systemd), never in the text. dnsvigil.yaml(5) says it all.
 * Reading again is a reload: a new value in a new arena, the old one untouched. */
#pragma once
#include "alert/alert.h"
#include "evidence/evidence.h"

struct config_zone {
	const char *zone;               /* "example.com.", A-labels, lower case */
	const uint8_t *name; uint16_t type;     /* the question; type 0: SOA */
	LIST(const char *) tags; const char *owner;     /* "" none */
	int64_t interval_s;             /* 0: the default */
	LIST(const char *) expect_ns;   /* pinned, A-labels with dot, sorted; empty: not pinned */
	LIST(const char *) expect_ds;   /* "31406 13 2 8FC4...", upper case hex, sorted */
	bool expect_unsigned, has_expect_ds;
	const char *file; unsigned line;        /* where it stands; "" and 0: added by command */
};
struct config_window {
	const char *pattern;            /* "example.com", "*.example.com", "tag:prod" */
	int days_mask /* bit 0 Monday; 127 every day */, from_min, until_min;   /* 0, 1440: all day; until < from: over midnight; UTC */
	struct wall from, until;        /* absolute bounds; {0} and WALL_NEVER: none */
	const char *why;
};
struct config {
	struct arena *arena;
	LIST(struct config_zone) zones;
	uint32_t *zone_slots, n_zone_slots;     /* their names, hashed: config_zone_named() */
	const char *store_path;
	const char *copies_folder; uint32_t copies;
	uint32_t ballast_bytes;         /* 16 MiB */
	int64_t interval_s, confirm_s;  /* 300; 20 */
	double jitter;                  /* 0.1 */
	uint32_t full_every;            /* each n-th check of a zone at depth full; 12 */
	uint32_t in_flight;             /* checks at once; 256 */
	uint32_t per_server_qps;        /* politeness; 10 */
	LIST(struct addr) resolvers;
	LIST(struct hint) hints; LIST(struct anchor) anchors; bool has_hints, has_anchors;     /* else the built-in ones */
	uint16_t port; uint8_t addr_allowed; bool use_ipv4, use_ipv6;
	LIST(struct channel) channels;
	LIST(struct route) routes;      /* none written: one that sends warnings and worse to every channel */
	struct quiet quiet; bool has_quiet;
	LIST(struct config_window) windows;
	int64_t ladder_s[8]; uint32_t n_ladder;         /* 30 14 7 3 1 days; falling */
	double sig_warn_fraction, sig_crit_fraction;    /* of a signature's validity: 0.25, 0.10 */
	int64_t cds_ignored_s;          /* 3 days */
	int64_t remind_s[4]; uint32_t n_remind;         /* 1h 4h 24h; rising */
	const char *dead_man_url, *base_url, *place;    /* NULL none; "" none; "" none */
	struct { bool on; const char *listen; uint16_t port; LIST(const char *) hosts; LIST(const char *) token_sha256; } api;
	struct { bool on; const char *base_url /* NULL: by the bootstrap file */, *bootstrap_url /* NULL: IANA's */; int64_t interval_s; } rdap;
	struct retention retention;
	bool canaries;                  /* true */
	bool alerts_http_allowed;       /* plain http to receivers on loopback */
};
/* One call a fault, in the order of the file. */
typedef void config_fault_fn(void *ctx, const char *file, unsigned line, unsigned column, const char *text);
struct config_source {
	const char *path;
	char *(*env)(const char *name); /* getenv; NULL: an empty environment */
	bool without_secrets;           /* they are not read (somebody else's environment, credentials): nothing can be sent with what comes out */
	config_fault_fn *every; void *ctx;      /* NULL: only the first fault is told, in *at */
};
/* E_SYNTAX: *at has file, line and the text of the first fault ("column 3: unknown key ..."); E_SYSTEM: the file itself cannot be
 * read (errno). All faults are told through `every`, at most LIMIT_CONFIG_FAULTS. The secrets are read here. */
MUST_CHECK int config_read(struct arena *a, const struct config_source *from, struct config **out, struct err_at *at);
/* The zone of a list or of the YAML under this name, or NULL. name: "example.com.". */
const struct config_zone *config_zone_named(const struct config *c, const char *zone);
/* Appends what was added by command and does not stand in the configuration (config_watched.c). What a row cannot mean is
 * left out and told to `every` (file: "store", line 0). */
void config_add_watched(struct config *c, const watched_rows *rows, config_fault_fn *every, void *ctx);
/* A zone in the words of a store row (config_add_watched() reads it back); added_at stays 0. */
struct watched_row config_watched_row(struct arena *a, const struct config_zone *z);
/* The configuration as it is understood, with defaults, as YAML; secrets as "****". */
void config_show(const struct config *c, struct text *out);
/* Every key, its type, default, bounds and meaning: for people, and as man page source (scdoc). */
void config_schema(struct arena *a, struct text *out);
void config_schema_scdoc(struct arena *a, struct text *out);
