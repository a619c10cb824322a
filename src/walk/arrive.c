/* What came to a look, told to those it concerns: the zone whose server spoke, the legs that wait for this
 * name, the cut a referral shows, the name servers whose addresses were asked for. Each may be told the
 * same twice. */
#include "walk/inside.h"

static void tell_legs(struct walk *w, struct look *l, const struct meaning *m)
{
	for (uint32_t i = 0; i < w->tree.legs.n; i++) {
		struct leg *g = w->tree.legs.at[i];
		struct leg_asks asks = leg_asks(w, g);
		if (asks.type == l->type && name_equal(asks.name, l->name))
			leg_take(w, g, l, m);
	}
}

static void question_arrived(struct walk *w, struct look *l)
{
	struct zone *z = l->server->zone;
	struct meaning m = classify(w->arena, z->name, l->name, l->type, l->m);
	if (l->m != NULL && l->m->aa && m.kind != MEANS_REFERRAL)
		zone_take_child_ns(w, z, &l->m->authority);
	if (m.kind == MEANS_REFERRAL && !hidden_above(w, z, &m))
		zone_take_referral(w, l->server, l, m.ns);
	hosts_take_own(w, z, l, &m);
	glue_arrived(w, l);
	tell_legs(w, l, &m);
}

static void ds_arrived(struct walk *w, struct look *l)
{
	struct meaning m = classify(w->arena, l->server->zone->name, l->name, TYPE_DS, l->m);
	if (m.kind == MEANS_REFERRAL && !hidden_above(w, l->server->zone, &m))
		zone_take_referral(w, l->server, l, m.ns);
	struct zone *cut = tree_zone(&w->tree, l->name);
	if (cut != NULL && m.kind == MEANS_DATA)
		ground_of(cut)->has_keys = true;
}

/* Who minimises his questions (RFC 9156), as resolvers do, meets a zone between the question's name and the zone whose
 * servers answered it, and goes there. He also asks for another type than the question's: where that one fails, its referral
 * leads on. */
static void beside_arrived(struct walk *w, struct look *l)
{
	struct zone *z = l->server->zone;
	struct leg *question = w->tree.legs.at[0];
	if (l->kind == LOOK_OTHER_TYPE && (question->end != LEG_STUCK || question->type == TYPE_DS))
		return;
	struct meaning m = classify(w->arena, z->name, l->name, l->type, l->m);
	if (m.kind != MEANS_REFERRAL)
		return;
	struct zone *child = zone_take_referral(w, l->server, l, m.ns);
	if (child != NULL && question->zone == z && name_is_under(question->name, child->name))
		leg_descend(w, question, child);
}

void look_arrived(struct walk *w, struct look *l)
{
	struct zone *z = l->server->zone;
	switch (l->kind) {
	case LOOK_QUESTION: question_arrived(w, l); break;
	case LOOK_DS: ds_arrived(w, l); break;
	case LOOK_OTHER_TYPE:
	case LOOK_BETWEEN: beside_arrived(w, l); break;
	case LOOK_NS:
		if (l->m != NULL && l->m->rcode == RCODE_NOERROR)
			zone_take_child_ns(w, z, &l->m->answer);
		break;
	case LOOK_DNSKEY:
		if (l->m != NULL && section_find(&l->m->answer, z->name, TYPE_DNSKEY) != NULL) {
			ground_of(z)->has_keys = ground_of(z)->serves_keys = true;
			if (z->parent != NULL)
				zone_dirty(w, z->parent);
		}
		break;
	default: break;
	}
	zone_dirty(w, z);
}
