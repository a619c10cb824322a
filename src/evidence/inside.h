/* inside -- what the files of evidence/ share; nobody else includes it. */
#pragma once
#include "base/base64.h"
#include "evidence/evidence.h"

#define EVIDENCE_VERSION "dnsvigil-evidence/1"
enum {
	EVIDENCE_EXCHANGES_MAX = 8192,  /* far above LIMIT_QUESTIONS_HARD */
	EVIDENCE_SETUP_MAX = 1024,      /* hints, anchors or resolvers */
	BASE64_LINE_OCTETS = 57,        /* 76 characters: passes through mail */
};

/* Words of the file for enums and flags. */
const char *depth_word(enum depth d);
bool depth_from_word(const char *word, enum depth *out);
bool outcome_from_word(const char *word, enum ask_outcome *out);
void flags_add(struct text *out, uint16_t flags);               /* "edns+do+cookie", "-" for none */
bool flags_from_words(const char *words, uint16_t *out);

/* One line while a file is read: fields are cut off in place (fields.c). */
struct reader {
	struct arena *arena;
	struct evidence *e;
	struct err_at *at;
	char *next, *end;               /* what is still to be read, NUL-terminated lines */
	unsigned line;
	bool seen_name, seen_collected;
};
int reader_fail(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));  /* E_SYNTAX */
char *field_next(char **rest);                                  /* NULL when the line is used up */
bool field_number(char **rest, uint64_t max, uint64_t *out);
const uint8_t *field_name(struct reader *r, char **rest);
bool field_type(char **rest, uint16_t *out);
bool field_addr(char **rest, struct addr *out);
/* One line that is neither an exchange nor its message. 0 or E_SYNTAX. */
int read_setup_line(struct reader *r, const char *word, char *rest);
