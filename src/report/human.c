/* human -- the screen: verdict, cause, who is hurt and until when, fix in safe order, what not to do, proof command. At
 * most 25 lines of 80 columns; what does not fit goes in the order of the keep numbers (screen.h). */
#include "report/human.h"
#include <string.h>

enum { SCREEN_LINES = 25 };

static enum sign verdict_sign(enum verdict_word w)
{
	static const enum sign signs[] = { SIGN_OK, SIGN_WARN, SIGN_WARN, SIGN_BAD, SIGN_UNKNOWN };
	return signs[w];
}

static void add_title(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	const char *id = report_headline(r) != NULL ? finding_kind(v->headline->id)->id : "";
	const char *type =
		r->evidence->setup.type == TYPE_A
			? ""
			: arena_printf(r->arena, " %s", type_text(r->arena, r->evidence->setup.type));
	const char *sign = sign_text(s, verdict_sign(v->word));
	const char *word = verdict_text(v->word);
	if (v->word == VERDICT_OK && !s->style->utf8)
		word = ""; /* the ASCII sign is the word */
	const char *head =
		arena_printf(r->arena, "%s %s%s" PAINT_BOLD, sign, word, *word != '\0' ? "  " : " ");
	size_t room = s->style->columns - paint_columns(head) - strlen(id) - strlen(type) - 2;
	head = arena_printf(r->arena, "%s%s%s" PAINT_END, head,
			    report_name(r->arena, r->evidence->setup.name, room), type);
	if (*id == '\0')
		screen_add(s, KEEP_ALWAYS, "%s", head);
	else
		screen_add(s, KEEP_ALWAYS, "%s%s", screen_pad(s, head, s->style->columns - strlen(id)), id);
}

/* Also in a signed zone an answer may be insecure: by opt-out (RFC 5155 9.2), by iterations (RFC 9276 3.2). */
static const char *sentence_insecure(const struct report *r)
{
	const struct chain *c = r->verdict->chain;
	if (c == NULL || c->no_anchor)
		return "The delegation works; with no trust anchor, nothing is validated.";
	for (uint32_t i = 0; i < c->legs.n; i++) {
		const struct leg_proof *l = c->legs.at[i];
		if (l->leg->for_ns != NULL || l->best == NULL || l->zone == NULL || l->zone->status != STATUS_SECURE ||
		    l->status != STATUS_INSECURE)
			continue;
		return l->best->proof.denial.opt_out
			       ? "The delegation works; the zone is signed, and by opt-out proves no absence."
			       : "The delegation works; the zone is signed, this answer is not validated.";
	}
	return "The delegation works; the zone is not signed, so nothing is validated.";
}

static const char *sentence_ok(const struct report *r)
{
	switch (r->verdict->security) {
	case STATUS_SECURE: return "All a validating resolver needs is right; the answer is secure.";
	case STATUS_INSECURE: return sentence_insecure(r);
	default: return "Nothing was found that breaks it.";
	}
}

/* It fails and no finding says why: the proof of the answer still does. */
static const char *sentence_without_finding(const struct report *r)
{
	const struct chain *c = r->verdict->chain;
	const struct leg_proof *worst = NULL;
	for (uint32_t i = 0; c != NULL && i < c->legs.n; i++)
		if (c->legs.at[i]->status == STATUS_BOGUS && c->legs.at[i]->leg->for_ns == NULL)
			worst = c->legs.at[i];
	if (worst == NULL)
		return "It fails, and no single cause was found: dnsvigil trace shows the walk.";
	return arena_printf(r->arena, "The answer for %s is bogus: %s.",
			    report_name(r->arena, worst->leg->name, 60), reason_text(worst->reason));
}

/* The rcode matters where it is not the usual one: a name that does not exist is no fault of the servers. */
static void add_sentence(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	if (report_headline(r) != NULL)
		screen_wrap(s, KEEP_ALWAYS, "  ", v->headline->text);
	else if (v->word == VERDICT_UNKNOWN)
		screen_wrap(s, KEEP_ALWAYS, "  ",
			    arena_printf(r->arena, "Not enough could be seen: %s.",
					 v->limited_why != NULL ? v->limited_why : "nothing answered"));
	else
		screen_wrap(s, KEEP_ALWAYS, "  ",
			    v->word == VERDICT_OK ? sentence_ok(r) : sentence_without_finding(r));
	if (v->rcode == RCODE_NXDOMAIN && v->word != VERDICT_SERVFAIL)
		screen_wrap(s, KEEP_USEFUL, "  ",
			    "The name does not exist (NXDOMAIN): that is what its servers say.");
	if (v->limited && v->limited_why != NULL && v->word != VERDICT_UNKNOWN)
		screen_wrap(s, KEEP_USEFUL, "  limited  ", v->limited_why);
	if (v->root != NULL && !v->confirmed && v->unconfirmed_why != NULL && s->style->verbose)
		screen_wrap(s, KEEP_DETAIL, "  likely   ", v->unconfirmed_why);
}

