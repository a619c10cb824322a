#include "cli/complain.h"
#include "cli/gather.h"
#include "cli/show.h"
#include "cli/verbs.h"

int verb_trace(const struct options *o)
{
	if (o->format != FORMAT_HUMAN && o->format != FORMAT_JSON)
		return complain(EXIT_USAGE, "trace: -o human or json only");
	return gather(o, show_trace);
}
