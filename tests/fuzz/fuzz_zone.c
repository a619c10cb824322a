/* Any octets as a zone file: no file is opened, what is kept has passed the gate, and printed again it
 * is read again. */
#include "base/limits.h"
#include "dns/text.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_record(struct arena *a, const struct zone_record *r)
{
	assert(name_check(r->owner, NAME_MAX_BYTES) > 0 && rdata_ok(r->type, r->rd));
	const char *line = rr_text(a, r->owner, r->class, r->ttl, r->type, r->rd);
	for (const char *s = line; *s != '\0'; s++)
		assert(*s >= 0x20 && *s < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	zone_records records;
	struct err_at at;
	int rc = zone_parse(a, (const char *)bytes, len, "example.", 3600, "fuzz", &records, &at);
	assert(rc == 0 || (rc == E_SYNTAX && at.text[0] != '\0' && strcmp(at.file, "fuzz") == 0));
	assert(memchr(at.text, '\0', sizeof at.text) != NULL);
	for (uint32_t i = 0; i < records.n; i++)
		check_record(a, &records.at[i]);
	arena_free(&a);
	return 0;
}
