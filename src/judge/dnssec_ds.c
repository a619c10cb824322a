/* dnssec_ds -- what the parent says about DS: its signature, its proof of absence, and odd but working DS
 * sets. The one who must act on a bad signature or proof is the parent's operator, so those findings belong
 * to the parent's zone. */
#include "judge/dnssec.h"
#include "base/limits.h"
#include "dns/text.h"

static struct site site_ds(const struct zone_proof *up, const struct zone_proof *child,
			   const struct ds_view *v)
{
	return (struct site){ .z = up,
			      .m = v->m,
			      .from = v->from,
			      .servers = v->servers.at,
			      .n_servers = v->servers.n,
			      .breaks = child->zone->on_path };
}

static void signature_of_ds(struct judging *j, const struct site *s, const struct zone_proof *child,
			    const struct ds_view *v)
{
	const uint8_t *name = child->zone->name;
	const struct sig_try *t = v->proof.best;
	struct finding *f;
	switch (v->reason) {
	case REASON_SIG_MISSING: site_add(j, s, FINDING_DS_RRSIG_MISSING, name, TYPE_DS); return;
	case REASON_SIG_EXPIRED:
		f = site_add(j, s, FINDING_DS_RRSIG_EXPIRED, name, TYPE_DS);
		f->when = t ? t->expiration : WALL_NEVER;
		return;
	case REASON_SIG_NOT_YET:
		f = site_add(j, s, FINDING_DS_RRSIG_NOT_YET_VALID, name, TYPE_DS);
		f->when = t ? t->inception : WALL_NEVER;
		return;
	default:
		f = site_add(j, s, FINDING_DS_RRSIG_BOGUS, name, TYPE_DS);
		f->detail = reason_text(v->reason);
		f->number = t ? t->sig.tag : 0;
	}
}

static bool denial_by_nsec3(const struct ds_view *v)
{
	return v->m && section_find_type(&v->m->authority, TYPE_NSEC3, 0);
}

static enum finding_id absence_finding(const struct ds_view *v)
{
	switch (v->reason) {
	case REASON_NSEC_TYPE_PRESENT:
	case REASON_NSEC3_TYPE_PRESENT: return FINDING_DS_ABSENCE_PROOF_HAS_DS_BIT;
	case REASON_NSEC_CHILD_SIDE: return FINDING_DS_ABSENCE_PROOF_HAS_SOA_BIT;
	case REASON_NSEC_PARENT_SIDE:
	case REASON_NSEC_NO_NS_BIT: return FINDING_DS_ABSENCE_PROOF_LACKS_NS_BIT;
	case REASON_NSEC3_NO_MATCH:
	case REASON_NSEC3_NO_CLOSEST_ENCLOSER:
	case REASON_NSEC3_NEXT_CLOSER_NOT_COVERED:
		return denial_by_nsec3(v) ? FINDING_DS_OPTOUT_PROOF_WRONG : FINDING_DS_ABSENCE_UNPROVEN;
	default: return FINDING_DS_ABSENCE_UNPROVEN;
	}
}

static void proof_of_no_ds(struct judging *j, const struct site *s, const struct zone_proof *child,
			   const struct ds_view *v)
{
	struct finding *f = site_add(j, s, absence_finding(v), child->zone->name, TYPE_DS);
	f->detail = reason_text(v->reason);
	for (uint8_t i = 0; i < v->denial.n_rrsets; i++)
		if (v->denial.rrsets[i].reason == REASON_SIG_EXPIRED && v->denial.rrsets[i].best) {
			f->detail = "the signature over its denial has expired";
			f->when = v->denial.rrsets[i].best->expiration;
		}
}

/* DS and its denial are records of the parent like others: where one of its keys is at fault, that is the finding. */
static bool parents_key(struct judging *j, const struct site *s, const struct ds_view *v)
{
	if (v->present)
		return judge_rrset_key(j, s, &v->proof);
	for (uint8_t i = 0; i < v->denial.n_rrsets; i++)
		if (judge_rrset_key(j, s, &v->denial.rrsets[i]))
			return true;
	return false;
}

/* ---- how the parent's servers answer a question for DS ---- */

