/* doctor -- what the files of this verb share: the patient, and a line for each thing that was looked at. */
#pragma once
#include "ask/ask.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "watch/config.h"

enum health { HEALTH_FINE, HEALTH_POOR /* works, not as it should */, HEALTH_BAD, HEALTH_UNSEEN /* could not be looked at */ };
struct doctor_row {
	enum health health;
	const char *what;               /* "clock": stable */
	const char *text, *todo;        /* todo: "" nothing to do */
};
struct doctor {
	const struct options *o;
	struct config *config;          /* NULL: there is none, or it is wrong */
	bool has_secrets;               /* of the configuration: they could be read */
	struct setup setup;             /* hints, anchors, resolvers as the observer has them; without configuration as `why` */
	struct crypto *crypto;
	struct asker *asker;
	const struct message *root_keys;        /* a root server's answer to ". DNSKEY"; NULL none came */
	LIST(struct doctor_row) rows;
};
void doctor_note(struct doctor *d, enum health health, const char *what, const char *todo, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

struct doctor_ask {                     /* one question to one server, and how it went */
	struct ask_question q;
	struct doctor *d;
	bool sent, ended;
	enum ask_outcome outcome;
	const struct message *m;        /* NULL no answer */
};
/* Until each has ended. */
void doctor_ask_all(struct doctor *d, struct doctor_ask *asks, uint32_t n);

void doctor_store(struct doctor *d);
void doctor_network(struct doctor *d);          /* root servers, interception; fills root_keys */
void doctor_resolvers(struct doctor *d);
void doctor_anchors(struct doctor *d);
void doctor_algorithms(struct doctor *d);
struct doctor_steady { struct wall wall; struct mono mono; };
void doctor_clock(struct doctor *d, const struct doctor_steady *began);
void doctor_service(struct doctor *d);
void doctor_channels(struct doctor *d);
