/* run -- one check for one request, with sockets of its own: the observer's are another thread's. */
#include "api/inside.h"
#include "base/limits.h"
#include "check/check.h"
#include <errno.h>
#include <string.h>

/* The user's own resolvers may be asked wherever they are; what the network names may not. */
static uint8_t gate(const struct setup *s)
{
	uint8_t mask = s->addr_allowed;
	for (uint32_t i = 0; i < s->resolvers.n; i++)
		mask |= (uint8_t)addr_class(&s->resolvers.at[i]);
	return mask;
}

static bool take_place(struct api *a)
{
	if (__atomic_add_fetch(&a->checks, 1, __ATOMIC_SEQ_CST) <= LIMIT_API_CHECKS)
		return true;
	__atomic_sub_fetch(&a->checks, 1, __ATOMIC_SEQ_CST);
	return false;
}

bool run_check(struct request *r, const uint8_t *name, uint16_t type, struct run *out)
{
	struct setup setup = r->api->o.base;
	struct sockets_options sockets = { .addr_allowed = gate(&setup) };
	*out = (struct run){ .at = wall_now() };
	if (!take_place(r->api)) {
		problem(r, 503, "busy", "Enough checks are running", "At most 4 checks run for the API at once.", NULL);
		r->reply.retry_after_s = LIMIT_WALL_MS / 1000;
		return false;
	}
	setup.name = name;
	setup.type = type;
	out->asker = ask_sockets_new(&sockets);
	out->crypto = crypto_new();
	if (out->asker != NULL && check_run(&setup, out->asker, out->crypto, out->at, out->at, &r->api->stopping, &out->check) == E_OK)
		return true;
	problem(r, 503, "sockets", "The check could not be run", strerror(errno), NULL);
	r->reply.retry_after_s = 5;
	run_end(r, out);
	return false;
}

void run_end(struct request *r, struct run *run)
{
	check_free(&run->check);
	crypto_free(&run->crypto);
	asker_free(&run->asker);
	__atomic_sub_fetch(&r->api->checks, 1, __ATOMIC_SEQ_CST);
}
