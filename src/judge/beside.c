/* beside -- what the questions beside the one asked show: a name that exists or not by its type, names above it that are
 * denied or refused, an NSEC3 chain without its parameters. */
#include "judge/inside.h"
#include "dns/text.h"
#include <string.h>

static bool has_data(const struct look *l)
{
	const struct message *m = look_message(l);
	return m && m->aa && m->rcode == RCODE_NOERROR && m->answer.n && said_usable(look_said(l));
}

static bool denies_name(const struct look *l)
{
	const struct message *m = look_message(l);
	return m && m->aa && m->rcode == RCODE_NXDOMAIN && !m->answer.n;
}

static struct finding *tell(struct judging *j, enum finding_id id, const struct look *l)
{
	struct finding *f = finding_add(j, id, l->server->zone, l->name, l->type);
	finding_at(j, f, l->server);
	f->proof = f->proof ? f->proof : l->last;
	return f;
}

/* ---- NXDOMAIN by type (RFC 4074 4.2) ---- */

static void judge_other_type(struct judging *j, const struct look *other, const struct look *asked)
{
	const struct look *denial = denies_name(other) ? other : asked, *data = denial == other ? asked : other;
	if (!denies_name(denial) || !has_data(data))
		return;
	struct finding *f = tell(j, FINDING_QTYPE_NXDOMAIN, denial);
	f->detail = type_text(j->arena, data->type);
	f->breaks = true;
}

/* ---- an alias to one type, data to another (RFC 2181 10.1) ---- */

static const struct rrset *record_of(const struct look *l, uint16_t type)
{
	return has_data(l) ? section_find(&look_message(l)->answer, l->name, type) : NULL;
}

static void judge_alias_beside(struct judging *j, const struct look *alias, const struct look *data)
{
	if (record_of(alias, TYPE_CNAME) && !record_of(data, TYPE_CNAME) && record_of(data, data->type)) {
		struct finding *f = finding_add(j, FINDING_CNAME_AND_OTHER_DATA, alias->server->zone, alias->name,
						TYPE_CNAME);
		finding_at(j, f, alias->server);
		f->proof = f->proof ? f->proof : alias->last;
	}
}

/* ---- names between the apex and the one asked for ---- */

static void judge_between(struct judging *j, const struct look *l, const struct look *asked)
{
	enum said said = look_said(l);
	if (!has_data(asked))
		return;
	if (denies_name(l)) {
		struct finding *f = tell(j, FINDING_ENT_NXDOMAIN, l);
		f->severity = zone_signed(j, l->server->zone) ? SEVERITY_WARNING : SEVERITY_NOTICE;
	} else if (said_lame(said) || said == SAID_SILENT) {
		tell(j, FINDING_QMIN_BREAKS, l)->detail =
			said == SAID_SILENT ? "no answer" : rcode_text(j->arena, look_message(l)->rcode);
	}
}

/* ---- NSEC3PARAM (RFC 5155 4) ---- */

static bool same_parameters(const struct nsec3 *a, const struct nsec3 *b)
{
	return a->hash == b->hash && a->iterations == b->iterations && a->salt_len == b->salt_len &&
	       !memcmp(a->salt, b->salt, a->salt_len);
}

static bool any_names(const struct rrset *parameters, const struct nsec3 *used)
{
	for (uint16_t i = 0; i < parameters->n; i++) {
		struct nsec3 p = rdata_nsec3param(parameters->rd[i]);
		if (same_parameters(&p, used))
			return true;
	}
	return false;
}

/* Of the zone itself: an answer about a DS is the parent's. */
static const struct rrset *nsec3_used(const struct server *s)
{
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct message *m = s->looks.at[i]->kind == LOOK_DS ? NULL : look_message(s->looks.at[i]);
		const struct rrset *r = m && m->aa ? section_find_type(&m->authority, TYPE_NSEC3, 0) : NULL;
		if (r && name_equal(name_strip(r->owner, 1), s->zone->name))
			return r;
	}
	return NULL;
}

