/* The table of keys: reading, `config show`, `config schema` and the man page are made from it. */
#include "watch/config_inside.h"
#include "base/nearest.h"
#include <string.h>

#define TOP(field) offsetof(struct config, field)
#define ZONE(field) offsetof(struct config_zone, field)
#define CHANNEL(field) offsetof(struct channel, field)
#define ROUTE(field) offsetof(struct route, field)
#define WINDOW(field) offsetof(struct config_window_item, field)
#define SEVERITIES "info notice warning error critical"
#define DAY 86400.0
#define YEAR (366 * DAY)

/* clang-format off */
const struct config_key config_keys[] = {
	{ IN_TOP, "zones", KIND_ITEMS, .sub = IN_ZONE, .help = "what is watched: names, or mappings for more than the name" },
	{ IN_TOP, "zone_files", KIND_ZONE_FILES, .help = "files of names, one a line, # begins a comment" },
	{ IN_TOP, "include", KIND_INCLUDE, .help = "folders: their *.yaml (only zones:) and *.txt, *.list (one name a line)" },
	{ IN_TOP, "store", KIND_PATH, TOP(store_path), .help = "the observer's memory; else $STATE_DIRECTORY/dnsvigil.db, else /var/lib/dnsvigil/dnsvigil.db" },
	{ IN_TOP, "ballast", KIND_SIZE, TOP(ballast_bytes), "16MiB", 0, 1 << 30, .help = "room kept beside the store, given up when the disk is full" },
	{ IN_TOP, "copies", KIND_NUMBER, TOP(copies), "1", 0, 1000, .help = "of the store, one made a day, so many are kept" },
	{ IN_TOP, "copies_in", KIND_PATH, TOP(copies_folder), .help = "the folder for them; else that of the store" },
	{ IN_TOP, "interval", KIND_DURATION, TOP(interval_s), "5m", 10, 7 * DAY, .help = "between two checks of a zone" },
	{ IN_TOP, "confirm", KIND_DURATION, TOP(confirm_s), "20s", 1, 3600, .help = "until the second look, before anything is told" },
	{ IN_TOP, "jitter", KIND_FRACTION, TOP(jitter), "0.1", 0, 0.5, .help = "of the interval, so that checks do not march in step" },
	{ IN_TOP, "full_every", KIND_NUMBER, TOP(full_every), "12", 1, 10000, .help = "each so many checks one is at full depth" },
	{ IN_TOP, "in_flight", KIND_NUMBER, TOP(in_flight), "256", 1, 4096, .help = "checks at once" },
	{ IN_TOP, "per_server_qps", KIND_NUMBER, TOP(per_server_qps), "10", 1, 1000, .help = "questions a second to one address; more where the servers are yours" },
	{ IN_TOP, "resolvers", KIND_ADDRS, TOP(resolvers), .help = "recursive resolvers that are asked too" },
	{ IN_TOP, "root_hints", KIND_HINTS, 0, .help = "root servers in zone format; else the built-in ones" },
	{ IN_TOP, "trust_anchor", KIND_ANCHORS, 0, .help = "DS or DNSKEY records; an empty file: none; else the built-in ones" },
	{ IN_TOP, "port", KIND_PORT, TOP(port), "53", 1, 65535, .help = "of the authoritative servers" },
	{ IN_TOP, "allow", KIND_CLASSES, TOP(addr_allowed), .help = "addresses beside public ones that may be asked: private loopback link-local documentation" },
	{ IN_TOP, "ipv4", KIND_BOOL, TOP(use_ipv4), "true", .help = "ask over IPv4" },
	{ IN_TOP, "ipv6", KIND_BOOL, TOP(use_ipv6), "true", .help = "ask over IPv6" },
	{ IN_TOP, "canaries", KIND_BOOL, TOP(canaries), "true", .help = "judge the built-in zones in every round, to know that we see" },
	{ IN_TOP, "place", KIND_TEXT, TOP(place), .help = "where this observer stands; shown in alerts" },
	{ IN_TOP, "base_url", KIND_URL, TOP(base_url), .words = "https http", .help = "links in alerts begin so" },
	{ IN_TOP, "dead_man_url", KIND_SECRET, TOP(dead_man_url), .words = "https http", .help = "is asked while all is well here, so that somebody notices when we stop" },
	{ IN_TOP, "dead_man_url_file", KIND_SECRET_FILE, TOP(dead_man_url), .words = "https http", .help = "the file that holds it" },
	{ IN_TOP, "dead_man_url_env", KIND_SECRET_ENV, TOP(dead_man_url), .words = "https http", .help = "the environment variable that holds it" },
	{ IN_TOP, "dead_man_url_credential", KIND_SECRET_CREDENTIAL, TOP(dead_man_url), .words = "https http", .help = "the systemd credential that holds it" },
	{ IN_TOP, "alerts_over_http", KIND_BOOL, TOP(alerts_http_allowed), "false", .help = "plain http:// to receivers on loopback" },
	{ IN_TOP, "remind", KIND_DURATIONS, TOP(remind_s), "1h 4h 24h", 60, 4, .help = "an open incident is told again after these times" },
	{ IN_TOP, "channels", KIND_ITEMS, .sub = IN_CHANNEL, .help = "where alerts can go" },
	{ IN_TOP, "routes", KIND_ITEMS, .sub = IN_ROUTE, .help = "which alerts go where; none: warnings and worse go to every channel" },
	{ IN_TOP, "windows", KIND_ITEMS, .sub = IN_WINDOW, .help = "maintenance: zones that are silent for a time" },
	{ IN_TOP, "quiet_hours", KIND_SECTION, .sub = IN_QUIET, .help = "when only the worst is told at once" },
	{ IN_TOP, "thresholds", KIND_SECTION, .sub = IN_THRESHOLDS, .help = "how early deadlines are told" },
	{ IN_TOP, "api", KIND_SECTION, .sub = IN_API, .help = "HTTP: metrics, health, JSON" },
	{ IN_TOP, "rdap", KIND_SECTION, .sub = IN_RDAP, .help = "registration data: registrar, expiry, DS at the registry" },
	{ IN_TOP, "retention", KIND_SECTION, .sub = IN_RETENTION, .help = "how long the store keeps what is over" },

	{ IN_ZONE, "name", KIND_ZONE_NAME, 0, .required = true, .help = "the zone, or a name in it; IDN as typed" },
	{ IN_ZONE, "type", KIND_TYPE, ZONE(type), .help = "the question; else SOA" },
	{ IN_ZONE, "tags", KIND_WORDS, ZONE(tags), .help = "words that routes and windows name" },
	{ IN_ZONE, "owner", KIND_TEXT, ZONE(owner), .help = "who mends it; shown in alerts" },
	{ IN_ZONE, "interval", KIND_DURATION, ZONE(interval_s), NULL, 10, 7 * DAY, .help = "of this zone" },
	{ IN_ZONE, "expect", KIND_SECTION, .sub = IN_EXPECT, .help = "what must not change" },

	{ IN_EXPECT, "ns", KIND_NAMES, ZONE(expect_ns), .help = "the name servers, all of them" },
	{ IN_EXPECT, "ds", KIND_DS_SET, ZONE(expect_ds), .help = "the DS set: \"TAG ALGORITHM DIGEST-TYPE HEX\"" },
	{ IN_EXPECT, "unsigned", KIND_BOOL, ZONE(expect_unsigned), NULL, .help = "true: there must be no DS" },

	{ IN_CHANNEL, "name", KIND_TEXT, CHANNEL(name), .help = "what routes call it; else the kind" },
	{ IN_CHANNEL, "kind", KIND_CHANNEL, CHANNEL(kind), .required = true, .help = "slack, slack-bot, webhook, alertmanager, pagerduty, email, teams, discord, ntfy or telegram" },
	{ IN_CHANNEL, "url", KIND_URL, CHANNEL(url), .words = "https http smtps smtp", .help = "of the receiver; where it is a secret (slack, teams, discord) only by reference" },
	{ IN_CHANNEL, "url_file", KIND_SECRET_FILE, CHANNEL(url), .words = "https http smtps smtp", .help = "the file that holds it" },
	{ IN_CHANNEL, "url_env", KIND_SECRET_ENV, CHANNEL(url), .words = "https http smtps smtp", .help = "the environment variable that holds it" },
	{ IN_CHANNEL, "url_credential", KIND_SECRET_CREDENTIAL, CHANNEL(url), .words = "https http smtps smtp", .help = "the systemd credential that holds it" },
	{ IN_CHANNEL, "token", KIND_SECRET, CHANNEL(token), .help = "bot token, routing key, signing secret" },
	{ IN_CHANNEL, "token_file", KIND_SECRET_FILE, CHANNEL(token), .help = "the file that holds it" },
	{ IN_CHANNEL, "token_env", KIND_SECRET_ENV, CHANNEL(token), .help = "the environment variable that holds it" },
	{ IN_CHANNEL, "token_credential", KIND_SECRET_CREDENTIAL, CHANNEL(token), .help = "the systemd credential that holds it" },
	{ IN_CHANNEL, "to", KIND_MAILBOXES, CHANNEL(target), .help = "Slack channel, ntfy topic, Telegram chat, mail addresses" },
	{ IN_CHANNEL, "from", KIND_TEXT, CHANNEL(from), .help = "sender of e-mail" },
	{ IN_CHANNEL, "user", KIND_TEXT, CHANNEL(user), .help = "of SMTP or HTTP authentication" },
	{ IN_CHANNEL, "password", KIND_SECRET, CHANNEL(password), .help = "to the user" },
	{ IN_CHANNEL, "password_file", KIND_SECRET_FILE, CHANNEL(password), .help = "the file that holds it" },
	{ IN_CHANNEL, "password_env", KIND_SECRET_ENV, CHANNEL(password), .help = "the environment variable that holds it" },
	{ IN_CHANNEL, "password_credential", KIND_SECRET_CREDENTIAL, CHANNEL(password), .help = "the systemd credential that holds it" },
	{ IN_CHANNEL, "ca_file", KIND_PATH, CHANNEL(ca_file), .help = "certificates to trust instead of the system's" },
	{ IN_CHANNEL, "per_hour", KIND_NUMBER, CHANNEL(per_hour), NULL, 1, 10000, .help = "messages before the rest becomes one digest; else the channel's own measure" },
	{ IN_CHANNEL, "send_resolved", KIND_BOOL, CHANNEL(send_resolved), "true", .help = "tell when it is over" },

	{ IN_ROUTE, "channels", KIND_WORDS, ROUTE(channels), .required = true, .help = "their names" },
	{ IN_ROUTE, "zones", KIND_PATTERNS, ROUTE(zones), .help = "example.com, *.example.com; none: all" },
	{ IN_ROUTE, "tags", KIND_WORDS, ROUTE(tags), .help = "any of these; none: all" },
	{ IN_ROUTE, "min_severity", KIND_CHOICE, ROUTE(min_severity), "warning", .words = SEVERITIES, .help = "from here on" },
	{ IN_ROUTE, "go_on", KIND_BOOL, ROUTE(go_on), "false", .help = "later routes are tried too" },

	{ IN_WINDOW, "zones", KIND_PATTERNS, WINDOW(patterns), .required = true, .help = "example.com, *.example.com, tag:prod" },
	{ IN_WINDOW, "days", KIND_DAYS, WINDOW(w.days_mask), "mon tue wed thu fri sat sun", .help = "mon tue wed thu fri sat sun" },
	{ IN_WINDOW, "hours", KIND_HOURS, WINDOW(w.from_min), "00:00-24:00", .help = "UTC; 22:00-07:00 goes over midnight" },
	{ IN_WINDOW, "from", KIND_MOMENT, WINDOW(w.from), .help = "not before: 2026-03-01T12:00:00Z" },
	{ IN_WINDOW, "until", KIND_MOMENT, WINDOW(w.until), .help = "not after" },
	{ IN_WINDOW, "why", KIND_TEXT, WINDOW(w.why), .help = "shown with what was muted" },

	{ IN_QUIET, "hours", KIND_HOURS, TOP(quiet.from_min), NULL, .required = true, .help = "UTC; 22:00-07:00 goes over midnight" },
	{ IN_QUIET, "min_severity", KIND_CHOICE, TOP(quiet.min_severity), "critical", .words = SEVERITIES, .help = "this and worse is told at once; the rest waits" },

	{ IN_THRESHOLDS, "ladder", KIND_DURATIONS, TOP(ladder_s), "30d 14d 7d 3d 1d", 60, 8, .help = "distances at which a deadline is told" },
	{ IN_THRESHOLDS, "signature_warning", KIND_FRACTION, TOP(sig_warn_fraction), "0.25", 0, 1, .help = "of a signature's validity left" },
	{ IN_THRESHOLDS, "signature_critical", KIND_FRACTION, TOP(sig_crit_fraction), "0.1", 0, 1, .help = "of a signature's validity left" },
	{ IN_THRESHOLDS, "cds_ignored", KIND_DURATION, TOP(cds_ignored_s), "3d", 3600, 365 * DAY, .help = "a CDS that the parent has not acted on for longer is told" },

	{ IN_API, "enabled", KIND_BOOL, TOP(api.on), "true", .help = "listen at all" },
	{ IN_API, "listen", KIND_ADDR, TOP(api.listen), "127.0.0.1", .help = "address" },
	{ IN_API, "port", KIND_PORT, TOP(api.port), "9353", 1, 65535, .help = "port" },
	{ IN_API, "hosts", KIND_HOSTS, TOP(api.hosts), .help = "names under which it may be called (Host); the address itself always" },
	{ IN_API, "tokens", KIND_TOKENS, TOP(api.token_sha256), .help = "SHA-256 (64 hex digits) of tokens; changes and checks over HTTP need one" },

	{ IN_RDAP, "enabled", KIND_BOOL, TOP(rdap.on), "false", .help = "ask registries" },
	{ IN_RDAP, "base_url", KIND_URL, TOP(rdap.base_url), .words = "https http", .help = "one server for all; else by IANA's bootstrap list" },
	{ IN_RDAP, "bootstrap_url", KIND_URL, TOP(rdap.bootstrap_url), .words = "https http", .help = "that list (RFC 9224), where not https://data.iana.org/rdap/dns.json" },
	{ IN_RDAP, "interval", KIND_DURATION, TOP(rdap.interval_s), "1d", DAY, 90 * DAY, .help = "between two look-ups of a zone" },

	{ IN_RETENTION, "history", KIND_DURATION, TOP(retention.history_s), "400d", DAY, 20 * YEAR, .help = "evidence of each change" },
	{ IN_RETENTION, "events", KIND_DURATION, TOP(retention.events_s), "400d", DAY, 20 * YEAR, .help = "events" },
	{ IN_RETENTION, "resolved", KIND_DURATION, TOP(retention.resolved_s), "400d", DAY, 20 * YEAR, .help = "incidents that are over" },
	{ IN_RETENTION, "sent", KIND_DURATION, TOP(retention.sent_s), "30d", DAY, 20 * YEAR, .help = "messages that were sent" },
	{ IN_RETENTION, "signatures", KIND_DURATION, TOP(retention.sigs_s), "400d", DAY, 20 * YEAR, .help = "when signatures were first seen, for the signer's habit" },

	{ IN_FRAGMENT, "zones", KIND_ITEMS, .sub = IN_ZONE, .help = "as in the main file" },
};
/* clang-format on */
const size_t n_config_keys = sizeof config_keys / sizeof config_keys[0];

