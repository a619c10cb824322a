/* words -- a line of a world file as words, and words as parameters of a known shape. Private to lab/. */
#pragma once
#include "base/addr.h"
#include "base/clock.h"
#include "base/err.h"
#include "crypto/crypto.h"
#include "dns/name.h"
#include "dns/text.h"

struct word { const char *text; const char *raw; };    /* raw: where it begins in the line */
typedef LIST(struct word) words;
typedef LIST(const uint8_t *) name_list;
typedef LIST(struct addr) addr_list;
typedef LIST(uint16_t) type_list;

/* Reading of one file; the first error is kept, later ones are not looked at. */
struct reading {
	struct arena *arena;
	const char *file;
	unsigned line;
	struct wall clock;
	struct err_at *at;
	bool failed;
};
void reading_fail(struct reading *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What stands behind the `=` of a word. */
enum value {
	VALUE_NONE,             /* no `=` */
	VALUE_NUMBER,
	VALUE_MAYBE_NUMBER,     /* `=N` may be left out */
	VALUE_RELATIVE,         /* a number; +1 and -1 mean a distance */
	VALUE_TIME,
	VALUE_TYPES,
	VALUE_NAMES,
	VALUE_ADDR,
	VALUE_MAYBE_ADDR,
	VALUE_TEXT,
	VALUE_HEX,
};
struct shape { const char *key; enum value value; };

struct param {
	const char *key, *text;         /* text: as written behind `=`; NULL without */
	int64_t n;
	struct wall t;
	type_list types;
	name_list names;
	struct addr addr;
	struct octets hex;
};
typedef LIST(struct param) params;

/* Ends the line where its comment begins. */
void comment_cut(char *line);
/* False: unbalanced quotes. */
bool words_split(struct arena *a, const char *line, words *out);
/* One word by the table (ends with key NULL); zone: what `@` means, may be NULL. False and reading failed
 * when it does not fit. */
bool param_read(struct reading *r, const struct shape *shapes, const char *word, const uint8_t *zone,
		params *out);
const struct param *param_find(const params *p, const char *key);      /* the last one; NULL */
static inline bool param_has(const params *p, const char *key) { return param_find(p, key) != NULL; }
int64_t param_number(const params *p, const char *key, int64_t otherwise);
struct wall param_time(const params *p, const char *key, struct wall otherwise);
bool param_is(const params *p, const char *key, const char *text);
bool param_types_has(const struct param *p, uint16_t type);
bool param_names_has(const struct param *p, const uint8_t *name);

/* NULL: reading failed */
const uint8_t *word_name(struct reading *r, const char *text, const uint8_t *zone);
bool word_types(struct reading *r, const char *text, type_list *out);
/* The closest of the words, for "did you mean"; NULL when none is near. */
const char *word_nearest(const char *text, const char *const *among, size_t n);
