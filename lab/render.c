/* render -- an answer as octets: sections in order, truncation, OPT. */
#include "lab/answer.h"
#include <assert.h>
#include <string.h>

static bool is_dnssec_only(uint16_t type)
{
	return type == TYPE_NSEC || type == TYPE_NSEC3 || type == TYPE_RRSIG || type == TYPE_DS;
}

static bool write_item(struct writer *w, const struct answer *n, const struct item *it,
		       const struct shape_of_reply *how)
{
	uint32_t ttl = how->ttl >= 0 ? (uint32_t)how->ttl : it->set->served_ttl;
	for (uint32_t i = 0; i < it->set->rds.n; i++)
		if (!write_rr(w, it->section, it->owner, it->set->type, CLASS_IN, ttl, it->set->rds.at[i]))
			return false;
	if (!n->dnssec || how->strip)
		return true;
	const rdata_list *sigs = rrset_signatures(it->view, it->set);
	if (how->ttl < 0)
		ttl = it->set->sig_ttl;
	for (uint32_t i = 0; i < sigs->n; i++)
		if (!write_rr(w, it->section, it->owner, TYPE_RRSIG, CLASS_IN, ttl, sigs->at[i]))
			return false;
	return true;
}

/* False: something that must be there did not fit. */
static bool write_section_items(struct writer *w, const struct answer *n, const struct shape_of_reply *how,
				unsigned section)
{
	for (uint32_t i = 0; i < n->items.n; i++) {
		const struct item *it = &n->items.at[i];
		if (it->section != section)
			continue;
		if (how->strip && it->section != WRITE_ANSWER && is_dnssec_only(it->set->type))
			continue;
		if (!write_item(w, n, it, how) && !it->optional)
			return false;
	}
	return true;
}

static size_t opt_size(const struct shape_of_reply *how)
{
	size_t n = 11;
	for (uint8_t i = 0; i < how->n_options; i++)
		n += 4u + how->options[i].len;
	return n;
}

static void write_start(struct writer *w, const struct answer *n, const struct shape_of_reply *how)
{
	const uint8_t *qname = how->qname;
	struct write_head head = {
		.id = how->id,
		.rcode = n->rcode,
		.qr = true,
		.aa = n->aa,
		.rd = how->rd,
		.cd = how->cd,
		.ra = how->ra,
		.ad = how->ad,
	};
	write_head(w, &head);
	if (how->lower_case)
		qname = name_lower(n->arena, qname);
	if (how->wrong_question)
		qname = name_prepend(n->arena, "other", 5,
				     name_labels(qname) > 0 ? name_strip(qname, 1) : qname);
	if (qname == NULL)
		qname = name_root; /* no room for a longer one */
	if (how->has_question)
		write_question(w, qname, how->qtype, how->qclass);
}

struct octets answer_render(const struct answer *n, const struct shape_of_reply *how)
{
	struct writer w;
	bool opt = how->edns && !how->no_opt;
	size_t reserve = opt ? opt_size(how) : 0, limit = how->limit > 65535 ? 65535 : how->limit;
	uint8_t *at = arena_alloc(n->arena, limit);
	assert(limit >= 512);
	writer_init(&w, n->arena, at, limit - reserve);
	write_start(&w, n, how);
	bool fits = !how->tc_always;
	for (unsigned s = WRITE_ANSWER; s <= WRITE_ADDITIONAL && fits; s++)
		fits = write_section_items(&w, n, how, s);
	if (how->foreign_class && fits)
		write_rr(&w, WRITE_ADDITIONAL, how->qname, TYPE_A, CLASS_CH, 60,
			 (struct rdata){ (const uint8_t *)"\300\000\002\001", 4 });
	if (!fits)
		write_set_tc(&w);
	w.cap = limit;
	w.overflow = false;
	if (opt)
		write_edns(&w, &(struct write_edns){ .udp_size = 1232,
						     .do_bit = how->do_bit,
						     .z_bit = how->z_bit,
						     .rcode = n->rcode,
						     .options = how->options,
						     .n_options = how->n_options });
	return (struct octets){ w.at, w.len };
}
