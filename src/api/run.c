#include "api/run.h"
#include <errno.h>

/* The user's own resolvers may be asked wherever they are; what the network names may not. */
static uint8_t gate(const struct setup *s)
{
	uint8_t mask = s->addr_allowed;
	for (uint32_t i = 0; i < s->resolvers.n; i++)
		mask |= (uint8_t)addr_class(&s->resolvers.at[i]);
	return mask;
}

bool run_check(const struct setup *base, const uint8_t *name, uint16_t type, const volatile int *stop, struct run *out)
{
	struct setup setup = *base;
	struct sockets_options sockets = { .addr_allowed = gate(&setup) };
	setup.name = name;
	setup.type = type;
	*out = (struct run){ .at = wall_now(), .asker = ask_sockets_new(&sockets), .crypto = crypto_new() };
	if (out->asker != NULL && check_run(&setup, out->asker, out->crypto, out->at, out->at, stop, &out->check) == E_OK)
		return true;
	int e = errno;
	run_end(out);
	errno = e;
	return false;
}

void run_end(struct run *run)
{
	check_free(&run->check);
	crypto_free(&run->crypto);
	asker_free(&run->asker);
}
