/* What the recursive resolvers say, against our own walk. Their word is corroboration: the walk decides, and where they
 * contradict it, that is a finding of theirs (zone NULL), DEGRADED at most. */
#include "judge/inside.h"
#include "base/text.h"
#include <string.h>

struct words { /* of one resolver */
	const struct server *server;
	const struct look *normal, *cd;
	const struct message *m, *m_cd;
	bool fails, cd_fails; /* SERVFAIL; silence is neither */
};

static const struct look *look_of(const struct server *s, enum look_kind kind)
{
	for (uint32_t i = 0; i < s->looks.n; i++)
		if (s->looks.at[i]->kind == kind && !s->looks.at[i]->not_asked)
			return s->looks.at[i];
	return NULL;
}

static struct words words_of(const struct server *s)
{
	struct words w = { .server = s,
			   .normal = look_of(s, LOOK_RESOLVER),
			   .cd = look_of(s, LOOK_RESOLVER_CD) };
	w.m = look_message(w.normal);
	w.m_cd = look_message(w.cd);
	w.fails = w.m && w.m->rcode == RCODE_SERVFAIL;
	w.cd_fails = w.m_cd && w.m_cd->rcode == RCODE_SERVFAIL;
	return w;
}

static bool has_ede(const struct message *m, uint16_t low, uint16_t high)
{
	for (uint8_t i = 0; m && i < m->n_edes; i++)
		if (m->edes[i].code >= low && m->edes[i].code <= high)
			return true;
	return false;
}

static bool ede_says(struct judging *j, const struct message *m, const char *word)
{
	for (uint8_t i = 0; m && i < m->n_edes; i++)
		if (strstr(escape_terminal(j->arena, m->edes[i].text, m->edes[i].text_len, 0), word))
			return true;
	return false;
}

static const char *ede_detail(struct judging *j, const struct message *m)
{
	if (!m || !m->n_edes)
		return "";
	const struct ede *e = &m->edes[0];
	const char *text = escape_terminal(j->arena, e->text, e->text_len, 100);
	return arena_printf(j->arena, "; EDE %u %s%s%s", (unsigned)e->code, ede_text(e->code),
			    *text ? ": " : "", text);
}

static struct finding *say(struct judging *j, enum finding_id id, const struct words *w)
{
	struct finding *f =
		finding_add(j, id, NULL, j->tree->evidence->setup.name, j->tree->evidence->setup.type);
	finding_at(j, f, w->server);
	if (!f->proof && w->normal)
		f->proof = w->normal->last;
	if (!f->detail || !*f->detail)
		f->detail = ede_detail(j, w->m);
	return f;
}

/* The longest that what is cached can go on: the answer's TTL, the chain above cannot make it longer. */
static struct wall cached_until(const struct judging *j, const struct look *l, const struct message *m)
{
	uint32_t ttl = 0;
	int64_t said_at = j->tree->evidence->collected_at.s + l->last->at_ms / 1000;
	for (uint16_t i = 0; i < m->answer.n; i++)
		ttl = m->answer.at[i].ttl > ttl ? m->answer.at[i].ttl : ttl;
	return (struct wall){ said_at + ttl };
}

/* --- we say it fails --- */

static void beside_failure(struct judging *j, const struct words *w)
{
	if (!w->m)
		return;
	if (w->fails) {
		if (w->m_cd)
			say(j, w->cd_fails ? FINDING_RESOLVER_FAILS_BOTH_WAYS : FINDING_RESOLVER_CD_DIFFERS,
			    w);
		return;
	}
	if (has_ede(w->m, 33, 33))
		say(j, FINDING_RESOLVER_NEGATIVE_TRUST_ANCHOR, w);
	else if (has_ede(w->m, 3, 3) || has_ede(w->m, 19, 19))
		say(j, FINDING_RESOLVER_STALE_SERVED, w);
	else if (w->m->rcode == RCODE_NOERROR && w->m->answer.n) {
		struct finding *f = say(j, FINDING_RESOLVER_STILL_CACHED, w);
		struct wall until = cached_until(j, w->normal, w->m);
		if (f->when.s == WALL_NEVER.s || until.s > f->when.s)
			f->when = until;
	}
}

/* --- we say it is fine --- */

