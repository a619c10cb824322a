/* why -- diagnose now; or what was seen at a moment that is over, where the observer remembers it. */
#include "cli/gather.h"
#include "cli/history.h"
#include "cli/show.h"
#include "cli/verbs.h"

/* What memory knows is of now: judged for another moment, no habit is late. */
static int show_why(const struct options *o, const struct check *c, struct wall at)
{
	return show_remembered(o, c, at, o->at == NULL ? history_memory(o, check_result(c), at) : NULL);
}

int verb_why(const struct options *o)
{
	int code;
	return history_why(o, &code) ? code : gather(o, show_why);
}
