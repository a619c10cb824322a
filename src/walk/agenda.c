/* The agenda: what has to be looked at again before the walk can say that nothing more follows from what is known.
 * Looks that have news, zones and legs where something changed; walk_settle() works it off. */
#include "walk/inside.h"

void look_event(struct walk *w, struct look *l)
{
	if (l->server->zone != NULL)
		list_push(w->arena, &w->events, l);
}

void zone_dirty(struct walk *w, struct zone *z)
{
	ground_of(z)->dirty = ground_of(z)->hosts_dirty = true;
	w->any_dirty = true;
	for (uint32_t i = 0; i < w->tree.legs.n; i++)
		if (w->tree.legs.at[i]->zone == z)
			path_of(w->tree.legs.at[i])->dirty = true;
}
