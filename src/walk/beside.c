/* Questions beside the one asked, at the zone that answers it: the same name with another type, the names between it and
 * the apex, which resolvers that minimise ask first (RFC 9156), the parameters of the NSEC3 chain where there is one,
 * and at depth deep EDNS as it may come to be. All extra: what is not answered harms nothing. */
#include "walk/inside.h"

enum { BETWEEN_NAMES = 2, BETWEEN_NAMES_DEEP = 4, FEW_SERVERS = 2 };

static void want_other_type(struct walk *w, struct server *s, const struct leg *question)
{
	look_want(w, s, LOOK_OTHER_TYPE, question->name, question->type == TYPE_A ? TYPE_AAAA : TYPE_A, true);
}

/* From the apex down, as they are asked. */
static void want_between(struct walk *w, struct server *s, const struct leg *question)
{
	uint8_t apex = name_labels(s->zone->name), whole = name_labels(question->name);
	uint8_t most = w->e->setup.depth == DEPTH_DEEP ? BETWEEN_NAMES_DEEP : BETWEEN_NAMES;
	for (uint8_t k = 1; k <= most && apex + k < whole; k++)
		look_want(w, s, LOOK_BETWEEN, name_suffix(question->name, (uint8_t)(apex + k)), TYPE_A, true);
}

static bool shows_nsec3(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++)
		if (s->looks.at[i]->kind != LOOK_DS && s->looks.at[i]->m != NULL &&
		    section_find_type(&s->looks.at[i]->m->authority, TYPE_NSEC3, 0) != NULL)
			return true;
	return false;
}

static void want_edns(struct walk *w, struct server *s)
{
	look_want(w, s, LOOK_EDNS1, s->zone->name, TYPE_SOA, true);
	look_want(w, s, LOOK_EDNS_Z, s->zone->name, TYPE_SOA, true);
}

void want_beside(struct walk *w, struct zone *z, struct server *const *alive, uint32_t n)
{
	const struct leg *question = w->tree.legs.at[0];
	if (w->e->setup.depth == DEPTH_DEEP)
		want_sync(w, z, alive, n);
	bool apex_asked = name_equal(question->name, z->name);
	for (uint32_t i = 0; i < n && (i < FEW_SERVERS || w->e->setup.depth == DEPTH_DEEP); i++) {
		if (!apex_asked)
			want_other_type(w, alive[i], question);
		want_between(w, alive[i], question);
		if (w->e->setup.depth == DEPTH_DEEP && post_of(alive[i])->e->edns_alive)
			want_edns(w, alive[i]);
		if (shows_nsec3(alive[i]))
			look_want(w, alive[i], LOOK_NSEC3PARAM, z->name, TYPE_NSEC3PARAM, true);
	}
}
