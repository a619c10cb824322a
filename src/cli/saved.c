#include "cli/saved.h"
#include "base/limits.h"
#include "cli/complain.h"
#include "cli/files.h"

static int bad_evidence(int e, const char *file, const struct err_at *where)
{
	switch (e) {
	case E_TRUNCATED:
		return complain(EXIT_USAGE, "%s: the file ends too early or was changed: %s", file,
				where->text);
	case E_VERSION: return complain(EXIT_USAGE, "%s: written by a newer dnsvigil: %s", file, where->text);
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

int saved_evidence(const struct options *o, const char *file, struct saved *out)
{
	*out = (struct saved){ .file = file };
	if (file_read(o->arena, file, LIMIT_EVIDENCE_FILE_BYTES, &out->text, &out->len) != E_OK)
		return EXIT_USAGE;
	return collected_at(o, file, out->text, out->len, &out->collected_at);
}

int saved_check(const struct saved *s, struct crypto *crypto, struct wall at, struct check **out)
{
	struct err_at where = { .file = s->file };
	int e = check_replay(s->text, s->len, crypto, &at, out, &where);
	return e == E_OK ? 0 : bad_evidence(e, s->file, &where);
}
