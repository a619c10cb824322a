/* Looks: what zones and legs want to know of a server. The same question to the same address is asked
 * once, whoever wants to know (parent and child may share it); every look then tells the same. What comes
 * is passed on to zones and legs. */
#include "walk/inside.h"

static enum probe_mode mode_of(enum look_kind kind)
{
	switch (kind) {
	case LOOK_TCP: return PROBE_TCP;
	case LOOK_EDNS1: return PROBE_EDNS1;
	case LOOK_EDNS_Z: return PROBE_EDNS_Z;
	case LOOK_RESOLVER: return PROBE_RESOLVER;
	case LOOK_RESOLVER_CD: return PROBE_RESOLVER_CD;
	default: return PROBE_AUTH;
	}
}

struct look *look_want(struct walk *w, struct server *s, enum look_kind kind, const uint8_t *name,
		       uint16_t type, bool extra)
{
	enum probe_mode mode = mode_of(kind);
	struct endpoint *e = post_of(s)->e;
	struct probe *p = endpoint_probe(e, mode, name, type);
	if (p != NULL)
		p->extra &= extra;
	struct look *l = server_look(s, kind, name, type);
	if (l != NULL)
		return l;
	l = ARENA_NEW(w->arena, struct look);
	*l = (struct look){ .kind = kind, .name = name, .type = type, .server = s };
	list_push(w->arena, &s->looks, l);
	if (s->forbidden) {
		l->settled = l->not_asked = true;
		l->not_asked_why = "forbidden";
		look_event(w, l);
		return l;
	}
	bool is_new = p == NULL;
	if (is_new) {
		p = ARENA_NEW(w->arena, struct probe);
		*p = (struct probe){ .to = e, .mode = mode, .name = name, .type = type, .extra = extra };
		list_push(w->arena, &e->probes, p);
	}
	probe_join(w, p, l);
	if (is_new)
		probe_start(w, p);
	return l;
}
