/* registry -- what the registry of a domain says of it, by RDAP (RFC 9082, 9083): until when it is registered, whether it is on
 * hold or about to be deleted, which DS and name servers it has there. A fact as a value, its findings, and how it is asked for;
 * when to ask, and keeping what was said, is the observer's (watch/registration.c).
 * An answer comes from somebody else's web server: nothing of it is kept but what has a meaning here, every text is escaped. */
#pragma once
#include "foresee/outlook.h"
#include "http/http.h"

enum epp_status {               /* as a mask; RFC 5731 2.3, RFC 3915 3.1, told in the words of RFC 8056 */
	EPP_CLIENT_HOLD = 1, EPP_SERVER_HOLD = 2, EPP_REDEMPTION_PERIOD = 4, EPP_PENDING_RESTORE = 8, EPP_PENDING_DELETE = 16,
	EPP_AUTO_RENEW_PERIOD = 32, EPP_INACTIVE = 64,
};
struct registration {
	const char *domain;             /* as asked for: A-labels, lower case, final dot */
	bool found;                     /* false: the registry knows no such domain (404); the rest is empty then */
	struct wall asked_at;
	struct wall registered_at, changed_at, expires_at;      /* WALL_NEVER: not told */
	uint32_t status;                /* of enum epp_status */
	const char *registrar;          /* escaped; "" not told */
	bool ds_known;                  /* told which DS there are, or that the delegation is not signed */
	LIST(struct snap_ds) ds;        /* sorted; `matched` says nothing */
	bool ns_known; LIST(const char *) ns;   /* sorted, lower case, final dot */
};
/* The body of an answer about `domain`. E_SYNTAX with *why: no JSON, deeper than LIMIT_RDAP_DEPTH, not a domain object, of another
 * domain. What is of the wrong type or beyond its limit inside is as if it were missing. */
MUST_CHECK int registration_from_rdap(struct arena *a, const char *domain, const char *body, size_t len, struct wall asked_at,
				      struct registration **out, const char **why);
/* One line of JSON, for the store; read back exactly. */
void registration_text(const struct registration *r, struct text *out);
MUST_CHECK int registration_from_text(struct arena *a, const char *text, size_t len, struct registration **out);
const char *epp_status_text(struct arena *a, uint32_t status);         /* "clientHold, pendingDelete" */

/* ---- whom to ask ---- */
enum { RDAP_TRIES = 3 };
/* The names to ask for, in this order, until one is found: there is no list of public suffixes, so the domain to which a name
 * belongs is the longest one that is registered. Never a top-level domain. How many; 0: a name that nobody registers. */
unsigned rdap_tries(struct arena *a, const char *name, const char *out[RDAP_TRIES]);
#define RDAP_BOOTSTRAP_URL "https://data.iana.org/rdap/dns.json"
struct rdap_service { const char *suffix /* "com." */, *base_url /* with final slash */; };
struct bootstrap { LIST(struct rdap_service) services; };       /* RFC 9224 */
MUST_CHECK int bootstrap_from_json(struct arena *a, const char *body, size_t len, struct bootstrap *out, const char **why);
const char *bootstrap_find(const struct bootstrap *b, const char *domain);      /* longest match; NULL: no service is known */

/* ---- asking ---- */
enum rdap_outcome { RDAP_FOUND, RDAP_NONE /* 404 */, RDAP_BUSY /* 429, or 503 with Retry-After */, RDAP_FAILED };
/* GET base_url/domain/NAME (RFC 9082 3.1.3), or with domain NULL base_url itself. E_BUSY as http_start(). */
MUST_CHECK int rdap_start(struct http *h, const char *base_url, const char *domain, http_done_fn *done, void *ctx);
enum rdap_outcome rdap_outcome_of(const struct http_answer *answer);

/* ---- what follows from it ---- */
struct ns_registration {
	const char *ns;                 /* the name server's name whose domain this is, or whose domain hangs on it */
	const struct registration *domain;
	bool resolves;                  /* nothing shows that the name does not exist: then a registry that knows nothing of it is not believed */
	bool through_another;           /* not a server of the zone: a server of a domain in which such a one stands */
};
struct target_registration {
	const char *host, *from;        /* from's CNAME or MX record names the host */
	bool mail;
	const struct registration *domain;
	bool exists;                    /* as above; false only where the zone above the domain denies the host */
};
struct registrations {
	const struct registration *own; /* of the zone's domain; NULL not known */
	LIST(struct ns_registration) ns;
	LIST(struct target_registration) targets;
};
/* Appends to out->findings and moves out->breaks_at; the history's last entry is the present. Pure. */
void registry_findings(struct arena *a, const struct history *h, const struct registrations *r, const struct ladder *l, struct wall at,
		       struct outlook *out);
