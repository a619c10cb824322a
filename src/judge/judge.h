/* judge -- verdict = judge(evidence, moment, edits). Pure: same in, same out. The tree is the evidence as walk/ reads it.
 * Findings are rows of findings.def; one of them is the root cause, found by the order of causes and confirmed by
 * judging again with the repairing edit. */
#pragma once
#include "evidence/edits.h"
#include "evidence/tree.h"
#include "prove/chain.h"

enum verdict_word { VERDICT_OK, VERDICT_AT_RISK, VERDICT_DEGRADED, VERDICT_SERVFAIL, VERDICT_UNKNOWN };
const char *verdict_text(enum verdict_word v);          /* "OK", "AT RISK", ... */
const char *verdict_id(enum verdict_word v);            /* "ok", "at-risk", "degraded", "servfail", "unknown" */
int verdict_exit(enum verdict_word v);                  /* 0 1 1 2 3 */

enum severity { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_CRITICAL };
const char *severity_text(enum severity s);

/* The order of causes (FAULTS 3): the first family that holds is the root. */
enum family {
	FAMILY_ANCHOR,          /* our own trust anchor or hints */
	FAMILY_PARENT, FAMILY_NOT_DELEGATED, FAMILY_NS_NAMES, FAMILY_UNREACHABLE, FAMILY_LAME, FAMILY_NO_DNSSEC_SERVED,
	FAMILY_DNSKEY_NOT_RETRIEVED, FAMILY_DS, FAMILY_DNSKEY_SIGNATURE, FAMILY_DATA_SIGNATURE, FAMILY_DENIAL,
	FAMILY_ALIAS, FAMILY_SERVERS_DIFFER, FAMILY_TIMING, FAMILY_RESOLVER, FAMILY_LIMIT, FAMILY_HYGIENE,
};
enum finding_id {
#define FINDING(id, text, ...) FINDING_##id,
#include "judge/findings.def"
#undef FINDING
	FINDING_KINDS
};
struct finding_kind {           /* one row of the one table */
	const char *id;         /* "rrsig-expired" */
	enum severity severity; /* when it is at its worst */
	enum family family;
	int ede;                /* RFC 8914 info code, -1 none */
	const char *rfc;        /* "RFC 4035 5.3.1" */
	const char *sentence;   /* what is wrong, with {placeholders} */
	const char *meaning;    /* explain: what it is and who is hurt */
	const char *fix;        /* safe steps, one a line */
	const char *avoid;      /* what not to do, one a line; "" none */
	const char *rows;       /* FAULTS.md ids it speaks for, space separated */
};
const struct finding_kind *finding_kind(enum finding_id id);
const struct finding_kind *finding_by_name(const char *id, enum finding_id *out);        /* also by a FAULTS row id; NULL unknown */
const char *finding_nearest(const char *id);                                               /* for "did you mean" */

enum role { ROLE_EXTRA, ROLE_COMPANION, ROLE_ROOT };    /* companion: explained by the root */
struct finding {
	enum finding_id id;
	enum severity severity;         /* here */
	enum role role;
	const struct zone *zone;        /* whose operator can mend it; NULL: a resolver's */
	const uint8_t *name; uint16_t type;             /* the RRset or name concerned; NULL/0 none */
	LIST(const struct server *) servers;            /* where it shows */
	uint16_t n_servers, of_servers;                 /* n of m; 0 of 0 where it makes no sense */
	bool always;                    /* every resolver fails by it; else some, or none */
	bool breaks;                    /* makes (some) resolvers answer SERVFAIL */
	struct wall when;               /* expiry, inception...; WALL_NEVER none */
	uint32_t number, number2;       /* key tag, iterations, serial, ...: as the sentence uses them */
	uint8_t algorithm;
	const uint8_t *ns_name;
	const char *detail;             /* free, ours or escaped; NULL none */
	const struct exchange *proof;   /* one packet that shows it */
	const char *text;               /* the sentence, filled in */
	const char *fix; const char *avoid;             /* filled in, a line each step */
};
/* Fills text, fix and avoid from the finding's kind where there is no tree (memory, plans): f->zone must be set; TTLs in the
 * sentence stand as words. A fix or avoid that is set already is kept. */
void finding_fill(struct arena *a, struct wall at, struct finding *f);

enum { VERDICT_BEHIND_MAX = 3 };
struct verdict {
	enum verdict_word word;
	enum status security;           /* of the answer a validating resolver would give */
	uint16_t rcode;                 /* that it would give: NOERROR, NXDOMAIN, SERVFAIL */
	bool limited;                   /* a budget was spent: not everything was seen */
	const char *limited_why;
	LIST(struct finding) findings;  /* root first, companions, then by severity */
	const struct finding *root;     /* NULL when nothing breaks */
	const struct finding *headline; /* root, or what OK/AT RISK/DEGRADED is about; NULL */
	bool confirmed;                 /* judged again with the repair: good */
	const char *unconfirmed_why;    /* why no edit can show it; NULL when confirmed or no root */
	const struct edits *repair;
	/* Faults that show when the root, and those before them, are mended; the verdict turns when all are. */
	const struct finding *behind[VERDICT_BEHIND_MAX]; uint8_t n_behind;
	struct wall breaks_at;          /* first moment later than now at which the word turns worse; WALL_NEVER: none seen */
	const struct chain *chain;      /* the proofs */
	uint16_t ok_servers, all_servers;               /* of the question's zone */
};

struct judgement { const struct tree *tree; struct crypto *crypto; struct budget *budget; struct arena *arena; };
/* The whole: findings, root, repair tried. The caller may complete it (breaks_at is of foresee/). */
struct verdict *judge(const struct judgement *j, struct wall at);
/* The bare verdict under edits: word, security, rcode, findings; no root search. */
const struct verdict *judge_edited(const struct judgement *j, struct wall at, const struct edits *edits);
