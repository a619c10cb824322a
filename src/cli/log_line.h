/* log_line -- the service's log on stderr: one line a record, JSON where it is collected, words where somebody looks on. */
#pragma once
/* ctx is not used. zone "" none. */
void log_line(void *ctx, const char *level, const char *event, const char *zone, const char *text);
