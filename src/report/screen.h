/* screen -- lines for a terminal: signs with a word, wrapping by display columns, colour put in last, and a cap on lines
 * that drops the least needed first. Text handed in is ours or escaped already; a control byte that slips through
 * becomes '?'. Paint is marked in the text by octets 1-6, which no escaped text can hold. */
#pragma once
#include "report/report.h"

#define PAINT_RED "\001"
#define PAINT_GREEN "\002"
#define PAINT_YELLOW "\003"
#define PAINT_BOLD "\004"
#define PAINT_DIM "\005"
#define PAINT_END "\006"

enum sign { SIGN_OK, SIGN_WARN, SIGN_BAD, SIGN_UNKNOWN };

struct screen_line {
	const char *text;
	uint8_t keep;
	uint16_t group;
}; /* keep: the higher, the longer it stays; 0 first to go */
struct screen {
	struct arena *arena;
	const struct style *style;
	LIST(struct screen_line) lines;
	uint16_t groups; /* a wrapped text is one group: it goes as a whole */
};
enum { KEEP_BLANK = 1, KEEP_EXTRA = 2, KEEP_DETAIL = 3, KEEP_TABLE = 4, KEEP_USEFUL = 6, KEEP_ALWAYS = 255 };

void screen_init(struct screen *s, struct arena *a, const struct style *style);
void screen_add(struct screen *s, uint8_t keep, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void screen_blank(struct screen *s);
/* Wrapped at the width; the first line begins with `first`, the others with as many spaces. */
void screen_wrap(struct screen *s, uint8_t keep, const char *first, const char *text);
/* A blank that is printed as one but not broken at: within a command, which must stay pasteable (U+00A0). */
#define UNBROKEN "\u00a0"
/* Drops lines until at most max are left, and blank lines that have become double. */
void screen_fit(struct screen *s, unsigned max);
void screen_print(const struct screen *s, struct text *out);

const char *sign_text(const struct screen *s, enum sign sign);              /* painted; "OK" in ASCII */
const char *screen_pad(struct screen *s, const char *text, size_t columns); /* at least one space after */
const char *screen_cut(struct screen *s, const char *text, size_t columns); /* with "..." where it was cut */
size_t paint_columns(const char *text);
