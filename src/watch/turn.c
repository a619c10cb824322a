/* turn -- what all files of the observer use in a turn: its clock, its log, its transaction. */
#include "watch/inside.h"
#include <stdarg.h>
#include <stdio.h>

enum { LOG_LINE = 1024 };

struct wall observer_now(const struct observer *o)
{
	return o->options.now != NULL ? o->options.now(o->options.clock_ctx) : wall_now();
}

void observer_log(const struct observer *o, const char *level, const char *event, const char *zone, const char *fmt, ...)
{
	char line[LOG_LINE];
	va_list args;
	if (o->options.log == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof line, fmt, args);
	va_end(args);
	o->options.log(o->options.log_ctx, level, event, zone, line);
}

int observer_writes(struct observer *o)
{
	if (o->in_transaction)
		return E_OK;
	int e = store_begin(o->store);
	o->in_transaction = e == E_OK;
	return e;
}
