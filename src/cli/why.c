#include "cli/gather.h"
#include "cli/show.h"
#include "cli/verbs.h"

int verb_why(const struct options *o)
{
	return gather(o, show_check);
}
