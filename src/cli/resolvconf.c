#include "cli/resolvconf.h"
#include <stdio.h>
#include <string.h>

enum { DNS_PORT = 53 };

static bool line_address(const char *line, size_t len, struct addr *out)
{
	static const char keyword[] = "nameserver";
	char word[ADDR_TEXT_MAX];
	if (len <= sizeof keyword || memcmp(line, keyword, sizeof keyword - 1) != 0)
		return false;
	line += sizeof keyword - 1;
	len -= sizeof keyword - 1;
	size_t blanks = strspn(line, " \t");
	if (blanks == 0 || blanks >= len)
		return false;
	size_t n = strcspn(line + blanks, " \t\r\n#;");
	if (n == 0 || n >= sizeof word)
		return false;
	snprintf(word, sizeof word, "%.*s", (int)n, line + blanks);
	return addr_from_text(word, DNS_PORT, out) && out->port == DNS_PORT;
}

unsigned resolvconf_read(const char *text, struct addr out[RESOLVERS_MAX])
{
	unsigned n = 0;
	for (const char *at = text; *at != '\0' && n < RESOLVERS_MAX;) {
		size_t len = strcspn(at, "\n");
		n += line_address(at, len, &out[n]);
		at += len + (at[len] == '\n');
	}
	return n;
}
