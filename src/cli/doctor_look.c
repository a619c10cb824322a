/* doctor_look -- how a thing is looked at: a line is noted, questions are asked until each has ended. */
#include "cli/doctor.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void doctor_note(struct doctor *d, enum health health, const char *what, const char *todo, const char *fmt, ...)
{
	char line[600];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	const char *text = escape_terminal(d->o->arena, (const uint8_t *)line, strlen(line), 400);
	list_push(d->o->arena, &d->rows, (struct doctor_row){ health, what, text, todo });
}

static void learn(const struct ask_reply *reply, void *ctx)
{
	struct doctor_ask *ask = ctx;
	struct arena *a = ask->d->o->arena;
	ask->ended = true;
	ask->outcome = reply->outcome;
	if (reply->outcome != ASK_ANSWERED)
		return;
	struct message *m = ARENA_NEW(a, struct message);
	message_parse(a, arena_copy(a, reply->wire, reply->wire_len), reply->wire_len, m);
	ask->m = m;
}

void doctor_ask_all(struct doctor *d, struct doctor_ask *asks, uint32_t n)
{
	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < n; i++) {
			struct doctor_ask *ask = &asks[i];
			ask->d = d;
			ask->sent = ask->sent || ask_start(d->asker, &ask->q, learn, ask) == E_OK;
			more |= !ask->ended;
		}
		if (more)
			ask_turn(d->asker, 100);
	}
}
