/* log -- what an operator should read of the deliverer's work. No text of a receiver's comes here, and no secret. */
#include "alert/delivering.h"
#include <stdarg.h>
#include <stdio.h>

void deliverer_log(const struct deliverer *d, const struct lane *lane, const char *fmt, ...)
{
	char line[400];
	va_list ap;
	if (d->o.log == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	d->o.log(d->o.log_ctx, lane ? lane->c->name : "", line);
}
