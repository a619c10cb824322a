/* inside -- what a server of the world holds: a view of a zone (contents, keys, chain, signatures), made when
 * first asked for. Servers to which the same breaks apply share one view. Private to lab/. */
#pragma once
#include "lab/world.h"

typedef LIST(struct rdata) rdata_list;

struct lab_rrset {
	const uint8_t *owner; uint16_t type;
	uint32_t ttl, served_ttl;
	rdata_list rds;
	/* signatures are of signed_rds: the data was changed after signing */
	rdata_list signed_rds; bool signs_old;
	bool is_signed;                         /* authoritative data of a signed zone */
	bool made; rdata_list sigs; uint32_t sig_ttl;  /* signatures, when they are asked for */
	const uint8_t *hashed;                  /* NSEC3: the name behind the hash */
	const uint8_t *signed_owner;            /* signatures are of this owner; NULL: of `owner` */
};
struct node {
	const uint8_t *name;
	LIST(struct lab_rrset *) sets;
	bool is_cut, below_cut, is_ent;
	struct lab_rrset *nsec;                 /* made when asked for */
};

struct lab_key {
	const char *id;
	bool is_ksk, is_zsk;                    /* both: CSK */
	bool published, signs;
	uint8_t algorithm, shown_algorithm, protocol;
	uint16_t flags;
	struct octets public, shown_public;
	const struct signing_key *signing;      /* NULL: its signatures are noise */
	uint16_t tag;                           /* as its RRSIGs have it */
};
typedef LIST(struct lab_key) lab_keys;
/* Two keys of one tag for a zone's role, found by trying ids. */
struct key_pair { const struct lab_zone *zone; uint8_t algorithm; bool ksk; const char *ids[2]; };
enum dnskey_signers { SIGNED_BY_KSK, SIGNED_BY_ZSK, SIGNED_BY_ALL, SIGNED_BY_NONE };

struct link3 { uint8_t hash[20]; struct node *node; struct lab_rrset *rrset; };
struct view {
	struct world *w;
	const struct lab_zone *zone;
	LIST(const struct lab_break *) breaks;
	bool is_built, is_signed;
	LIST(struct node *) nodes;              /* canonical order, empty non-terminals included */
	lab_keys keys; enum dnskey_signers dnskey_signers, cds_signers;
	struct denial_rule denial;
	uint32_t nsec_ttl;                      /* RFC 9077 */
	bool has_chain;
	LIST(struct node *) chain;              /* NSEC */
	LIST(struct link3) chain3;              /* NSEC3, in order of the hashes */
};

/* contents.c */
struct view *world_view(struct world *w, struct lab_zone *z, const struct addr *server);      /* built */
void contents_build(struct view *v);
/* nodes.c */
struct node *view_node(const struct view *v, const uint8_t *name);     /* NULL */
struct node *view_node_make(struct view *v, const uint8_t *name);      /* a new one where there is none */
uint32_t view_n_under(const struct view *v, const uint8_t *name, uint32_t *first);     /* nodes at or below */
struct lab_rrset *node_rrset(const struct node *n, uint16_t type);     /* NULL */
struct lab_rrset *view_rrset(const struct view *v, const uint8_t *name, uint16_t type);
void contents_add(struct view *v, const uint8_t *owner, uint32_t ttl, uint16_t type, struct rdata rd);
void contents_drop(struct view *v, const uint8_t *owner, uint16_t type, bool only_type);
void contents_add_addrs(struct view *v, const uint8_t *owner, uint32_t ttl, const addr_list *addrs);
/* contents_break.c: breaks of kind add, drop, set, ttl, apex-ns, add-many. */
void contents_apply(struct view *v, const struct lab_break *b);
void contents_apply_ttl(struct view *v, const struct lab_break *b);

/* delegation.c, ds.c */
void delegation_add(struct view *v);            /* NS, glue and DS of all child zones, then their breaks */
rdata_list ds_of_child(struct view *v, const struct lab_zone *child);

/* keys.c; keys live as long as the process: worlds by the hundred share them. */
void keys_base(struct world *w, const struct lab_zone *z, lab_keys *out);
void keys_apply(struct world *w, const struct lab_zone *z, const struct lab_break *b, lab_keys *keys);
bool keys_ds_follows(const struct lab_break *b);
bool keys_selects(const struct lab_break *b, uint8_t algorithm, bool ksk, bool zsk);  /* role= and of-alg= */
bool is_rsa(uint8_t algorithm);
struct lab_key key_make(struct world *w, const struct lab_zone *z, uint8_t algorithm, bool ksk, bool zsk,
			const char *id);
/* NULL: the algorithm has too few keys to find one (RSA pool). */
const struct key_pair *key_pair_find(struct world *w, const struct lab_zone *z, uint8_t algorithm, bool ksk,
				     bool zsk);
struct rdata key_rdata(struct arena *a, const struct lab_key *k);
struct rdata key_ds(struct arena *a, const uint8_t *owner, const struct lab_key *k, uint8_t digest_type);
void keys_publish(struct view *v);              /* DNSKEY, CDS, CDNSKEY into the contents */
struct crypto *lab_crypto(void);
/* Octets that look random and are the same in every run. */
void lab_noise(const char *seed, uint64_t number, uint8_t *out, size_t n);

/* sign.c */
const rdata_list *rrset_signatures(struct view *v, struct lab_rrset *s);

/* nsec.c: NSEC as this view serves it. Borrowed; the same record each time. NULL: the chain is empty. */
struct lab_rrset *nsec_at(struct view *v, struct node *n);             /* of this node */
struct lab_rrset *nsec_covering(struct view *v, const uint8_t *name);  /* matching or covering */
/* RFC 9824; n may be NULL */
struct lab_rrset *nsec_compact(struct view *v, const uint8_t *name, const struct node *n);
struct lab_rrset *nsec_other(struct view *v, const struct lab_rrset *than);    /* any other; NULL */
struct lab_rrset *nsec_nth(struct view *v, uint32_t i);                /* NULL: no more */
/* of a name that is not there; covers nothing */
struct lab_rrset *nsec_made_up(struct view *v, unsigned i);
/* nsec3.c */
struct lab_rrset *nsec3_matching(struct view *v, const uint8_t *name); /* NULL: none */
struct lab_rrset *nsec3_covering(struct view *v, const uint8_t *name);
struct lab_rrset *nsec3_other(struct view *v, const struct lab_rrset *than);
struct lab_rrset *nsec3_nth(struct view *v, uint32_t i);
/* of a hash that no name has; covers nothing */
struct lab_rrset *nsec3_made_up(struct view *v, unsigned i);
/* bitmap.c */
type_list node_types(struct view *v, const struct node *n, uint16_t denial_type);
size_t bitmap_write(const type_list *types, uint8_t *out);             /* RFC 4034 4.1.2; room: 8192 + 512 */
bool denial_hides(const struct view *v, const struct node *n);
/* Whether this `denial` break speaks of this name. */
bool denial_selects(const struct lab_break *b, const uint8_t *name);

static inline const char *zone_text(const struct view *v) { return name_text(v->w->arena, v->zone->name); }
