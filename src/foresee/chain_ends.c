/* chain_ends -- when does the chain end, server by server (INCIDENTS 4.1)? An RRset holds while its latest good signature does; a
 * server serves the zone whole until the first of its RRsets ends; nobody outlives what stands above. */
#include "foresee/chain_ends.h"
#include <string.h>

/* Of this list: the RRset that ends first. A signature of NSEC stands for all of them, the first to end already. */
static struct chain_end first_end(const struct snap_sig *at, uint32_t n)
{
	struct chain_end end = { .at = WALL_NEVER, .rrset = "" };
	for (uint32_t i = 0; i < n; i++) {
		const struct snap_sig *latest = &at[i];
		for (uint32_t k = 0; k < n; k++)
			if (at[k].good && !strcmp(at[k].rrset, at[i].rrset) &&
			    (!latest->good || at[k].expiration.s > latest->expiration.s))
				latest = &at[k];
		if (latest->good && latest->expiration.s < end.at.s)
			end = (struct chain_end){ latest->expiration, latest->rrset,
						  latest->expiration.s - latest->inception.s };
	}
	return end;
}

struct chain_end chain_end_above(const struct snapshot *s)
{
	return first_end(s->above.at, s->above.n);
}

struct chain_end chain_end_of(const struct snap_server *v)
{
	return first_end(v->sigs.at, v->sigs.n);
}

struct chain_ends chain_ends_of(const struct snapshot *s)
{
	struct chain_ends e = { .first = { .at = WALL_NEVER, .rrset = "" }, .last = { .at = { INT64_MIN }, .rrset = "" } };
	e.above = chain_end_above(s);
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		struct chain_end end = chain_end_of(v);
		if (!v->answered || end.at.s == INT64_MAX)
			continue;
		e.n++;
		if (end.at.s < e.first.at.s) {
			e.first = end;
			e.first_server = v;
		}
		if (end.at.s > e.last.at.s)
			e.last = end;
	}
	if (!e.n)
		e.last = e.first;
	return e;
}
