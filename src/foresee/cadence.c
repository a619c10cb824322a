/* cadence -- a signer has a habit: it renews a signature when so much of its life is left. Below its own low-water mark, by a
 * tenth, it is late; when longer than ever has passed as well, it has stopped (INCIDENTS.md 4.5). Needs no knowledge of the
 * software: BIND at 5 days, PowerDNS on Thursdays and signers on line are all habits. A new key, algorithm or validity is a new
 * habit, and is learnt from the beginning. */
#include "foresee/inside.h"

enum {
	CYCLES_KNOWN = 3,       /* replacements before a habit is one */
	CYCLES_KEPT = 10,
	SLACK_MIN_S = 3600,
};

struct habit {
	const struct sig_seen *last;
	unsigned n; /* replacements since the habit began */
	int64_t left_s[CYCLES_KEPT], period_s[CYCLES_KEPT];
};

static int64_t validity_s(const struct sig_seen *s)
{
	return s->expiration.s - s->inception.s;
}

/* Jitter moves the end by half a day of two weeks; a quarter is another policy. */
static bool other_validity(const struct sig_seen *a, const struct sig_seen *b)
{
	int64_t l = validity_s(a), r = validity_s(b);
	return 4 * (l > r ? l - r : r - l) > (l > r ? l : r);
}

/* A copy older than one seen before comes from a server that lags: no replacement. */
static void learn(struct habit *h, const struct sig_seen *s)
{
	const struct sig_seen *before = h->last;
	if (before && s->inception.s <= before->inception.s)
		return;
	h->last = s;
	if (!before || other_validity(before, s)) {
		h->n = 0;
		return;
	}
	h->left_s[h->n % CYCLES_KEPT] = before->expiration.s - s->first_seen.s;
	h->period_s[h->n % CYCLES_KEPT] = s->first_seen.s - before->first_seen.s;
	h->n++;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void measure(const struct habit *h, int64_t poll_s, struct cadence *out)
{
	out->low_water_s = h->left_s[0];
	for (unsigned i = 0; i < h->n && i < CYCLES_KEPT; i++) {
		out->low_water_s = h->left_s[i] < out->low_water_s ? h->left_s[i] : out->low_water_s;
		out->period_max_s = larger(out->period_max_s, h->period_s[i]);
	}
	out->slack_s = larger(larger(SLACK_MIN_S, out->low_water_s / 10), poll_s);
	out->alert_at.s = h->last->expiration.s - out->low_water_s + out->slack_s;
}

void cadence_of(const struct sig_seen *sigs, unsigned n, int64_t poll_s, struct wall at, struct cadence *out)
{
	struct habit h = { 0 };
	*out = (struct cadence){ .word = CADENCE_COLD, .alert_at = WALL_NEVER };
	for (unsigned i = 0; i < n; i++)
		if (sigs[i].tag == sigs[n - 1].tag && sigs[i].algorithm == sigs[n - 1].algorithm)
			learn(&h, &sigs[i]);
	if (!n)
		return;
	out->cycles = h.n;
	out->margin_s = h.last->expiration.s - at.s;
	if (h.n < CYCLES_KNOWN)
		return;
	measure(&h, poll_s, out);
	bool late = out->margin_s < out->low_water_s - out->slack_s;
	bool overdue = 4 * (at.s - h.last->first_seen.s) > 5 * out->period_max_s;
	out->word = !late ? CADENCE_IN_TIME : overdue ? CADENCE_STOPPED : CADENCE_LATE;
}
