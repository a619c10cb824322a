/* Any octets as the text of a snapshot, and any octets between its first line and its last. What is read is written and read
 * again to the same text; it has a fingerprint, and has not drifted from itself; errors say what. */
#include "base/limits.h"
#include "foresee/snapshot.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand_same(struct arena *a, struct snapshot *s)
{
	struct text once, twice;
	struct snapshot *again;
	struct err_at at = { 0 };
	changes c = { 0 };
	text_init(&once, a);
	text_init(&twice, a);
	snapshot_text(s, &once);
	int failed = snapshot_from_text(a, once.at, once.len, &again, &at);
	assert(failed == E_OK);
	snapshot_text(again, &twice);
	assert(strcmp(once.at, twice.at) == 0);
	assert(strcmp(snapshot_fingerprint(a, s), snapshot_fingerprint(a, again)) == 0);
	drift_between(a, s, again, &c);
	assert(c.n == 0);
	snapshot_complete(a, again, s);
}

static void try_text(struct arena *a, const char *text, size_t len)
{
	struct snapshot *s = NULL;
	struct err_at at = { 0 };
	int error = snapshot_from_text(a, text, len, &s, &at);
	if (error == E_OK) {
		demand_same(a, s);
		return;
	}
	assert(s == NULL && (error == E_SYNTAX || error == E_TRUNCATED || error == E_VERSION || error == E_BUSY));
	assert(at.text[0] != '\0' && memchr(at.text, '\0', sizeof at.text) != NULL);
}

/* The octets as what stands between the first lines and the last. */
static void try_framed(struct arena *a, const uint8_t *bytes, size_t len)
{
	struct text t;
	text_init(&t, a);
	text_add(&t, "dnsvigil-snapshot/1\nzone shop.lab.\nverdict ok secure -\n");
	text_add_n(&t, (const char *)bytes, len);
	text_add(&t, len > 0 && bytes[len - 1] == '\n' ? "end\n" : "\nend\n");
	try_text(a, t.at, t.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	try_text(a, (const char *)bytes, len);
	try_framed(a, bytes, len);
	arena_free(&a);
	return 0;
}