/* The counts stand right behind their arrays: KIND_DURATIONS finds them there. */
_Static_assert(TOP(n_ladder) == TOP(ladder_s) + 8 * sizeof(int64_t), "ladder");
_Static_assert(TOP(n_remind) == TOP(remind_s) + 4 * sizeof(int64_t), "remind");

static const char *const paths[CONFIG_SECTIONS] = {
	[IN_TOP] = "", [IN_ZONE] = "zones[].", [IN_EXPECT] = "zones[].expect.", [IN_CHANNEL] = "channels[].",
	[IN_ROUTE] = "routes[].", [IN_WINDOW] = "windows[].", [IN_QUIET] = "quiet_hours.", [IN_THRESHOLDS] = "thresholds.",
	[IN_API] = "api.", [IN_RDAP] = "rdap.", [IN_RETENTION] = "retention.", [IN_FRAGMENT] = "",
};

const char *config_section_path(enum config_section s)
{
	return paths[s];
}

const struct config_key *config_key_find(enum config_section in, const char *name)
{
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].in == in && strcmp(config_keys[i].name, name) == 0)
			return &config_keys[i];
	return NULL;
}

/* The names of one section side by side, for nearest_word(). */
static const struct config_key *near_key(enum config_section in, const char *word)
{
	const char *names[sizeof config_keys / sizeof config_keys[0]];
	size_t n = 0;
	for (size_t i = 0; i < n_config_keys; i++)
		if (config_keys[i].in == in)
			names[n++] = config_keys[i].name;
	const char *near = nearest_word(word, names, n, sizeof names[0]);
	return near != NULL ? config_key_find(in, near) : NULL;
}

static const struct config_key *key_elsewhere(enum config_section in, const char *word, bool near)
{
	for (enum config_section s = 0; s < IN_FRAGMENT; s++) {
		const struct config_key *k = s == in ? NULL : near ? near_key(s, word) : config_key_find(s, word);
		if (k != NULL)
			return k;
	}
	return NULL;
}

const char *config_key_unknown(struct arena *a, enum config_section in, const char *word)
{
	const char *shown = escape_terminal(a, (const uint8_t *)word, strlen(word), 40);
	const struct config_key *k = near_key(in, word);
	if (strcmp(word, "<<") == 0)
		return "merge keys (<<) are not used here";
	if (k != NULL)
		return arena_printf(a, "unknown key \"%s\" (did you mean %s?)", shown, k->name);
	k = key_elsewhere(in, word, false);
	if (k == NULL)
		k = key_elsewhere(in, word, true);
	if (k == NULL)
		return arena_printf(a, "unknown key \"%s\" (see dnsvigil config schema)", shown);
	return arena_printf(a, "unknown key \"%s\" here (did you mean %s%s?)", shown, paths[k->in], k->name);
}
