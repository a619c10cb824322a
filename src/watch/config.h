/* config -- the observer's YAML: read with libyaml, every scalar typed by one schema table, so that "no" and "1.10" stay what
 * they are. Unknown or doubled keys, wrong types and bad names are errors with file:line:column and the nearest valid key.
 * Secrets only as NAME_file, NAME_env or NAME_credential (systemd), never in the text. dnsvigil.yaml(5) says it all. */
#pragma once
#include "alert/alert.h"
#include "evidence/evidence.h"

struct config_zone {
	const char *zone;               /* "example.com." */
	const uint8_t *name; uint16_t type;     /* the question; type 0: SOA */
	LIST(const char *) tags; const char *owner;
	int64_t interval_s;             /* 0: the default */
	LIST(const char *) expect_ns;   /* pinned, A-labels with dot, sorted; empty: not pinned */
	LIST(const char *) expect_ds;   /* "31406 13 2 8FC4...", upper case hex, sorted */
	bool expect_unsigned, has_expect_ds;
	const char *file; unsigned line;
};
struct config_window { const char *pattern; int days_mask /* bit 0 Monday */, from_min, until_min; struct wall from, until; const char *why; };
struct config {
	struct arena *arena;
	LIST(struct config_zone) zones;
	const char *store_path;
	int64_t interval_s, confirm_s;  /* 300; 20 */
	double jitter;                  /* 0.1 */
	uint32_t full_every;            /* each n-th check of a zone at depth full; 12 */
	uint32_t in_flight;             /* checks at once; 256 */
	uint32_t per_server_qps;        /* politeness; 10 */
	LIST(struct addr) resolvers;
	LIST(struct hint) hints; LIST(struct anchor) anchors; bool has_hints, has_anchors;     /* else the built-in ones */
	uint16_t port; uint8_t addr_allowed; bool use_ipv4, use_ipv6;
	LIST(struct channel) channels; LIST(struct route) routes; struct quiet quiet; bool has_quiet;
	LIST(struct config_window) windows;
	int64_t ladder_s[8]; uint32_t n_ladder;         /* 30 14 7 3 1 days */
	double sig_warn_fraction, sig_crit_fraction;    /* of a signature's validity: 0.25, 0.10 */
	int64_t remind_s[4]; uint32_t n_remind;         /* 1h 4h 24h */
	const char *dead_man_url, *base_url, *place;
	struct { bool on; const char *listen; uint16_t port; LIST(const char *) hosts; LIST(const char *) token_sha256; } api;
	struct { bool on; const char *base_url; int64_t interval_s; } rdap;
	struct retention retention;
	bool canaries;                  /* true */
	bool alerts_http_allowed;       /* plain http to receivers on loopback */
};
/* E_SYNTAX: *at has file and line, and text "12:7: unknown key \"intervall\" (did you mean interval?)". All faults are counted;
 * the first is told, or all of them through `every` (may be NULL). */
typedef void config_fault_fn(void *ctx, const char *file, unsigned line, unsigned column, const char *text);
MUST_CHECK int config_read(struct arena *a, const char *path, config_fault_fn *every, void *ctx, struct config **out, struct err_at *at);
/* The configuration as it is understood, with defaults, secrets as "****". */
void config_show(const struct config *c, struct text *out);
