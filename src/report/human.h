/* human -- the parts of the one screen, a file each; they share the screen being written. */
#pragma once
#include "report/inside.h"
#include "report/screen.h"

void human_chain(const struct report *r, struct screen *s);
/* The one table that shows the finding: servers, signatures, or DS against keys. Nothing where none helps. */
void human_table(const struct report *r, struct screen *s);
void human_server_table(const struct report *r, struct screen *s, const struct zone *z, unsigned max_rows);
void human_signature_table(const struct report *r, struct screen *s, const struct zone *z, unsigned max_rows);
void human_ds_table(const struct report *r, struct screen *s, const struct zone *z);
/* What an observer remembers (report/memory.h); nothing without one. */
void human_history(const struct report *r, struct screen *s);
void human_since(const struct report *r, struct screen *s);
void human_gone(const struct report *r, struct screen *s);
void human_habits(const struct report *r, struct screen *s);
struct memory_key;
const struct memory_key *memory_of_key(const struct report *r, uint16_t tag, uint8_t algorithm); /* NULL */
void human_who(const struct report *r, struct screen *s);
void human_fix(const struct report *r, struct screen *s);
/* Other findings: their sentences in full, or cut to a line each. */
void human_also(const struct report *r, struct screen *s, bool in_full);
void human_exchanges(const struct report *r, struct screen *s);
const char *resolver_words(const struct report *r,
			   const struct resolver_row *row); /* "8.8.8.8 SERVFAIL (EDE 7)" */