/* Of the zone that speaks, or of one between it and the cut. */
static bool has_own_soa(const struct look *l, const struct message *m)
{
	const struct rrset *soa = section_find_type(&m->authority, TYPE_SOA, 0);
	return soa && name_is_under(soa->owner, l->server->zone->name) && name_is_under(l->name, soa->owner);
}

static enum finding_id ds_answer_fault(const struct look *l)
{
	const struct message *m = look_message(l);
	bool soa = m && has_own_soa(l, m);
	if (!m)
		return l->tries.n ? FINDING_DS_QUERY_DROPPED_BY_PARENT : FINDING_KINDS;
	if (m->rcode != RCODE_NOERROR && m->rcode != RCODE_NXDOMAIN)
		return FINDING_DS_QUERY_SERVFAIL_BY_PARENT;
	if (m->rcode == RCODE_NXDOMAIN && !m->answer.n)
		return FINDING_DS_ABSENCE_UNPROVEN;
	if (m->answer.n || soa)
		return FINDING_KINDS;
	if (section_find_type(&m->authority, TYPE_NS, 0))
		return FINDING_DS_QUERY_REFERRAL_BY_PARENT; /* to the child, or upward */
	bool proof = section_find_type(&m->authority, TYPE_NSEC, 0) || section_find_type(&m->authority, TYPE_NSEC3, 0);
	return proof ? FINDING_DS_ABSENCE_WITHOUT_SOA : FINDING_DS_ABSENCE_UNPROVEN;
}

/* An island: signed, below a zone that is insecure. Measured: BIND goes up from its signatures, asks for the DS, and fails where
 * that brings nothing; an empty answer is enough for it, and so is a referral to the island. The others know it is insecure. */
static enum finding_id island_fault(const struct look *l, const uint8_t *cut)
{
	enum finding_id id = ds_answer_fault(l);
	const struct message *m = look_message(l);
	if (id == FINDING_DS_QUERY_REFERRAL_BY_PARENT)
		return section_find(&m->authority, cut, TYPE_NS) ? FINDING_KINDS : id;
	if (id == FINDING_DS_ABSENCE_UNPROVEN && m->rcode == RCODE_NXDOMAIN && !section_find_type(&m->authority, TYPE_SOA, 0))
		return FINDING_DS_QUERY_SERVFAIL_BY_PARENT;
	return id == FINDING_DS_QUERY_SERVFAIL_BY_PARENT || id == FINDING_DS_QUERY_DROPPED_BY_PARENT ? id : FINDING_KINDS;
}

static bool is_island(const struct zone_proof *z, const struct zone_proof *up)
{
	const struct key_view *v = z->best_keys;
	return up->status == STATUS_INSECURE && !z->anchored && v && v->rrset && v->rrset->n_sigs;
}

static void judge_island(struct judging *j, const struct zone_proof *z, const struct zone_proof *up)
{
	for (uint32_t i = 0; i < z->zone->views.n; i++) {
		const struct cut_view *v = &z->zone->views.at[i];
		enum finding_id id = v->ds ? island_fault(v->ds, z->zone->name) : FINDING_KINDS;
		if (id == FINDING_KINDS || !server_counts(j, v->parent))
			continue;
		struct finding *f = finding_add(j, id, up->zone, z->zone->name, TYPE_DS);
		finding_at(j, f, v->parent);
		f->proof = v->ds->last;
		f->breaks = z->zone->on_path && f->n_servers == f->of_servers;
		f->severity = f->breaks ? SEVERITY_WARNING : SEVERITY_NOTICE;
	}
}

