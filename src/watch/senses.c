/* senses -- can we trust our own eyes? A clock that jumped makes every signature look expired, and a cut cable makes every server
 * look dead; neither may raise an alarm about anybody else (SECURITY 5i).
 *
 * The clock: wall time against time since boot, which no one sets; and no signature of the root that verifies was made in the
 * future. The network: each minute, and whenever all servers of a zone are silent, the root is asked; if nothing at all
 * answers we are blind. */
#include "watch/inside.h"
#include "base/limits.h"
#include "dns/name.h"

enum { JUMP_S = 30, SUSPECT_S = 600, HELD_LONG_S = 3 * NETWORK_S, INCEPTION_SLACK_S = 3600 };

/* What is due keeps its distance: else a step back would leave every zone alone for as long as it was. */
static void keep_distances(struct observer *o, int64_t jump_s)
{
	struct senses *s = &o->senses;
	schedule_shift(&o->schedule, jump_s);
	for (uint32_t i = 0; i < o->n_zones; i++)
		o->zones[i]->wanted_at.s += jump_s;
	s->control_next_at.s += jump_s;
	s->seen_at.s += jump_s;
	o->canaries.round_at.s += jump_s;
	o->canaries.right_at.s += jump_s;
	o->touched_at.s += jump_s;
	o->swept_at.s += jump_s;
	o->store_retry_at.s += jump_s;
	o->store_sound_at.s += jump_s;
	if (o->mended_at.s != 0)
		o->mended_at.s += jump_s;
	registrations_shift(o, jump_s);
}

static int clock_turn(struct observer *o, struct wall at)
{
	struct senses *s = &o->senses;
	struct mono boot = o->options.boot != NULL ? o->options.boot(o->options.clock_ctx) : boot_now();
	if (o->options.clock_is_ours)
		return E_OK;
	if (s->wall.s != 0) {
		int64_t jump_s = (at.s - s->wall.s) - (boot.us - s->boot.us) / 1000000;
		if (jump_s > JUMP_S || jump_s < -JUMP_S) {
			s->offset_s += jump_s;
			keep_distances(o, jump_s);
			s->suspect_until = (struct wall){ at.s + SUSPECT_S };
			s->clock_suspect = true;
			observer_log(o, "error", "clock-jumped", "", "by %lld s", (long long)jump_s);
		}
	}
	s->wall = at;
	s->boot = boot;
	bool behind = s->newest_inception.s != 0 && at.s < s->newest_inception.s - INCEPTION_SLACK_S;
	if (behind && !s->clock_suspect)
		s->clock_suspect = true;
	if (s->clock_suspect && !behind && at.s >= s->suspect_until.s) {
		s->clock_suspect = false;
		s->offset_s = 0;
	}
	return tell_self(o, SELF_CLOCK, s->clock_suspect,
			 s->clock_suspect ? "This machine's clock jumped, or is behind signatures that were made; expiry alarms are held."
					  : "The clock has been steady again; looks count again.",
			 "look at chronyc tracking (or timedatectl), and at the hypervisor's time", at);
}

static int blind_turn(struct observer *o, bool answered, struct wall at)
{
	struct senses *s = &o->senses;
	if (answered)
		s->seen_at = at;
	s->blind = !answered;
	return tell_self(o, SELF_BLIND, s->blind,
			 s->blind ? "No root server answers this machine: its own network is down, or DNS is filtered. No zone is judged meanwhile."
				  : "The network answers again.",
			 "look at this machine's route, firewall and port 53", at);
}

static bool any_answered(const struct evidence *e)
{
	for (uint32_t i = 0; i < e->exchanges.n; i++)
		if (e->exchanges.at[i]->r.outcome == ASK_ANSWERED)
			return true;
	return false;
}

static int control_turn(struct observer *o, struct wall at)
{
	struct senses *s = &o->senses;
	bool more = true;
	if (s->control == NULL && at.s >= s->control_next_at.s && o->next_config == NULL) {
		s->control_setup = o->options.base;
		s->control_setup.name = name_root;
		s->control_setup.type = TYPE_SOA;
		s->control_setup.depth = DEPTH_QUICK;
		s->control_setup.budget_wall_ms = LIMIT_WALL_MS;
		s->control_next_at = (struct wall){ at.s + NETWORK_S };
		s->control_setup.resolvers.n = 0;
		int e = check_start(&s->control_setup, o->options.asker, at, &s->control);
		if (e != E_OK)
			return e;
	}
	if (s->control == NULL || !check_is_due(s->control))
		return E_OK;
	int e = check_advance(s->control, false, &more);
	if (e != E_OK || more)
		return e;
	check_judge(s->control, o->options.crypto, at);
	bool answered = any_answered(check_result(s->control)->evidence);
	senses_note(o, check_result(s->control), at);
	bool told = answered || !check_was_held_up(s->control) || at.s - s->seen_at.s >= HELD_LONG_S;
	check_free(&s->control);
	if (!told)
		return E_OK;
	return blind_turn(o, answered, at);
}

/* The newest inception of the root's good signatures is a lower bound of the time. */
void senses_note(struct observer *o, const struct check_result *r, struct wall at)
{
	const struct chain *c = r->verdict->chain;
	(void)at;
	for (uint32_t i = 0; c != NULL && i < c->zones.n; i++) {
		const struct zone_proof *z = c->zones.at[i];
		if (z->zone->parent != NULL)
			continue;
		for (uint32_t k = 0; k < z->keys.n; k++) {
			const struct keyset *keys = &z->keys.at[k].keys;
			for (uint8_t t = 0; t < keys->rrset.n_tries; t++) {
				const struct sig_try *try = &keys->rrset.tries[t];
				bool verified = try->reason == REASON_OK || try->reason == REASON_SIG_NOT_YET;
				if (verified && try->inception.s > o->senses.newest_inception.s && !o->options.clock_is_ours)
					o->senses.newest_inception = try->inception;
			}
		}
	}
}

int senses_turn(struct observer *o, struct wall at)
{
	int e = clock_turn(o, at);
	if (e == E_OK)
		e = control_turn(o, at);
	o->vitals.blind = o->senses.blind;
	o->vitals.clock_suspect = o->senses.clock_suspect;
	o->vitals.clock_offset_s = o->senses.offset_s;
	return e;
}

bool senses_doubt(const struct observer *o, const struct check_result *r)
{
	if (o->senses.clock_suspect)
		return true;
	bool mute = !any_answered(r->evidence);
	return o->senses.blind || (mute && o->senses.seen_at.s < r->evidence->collected_at.s - 2 * NETWORK_S);
}

void senses_free(struct observer *o)
{
	check_free(&o->senses.control);
}