/* The words resolvers use where the trust anchor itself is what fails; EDE 5 and 9 without a word of this zone mean it too. */
static bool blames_anchor(struct judging *j, const struct words *w)
{
	const char *zone = j->tree->legs.n && j->tree->legs.at[0]->zone
				   ? name_words(j->arena, j->tree->legs.at[0]->zone->name)
				   : ".";
	if (ede_says(j, w->m, "trust anchor") || ede_says(j, w->m, " . DNSKEY") || ede_says(j, w->m, "<. "))
		return true;
	if (strcmp(zone, ".") != 0 && ede_says(j, w->m, zone))
		return false;
	return has_ede(w->m, 5, 5) || has_ede(w->m, 9, 9);
}

static bool blocked(const struct judging *j, const struct words *w)
{
	if (has_ede(w->m, 4, 4) || has_ede(w->m, 15, 18))
		return true;
	bool other = w->m->rcode == RCODE_NXDOMAIN || w->m->rcode == RCODE_REFUSED;
	return other && j->v->rcode == RCODE_NOERROR;
}

static const struct rrset *first_answer(const struct message *m)
{
	return m && m->answer.n ? &m->answer.at[0] : NULL;
}

static bool bare_of_signatures(const struct message *m)
{
	for (uint16_t i = 0; i < m->answer.n; i++)
		if (m->answer.at[i].n_sigs || m->answer.at[i].type == TYPE_RRSIG)
			return false;
	return m->answer.n > 0;
}

static bool strips(const struct judging *j, const struct words *w)
{
	const struct message *m = w->m_cd && first_answer(w->m_cd) ? w->m_cd : w->m;
	return j->v->security == STATUS_SECURE && m && m->rcode == RCODE_NOERROR && bare_of_signatures(m);
}

static struct finding *contradicts(struct judging *j, enum finding_id id, const struct words *w)
{
	struct finding *f = say(j, id, w);
	f->breaks = true;
	return f;
}

static void beside_success(struct judging *j, const struct words *w)
{
	if (!w->m)
		return;
	if (blocked(j, w))
		contradicts(j, FINDING_RESOLVER_POLICY_BLOCK, w);
	else if (strips(j, w) && !(w->m->ad && !w->fails))
		contradicts(j, FINDING_FORWARDER_STRIPS_DNSSEC, w);
	else if (w->fails && !w->cd_fails && w->m_cd && j->chain->no_anchor)
		say(j, FINDING_RESOLVER_CD_DIFFERS, w); /* we could not have seen it */
	else if (w->fails && has_ede(w->m, 13, 13))
		contradicts(j, FINDING_RESOLVER_CACHED_FAILURE, w);
	else if (w->fails && !w->cd_fails && w->m_cd)
		contradicts(j,
			    j->v->security == STATUS_SECURE && blames_anchor(j, w)
				    ? FINDING_RESOLVER_ANCHOR_WRONG
				    : FINDING_RESOLVER_CACHED_FAILURE,
			    w);
	else if (w->fails)
		contradicts(j, FINDING_RESOLVER_FAILS, w);
	else if (has_ede(w->m, 33, 33))
		say(j, FINDING_RESOLVER_NEGATIVE_TRUST_ANCHOR, w);
	else if (has_ede(w->m, 3, 3) || has_ede(w->m, 19, 19))
		say(j, FINDING_RESOLVER_STALE_SERVED, w);
	else if (has_ede(w->m, 1, 2) && j->v->security == STATUS_SECURE)
		say(j, FINDING_RESOLVER_ALG_POLICY, w);
}

/* Their words are of the moment they were asked; at another moment they say nothing. */
enum { SAME_MOMENT_S = 900 };

void judge_resolvers(struct judging *j)
{
	int64_t apart = j->at.s - j->tree->evidence->collected_at.s;
	if (apart > SAME_MOMENT_S || apart < -SAME_MOMENT_S)
		return;
	bool good = j->v->word != VERDICT_SERVFAIL && j->v->word != VERDICT_UNKNOWN;
	for (uint32_t i = 0; i < j->tree->resolvers.n; i++) {
		struct words w = words_of(j->tree->resolvers.at[i]);
		if (w.normal && !w.m && w.normal->settled)
			say(j, FINDING_RESOLVER_SILENT, &w);
		else if (good)
			beside_success(j, &w);
		else
			beside_failure(j, &w);
	}
}