static void ds_questions(struct judging *j, const struct zone_proof *z, const struct zone_proof *up)
{
	bool no_ds = z->best_ds && !z->best_ds->present;
	for (uint32_t i = 0; i < z->zone->views.n; i++) {
		const struct cut_view *v = &z->zone->views.at[i];
		const struct server *parent = v->parent;
		enum finding_id id = v->ds ? ds_answer_fault(v->ds) : FINDING_KINDS;
		bool only_way = !v->referral && z->zone->no_cut_seen;
		bool denied = id == FINDING_DS_ABSENCE_UNPROVEN;
		if (denied && (!v->referral || !no_ds))
			continue; /* nothing says that the name exists, or nobody needs to know */
		if ((!v->referral && !only_way) || id == FINDING_KINDS || !server_counts(j, parent))
			continue;
		struct finding *f = finding_add(j, id, up->zone, z->zone->name, TYPE_DS);
		finding_at(j, f, parent);
		f->proof = v->ds->last;
		if (denied && !f->detail)
			f->detail = look_message(v->ds)->rcode == RCODE_NXDOMAIN
					    ? "it says NXDOMAIN of a name that it delegates"
					    : "it answers the question for it with nothing at all";
		/* measured: BIND asks for the DS of an unsigned zone, and fails without an answer */
		bool asked = only_way || id != FINDING_DS_QUERY_DROPPED_BY_PARENT || no_ds;
		f->breaks |= asked && z->zone->on_path;
		if (f->breaks && f->severity < SEVERITY_WARNING)
			f->severity = SEVERITY_WARNING;
		f->always |= only_way && !z->best_ds;
	}
}

/* The very question is for the DS: who is only referred to the child never gets it by asking. */
void judge_ds_question(struct judging *j, const struct leg *leg)
{
	for (uint32_t i = 0; leg->zone && leg->type == TYPE_DS && i < leg->zone->servers.n; i++) {
		const struct server *s = leg->zone->servers.at[i];
		const struct look *l = server_state(j, s, leg).look;
		if (!l || !server_counts(j, s) || ds_answer_fault(l) != FINDING_DS_QUERY_REFERRAL_BY_PARENT ||
		    !section_find(&look_message(l)->authority, leg->name, TYPE_NS))
			continue;
		struct finding *f = finding_add(j, FINDING_DS_QUERY_REFERRAL_BY_PARENT, leg->zone, leg->name, TYPE_DS);
		finding_at(j, f, s);
		f->proof = l->last;
		f->breaks = true;
		f->always = f->n_servers == f->of_servers;
		f->severity = f->always ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	}
}

/* ---- the zone above is bogus itself ---- */

static void zone_is_bogus_above(struct judging *j, const struct zone_proof *z)
{
	struct signs seen = zone_signs(j, z->zone);
	bool stripped = z->reason == REASON_SIG_MISSING && !seen.sigs;
	enum finding_id id = stripped ? FINDING_ANCESTOR_STRIPS_DNSSEC : FINDING_ANCESTOR_ZONE_EXPIRED;
	struct finding *f = finding_add(j, id, z->zone, z->zone->name, 0);
	f->breaks = f->always = true;
	f->detail = reason_text(z->reason);
	for (uint32_t i = 0; i < z->keys.n; i++)
		for (uint32_t k = 0; k < z->keys.at[i].servers.n; k++)
			finding_at(j, f, z->keys.at[i].servers.at[k]);
	f->proof = z->best_keys ? z->best_keys->from : NULL;
}

/* The parent's other data has gone the way of the DS: not this delegation, the whole zone is at fault. */
static void whole_parent(struct judging *j, const struct zone_proof *up, const struct ds_view *v)
{
	if (!v->present || !up->best_keys || !zone_above(j, up->zone))
		return;
	if (zone_data_reason(j, up, &up->best_keys->keys, NULL) != v->reason)
		return;
	if (!zone_soa_seen(up->zone))
		return;
	struct finding *f = finding_add(j, FINDING_ANCESTOR_ZONE_EXPIRED, up->zone, up->zone->name, 0);
	f->breaks = f->always = true;
	f->detail = reason_text(v->reason);
	f->proof = v->from;
}

/* Its signatures have gone wrong: the whole zone is ill, and that is what to say. Faults of its DS or of
 * single keys have findings of their own that name them, with that zone as the one to act. */
static bool fails_by_itself(const struct zone_proof *z)
{
	switch (z->reason) {
	case REASON_SIG_MISSING:
	case REASON_SIG_EXPIRED:
	case REASON_SIG_NOT_YET:
	case REASON_SIG_EXPIRES_BEFORE_INCEPTION:
	case REASON_SIG_BOGUS:
	case REASON_SIG_LENGTH: return z->anchored || (z->best_ds && z->best_ds->status == STATUS_SECURE);
	default: return false;
	}
}

