/* How a fault is told: the first is kept for a short message, each goes to who wants them all, with its place. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <stdio.h>
#include <string.h>

bool config_fault_at(struct config_reader *r, const char *file, unsigned line, unsigned column, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	if (r->faults++ == 0) {
		*r->first = (struct err_at){ .file = file, .line = line };
		snprintf(r->first->text, sizeof r->first->text, "column %u: %.140s", column, text);
	}
	if (r->from->every != NULL && r->faults <= LIMIT_CONFIG_FAULTS)
		r->from->every(r->from->ctx, file, line, column, text);
	return false;
}

bool config_fault(struct config_reader *r, const struct yaml_node *at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	return config_fault_at(r, r->file, at->line, at->column, "%s", text);
}

const char *config_shown(struct config_reader *r, const char *text)
{
	return escape_terminal(r->arena, (const uint8_t *)text, strlen(text), 60);
}
