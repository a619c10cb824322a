/* pack -- texts of history, compressed by zstd with a dictionary of this store's own: evidence of a thousand zones repeats
 * the root's and the top-level domains' answers, a dictionary made of real rows holds them. Each frame names its dictionary
 * by number, so rows stay readable when a better one is learnt, and rows written before the first one need none. A checksum
 * in the frame tells of a flipped bit that SQLite would not notice. */
#pragma once
#include "store/sql.h"

enum pack_kind { PACK_SNAPSHOT, PACK_EVIDENCE, PACK_KINDS };
struct pack *pack_new(void);
void pack_free(struct pack **p);
/* What was learnt inside a transaction that is rolled back is in no table. */
void pack_forget(struct pack *p);
/* *out is borrowed until the next text of that kind. E_BUSY: longer than LIMIT_EVIDENCE_FILE_BYTES. */
MUST_CHECK int pack_text(struct store *s, enum pack_kind kind, const char *text, size_t len, const void **out, size_t *out_len);
MUST_CHECK int pack_unpack(struct store *s, struct arena *a, const void *at, size_t len, const char **out, size_t *out_len);
/* A dictionary of the newest rows, used from now on; too little to learn from is no error. */
MUST_CHECK int pack_learn(struct store *s, enum pack_kind kind);
/* For a rescue: a damaged dictionary would stop all writing. */
MUST_CHECK int pack_drop_bad_dicts(struct store *s, int64_t *dropped);
