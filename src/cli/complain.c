#include "cli/complain.h"
#include <stdarg.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 600 };

int complain(int code, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	for (char *c = line; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c == 0x7f)
			*c = '?';
	fprintf(stderr, "dnsvigil: %s\n", line);
	return code;
}
