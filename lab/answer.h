/* answer -- what an authoritative server of the world says, before it is written down. Private to lab/. */
#pragma once
#include "dns/write.h"
#include "lab/inside.h"

enum answer_kind { KIND_ANSWER, KIND_NODATA, KIND_NXDOMAIN, KIND_REFERRAL, KIND_REFUSED, KIND_BARE };
struct item {
	enum write_section section;
	struct view *view;
	struct lab_rrset *set;
	const uint8_t *owner;           /* as served: of a wildcard's answer, the name asked for */
	bool optional;                  /* additional data that may be left out silently */
};
struct answer {
	struct arena *arena;
	enum answer_kind kind;
	uint16_t rcode;
	bool aa, dnssec;                /* dnssec: the client set DO */
	bool no_synthesis, wrong_synthesis, zero_synthesis;
	LIST(struct item) items;
	const uint8_t *cut;             /* of a referral */
};

static inline void answer_add(struct answer *n, enum write_section section, struct view *v, struct lab_rrset *s,
		const uint8_t *owner)
{
	list_push(n->arena, &n->items,
		  (struct item){ .section = section, .view = v, .set = s, .owner = owner });
}

/* The zone of this server that a question belongs to: the deepest, for DS the one above the cut; NULL.
 * server NULL: of the world as a resolver sees it. */
struct lab_zone *host_zone(struct world *w, const struct addr *server, const uint8_t *name, uint16_t type);
/* RFC 1034 4.3.2 over all zones that this server serves. */
void answer_make(struct world *w, const struct addr *server, const uint8_t *qname, uint16_t qtype,
		 struct answer *out);

/* denial.c: proofs, each part unless a `denial` break takes it away. ce: closest encloser, qname the name
 * denied. */
void deny_name(struct answer *n, struct view *v, const uint8_t *qname, const uint8_t *ce);     /* NXDOMAIN */
/* NODATA */
void deny_type(struct answer *n, struct view *v, const uint8_t *qname, struct node *at, uint16_t qtype);
void deny_wildcard_type(struct answer *n, struct view *v, const uint8_t *qname, struct node *wildcard,
			const uint8_t *ce);
/* wildcard answer */
void deny_closer(struct answer *n, struct view *v, const uint8_t *qname, const uint8_t *ce);
/* referral, DS NODATA */
void deny_ds(struct answer *n, struct view *v, const uint8_t *cut);
void deny_soa(struct answer *n, struct view *v);
void deny_pad(struct answer *n, struct view *v);
/* The value of a `denial` break's word in this view; NULL. */
const struct param *denial_param(const struct view *v, const char *key);

/* render.c */
struct shape_of_reply {
	uint16_t id;
	bool rd, cd, ra, ad, has_question, edns, tc_always, no_opt, lower_case, wrong_question, foreign_class;
	const uint8_t *qname; uint16_t qtype, qclass;
	uint32_t limit;                 /* octets */
	int64_t ttl;                    /* of all records; -1: their own */
	bool strip;                     /* no DNSSEC records */
	struct edns_item options[8]; uint8_t n_options;
	uint8_t edns_version_rcode_high; bool do_bit, z_bit;
};
struct octets answer_render(const struct answer *n, const struct shape_of_reply *how);
