/* judging -- what the files of judge/ share while one judgement is made. Not for other rooms. */
#pragma once
#include "judge/judge.h"

struct judging {
	const struct tree *tree;
	const struct chain *chain;      /* proofs under these edits */
	const struct edits *edits;      /* NULL: as it is */
	struct wall at;
	struct arena *arena;
	struct prover *prover;
	struct verdict *v;              /* being filled: findings */
	LIST(struct finding *) more;    /* findings over LIMIT_FINDINGS, until the most severe of all are chosen */
	uint32_t left_out, unweighed;   /* findings dropped: as less severe, and unseen over LIMIT_FINDINGS_WEIGHED */
	bool blind4, blind6;            /* no address of this IP family answered anywhere, though one of the other did: our own lack */
};

/* A new finding of this kind for this zone, severity and servers at their defaults; text is filled in at the end from
 * the sentence and the fields. Same (id, zone, name, type) twice gives the first one back, so that servers can be added. */
struct finding *finding_add(struct judging *j, enum finding_id id, const struct zone *zone, const uint8_t *name, uint16_t type);
void finding_at(struct judging *j, struct finding *f, const struct server *s);  /* it shows at this server; counts n_servers */
/* While findings are made, one after the other; NULL behind the last. */
struct finding *finding_made(const struct judging *j, uint32_t i);
/* Keeps the most severe LIMIT_FINDINGS. Pointers to findings end here; before the word is worked out. */
void findings_keep(struct judging *j);
void judge_left_out(struct judging *j);         /* says that some were dropped; last of all */
bool finding_has(const struct judging *j, enum finding_id id, const struct zone *zone);  /* zone NULL: any */

/* Each looks at one side of the evidence and adds findings. */
void judge_delegation(struct judging *j);       /* NS names, glue, parent against child, cycles, not delegated */
void judge_reach(struct judging *j);            /* silence, ICMP, TCP, wrong ids and addresses, EDNS, cookies */
void judge_lame(struct judging *j);             /* what the servers answer instead of the zone */
void judge_dnssec(struct judging *j);           /* DS, DNSKEY, signatures, denial: of every zone on the path */
void judge_alias(struct judging *j);            /* CNAME and DNAME chains and their targets */
void judge_cds(struct judging *j);              /* what the zone asks its parent for */
void judge_csync(struct judging *j);
void judge_bootstrap(struct judging *j);        /* what its name servers' operators say for it */
void judge_targets(struct judging *j);          /* what its SOA and MX records point to */
void judge_apex_only(struct judging *j);        /* DNSKEY, CDS and CDNSKEY below the apex */
void judge_delegation_hygiene(struct judging *j);
void judge_beside(struct judging *j);           /* names and types beside the question's */
void judge_servers(struct judging *j);          /* servers that differ from each other */
void judge_timing(struct judging *j);           /* what runs out soon, inception ahead */
void judge_resolvers(struct judging *j);        /* what the recursive resolvers say, against the walk */
void judge_limits(struct judging *j);           /* budgets that were spent */

/* Fills text, fix and avoid of a finding from its kind: {zone} {parent} {name} {type} {rrset} {n} {m} {share} {servers} {when}
 * {ago} {in} {number} {number2} {algorithm} {ns} {detail} {rcode} {server} (one
 * address for a command); unknown placeholders are our bug. What stands between back-quotes is a command: left out when a
 * name in it is not plain. A fix or avoid that is set already is kept. {detail} is put in as it is, not filled again.
 * {ns-ttl} {ds-ttl} {key-ttl} {negative-ttl}: how long caches may go on with the zone's NS, DS, DNSKEY or its denial, from the
 * TTLs seen: "2d". Names stand without the final dot. */
void finding_write(struct judging *j, struct finding *f);
