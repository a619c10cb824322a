/* report -- one report object from the result of a check; every format is a way to write it. Rows are borrowed views of
 * evidence, tree and verdict, in the order people read them; no judgement is made here and nothing is guessed. */
#pragma once
#include "base/text.h"
#include "check/check.h"

struct style { /* how text goes to a terminal */
	bool colour, utf8;
	bool verbose;     /* no 25-line cap; exchanges by server, EDE texts */
	uint16_t columns; /* at least 60, at most 80 for the screen */
};

struct chain_row { /* a zone of the question's path, root first; a CNAME target's zones follow */
	const struct zone *zone;
	const struct zone_proof *proof;
	enum status status;
	const struct finding *broken; /* the root cause of a SERVFAIL when it stands here */
};
struct server_row { /* one address of one zone, as all its looks together show it */
	const struct server *server;
	const struct zone *zone;
	const char *udp, *tcp;               /* "ok", "silent", "refused", ...; NULL not tried */
	bool answered, aa, has_serial, fine; /* answered: rcode and aa stand for the look named best */
	const struct look *best;             /* SOA before question before any; NULL */
	uint16_t rcode;
	uint32_t serial, rtt_us;
};
struct resolver_row {
	const struct server *server;
	const struct look *look, *cd;   /* NULL not asked */
	const struct message *m, *m_cd; /* NULL no answer */
};
struct memory; /* report/memory.h */
struct report {
	struct arena *arena;
	const struct check_result *result;
	const struct evidence *evidence;
	const struct verdict *verdict;
	struct wall at;                  /* judged for this moment */
	const char *engine;              /* our version */
	const char *certainty;           /* "certain", "likely", "limited" */
	int exit;                        /* of the verdict: 0 1 2 3 */
	uint32_t n_servers, n_resolvers; /* addresses that were asked */
	const struct memory *memory;     /* of an observer, borrowed; NULL from report_make(): set it where there is one */
	LIST(struct chain_row) chain;
	LIST(struct server_row) servers; /* of all zones of the path */
	LIST(struct resolver_row) resolvers;
};
/* Borrows result (alive until check_free). */
struct report *report_make(struct arena *a, const struct check_result *result, struct wall at,
			   const char *engine);

void report_human(const struct report *r, const struct style *s, struct text *out);
void report_short(const struct report *r, struct text *out);
void report_nagios(const struct report *r, struct text *out);
void report_json(const struct report *r, struct text *out);
void report_trace(const struct report *r, const struct style *s, struct text *out);
void report_trace_json(const struct report *r, struct text *out);

/* A world that shows the finding, or NULL. */
typedef const char *practice_fn(struct arena *a, const struct finding_kind *k);
/* One row of the findings table as a page; NULL: all of them. */
void report_explain(struct arena *a, const struct finding_kind *one, practice_fn *practice,
		    const struct style *s, struct text *out);
void report_explain_json(const struct finding_kind *one, practice_fn *practice, struct text *out);

/* "dig @192.0.2.53 example.com DNSKEY +dnssec +norecurse" for the packet that shows the finding (or the question), or
 * NULL where the name must not stand in a command line (SECURITY 5g). */
const char *report_proof_command(const struct report *r);
/* Without the final dot, cut to at most `columns` at its head ("...tail"): for screens. */
const char *report_name(struct arena *a, const uint8_t *name, size_t columns);
