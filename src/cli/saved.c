#include "cli/saved.h"
#include "base/limits.h"
#include "cli/complain.h"
#include "cli/files.h"
#include <string.h>

static int bad_evidence(int e, const char *file, const struct err_at *where)
{
	switch (e) {
	case E_TRUNCATED:
		return complain(EXIT_USAGE, "%s: the file ends too early or was changed: %s", file,
				where->text);
	case E_VERSION: return complain(EXIT_USAGE, "%s: %s: replay it with that one, or with a newer", file, where->text);
	default: return complain(EXIT_USAGE, "%s:%u: no evidence file: %s", file, where->line, where->text);
	}
}

/* "+14d" counts from the moment of the evidence, so its moment must be known first. */
static int collected_at(const struct options *o, const char *file, const char *text, size_t len,
			struct wall *out)
{
	struct evidence *e;
	struct err_at where = { .file = file };
	int err = evidence_from_text(o->arena, text, len, &e, &where);
	if (err != E_OK)
		return bad_evidence(err, file, &where);
	*out = e->collected_at;
	return 0;
}

/* Mail and other systems end lines with CR LF. No octet of the file is a CR of its own, so they are taken out again. */
static void drop_carriage_returns(const struct options *o, struct saved *s)
{
	const char *end = memchr(s->text, '\n', s->len);
	if (end == NULL || end == s->text || end[-1] != '\r')
		return;
	char *plain = arena_alloc(o->arena, s->len + 1);
	size_t len = 0;
	for (size_t i = 0; i < s->len; i++)
		if (s->text[i] != '\r')
			plain[len++] = s->text[i];
	plain[len] = '\0';
	s->text = plain;
	s->len = len;
}

int saved_evidence(const struct options *o, const char *file, struct saved *out)
{
	*out = (struct saved){ .file = file };
	if (file_read(o->arena, file, LIMIT_EVIDENCE_FILE_BYTES, &out->text, &out->len) != E_OK)
		return EXIT_USAGE;
	drop_carriage_returns(o, out);
	return collected_at(o, file, out->text, out->len, &out->collected_at);
}

int saved_check(const struct saved *s, struct crypto *crypto, struct wall at, struct check **out)
{
	struct err_at where = { .file = s->file };
	int e = check_replay(s->text, s->len, crypto, &at, out, &where);
	return e == E_OK ? 0 : bad_evidence(e, s->file, &where);
}
