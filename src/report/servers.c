/* servers -- each address of the path in one row: how it can be reached, what it says of its zone. */
#include "report/inside.h"
#include <errno.h>

const char *outcome_word(enum ask_outcome o, int os_errno)
{
	switch (o) {
	case ASK_ANSWERED: return "ok";
	case ASK_TIMED_OUT: return "silent";
	case ASK_UNREACHABLE: return os_errno == ECONNREFUSED ? "refused" : "unreachable";
	case ASK_CLOSED: return "closed";
	case ASK_GARBLED: return "garbage";
	case ASK_FORBIDDEN: return "not asked";
	case ASK_CANCELLED: return NULL;
	}
	return NULL;
}

const char *answer_gist(struct arena *a, const struct look *l, size_t name_columns)
{
	const struct message *m = l->m;
	if (m->rcode != RCODE_NOERROR)
		return rcode_text(a, m->rcode);
	if (section_find(&m->answer, l->name, l->type) != NULL)
		return type_text(a, l->type);
	if (section_find(&m->answer, l->name, TYPE_CNAME) != NULL)
		return "CNAME";
	if (m->answer.n > 0)
		return "other data";
	const struct rrset *ns = section_find_type(&m->authority, TYPE_NS, 0);
	if (ns == NULL || m->aa)
		return section_find_type(&m->authority, TYPE_SOA, 0) != NULL ? "no data" : "empty";
	if (name_columns == 0)
		return "referral";
	return arena_printf(a, "referral to %s%s", report_name(a, ns->owner, name_columns),
			    section_find(&m->authority, ns->owner, TYPE_DS) != NULL ? " with DS" : "");
}

/* The better word of a transport: an answer wins over a silence, a silence over nothing. */
static void learn_transport(struct server_row *row, const struct exchange *x)
{
	const char **slot = x->q.over == OVER_TCP ? &row->tcp : &row->udp;
	const char *word = outcome_word(x->r.outcome, x->r.os_errno);
	if (word != NULL && (*slot == NULL || x->r.outcome == ASK_ANSWERED))
		*slot = word;
	if (x->r.outcome == ASK_ANSWERED && (row->rtt_us == 0 || x->r.rtt_us < row->rtt_us))
		row->rtt_us = x->r.rtt_us;
}

static unsigned look_rank(const struct look *l)
{
	if (l->m == NULL)
		return 0;
	switch (l->kind) {
	case LOOK_SOA: return 4;
	case LOOK_QUESTION: return 3;
	case LOOK_NS:
	case LOOK_DNSKEY: return 2;
	default: return 1;
	}
}

static void learn_serial(struct server_row *row, const struct look *l)
{
	if (l->m == NULL || !l->m->aa || row->zone == NULL)
		return;
	const struct section *sections[] = { &l->m->answer, &l->m->authority };
	for (unsigned i = 0; i < 2 && !row->has_serial; i++) {
		const struct rrset *soa = section_find(sections[i], row->zone->name, TYPE_SOA);
		if (soa == NULL || soa->n == 0)
			continue;
		row->has_serial = true;
		row->serial = rdata_soa(soa->rd[0]).serial;
	}
}

struct server_row report_server_row(const struct server *s)
{
	struct server_row row = { .server = s, .zone = s->zone };
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		for (uint32_t k = 0; k < l->tries.n; k++)
			learn_transport(&row, l->tries.at[k]);
		if (l->kind == LOOK_SOA || l->kind == LOOK_QUESTION)
			learn_serial(&row, l);
		if (look_rank(l) > (row.best == NULL ? 0 : look_rank(row.best)))
			row.best = l;
	}
	if (s->forbidden && row.udp == NULL)
		row.udp = "not asked";
	if (row.best != NULL) {
		row.answered = true;
		row.rcode = row.best->m->rcode;
		row.aa = row.best->m->aa;
	}
	row.fine = row.answered && row.aa && (row.rcode == RCODE_NOERROR || row.rcode == RCODE_NXDOMAIN);
	return row;
}

void report_add_servers(struct report *r)
{
	const struct tree *t = r->result->tree;
	for (uint32_t i = 0; i < t->zones.n; i++) {
		const struct zone *z = t->zones.at[i];
		for (uint32_t k = 0; z->on_path && k < z->servers.n; k++)
			list_push(r->arena, &r->servers, report_server_row(z->servers.at[k]));
	}
}
