#include "base/limits.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/files.h"
#include "cli/show.h"
#include "cli/verbs.h"

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

int verb_replay(const struct options *o)
{
	const char *text;
	size_t len;
	struct wall at;
	if (o->objects.n != 2)
		return complain(EXIT_USAGE, "replay: which file? (dnsvigil replay FILE)");
	const char *file = o->objects.at[1];
	if (file_read(o->arena, file, LIMIT_EVIDENCE_FILE_BYTES, &text, &len) != E_OK)
		return EXIT_USAGE;
	int code = collected_at(o, file, text, len, &at);
	if (code == 0)
		code = asked_moment(o, at, &at);
	if (code != 0)
		return code;
	struct crypto *crypto = crypto_new();
	struct check *check = NULL;
	struct err_at where = { .file = file };
	int e = check_replay(text, len, crypto, &at, &check, &where);
	code = e == E_OK ? show_check(o, check, at) : bad_evidence(e, file, &where);
	check_free(&check);
	crypto_free(&crypto);
	return code;
}
