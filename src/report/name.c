/* name -- a domain name on a screen. */
#include "report/report.h"
#include <string.h>

const char *report_name(struct arena *a, const uint8_t *name, size_t columns)
{
	const char *text = name_text(a, name);
	size_t len = strlen(text);
	if (len > 1 && text[len - 1] == '.' && (len < 2 || text[len - 2] != '\\'))
		len--;
	if (len <= columns || columns < 4)
		return arena_printf(a, "%.*s", (int)len, text);
	return arena_printf(a, "...%.*s", (int)(columns - 3), text + len - (columns - 3));
}
