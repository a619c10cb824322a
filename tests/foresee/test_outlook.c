/* When the chain ends, server by server; how soon to look again; and the outlook as a whole. */
#include "foresee/chain_ends.h"
#include "foresee/inside.h"
#include "tests/foresee/snap_case.h"

#define HEAD                                                                                                                    \
	"zone shop.lab. ecdsa inception=-7d expiration=+20d servers ns1=192.0.2.11 ns2=198.51.100.12\n"                         \
	"record www.shop.lab. 300 A 203.0.113.7\n"
#define ASK "ask www.shop.lab. A\n"
enum { DAY = 86400, HOURS = 3600 };

static const struct ladder ladder = { .rungs_s = { 30 * DAY, 14 * DAY, 7 * DAY, 3 * DAY, DAY }, .n = 5, .warn_fraction = 0.25,
				      .critical_fraction = 0.10 };

static struct history history_of(struct snapshot *s, int64_t poll_s)
{
	struct history h = { .zone = s->zone, .poll_s = poll_s };
	list_push(snap_arena, &h.pasts, (struct past){ .from = { s->at.s - DAY }, .to = s->at, .s = s });
	return h;
}

static struct outlook ends_of(struct snapshot *s)
{
	struct history h = history_of(s, 300);
	struct outlook out = { .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	outlook_ends(snap_arena, &h, &ladder, s->at, &out);
	outlook_pace(&h, s->at, &out);
	return out;
}

static struct outlook ends(const char *more)
{
	return ends_of(snap_of(arena_printf(snap_arena, HEAD "%s" ASK, more)));
}

static const struct finding *first_server(const struct outlook *o)
{
	for (uint32_t i = 0; i < o->findings.n; i++)
		if (o->findings.at[i].id == FINDING_SERVER_ENDS_FIRST)
			return &o->findings.at[i];
	return NULL;
}

static int64_t days(const struct outlook *o)
{
	struct snapshot *s = snap_of(HEAD ASK);
	return o->breaks_at.s == INT64_MAX ? -1 : (o->breaks_at.s - s->at.s) / DAY;
}

static void the_chain_ends_where_its_first_part_ends(void **state)
{
	(void)state;
	struct outlook o = ends("");
	assert_int_equal(days(&o), 20);
	o = ends("break shop.lab. rrsig window from=-7d until=+5d type=SOA\n");         /* no look of one question would tell */
	assert_int_equal(days(&o), 5);
	o = ends("break shop.lab. rrsig window from=-7d until=+6d type=DNSKEY at=ns2\n");
	assert_int_equal(days(&o), 6);
	o = ends("break lab. rrsig window from=-7d until=+7d type=DS name=shop.lab.\n");
	assert_int_equal(days(&o), 7);
	o = ends("break . rrsig window from=-7d until=+8d type=DNSKEY\n");
	assert_int_equal(days(&o), 8);
	/* a spare that ends sooner is no end */
	o = ends("change shop.lab. rrsig extra-expired since=+4d from=-7d\n");
	assert_int_equal(days(&o), 20);
	/* already broken: no later trouble is told */
	o = ends("break shop.lab. rrsig expired\n");
	assert_int_equal(days(&o), -1);
}

static void an_unsigned_zone_ends_with_the_proof_above_it(void **state)
{
	(void)state;
	struct outlook o = ends("break shop.lab. ds remove\nbreak shop.lab. rrsig window from=-7d until=+2d\n");
	assert_true(days(&o) > 2);      /* its own signatures are nobody's business */
	struct snapshot *s = snap_of("zone shop.lab. unsigned servers ns1=192.0.2.11\nrecord www.shop.lab. 300 A 203.0.113.7\nanchor none\n"
				     ASK);
	o = ends_of(s);
	assert_int_equal(o.breaks_at.s, INT64_MAX);
}

static void a_server_that_ends_before_the_others(void **state)
{
	(void)state;
	struct outlook o = ends("break shop.lab. rrsig window from=-24d until=+1d at=ns2\n");
	const struct finding *f = first_server(&o);
	assert_non_null(f);
	assert_int_equal(f->severity, SEVERITY_ERROR);          /* a day of 25 left */
	assert_int_equal(f->servers.n, 1);
	assert_int_equal(f->servers.at[0]->addr.ip[0], 198);
	assert_non_null(strstr(f->text, "ns2.shop.lab"));
	o = ends("break shop.lab. rrsig window from=-20d until=+5d at=ns2\n");
	assert_int_equal(first_server(&o)->severity, SEVERITY_WARNING);
	o = ends("break shop.lab. rrsig window from=-7d until=+9d at=ns2\n");     /* more than a quarter left */
	assert_null(first_server(&o));
	o = ends("break shop.lab. rrsig window from=-24d until=+1d\n");           /* all of them: the signer, not a server */
	assert_null(first_server(&o));
	o = ends("break shop.lab. rrsig window from=-24d until=+1d at=ns2\nserver ns2.shop.lab. silent\n");
	assert_null(first_server(&o));
}

static void the_end_of_each_server(void **state)
{
	(void)state;
	struct snapshot *s = snap_of(HEAD "break shop.lab. rrsig window from=-7d until=+9d type=NS at=ns1\n" ASK);
	struct chain_ends e = chain_ends_of(s);
	assert_int_equal(e.n, 2);
	assert_int_equal(e.first.at.s - s->at.s, 9 * DAY);
	assert_string_equal(e.first.rrset, "NS");
	assert_int_equal(e.first.validity_s, 16 * DAY);
	assert_int_equal(e.last.at.s - s->at.s, 20 * DAY);
	assert_int_equal(e.first_server->addr.ip[0], 192);
	s->servers.at[0].answered = false;
	e = chain_ends_of(s);
	assert_int_equal(e.n, 1);
	assert_int_equal(e.first.at.s - s->at.s, 20 * DAY);
}

/* ---- how soon to look again ---- */

static int64_t pace(struct snapshot *s, int64_t poll_s, int64_t breaks_in_s, bool closely)
{
	struct history h = history_of(s, poll_s);
	struct outlook out = { .breaks_at = breaks_in_s < 0 ? WALL_NEVER : (struct wall){ s->at.s + breaks_in_s },
			       .heals_at = WALL_NEVER, .watch_closely = closely };
	outlook_pace(&h, s->at, &out);
	return out.poll_s;
}

static void looks_sooner_when_it_matters(void **state)
{
	(void)state;
	struct snapshot *s = snap_of(HEAD ASK);                 /* TTLs of 3600 */
	assert_int_equal(pace(s, 300, -1, false), 0);           /* a tenth of the TTL is longer than that */
	assert_int_equal(pace(s, 600, -1, false), 360);
	assert_int_equal(pace(s, 300, -1, true), 60);
	assert_int_equal(pace(s, 30, -1, true), 0);             /* as configured is sooner */
	assert_int_equal(pace(s, 300, 40 * DAY, false), 0);
	assert_int_equal(pace(s, 300, HOURS, false), 180);
	assert_int_equal(pace(s, 300, 300, false), 60);
	assert_int_equal(pace(s, 300, 0, false), 0);            /* past */
	s->parents.at[0].ds_ttl = s->parents.at[1].ds_ttl = 900;
	assert_int_equal(pace(s, 300, -1, false), 90);
	s->parents.at[0].ds.n = s->parents.at[1].ds.n = 0;      /* unsigned: no TTL to be in time for */
	assert_int_equal(pace(s, 600, -1, false), 0);
}

/* ---- habits ---- */

static void sign_history(struct history *h, const struct snapshot *s, const char *rrset, unsigned cycles)
{
	const struct snap_server *v = &s->servers.at[0];
	for (uint32_t i = 0; i < v->sigs.n; i++)
		for (unsigned n = 0; !strcmp(v->sigs.at[i].rrset, rrset) && n < cycles; n++) {
			const struct snap_sig *g = &v->sigs.at[i];
			int64_t back = (int64_t)(cycles - 1 - n) * 9 * DAY;
			list_push(snap_arena, &h->sigs,
				  (struct sig_seen){ g->rrset, g->tag, g->algorithm, { g->inception.s - back }, { g->expiration.s - back },
						     { g->inception.s - back } });
		}
}

static bool known(unsigned soa, unsigned dnskey)
{
	struct snapshot *s = snap_of(HEAD ASK);
	struct history h = history_of(s, 300);
	struct outlook out = { .breaks_at = WALL_NEVER, .heals_at = WALL_NEVER };
	sign_history(&h, s, "SOA", soa);
	sign_history(&h, s, "DNSKEY", dnskey);
	outlook_ends(snap_arena, &h, &ladder, s->at, &out);
	return out.habits_known;
}

static void memory_overrules_the_fixed_margin_once_it_knows(void **state)
{
	(void)state;
	assert_false(known(0, 0));
	assert_false(known(1, 1));
	assert_false(known(5, 1));
	assert_false(known(1, 5));
	assert_true(known(5, 5));
}

/* ---- the whole ---- */

static struct outlook whole(struct history *h, struct wall at)
{
	struct outlook out;
	outlook_make(snap_arena, h, &ladder, at, &out);
	for (uint32_t i = 0; i < out.findings.n; i++) {
		assert_non_null(out.findings.at[i].text);
		assert_true(i == 0 || out.findings.at[i - 1].severity >= out.findings.at[i].severity);
	}
	return out;
}

static bool tells(const struct outlook *o, enum finding_id id)
{
	for (uint32_t i = 0; i < o->findings.n; i++)
		if (o->findings.at[i].id == id)
			return true;
	return false;
}

static void a_healthy_zone_has_a_quiet_outlook(void **state)
{
	(void)state;
	struct snapshot *s = snap_of(HEAD ASK);
	struct history h = history_of(s, 300);
	struct outlook o = whole(&h, s->at);
	assert_int_equal(o.findings.n, 0);
	assert_int_equal(o.breaks_at.s - s->at.s, 20 * DAY);
	assert_int_equal(o.heals_at.s, INT64_MAX);
	assert_false(o.watch_closely);
	assert_int_equal(o.poll_s, 0);
	h.pasts.n = 0;
	o = whole(&h, s->at);
	assert_int_equal(o.breaks_at.s, INT64_MAX);
}

/* INCIDENTS 3.6, example 2 in small: the DS changed, and the old key went before caches could let go of the old DS. Every server
 * is fine now. */
static void a_key_that_went_too_early(void **state)
{
	(void)state;
	struct snapshot *old = snap_of("clock 2026-03-01T10:00:00Z\n" HEAD ASK);
	struct snapshot *both = snap_of("clock 2026-03-01T11:30:00Z\n" HEAD "change shop.lab. dnskey swap role=ksk keep\n"
					"change shop.lab. dnskey signed-by=all\nchange shop.lab. ds of=other\n" ASK);
	struct snapshot *now = snap_of("clock 2026-03-01T12:00:00Z\n" HEAD "change shop.lab. dnskey swap role=ksk\n"
				       "change shop.lab. ds of=other\n" ASK);
	assert_int_equal(old->word, VERDICT_OK);
	assert_int_equal(now->word, VERDICT_OK);
	struct history h = { .zone = "shop.lab.", .poll_s = 300 };
	list_push(snap_arena, &h.pasts, (struct past){ { old->at.s - DAY }, { both->at.s - 60 }, old });
	list_push(snap_arena, &h.pasts, (struct past){ both->at, { now->at.s - 60 }, both });
	list_push(snap_arena, &h.pasts, (struct past){ now->at, now->at, now });
	struct outlook o = whole(&h, now->at);
	assert_true(tells(&o, FINDING_DOOMED_CHANGE));
	assert_int_equal(o.findings.at[0].severity, SEVERITY_CRITICAL);
	assert_true(o.heals_at.s > now->at.s && o.heals_at.s < now->at.s + 3 * HOURS);
	assert_int_equal(o.poll_s, 60);
	/* a TTL of the DS later it is safe */
	for (uint32_t i = 0; i < 3; i++) {
		h.pasts.at[i].from.s -= i < 2 ? DAY : 0;
		h.pasts.at[i].to.s -= i < 1 ? DAY : 0;
	}
	h.pasts.at[0].to.s = h.pasts.at[1].from.s - 60;
	o = whole(&h, now->at);
	assert_false(tells(&o, FINDING_DOOMED_CHANGE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_ends_where_its_first_part_ends),
		cmocka_unit_test(an_unsigned_zone_ends_with_the_proof_above_it),
		cmocka_unit_test(a_server_that_ends_before_the_others),
		cmocka_unit_test(the_end_of_each_server),
		cmocka_unit_test(looks_sooner_when_it_matters),
		cmocka_unit_test(memory_overrules_the_fixed_margin_once_it_knows),
		cmocka_unit_test(a_healthy_zone_has_a_quiet_outlook),
		cmocka_unit_test(a_key_that_went_too_early),
	};
	return cmocka_run_group_tests(tests, snap_setup, snap_teardown);
}
