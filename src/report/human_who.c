/* human_who -- who is hurt, since when and until when, as far as the evidence says; the resolvers that were asked. */
#include "report/human.h"

enum { RESOLVERS_SHOWN = 4, EDE_COLUMNS = 50 };

static bool resolver_fails(const struct resolver_row *row)
{
	return row->m == NULL || (row->m->rcode != RCODE_NOERROR && row->m->rcode != RCODE_NXDOMAIN);
}

const char *resolver_words(const struct report *r, const struct resolver_row *row)
{
	char addr[ADDR_TEXT_MAX];
	struct text t;
	text_init(&t, r->arena);
	text_add(&t, addr_text(&row->server->addr, addr));
	if (row->m == NULL) {
		const char *word =
			row->look != NULL && row->look->last != NULL
				? outcome_word(row->look->last->r.outcome, row->look->last->r.os_errno)
				: NULL;
		text_addf(&t, " %s", word != NULL ? word : "not asked");
		return t.at;
	}
	text_addf(&t, " %s%s", rcode_text(r->arena, row->m->rcode), row->m->ad ? " AD" : "");
	for (unsigned i = 0; i < row->m->n_edes && i < 3; i++)
		text_addf(&t, "%s%u", i == 0 ? " (EDE " : ", ", row->m->edes[i].code);
	text_add(&t, row->m->n_edes > 0 ? ")" : "");
	if (resolver_fails(row) && row->m_cd != NULL)
		text_addf(&t, ", +cd %s", rcode_text(r->arena, row->m_cd->rcode));
	return t.at;
}

/* An instant of the past that the finding is about: since then it fails. */
static const char *since(const struct report *r, const struct finding *f)
{
	if (f->when.s == WALL_NEVER.s || f->when.s > r->at.s)
		return "";
	char ago[WALL_TEXT_MAX];
	return arena_printf(r->arena, " since %s (%s ago)", moment_text(r, f->when),
			    distance_text(r->at.s - f->when.s, ago));
}

/* Not everybody fails. Where all servers share the fault, the sentence above has said what resolvers make of it. */
static void add_some(const struct report *r, struct screen *s, const struct finding *f)
{
	const char *who = NULL;
	if (!f->breaks)
		who = "nobody fails by it for now";
	else if (finding_kind(f->id)->family == FAMILY_RESOLVER)
		who = "those who use such a resolver; the servers are not at fault";
	else if (f->n_servers > 0 && f->n_servers < f->of_servers)
		who = arena_printf(r->arena,
				   "look-ups that meet %u of %u servers; most resolvers then try another",
				   f->n_servers, f->of_servers);
	if (who != NULL)
		screen_wrap(s, KEEP_USEFUL, "  who      ", who);
}

static void add_who(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	const struct finding *f = v->root;
	if (f == NULL)
		return;
	bool dnssec = v->security == STATUS_BOGUS;
	const char *whom = dnssec ? "validating resolvers" : "resolvers";
	if (v->word != VERDICT_SERVFAIL)
		add_some(r, s, f);
	else
		screen_wrap(
			s, KEEP_USEFUL, "  who      fails    ",
			arena_printf(r->arena, "%s%s%s", f->always ? "all " : "some ", whom, since(r, f)));
	if (dnssec && v->word == VERDICT_SERVFAIL)
		screen_wrap(s, KEEP_DETAIL, "           works    ",
			    "resolvers that do not validate, and dig +cd");
	else if (v->word == VERDICT_SERVFAIL)
		screen_wrap(s, KEEP_DETAIL, "           not      ", "DNSSEC: dig +cd does not help");
}

static void add_resolvers(const struct report *r, struct screen *s)
{
	bool below = r->verdict->root != NULL;
	const char *first = below ? "           seen     " : "  asked    ";
	uint32_t most = s->style->verbose ? UINT32_MAX : RESOLVERS_SHOWN;
	for (uint32_t i = 0; i < r->resolvers.n && i < most; i++) {
		screen_wrap(s, KEEP_USEFUL, first, resolver_words(r, &r->resolvers.at[i]));
		first = below ? "                    " : "           ";
	}
	if (r->resolvers.n > most)
		screen_wrap(s, KEEP_DETAIL, first,
			    arena_printf(r->arena, "and %u more", r->resolvers.n - most));
}

/* EDE texts are free words of a stranger: escaped, cut, and only where asked for. */
static void add_ede_texts(const struct report *r, struct screen *s)
{
	for (uint32_t i = 0; i < r->resolvers.n; i++) {
		const struct message *m = r->resolvers.at[i].m;
		for (unsigned k = 0; m != NULL && k < m->n_edes; k++)
			screen_wrap(s, KEEP_DETAIL, "           ",
				    arena_printf(r->arena, "EDE %u %s: \"%s\"", m->edes[k].code,
						 ede_text(m->edes[k].code),
						 escape_terminal(r->arena, m->edes[k].text,
								 m->edes[k].text_len, EDE_COLUMNS)));
	}
}

void human_who(const struct report *r, struct screen *s)
{
	add_who(r, s);
	add_resolvers(r, s);
	if (s->style->verbose)
		add_ede_texts(r, s);
}
