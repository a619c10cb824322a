/* doctor_trust -- what validation stands on: the root's keys are those we trust, each algorithm works here, the clock is right. */
#include "cli/doctor.h"
#include "dns/text.h"
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>


static const uint8_t root_name[] = { 0 };

static bool is_anchor_of(struct doctor *d, const struct anchor *anchor, struct rdata key)
{
	if (anchor->type == TYPE_DNSKEY)
		return rdata_equal(anchor->rd, key);
	struct ds ds = rdata_ds(anchor->rd);
	struct octets parts[] = { { root_name, 1 }, { key.at, key.len } };
	uint8_t digest[48];
	size_t len = crypto_ds_digest(d->crypto, ds.digest_type, parts, 2, digest);
	return len > 0 && len == ds.digest_len && memcmp(digest, ds.digest, len) == 0;
}

static uint16_t tag_of(const struct anchor *anchor)
{
	return anchor->type == TYPE_DS ? rdata_ds(anchor->rd).tag : rdata_dnskey(anchor->rd).tag;
}

/* Each anchor in the set, and each key of the set that others may come to trust (RFC 5011) among the anchors. */
void doctor_anchors(struct doctor *d)
{
	const struct rrset *keys = d->root_keys != NULL ? section_find(&d->root_keys->answer, root_name, TYPE_DNSKEY) : NULL;
	struct text there, missing, unknown;
	text_init(&there, d->o->arena);
	text_init(&missing, d->o->arena);
	text_init(&unknown, d->o->arena);
	if (keys == NULL) {
		doctor_note(d, HEALTH_UNSEEN, "anchors", "see the network above", "no root server told its keys");
		return;
	}
	bool *known = arena_alloc(d->o->arena, keys->n * sizeof *known);
	for (uint32_t i = 0; i < d->setup.anchors.n; i++) {
		const struct anchor *anchor = &d->setup.anchors.at[i];
		bool found = false;
		for (uint16_t k = 0; name_labels(anchor->owner) == 0 && k < keys->n; k++)
			if (is_anchor_of(d, anchor, keys->rd[k]))
				found = known[k] = true;
		if (name_labels(anchor->owner) == 0)
			text_addf(found ? &there : &missing, " %u", tag_of(anchor));
	}
	for (uint16_t k = 0; k < keys->n; k++) {
		struct dnskey key = rdata_dnskey(keys->rd[k]);
		if (!known[k] && (key.flags & DNSKEY_SEP) && !(key.flags & DNSKEY_REVOKE))
			text_addf(&unknown, " %u", key.tag);
	}
	if (d->setup.anchors.n == 0)
		doctor_note(d, HEALTH_POOR, "anchors", "name trust anchors, or leave the key out for the built-in ones", "none: nothing is validated");
	else if (there.len == 0)
		doctor_note(d, HEALTH_BAD, "anchors", "update dnsvigil or the trust anchors; if they are right, somebody else answers for the root",
			    "none of%s is a key of the root", missing.at);
	else if (missing.len > 0)
		doctor_note(d, HEALTH_POOR, "anchors", "fine while one is there; update when the root has rolled", "%s in the root's key set, not there:%s", there.at + 1, missing.at);
	else if (unknown.len > 0)
		doctor_note(d, HEALTH_POOR, "anchors", "update dnsvigil or the trust anchors before the root rolls", "%s in the root's key set; it also has%s, which we do not trust",
			    there.at + 1, unknown.at);
	else
		doctor_note(d, HEALTH_FINE, "anchors", "", "%s in the root's key set, and no others", there.at + 1);
}

void doctor_algorithms(struct doctor *d)
{
	static const uint8_t algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16 };
	struct text off;
	bool needed = false;
	text_init(&off, d->o->arena);
	for (unsigned i = 0; i < sizeof algorithms; i++) {
		if (crypto_algorithm(d->crypto, algorithms[i]) == CRYPTO_SUPPORTED)
			continue;
		text_addf(&off, "%s%s", off.len > 0 ? ", " : "", algorithm_text(algorithms[i]));
		needed |= algorithms[i] == 8 || algorithms[i] == 13;    /* the root's, and nearly everybody's (RFC 8624 3.1: MUST) */
	}
	if (off.len == 0)
		doctor_note(d, HEALTH_FINE, "algorithms", "", "all %zu verify a known signature", sizeof algorithms);
	else
		doctor_note(d, needed ? HEALTH_BAD : HEALTH_POOR, "algorithms", "zones signed so count as unsigned here: see update-crypto-policies(8), openssl.cnf",
			    "refused by this machine: %s", off.at);
}

/* ---- the clock ---- */

static bool root_signature(const struct doctor *d, struct rrsig *out)
{
	const struct rrset *keys = d->root_keys != NULL ? section_find(&d->root_keys->answer, root_name, TYPE_DNSKEY) : NULL;
	if (keys == NULL || keys->n_sigs == 0)
		return false;
	*out = rdata_rrsig(keys->sigs[0]);
	return true;
}

/* The root's own signatures bound the time from outside, to days; NTP from inside, to milliseconds. */
static bool clock_is_impossible(struct doctor *d, struct wall now)
{
	struct rrsig sig;
	char from[WALL_TEXT_MAX], to[WALL_TEXT_MAX];
	if (!root_signature(d, &sig))
		return false;
	struct wall inception = serial32_wall(sig.inception, now), expiration = serial32_wall(sig.expiration, now);
	if (now.s >= inception.s && now.s <= expiration.s)
		return false;
	doctor_note(d, HEALTH_BAD, "clock", "set the clock (chronyc makestep): every signature is judged by it", "the root's keys are signed from %s until %s, and here it is %s that",
		    wall_text(inception, from), wall_text(expiration, to), now.s < inception.s ? "before" : "after");
	return true;
}

void doctor_clock(struct doctor *d, const struct doctor_steady *began)
{
	struct timex t = { .modes = 0 };
	struct wall now = wall_now();
	int64_t jump_s = llabs((now.s - began->wall.s) - (mono_now().us - began->mono.us) / 1000000);
	if (clock_is_impossible(d, now))
		return;
	if (jump_s > 1) {
		doctor_note(d, HEALTH_BAD, "clock", "let one program alone set it", "it jumped by %llds while this ran", (long long)jump_s);
		return;
	}
	int state = adjtimex(&t);
	if (state < 0)
		doctor_note(d, HEALTH_UNSEEN, "clock", "", "the system does not say whether it is synchronised");
	else if (state == TIME_ERROR || (t.status & STA_UNSYNC))
		doctor_note(d, HEALTH_POOR, "clock", "start chronyd or systemd-timesyncd; in a container that is the host's to do", "steady, but not synchronised (NTP)");
	else
		doctor_note(d, HEALTH_FINE, "clock", "", "steady and synchronised, at most %ld ms off", t.maxerror / 1000);
}
