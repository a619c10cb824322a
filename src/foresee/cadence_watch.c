/* What the signers' habits tell of a zone: DNSKEY by itself, for offline keys sign in ceremonies, and all other RRsets together.
 * Only signatures that are served now count, of each RRset the one that lives longest: a retired key has no habit to keep.
 * Denials are left out, for each look may meet other records of the chain. */
#include "foresee/inside.h"
#include "dns/types.h"
#include <string.h>

enum { SIGS_MAX = 64 };  /* of one RRset and key: ten cycles count */

struct worst {
	enum cadence_word word;
	struct cadence cadence;
	const struct snap_sig *sig;
	const struct sig_seen *seen;
	unsigned n;     /* RRsets that are late */
};

/* Of the RRset, at any server: the signature that ends last. */
static bool lives_longest(const struct snapshot *s, const struct snap_sig *sig)
{
	for (uint32_t i = 0; i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].sigs.n; k++) {
			const struct snap_sig *other = &s->servers.at[i].sigs.at[k];
			if (strcmp(other->rrset, sig->rrset) || !other->good || other == sig)
				continue;
			if (other->expiration.s > sig->expiration.s ||
			    (other->expiration.s == sig->expiration.s && other < sig))
				return false;
		}
	return sig->good;
}

/* Its history, at most the newest SIGS_MAX; the last is the one served now, else 0. */
static unsigned gather(const struct history *h, const struct snap_sig *sig, struct sig_seen out[SIGS_MAX])
{
	unsigned n = 0;
	for (uint32_t i = 0; i < h->sigs.n; i++) {
		const struct sig_seen *s = &h->sigs.at[i];
		if (strcmp(s->rrset, sig->rrset) || s->tag != sig->tag || s->algorithm != sig->algorithm)
			continue;
		if (n == SIGS_MAX)
			memmove(out, out + 1, --n * sizeof *out);
		out[n++] = *s;
	}
	return n && out[n - 1].expiration.s == sig->expiration.s ? n : 0;
}

static void weigh(struct arena *a, struct worst *w, const struct cadence *c, const struct snap_sig *sig,
		  const struct sig_seen *seen)
{
	if (c->word < CADENCE_LATE)
		return;
	w->n++;
	if (c->word < w->word || (c->word == w->word && w->sig && sig->expiration.s >= w->sig->expiration.s))
		return;
	w->word = c->word;
	w->cadence = *c;
	w->sig = sig;
	w->seen = arena_copy(a, seen, sizeof *seen);
}

static void tell(struct arena *a, const struct history *h, struct wall at, const struct worst *w, bool dnskey,
		 struct outlook *out)
{
	char left[WALL_TEXT_MAX], usual[WALL_TEXT_MAX], since[WALL_TEXT_MAX];
	if (!w->sig)
		return;
	struct finding f = outlook_finding(
		a, h, w->word == CADENCE_STOPPED ? FINDING_SIGNER_STOPPED : FINDING_SIGNER_LATE);
	f.type = dnskey ? TYPE_DNSKEY : 0;
	f.when = w->sig->expiration;
	f.number = w->sig->tag;
	f.algorithm = w->sig->algorithm;
	f.detail = arena_printf(a, "the signature of key %u over %s has %s left; so far it was renewed with %s or more. "
				   "Nothing new for %s%s", w->sig->tag, w->sig->rrset, distance_text(w->sig->expiration.s - at.s, left),
				distance_text(w->cadence.low_water_s, usual),
				distance_text(at.s - w->seen->first_seen.s, since),
				w->n > 1 ? arena_printf(a, "; %u RRsets in all", w->n) : "");
	outlook_tell(a, at, out, f);
}

/* A secondary that keeps its copy for longer than signatures have left when they are renewed serves expired ones before it
 * gives up (RFC 6781 4.4.1). */
static void expire_beyond(struct arena *a, const struct history *h, struct wall at, const struct cadence *soa,
			  struct outlook *out)
{
	char expire[WALL_TEXT_MAX], margin[WALL_TEXT_MAX];
	const struct snapshot *s = history_now(h);
	for (uint32_t i = 0; i < s->servers.n; i++) {
		const struct snap_server *v = &s->servers.at[i];
		if (!v->has_serial || v->expire <= soa->low_water_s)
			continue;
		struct finding f = outlook_finding(a, h, FINDING_SOA_EXPIRE_ABOVE_MARGIN);
		f.type = TYPE_SOA;
		f.number = v->expire;
		f.detail = arena_printf(a, "EXPIRE is %s, signatures are renewed with %s left", distance_text(v->expire, expire),
					distance_text(soa->low_water_s, margin));
		outlook_tell(a, at, out, f);
		return;
	}
}

static void look_at(struct arena *a, const struct history *h, struct wall at, const struct snap_sig *sig,
		    struct worst worst[2], struct outlook *out)
{
	struct sig_seen seen[SIGS_MAX];
	struct cadence c;
	unsigned n = gather(h, sig, seen);
	if (!n || !strncmp(sig->rrset, "NSEC", 4))
		return;
	cadence_of(seen, n, h->poll_s, at, &c);
	weigh(a, &worst[!strcmp(sig->rrset, "DNSKEY")], &c, sig, &seen[n - 1]);
	if (!strcmp(sig->rrset, "SOA") && c.word != CADENCE_COLD)
		expire_beyond(a, h, at, &c, out);
}

void outlook_cadence(struct arena *a, const struct history *h, struct wall at, struct outlook *out)
{
	const struct snapshot *s = history_now(h);
	struct worst worst[2] = { { 0 } };
	struct wall seen = history_seen(h, at);
	for (uint32_t i = 0; s && i < s->servers.n; i++)
		for (uint32_t k = 0; k < s->servers.at[i].sigs.n; k++)
			if (lives_longest(s, &s->servers.at[i].sigs.at[k]))
				look_at(a, h, seen, &s->servers.at[i].sigs.at[k], worst, out);
	tell(a, h, seen, &worst[0], false, out);
	tell(a, h, seen, &worst[1], true, out);
}
