/* rate -- two token buckets for each question: of its address and of the net around it. Both must have a token. */
#include "ask/rate.h"
#include <stdlib.h>
#include <string.h>

enum { BURST_S = 2, NET_TIMES = 5, NET_OCTETS_4 = 3, NET_OCTETS_6 = 6, WHOLE = 0xff };

struct rate_cell {
	struct rate_cell *next;
	struct addr of;                 /* of a net: the rest is zero; port 0 */
	uint8_t octets;                 /* of the net's prefix; WHOLE: one address */
	struct mono full_at;
};

static uint32_t hash_of(const struct addr *a, uint8_t octets)
{
	uint32_t h = 2166136261u ^ octets;
	for (unsigned i = 0; i < sizeof a->ip; i++)
		h = (h ^ a->ip[i]) * 16777619u;
	return (h ^ h >> 15) % RATE_BUCKETS;
}

/* The cell of that address or net, full at `now` at the earliest. What was full before is dropped from its chain on the way: never
 * a cell that was given out at this moment. */
static struct rate_cell *cell_of(struct rate *r, const struct addr *a, uint8_t octets, struct mono now)
{
	struct rate_cell **at = &r->buckets[hash_of(a, octets)], *found = NULL;
	while (*at != NULL) {
		struct rate_cell *c = *at;
		if (c->octets == octets && addr_same_ip(&c->of, a)) {
			found = c;
		} else if (c->full_at.us < now.us) {
			*at = c->next;
			free(c);
			r->n_cells--;
			continue;
		}
		at = &c->next;
	}
	if (found != NULL) {
		if (found->full_at.us < now.us)
			found->full_at = now;
		return found;
	}
	struct rate_cell *c = calloc(1, sizeof *c);
	if (c == NULL)
		abort();
	c->of = *a;
	c->octets = octets;
	c->full_at = now;
	r->n_cells++;
	return *at = c;
}

static struct addr net_of(const struct addr *a, uint8_t octets)
{
	struct addr net = { .family = a->family };
	memcpy(net.ip, a->ip, octets);
	return net;
}

static int64_t token_us(uint32_t qps)
{
	return qps < 1000000 ? 1000000 / (int64_t)qps : 1;
}

/* How long until there is a token in it; 0: there is one. */
static int64_t wait_us(const struct rate_cell *c, uint32_t qps, struct mono now)
{
	int64_t room_us = (int64_t)BURST_S * qps * token_us(qps) - token_us(qps);
	int64_t missing_us = c->full_at.us - now.us;
	return missing_us > room_us ? missing_us - room_us : 0;
}

int64_t rate_take(struct rate *r, const struct addr *to, struct mono now)
{
	if (r->qps == 0 || (r->loopback_exempt && addr_class(to) == ADDR_LOOPBACK))
		return 0;
	uint8_t octets = to->family == 4 ? NET_OCTETS_4 : NET_OCTETS_6;
	struct addr net = net_of(to, octets);
	struct rate_cell *one = cell_of(r, to, WHOLE, now), *all = cell_of(r, &net, octets, now);
	int64_t one_us = wait_us(one, r->qps, now), all_us = wait_us(all, r->qps * NET_TIMES, now);
	if (one_us > 0 || all_us > 0)
		return one_us > all_us ? one_us : all_us;
	one->full_at.us += token_us(r->qps);
	all->full_at.us += token_us(r->qps * NET_TIMES);
	return 0;
}

void rate_clear(struct rate *r)
{
	for (unsigned i = 0; i < RATE_BUCKETS; i++)
		for (struct rate_cell *c = r->buckets[i], *next; c != NULL; c = next) {
			next = c->next;
			free(c);
		}
	memset(r->buckets, 0, sizeof r->buckets);
	r->n_cells = 0;
}
