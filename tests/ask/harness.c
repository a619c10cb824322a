#include "harness.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

bool starting;
static const uint8_t example[] = "\007example\003lab";

struct asker *harness_asker(void)
{
	struct asker *a = ask_sockets_new(&(struct sockets_options){ .addr_allowed = ADDR_LOOPBACK });
	assert(a != NULL);
	return a;
}

struct ask_question harness_question(const struct addr *to, enum transport over, uint32_t timeout_ms)
{
	return (struct ask_question){ .to = *to, .over = over, .name = example, .type = TYPE_A, .class = CLASS_IN,
				      .flags = ASK_DO, .timeout_ms = timeout_ms };
}

static void on_done(const struct ask_reply *r, void *ctx)
{
	struct outcome *o = ctx;
	o->n_done++;
	o->inside_start = starting;
	o->r = *r;
	if (r->wire != NULL)
		memcpy(o->wire, r->wire, r->wire_len < sizeof o->wire ? r->wire_len : sizeof o->wire);
	o->r.wire = r->wire == NULL ? NULL : o->wire;
}

void harness_start(struct asker *a, const struct ask_question *q, struct outcome *o)
{
	*o = (struct outcome){ 0 };
	starting = true;
	int failed = ask_start(a, q, on_done, o);
	starting = false;
	assert(failed == 0);
}

void harness_wait(struct asker *a, struct fake *f, struct outcome *o, unsigned n)
{
	int64_t until = ask_now(a).us + 10 * 1000 * 1000;
	for (unsigned done = 0; done < n;) {
		if (o[done].n_done > 0) {
			done++;
			continue;
		}
		assert(ask_now(a).us < until);
		ask_turn(a, 2);
		if (f != NULL)
			fake_serve(f);
	}
}

void harness_ask(struct asker *a, struct fake *f, enum transport over, uint32_t timeout_ms, struct outcome *o)
{
	struct ask_question q = harness_question(&f->addr, over, timeout_ms);
	harness_start(a, &q, o);
	harness_wait(a, f, o, 1);
}
