/* config_inside -- what the files of the configuration share: the reader, the table of keys, the kinds of values. */
#pragma once
#include "watch/config.h"
#include "watch/yaml_tree.h"

enum config_section {
	IN_TOP, IN_ZONE, IN_EXPECT, IN_CHANNEL, IN_ROUTE, IN_WINDOW, IN_QUIET, IN_THRESHOLDS, IN_API, IN_RDAP, IN_RETENTION,
	IN_FRAGMENT /* a file of an included directory */, CONFIG_SECTIONS
};
enum config_kind_id {
	KIND_TEXT, KIND_CHOICE, KIND_BOOL, KIND_NUMBER, KIND_PORT, KIND_FRACTION, KIND_DURATION, KIND_DURATIONS, KIND_SIZE, KIND_HOURS,
	KIND_DAYS, KIND_MOMENT, KIND_PATH, KIND_URL, KIND_SECRET_FILE, KIND_SECRET_ENV, KIND_SECRET_CREDENTIAL, KIND_SECRET /* literal: a fault */,
	KIND_ADDR, KIND_ADDRS, KIND_CLASSES, KIND_HINTS, KIND_ANCHORS, KIND_ZONE_NAME, KIND_TYPE, KIND_NAMES, KIND_DS_SET, KIND_WORDS,
	KIND_HOSTS, KIND_MAILBOXES, KIND_PATTERNS, KIND_TOKENS, KIND_CHANNEL, KIND_SECTION, KIND_ITEMS, KIND_ZONE_FILES, KIND_INCLUDE, CONFIG_KINDS
};
struct config_key {
	enum config_section in;
	const char *name;
	enum config_kind_id kind;
	size_t offset;                  /* of the field in the section's struct */
	const char *fallback;           /* as it would be written; lists with spaces; NULL none */
	double min, max;                /* of numbers; max of KIND_DURATIONS: entries */
	bool required;
	enum config_section sub;        /* KIND_SECTION, KIND_ITEMS */
	const char *words;              /* KIND_CHOICE: space separated */
	const char *help;
};
extern const struct config_key config_keys[];
extern const size_t n_config_keys;
const struct config_key *config_key_find(enum config_section in, const char *name);
const char *config_section_path(enum config_section s);         /* "", "channels[].", "api." */
/* "unknown key ..." with what was probably meant: a near key of this section, the same or a near key of another. */
const char *config_key_unknown(struct arena *a, enum config_section in, const char *word);

struct config_reader {
	struct arena *arena;
	struct config *config;
	const struct config_source *from;
	const char *file;               /* being read */
	size_t bytes;                   /* of all files so far */
	unsigned faults;
	struct err_at *first;
};
/* A fault is told and counted, and reading goes on; false, so that readers can return it. */
bool config_fault(struct config_reader *r, const struct yaml_node *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool config_fault_at(struct config_reader *r, const char *file, unsigned line, unsigned column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* A word of the file in a fault: escaped and cut. */
const char *config_shown(struct config_reader *r, const char *text);
/* A whole file; relative names start at the folder of the configuration. NULL after a fault at `at` (NULL: no fault is told). */
const char *config_file(struct config_reader *r, const struct yaml_node *at, const char *path, size_t max_bytes, size_t *len);
const char *config_path(struct config_reader *r, const char *path);

struct config_kind {
	const char *word;               /* "duration": in the schema and in "is no duration" */
	bool (*read)(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field);
	void (*show)(struct arena *a, const struct config_key *k, const void *field, struct text *out);  /* the value; nothing: not shown */
};
extern const struct config_kind config_kinds[CONFIG_KINDS];

bool config_section_read(struct config_reader *r, enum config_section in, const struct yaml_node *m, void *base);
void config_section_defaults(struct config_reader *r, enum config_section in, void *base);

/* Kinds, by file. Each fills its field and is true, or tells a fault. */
typedef bool config_read_fn(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field);
typedef void config_show_fn(struct arena *a, const struct config_key *k, const void *field, struct text *out);
/* One word: false after a fault when v is a list, a mapping or empty. */
bool config_is_word(struct config_reader *r, const struct config_key *k, const struct yaml_node *v);
/* Calls one(r, k, item, field) for each of a list; a word alone is a list of one. */
bool config_each(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field, config_read_fn *one);
void config_show_word(struct text *out, const char *word);     /* quoted where YAML needs it */
config_read_fn config_read_text, config_read_choice, config_read_bool, config_read_number, config_read_port, config_read_fraction,
	config_read_duration, config_read_durations, config_read_size, config_read_hours, config_read_days, config_read_moment,
	config_read_path;
config_show_fn config_show_text, config_show_bool, config_show_number, config_show_port, config_show_fraction, config_show_duration,
	config_show_durations, config_show_size, config_show_hours, config_show_days, config_show_moment, config_show_texts;
config_read_fn config_read_url, config_read_secret_file, config_read_secret_env, config_read_secret_credential, config_read_secret;
config_show_fn config_show_url, config_show_secret;
config_read_fn config_read_addr, config_read_addrs, config_read_classes, config_read_hints, config_read_anchors, config_read_zone_name,
	config_read_type, config_read_names, config_read_ds_set, config_read_words, config_read_hosts, config_read_mailboxes,
	config_read_patterns, config_read_tokens;
config_show_fn config_show_addrs, config_show_classes, config_show_type, config_show_tokens;
config_read_fn config_read_channel, config_read_items, config_read_sub, config_read_zone_files, config_read_include;
config_show_fn config_show_channel;

/* Items of lists; each pushes what is whole onto the configuration. */
bool config_zone_item(struct config_reader *r, const struct yaml_node *v);
bool config_channel_item(struct config_reader *r, const struct yaml_node *v);
bool config_route_item(struct config_reader *r, const struct yaml_node *v);
bool config_window_item(struct config_reader *r, const struct yaml_node *v);
/* name into z->name and z->zone; NULL, or what is wrong. */
const char *config_zone_name(struct arena *a, const char *text, struct config_zone *z);
/* Puts z among the zones, or tells that it stands there already. */
bool config_zone_add(struct config_reader *r, const struct config_zone *z, unsigned column);
/* What only the whole can show. */
void config_check_channels(struct config_reader *r, const struct yaml_node *root);
void config_check_routes(struct config_reader *r, const struct yaml_node *root);
void config_check_numbers(struct config_reader *r, const struct yaml_node *root);
/* NULL, or what is wrong with a DS; *out in canonical text. */
const char *config_ds(struct arena *a, const char *text, const char **out);
/* scheme://host of a URL is fine for our use; NULL, or what is wrong. schemes: space separated. */
const char *config_url_fault(const char *url, const char *schemes);
bool config_url_is_loopback(const char *url);
struct config_window_item { LIST(const char *) patterns; struct config_window w; };
