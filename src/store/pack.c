#include "store/pack.h"
#include "store/fold.h"
#include "base/limits.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

/* Measured on 213 evidence files of the lab's worlds (26 kB each): 1:6.0 before the first dictionary, 1:11.9 with one of the
 * first 64; without folding 1:4.4 and 1:8.7. Levels up to 19 and dictionaries up to 112 kB gain less than 1 % and cost six
 * times the time. Learning takes less than 50 ms. */
enum { LEVEL = 9, DICT_BYTES = 32 << 10, SAMPLES = 64, SAMPLES_BYTES = 8 << 20, DICTS_KEPT = 8 };

struct reader { int64_t id; ZSTD_DDict *dict; };
struct writer { bool known; ZSTD_CDict *dict; char *room; size_t room_bytes; };
struct pack {
	ZSTD_CCtx *c;
	ZSTD_DCtx *d;
	struct writer writers[PACK_KINDS];
	struct reader readers[DICTS_KEPT];
	uint32_t next_reader;
};

struct pack *pack_new(void)
{
	struct pack *p = calloc(1, sizeof *p);
	if (!p || !(p->c = ZSTD_createCCtx()) || !(p->d = ZSTD_createDCtx()))
		abort();
	ZSTD_CCtx_setParameter(p->c, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(p->c, ZSTD_c_checksumFlag, 1);
	return p;
}

void pack_forget(struct pack *p)
{
	for (int k = 0; k < PACK_KINDS; k++) {
		ZSTD_freeCDict(p->writers[k].dict);
		p->writers[k].dict = NULL;
		p->writers[k].known = false;
	}
	for (int i = 0; i < DICTS_KEPT; i++) {
		ZSTD_freeDDict(p->readers[i].dict);
		p->readers[i] = (struct reader){ 0 };
	}
}

void pack_free(struct pack **p)
{
	if (!*p)
		return;
	pack_forget(*p);
	for (int k = 0; k < PACK_KINDS; k++)
		free((*p)->writers[k].room);
	ZSTD_freeCCtx((*p)->c);
	ZSTD_freeDCtx((*p)->d);
	free(*p);
	*p = NULL;
}

static int corrupt(struct store *s, const char *what)
{
	s->health = STORE_CORRUPT;
	snprintf(s->why, sizeof s->why, "%.120s: a text of the history is damaged: %s", s->path, what);
	if (s->in_tx)
		s->spoiled = E_SYNTAX;
	return E_SYNTAX;
}

/* NULL: damaged. One without its number would be taken for plain content, and what it makes could never be read. */
static ZSTD_CDict *dict_of(int64_t id, const void *at, size_t len)
{
	return ZSTD_getDictID_fromDict(at, len) == (unsigned)id ? ZSTD_createCDict(at, len, LEVEL) : NULL;
}

static int load_writer(struct store *s, enum pack_kind kind)
{
	struct writer *w = &s->pack->writers[kind];
	struct sql q = sql_start(s, "SELECT id, content FROM dict WHERE kind = ? ORDER BY n DESC LIMIT 1");
	sql_put_int(&q, kind);
	bool bad = false;
	if (sql_row(&q)) {
		size_t len = 0;
		int64_t id = sql_get_int(&q);
		const void *at = sql_get_blob(&q, &len);
		w->dict = dict_of(id, at, len);
		bad = !w->dict;
	}
	int err = sql_end(&q);
	if (!err && bad)
		err = corrupt(s, "the dictionary cannot be used");
	w->known = err == E_OK;
	return err;
}

static size_t compress(struct pack *p, struct writer *w, const char *at, size_t len)
{
	size_t room = ZSTD_compressBound(len);
	if (room > w->room_bytes) {
		free(w->room);
		w->room = malloc(room);
		if (!w->room)
			abort();
		w->room_bytes = room;
	}
	ZSTD_CCtx_refCDict(p->c, w->dict);
	size_t n = ZSTD_compress2(p->c, w->room, w->room_bytes, at, len);
	if (ZSTD_isError(n))    /* with room for the worst case it fails for want of memory only */
		abort();
	return n;
}

int pack_text(struct store *s, enum pack_kind kind, const char *text, size_t len, const void **out, size_t *out_len)
{
	struct writer *w = &s->pack->writers[kind];
	if (len > LIMIT_EVIDENCE_FILE_BYTES) {
		snprintf(s->why, sizeof s->why, "%.120s: a text of %zu octets is too large for the history", s->path, len);
		return E_BUSY;
	}
	int err = w->known ? E_OK : load_writer(s, kind);
	if (err)
		return err;
	struct arena *a = arena_new(16 * (size_t)LIMIT_EVIDENCE_FILE_BYTES);    /* two texts that double as they grow */
	struct text stored;
	text_init(&stored, a);
	fold_text(text, len, &stored);
	*out_len = compress(s->pack, w, stored.at, stored.len);
	*out = w->room;
	arena_free(&a);
	return E_OK;
}

static int find_reader(struct store *s, int64_t id, const ZSTD_DDict **out)
{
	struct pack *p = s->pack;
	for (int i = 0; i < DICTS_KEPT; i++)
		if (p->readers[i].dict && p->readers[i].id == id) {
			*out = p->readers[i].dict;
			return E_OK;
		}
	struct sql q = sql_start(s, "SELECT content FROM dict WHERE id = ?");
	sql_put_int(&q, id);
	ZSTD_DDict *dict = NULL;
	if (sql_row(&q)) {
		size_t len = 0;
		const void *at = sql_get_blob(&q, &len);
		dict = ZSTD_createDDict(at, len);
	}
	int err = sql_end(&q);
	if (err || !dict)
		return err ? err : corrupt(s, "its dictionary is missing");
	struct reader *r = &p->readers[p->next_reader++ % DICTS_KEPT];
	ZSTD_freeDDict(r->dict);
	*r = (struct reader){ id, dict };
	*out = dict;
	return E_OK;
}

/* The text as it is stored: folded. */
static int inflate(struct store *s, struct arena *a, const void *at, size_t len, const char **out, size_t *out_len)
{
	unsigned long long size = ZSTD_getFrameContentSize(at, len);
	if (size > LIMIT_EVIDENCE_FILE_BYTES + 2u)      /* a mark and all; also the two values that mean error and unknown */
		return corrupt(s, "no frame of ours");
	unsigned id = ZSTD_getDictID_fromFrame(at, len);
	const ZSTD_DDict *dict = NULL;
	int err = id ? find_reader(s, id, &dict) : E_OK;
	if (err)
		return err;
	char *text = arena_alloc(a, (size_t)size + 1);
	size_t n = dict ? ZSTD_decompress_usingDDict(s->pack->d, text, (size_t)size, at, len, dict)
			: ZSTD_decompressDCtx(s->pack->d, text, (size_t)size, at, len);
	if (ZSTD_isError(n) || n != size)
		return corrupt(s, ZSTD_isError(n) ? ZSTD_getErrorName(n) : "cut short");
	text[size] = '\0';
	*out = text;
	*out_len = (size_t)size;
	return E_OK;
}

int pack_unpack(struct store *s, struct arena *a, const void *at, size_t len, const char **out, size_t *out_len)
{
	const char *stored = NULL;
	size_t stored_len = 0;
	int err = inflate(s, a, at, len, &stored, &stored_len);
	if (err)
		return err;
	struct text text;
	text_init(&text, a);
	if (!unfold_text(stored, stored_len, &text))
		return corrupt(s, "cannot be unfolded");
	*out = text.at;
	*out_len = text.len;
	return E_OK;
}

struct samples { char *at; size_t len; size_t sizes[SAMPLES]; unsigned n; };

static int gather(struct store *s, struct arena *a, enum pack_kind kind, struct samples *out)
{
	struct sql q = sql_start(s, "SELECT CASE ?1 WHEN 0 THEN snapshot ELSE evidence END AS t FROM history_text"
				    " WHERE t IS NOT NULL ORDER BY id DESC LIMIT ?2");
	sql_put_int(&q, kind);
	sql_put_int(&q, SAMPLES);
	int err = E_OK;
	while (!err && sql_row(&q)) {
		size_t packed_len = 0, len = 0;
		const void *packed = sql_get_blob(&q, &packed_len);
		const char *text = NULL;
		err = inflate(s, a, packed, packed_len, &text, &len);
		if (err || out->len + len > SAMPLES_BYTES)
			break;
		for (size_t i = 0; i < len; i++)
			out->at[out->len + i] = text[i];
		out->sizes[out->n++] = len;
		out->len += len;
	}
	int end = sql_end(&q);
	return err ? err : end;
}

static int keep(struct store *s, enum pack_kind kind, const struct samples *from)
{
	char *dict = malloc(DICT_BYTES);
	if (!dict)
		abort();
	size_t len = ZDICT_trainFromBuffer(dict, DICT_BYTES, from->at, from->sizes, from->n);
	int err = E_OK;
	if (!ZDICT_isError(len)) {
		struct sql q = sql_start(s, "INSERT INTO dict (id, kind, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
		sql_put_int(&q, ZDICT_getDictID(dict, len));     /* drawn from its content */
		sql_put_int(&q, kind);
		sql_put_blob(&q, dict, len);
		err = sql_run(&q);
	}
	free(dict);
	return err;
}

int pack_learn(struct store *s, enum pack_kind kind)
{
	assert(s->in_tx);
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct samples from = { .at = arena_alloc(a, SAMPLES_BYTES) };
	int err = gather(s, a, kind, &from);
	if (!err && from.n > 0)
		err = keep(s, kind, &from);
	arena_free(&a);
	if (!err)
		pack_forget(s->pack);
	return err;
}

int pack_drop_bad_dicts(struct store *s, int64_t *dropped)
{
	int64_t last = 0;
	for (;;) {
		struct sql q = sql_start(s, "SELECT n, id, content FROM dict WHERE n > ? ORDER BY n LIMIT 1");
		sql_put_int(&q, last);
		bool there = sql_row(&q), good = false;
		if (there) {
			size_t len = 0;
			last = sql_get_int(&q);
			int64_t id = sql_get_int(&q);
			const void *at = sql_get_blob(&q, &len);
			ZSTD_CDict *dict = dict_of(id, at, len);
			good = dict != NULL;
			ZSTD_freeCDict(dict);
		}
		int err = sql_end(&q);
		if (err || !there)
			return err;
		if (good)
			continue;
		q = sql_start(s, "DELETE FROM dict WHERE n = ?");
		sql_put_int(&q, last);
		err = sql_run(&q);
		if (err)
			return err;
		++*dropped;
	}
}