void judge_ancestor(struct judging *j, const struct zone_proof *z)
{
	if (z->status == STATUS_BOGUS && zone_above(j, z->zone) && fails_by_itself(z) &&
	    !finding_has(j, FINDING_ZSK_TAMPERED, z->zone))
		zone_is_bogus_above(j, z);
}

/* Who does not know of the delegation cannot prove that it lacks a DS: parent-servers-disagree tells of those. */
static bool denies_zone(const struct ds_view *v, const struct zone *z)
{
	for (uint32_t i = 0; i < v->servers.n; i++)
		if (!parent_denies(v->servers.at[i], z))
			return false;
	return !v->present && v->servers.n > 0;
}

void judge_ds(struct judging *j, const struct zone_proof *z)
{
	const struct zone_proof *up = z->zone->parent ? chain_zone(j->chain, z->zone->parent) : NULL;
	if (up && is_island(z, up))
		judge_island(j, z, up);
	if (!up || up->status != STATUS_SECURE || z->anchored || z->not_a_zone)
		return;
	bool none_good = z->best_ds && z->best_ds->status == STATUS_BOGUS;
	for (uint32_t i = 0; i < z->ds.n; i++) {
		const struct ds_view *v = &z->ds.at[i];
		struct site s = site_ds(up, z, v);
		if (v->status != STATUS_BOGUS || (!none_good && denies_zone(v, z->zone)))
			continue;
		s.always = none_good && s.breaks;
		if (parents_key(j, &s, v))
			continue;
		if (v->present)
			signature_of_ds(j, &s, z, v);
		else
			proof_of_no_ds(j, &s, z, v);
		if (none_good)
			whole_parent(j, up, v);
	}
	ds_questions(j, z, up);
}

/* ---- DS sets that work, or that validators cannot use ---- */

static bool supported(struct judging *j, const struct ds *ds)
{
	return crypto_algorithm(j->prover->crypto, ds->algorithm) != CRYPTO_NOT_IMPLEMENTED &&
	       crypto_digest_type(j->prover->crypto, ds->digest_type) != CRYPTO_NOT_IMPLEMENTED;
}

static bool key_of_algorithm(const struct zone_proof *z, uint8_t algorithm)
{
	for (uint16_t i = 0; z->best_keys && i < z->best_keys->keys.n_keys; i++)
		if (z->best_keys->keys.keys[i].algorithm == algorithm)
			return true;
	return false;
}

/* No DS can be used: say which field is to blame. */
static void unusable_set(struct judging *j, const struct zone_proof *z)
{
	const struct ds *ds = &z->linking[0];
	bool unknown_algorithm = crypto_algorithm(j->prover->crypto, ds->algorithm) == CRYPTO_NOT_IMPLEMENTED;
	enum finding_id id = !unknown_algorithm                   ? FINDING_DS_DIGEST_UNASSIGNED_ONLY
			     : key_of_algorithm(z, ds->algorithm) ? FINDING_ALG_UNSUPPORTED_EVERYWHERE
			     : ds->algorithm == 0 && ds->tag == 0 ? FINDING_DS_DELETE_RECORD_AT_PARENT
								  : FINDING_DS_ALG_UNASSIGNED_ONLY;
	struct finding *f = finding_add(j, id, z->zone, z->zone->name, TYPE_DS);
	f->algorithm = ds->algorithm;
	f->number = id == FINDING_DS_DIGEST_UNASSIGNED_ONLY ? ds->digest_type : ds->tag;
	f->proof = z->best_ds ? z->best_ds->from : NULL;
}

static bool good_of_algorithm(const struct keyset *keys, uint8_t algorithm)
{
	for (uint8_t i = 0; i < keys->n_ds; i++)
		if (keys->ds[i].reason == REASON_OK && keys->ds[i].ds.algorithm == algorithm)
			return true;
	return false;
}

static bool length_wrong(const struct ds *ds)
{
	size_t is = crypto_digest_size(ds->digest_type);
	return is && ds->digest_len != is;
}

/* Measured: BIND takes a message that holds such a DS for malformed, whatever good ones stand beside it. The others pass it over. */
static bool has_set(const struct judging *j, const struct zone_proof *z)
{
	const struct zone_proof *up = z->zone->parent ? chain_zone(j->chain, z->zone->parent) : NULL;
	return !z->anchored && !z->assumed && !z->not_a_zone && z->best_keys && up && up->status == STATUS_SECURE;
}

