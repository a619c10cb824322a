/* resolvers -- what the recursive resolvers said, with and without CD. */
#include "report/inside.h"

void report_add_resolvers(struct report *r)
{
	const struct tree *t = r->result->tree;
	for (uint32_t i = 0; i < t->resolvers.n; i++) {
		const struct server *s = t->resolvers.at[i];
		struct resolver_row row = { .server = s };
		for (uint32_t k = 0; k < s->looks.n; k++) {
			const struct look *l = s->looks.at[k];
			if (l->kind == LOOK_RESOLVER && row.look == NULL) {
				row.look = l;
				row.m = l->m;
			} else if (l->kind == LOOK_RESOLVER_CD && row.cd == NULL) {
				row.cd = l;
				row.m_cd = l->m;
			}
		}
		list_push(r->arena, &r->resolvers, row);
	}
}
