#include "cli/gather.h"
#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/configured.h"
#include "cli/signals.h"
#include <errno.h>
#include <string.h>

/* The user's own resolvers and hints may be asked wherever they are; what the network names may not. */
static uint8_t gate(const struct setup *setup)
{
	uint8_t mask = setup->addr_allowed;
	for (uint32_t i = 0; i < setup->resolvers.n; i++)
		mask |= (uint8_t)addr_class(&setup->resolvers.at[i]);
	return mask;
}

static int check_and_show(const struct options *o, const struct setup *setup, struct wall now, struct wall at,
			  show_fn *show)
{
	struct sockets_options sockets = { .addr_allowed = gate(setup) };
	struct asker *asker = ask_sockets_new(&sockets);
	struct crypto *crypto = crypto_new();
	struct check *check = NULL;
	int code = EXIT_UNKNOWN;
	if (asker == NULL) {
		code = complain(EXIT_UNKNOWN, "cannot open sockets: %s", strerror(errno));
		goto out;
	}
	signals_progress_start(!o->quiet);
	int e = check_run(setup, asker, crypto, now, at, &signals_interrupted, &check);
	signals_progress_stop();
	code = e == E_OK ? show(o, check, at)
			 : complain(EXIT_UNKNOWN, "the check could not be run: %s", strerror(errno));
out:
	check_free(&check);
	crypto_free(&crypto);
	asker_free(&asker);
	return code;
}

int gather(const struct options *o, show_fn *show)
{
	struct setup setup = { 0 };
	struct wall now = wall_now(), at;
	int code = asked_question(o, 1, &setup);
	if (code == 0)
		code = asked_setup(o, &setup);
	if (code == 0)
		code = configured_question(o, &setup);
	if (code == 0)
		code = asked_moment(o, now, &at);
	return code != 0 ? code : check_and_show(o, &setup, now, at, show);
}
