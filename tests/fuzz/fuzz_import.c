/* Any octets as an import of every kind but the folder: names that are names, each once, reasons for the rest. The first octet
 * chooses the kind. */
#include "base/limits.h"
#include "watch/import.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const struct import *im)
{
	for (uint32_t i = 0; i < im->zones.n; i++) {
		const struct config_zone *z = &im->zones.at[i];
		assert(name_check(z->name, NAME_MAX_BYTES) > 0 && z->zone[strlen(z->zone) - 1] == '.');
		assert(i == 0 || strcmp(im->zones.at[i - 1].zone, z->zone) < 0);
		for (const char *s = z->zone; *s != '\0'; s++)
			assert(*s > 0x20 && *s < 0x7f);
		for (uint32_t k = 0; k < z->tags.n; k++)
			assert(strlen(z->tags.at[k]) <= 64 && strpbrk(z->tags.at[k], " \t\n\"") == NULL);
	}
	for (uint32_t i = 0; i < im->skipped.n; i++)
		assert(*im->skipped.at[i].why != '\0' && strpbrk(im->skipped.at[i].what, "\n\x1b") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const kinds[] = { "list", "bind", "knot", "nsd", "catalog", "octodns", "dnscontrol", "route53", "cloudflare", NULL };
	if (len == 0)
		return 0;
	const char *kind = kinds[bytes[0] % (sizeof kinds / sizeof kinds[0])];
	struct arena *a = arena_new(LIMIT_CONFIG_ARENA_BYTES);
	int fd = memfd_create("import", MFD_CLOEXEC);
	char path[64];
	struct import *im;
	struct err_at at;
	assert(fd >= 0 && write(fd, bytes + 1, len - 1) == (ssize_t)(len - 1));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int rc = import_read(a, kind, path, &im, &at);
	assert(rc == E_OK || (rc == E_SYNTAX && at.text[0] != '\0'));
	if (rc == E_OK)
		check(im);
	close(fd);
	arena_free(&a);
	return 0;
}