static void judge_parameters(struct judging *j, const struct look *l)
{
	const struct message *m = look_message(l);
	const struct rrset *used = nsec3_used(l->server);
	if (!m || !m->aa || m->rcode != RCODE_NOERROR || !used)
		return;
	const struct rrset *parameters = section_find(&m->answer, l->name, TYPE_NSEC3PARAM);
	struct nsec3 n = rdata_nsec3(used->rd[0]);
	if (!parameters)
		tell(j, FINDING_NSEC3PARAM_MISSING, l);
	else if (!any_names(parameters, &n))
		tell(j, FINDING_NSEC3PARAM_MISMATCH, l);
}

/* ---- EDNS as it may come to be (RFC 6891 6.1.3, 6.1.4) ---- */

static void judge_version(struct judging *j, const struct look *l)
{
	const struct message *m = look_message(l);
	bool silent = look_said(l) == SAID_SILENT;
	if (m ? m->rcode == RCODE_BADVERS : !silent)
		return;
	tell(j, FINDING_EDNS_VERSION_1_MISHANDLED, l)->detail = m ? rcode_text(j->arena, m->rcode) : "nothing";
}

static void judge_flags(struct judging *j, const struct look *l)
{
	const struct message *m = look_message(l);
	if (m && m->has_edns && (m->edns_flags & ~EDNS_FLAG_DO))
		tell(j, FINDING_EDNS_UNDEFINED_FLAGS_ECHOED, l);
}

static void judge_server(struct judging *j, const struct server *s, const struct leg *question)
{
	const struct look *asked = server_look(s, LOOK_QUESTION, question->name, question->type);
	for (uint32_t i = 0; i < s->looks.n; i++) {
		const struct look *l = s->looks.at[i];
		if (l->kind == LOOK_OTHER_TYPE && asked) {
			judge_other_type(j, l, asked);
			judge_alias_beside(j, l, asked);
			judge_alias_beside(j, asked, l);
		} else if (l->kind == LOOK_BETWEEN && asked)
			judge_between(j, l, asked);
		else if (l->kind == LOOK_NSEC3PARAM)
			judge_parameters(j, l);
		else if (l->kind == LOOK_EDNS1)
			judge_version(j, l);
		else if (l->kind == LOOK_EDNS_Z)
			judge_flags(j, l);
	}
}

/* Measured: BIND and Knot Resolver minimise with NS, and wait in vain. The last label they ask with the question's own type. */
static void judge_ns_dropped(struct judging *j, const struct zone *z, const struct leg *question)
{
	bool further_down = name_labels(question->name) > name_labels(z->name) + 1;
	struct finding *f = NULL;
	bool any_answers = false;
	for (uint32_t i = 0; i < z->servers.n; i++) {
		const struct server *s = z->servers.at[i];
		const struct look *l = server_look(s, LOOK_NS, z->name, TYPE_NS);
		enum said said = l ? look_said(l) : SAID_NOT_ASKED;
		any_answers |= said != SAID_NOT_ASKED && said != SAID_SILENT;
		if (said != SAID_SILENT || !server_counts(j, s) || !said_usable(server_state(j, s, NULL).said))
			continue;
		f = finding_add(j, FINDING_QTYPE_NS_DROPPED, z, z->name, TYPE_NS);
		finding_at(j, f, s);
		f->proof = f->proof ? f->proof : l->last;
	}
	if (f && !any_answers && further_down) {
		f->breaks = true;
		f->severity = SEVERITY_WARNING;
	}
}

void judge_beside(struct judging *j)
{
	const struct leg *question = j->tree->legs.n ? j->tree->legs.at[0] : NULL;
	const struct zone *z = question ? question->zone : NULL;
	for (uint32_t i = 0; z && i < z->servers.n; i++)
		if (server_counts(j, z->servers.at[i]))
			judge_server(j, z->servers.at[i], question);
	for (uint32_t i = 0; question && i < j->tree->zones.n; i++)
		if (zone_judged(j, j->tree->zones.at[i]))
			judge_ns_dropped(j, j->tree->zones.at[i], question);
}