void judge_ds_form(struct judging *j, const struct zone_proof *z)
{
	for (uint16_t i = 0; z->status != STATUS_BOGUS && has_set(j, z) && i < z->n_linking; i++) {
		const struct ds *ds = &z->linking[i];
		if (!length_wrong(ds))
			continue;
		struct finding *f = finding_add(j, FINDING_DS_DIGEST_LENGTH_WRONG, z->zone, z->zone->name, TYPE_DS);
		f->number = ds->tag;
		f->detail = arena_printf(j->arena,
					 "%u octets, digest type %u has %zu; BIND fails by it, others use the good DS",
					 (unsigned)ds->digest_len, (unsigned)ds->digest_type,
					 crypto_digest_size(ds->digest_type));
		f->severity = SEVERITY_ERROR;
		f->breaks = z->zone->on_path;
		f->proof = z->best_ds ? z->best_ds->from : NULL;
	}
}

static void spare_ds(struct judging *j, const struct zone_proof *z, const struct ds_try *t)
{
	enum finding_id id = FINDING_KINDS;
	if (t->ignored_sha1 && t->reason == REASON_DS_DIGEST_DIFFERS)
		id = FINDING_DS_SHA1_BAD_SHA256_GOOD;
	else if (!supported(j, &t->ds))
		id = t->ds.algorithm == 0 && t->ds.tag == 0 ? FINDING_DS_DELETE_RECORD_AT_PARENT
							    : FINDING_DS_EXTRA_UNKNOWN_ALG;
	else if (t->reason != REASON_OK && !t->ignored_sha1 && !length_wrong(&t->ds))
		id = good_of_algorithm(&z->best_keys->keys, t->ds.algorithm)
			     ? FINDING_DS_EXTRA_STALE_SAME_ALG
			     : FINDING_DS_EXTRA_STALE_OTHER_ALG;
	else if (t->ignored_sha1)
		id = FINDING_DS_DIGEST_SHA1_BESIDE_SHA256;
	if (id == FINDING_KINDS)
		return;
	struct finding *f = finding_add(j, id, z->zone, z->zone->name, TYPE_DS);
	f->number = t->ds.tag;
	f->algorithm = t->ds.algorithm;
	if (id == FINDING_DS_DELETE_RECORD_AT_PARENT)
		f->severity = SEVERITY_NOTICE;
}

static bool only_digest(const struct keyset *keys, uint8_t digest_type)
{
	for (uint8_t i = 0; i < keys->n_ds; i++)
		if (keys->ds[i].reason == REASON_OK && keys->ds[i].ds.digest_type != digest_type)
			return false;
	return keys->n_ds > 0;
}

static void working_set(struct judging *j, const struct zone_proof *z)
{
	const struct keyset *keys = &z->best_keys->keys;
	for (uint8_t i = 0; i < keys->n_ds; i++)
		spare_ds(j, z, &keys->ds[i]);
	if (only_digest(keys, DIGEST_SHA1))
		finding_add(j, FINDING_DS_SHA1_ONLY, z->zone, z->zone->name, TYPE_DS);
	if (only_digest(keys, DIGEST_SHA384))
		finding_add(j, FINDING_DS_SHA384_ONLY, z->zone, z->zone->name, TYPE_DS);
}

void judge_ds_set(struct judging *j, const struct zone_proof *z)
{
	if (!has_set(j, z))
		return;
	bool is_signed = z->best_keys->rrset && z->best_keys->rrset->n_sigs > 0;
	if (z->status == STATUS_SECURE && z->best_ds && z->best_ds->present)
		working_set(j, z);
	else if (z->status == STATUS_INSECURE && z->reason == REASON_DS_NO_SUPPORTED && z->n_linking)
		unusable_set(j, z);
	else if (z->status == STATUS_INSECURE && z->best_ds && !z->best_ds->present && !z->best_ds->assumed &&
		 is_signed)
		finding_add(j, FINDING_DS_MISSING, z->zone, z->zone->name, TYPE_DS);
}
