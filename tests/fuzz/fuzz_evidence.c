/* Any octets as an evidence file, and any octets between a right first and last line, so that the checksum
 * does not hide the reader. What is read is written and read again to the same text; errors say where and
 * what. */
#include "base/limits.h"
#include "crypto/crypto.h"
#include "evidence/evidence.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_error(int error, const struct err_at *at)
{
	assert(error == E_SYNTAX || error == E_TRUNCATED || error == E_VERSION || error == E_BUSY);
	assert(at->text[0] != '\0' && memchr(at->text, '\0', sizeof at->text) != NULL);
}

static void demand_same_text(struct arena *a, const struct evidence *e)
{
	struct text once, twice;
	struct evidence *again;
	struct err_at at = { 0 };
	text_init(&once, a);
	text_init(&twice, a);
	int failed = evidence_to_text(e, &once);
	if (failed == E_OK)
		failed = evidence_from_text(a, once.at, once.len, &again, &at);
	if (failed == E_OK)
		failed = evidence_to_text(again, &twice);
	assert(failed == E_OK && strcmp(once.at, twice.at) == 0);
}

static void try_text(struct arena *a, const char *text, size_t len)
{
	struct evidence *e = NULL;
	struct err_at at = { 0 };
	int error = evidence_from_text(a, text, len, &e, &at);
	if (error != E_OK)
		check_error(error, &at);
	else
		demand_same_text(a, e);
}

static uint32_t count_exchanges(const char *text, size_t len)
{
	uint32_t n = 0;
	for (size_t i = 0; i + 2 < len; i++)
		n += text[i] == '\n' && text[i + 1] == 'x' && text[i + 2] == ' ';
	return n;
}

/* The octets as what stands between the first line and the last. */
static void try_framed(struct arena *a, const uint8_t *bytes, size_t len)
{
	struct text t;
	uint8_t sum[32];
	text_init(&t, a);
	text_add(&t, "dnsvigil-evidence/1\n");
	text_add_n(&t, (const char *)bytes, len);
	if (len > 0 && bytes[len - 1] != '\n')
		text_add(&t, "\n");
	uint32_t n = count_exchanges(t.at, t.len);
	crypto_sha256((struct octets){ (const uint8_t *)t.at, t.len }, sum);
	text_addf(&t, "end %u ", n);
	for (size_t i = 0; i < sizeof sum; i++)
		text_addf(&t, "%02x", sum[i]);
	text_add(&t, "\n");
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