static void add_breaks(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	if (v->breaks_at.s == WALL_NEVER.s || v->word == VERDICT_SERVFAIL)
		return;
	char in[WALL_TEXT_MAX];
	screen_add(s, KEEP_USEFUL, "  breaks   %s, in %s, if nothing is renewed",
		   moment_text(r, v->breaks_at), distance_text(v->breaks_at.s - r->at.s, in));
}

static void add_agreement(const struct report *r, struct screen *s)
{
	const struct verdict *v = r->verdict;
	if (v->word == VERDICT_SERVFAIL || v->word == VERDICT_UNKNOWN || v->all_servers == 0)
		return;
	struct text t;
	text_init(&t, r->arena);
	text_addf(&t, "%u of %u good", v->ok_servers, v->all_servers);
	const struct server_row *last = NULL;
	bool same = true;
	const struct zone *z = r->chain.n > 0 ? r->chain.at[r->chain.n - 1].zone : NULL;
	for (uint32_t i = 0; i < r->servers.n; i++) {
		const struct server_row *row = &r->servers.at[i];
		if (row->zone != z || !row->has_serial)
			continue;
		same = same && (last == NULL || last->serial == row->serial);
		last = row;
	}
	if (last != NULL && same)
		text_addf(&t, ", serial %u", last->serial);
	else if (last != NULL)
		text_add(&t, ", serials differ");
	screen_add(s, KEEP_USEFUL, "  servers  %s", t.at);
}

/* Then nothing else is worth a word. */
static bool our_own_network(const struct report *r)
{
	const struct finding *f = r->verdict->headline;
	return r->verdict->word == VERDICT_UNKNOWN && f != NULL && f->id == FINDING_NETWORK_DOWN;
}

static void add_footer(const struct report *r, struct screen *s)
{
	const char *proof = report_proof_command(r);
	if (proof != NULL && !our_own_network(r))
		screen_wrap(s, KEEP_ALWAYS - 1, "  proof    ", proof);
	struct text t;
	text_init(&t, r->arena);
	text_addf(&t, "  %u queries, %u server%s", r->evidence->exchanges.n, r->n_servers,
		  r->n_servers == 1 ? "" : "s");
	if (r->n_resolvers > 0)
		text_addf(&t, ", %u resolver%s", r->n_resolvers, r->n_resolvers == 1 ? "" : "s");
	text_addf(&t, ", %u ms", r->evidence->took_ms);
	text_pad(&t, 52, 0);
	text_addf(&t, " %s", r->certainty);
	text_pad(&t, 73, 0);
	text_addf(&t, " exit %d", r->exit);
	screen_add(s, KEEP_ALWAYS, PAINT_DIM "%s" PAINT_END, t.at);
}

/* Above the zone in question somebody else is in charge. */
static void add_whose(const struct report *r, struct screen *s)
{
	const struct finding *root = r->verdict->root;
	const struct zone *last = r->chain.n > 0 ? r->chain.at[r->chain.n - 1].zone : NULL;
	if (root == NULL || root->zone == NULL || last == NULL || !name_is_strictly_under(last->name, root->zone->name))
		return;
	screen_wrap(s, KEEP_USEFUL, "  whose    ",
		    arena_printf(r->arena, "%s lies above %s: its operator must act", report_name(r->arena, root->zone->name, 60),
				 report_name(r->arena, last->name, 60)));
}

static void add_middle(const struct report *r, struct screen *s)
{
	screen_blank(s);
	human_chain(r, s);
	screen_blank(s);
	human_table(r, s);
	human_gone(r, s);
	screen_blank(s);
	human_since(r, s);
	add_breaks(r, s);
	human_habits(r, s);
	add_agreement(r, s);
	human_who(r, s);
	add_whose(r, s);
}

static void compose(const struct report *r, const struct style *style, bool in_full, struct screen *s)
{
	screen_init(s, r->arena, style);
	add_title(r, s);
	add_sentence(r, s);
	human_history(r, s);
	if (!our_own_network(r))
		add_middle(r, s);
	else
		screen_blank(s);
	human_fix(r, s);
	human_also(r, s, in_full);
	screen_blank(s);
	if (style->verbose)
		human_exchanges(r, s);
	screen_blank(s);
	add_footer(r, s);
	screen_fit(s, 0);
}

void report_human(const struct report *r, const struct style *style, struct text *out)
{
	struct screen s;
	compose(r, style, true, &s);
	if (!style->verbose && s.lines.n > SCREEN_LINES) {
		compose(r, style, false, &s);
		screen_fit(&s, SCREEN_LINES);
	}
	screen_print(&s, out);
}
