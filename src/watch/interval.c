/* interval -- how soon a zone is looked at again. */
#include "watch/inside.h"

enum { SOON_DIVISOR = 24, SOONEST_S = 30, CLOSE_A_SECOND = 50 };

/* -jitter..+jitter of the interval, another for each zone and each look. */
static int64_t jitter_s(const struct observer *o, const struct zone_watch *w, int64_t interval_s)
{
	uint32_t h = (w->order * 2654435761u) ^ (w->looks * 40503u);
	double place = (double)(h >> 8) / (double)(1u << 24) * 2 - 1;
	return (int64_t)(place * o->config->jitter * (double)interval_s);
}

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void count_close(struct schedule *s, struct zone_watch *w, bool close)
{
	s->n_close += close;
	s->n_close -= w->close;
	w->close = close;
}

void schedule_forget(struct schedule *s, const struct zone_watch *w)
{
	s->n_close -= w->close;
}

/* A hundred thousand zones below one broken parent are not looked at each minute: their servers, and we, have other things to do. */
static int64_t share_s(const struct observer *o, int64_t usual_s, int64_t sooner_s)
{
	int64_t share = o->schedule.n_close / CLOSE_A_SECOND;
	return at_most(usual_s, share > sooner_s ? share : sooner_s);
}

struct wall schedule_next(struct observer *o, struct zone_watch *w, struct wall at, int64_t poll_s)
{
	int64_t usual_s = w->z->interval_s != 0 ? w->z->interval_s : o->config->interval_s, interval_s = usual_s;
	if (w->suspect != 0)
		return (struct wall){ at.s + o->config->confirm_s };
	if (poll_s != 0)
		interval_s = at_most(interval_s, poll_s);
	bool hurts = w->n_in > 0 && w->word != VERDICT_OK && w->word != VERDICT_AT_RISK;        /* what will hurt in weeks needs no look a minute */
	if (w->closely || hurts)
		interval_s = at_most(interval_s, CLOSELY_S);
	if (w->breaks_at.s != INT64_MAX && w->breaks_at.s > at.s) {     /* the last day: 24 looks and more before the end */
		int64_t soon = (w->breaks_at.s - at.s) / SOON_DIVISOR;
		interval_s = at_most(interval_s, soon > SOONEST_S ? soon : SOONEST_S);
	}
	count_close(&o->schedule, w, interval_s < usual_s);
	interval_s = share_s(o, usual_s, interval_s);
	int64_t next = interval_s + jitter_s(o, w, interval_s);
	return (struct wall){ at.s + (next > 1 ? next : 1) };
}
