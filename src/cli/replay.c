#include "cli/asked.h"
#include "cli/complain.h"
#include "cli/saved.h"
#include "cli/show.h"
#include "cli/verbs.h"

int verb_replay(const struct options *o)
{
	struct saved saved;
	struct wall at;
	if (o->objects.n != 2)
		return complain(EXIT_USAGE, "replay: which file? (dnsvigil replay FILE)");
	int code = saved_evidence(o, o->objects.at[1], &saved);
	if (code == 0)
		code = asked_moment(o, saved.collected_at, &at);
	if (code != 0)
		return code;
	struct crypto *crypto = crypto_new();
	struct check *check = NULL;
	code = saved_check(&saved, crypto, at, &check);
	if (code == 0)
		code = show_check(o, check, at);
	check_free(&check);
	crypto_free(&crypto);
	return code;
}
