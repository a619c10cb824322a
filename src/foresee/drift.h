/* drift -- what the files of drift share: sets as several servers tell them, and how a change is noted. Not for other rooms. */
#pragma once
#include "foresee/snapshot.h"

typedef LIST(const char *) words;

/* What one server says on one matter. */
struct voice {
	struct addr addr;
	const char *who;                /* "ns1.example.com. (192.0.2.53)" */
	bool known, answered;
	uint32_t ttl;
	words items;
};
typedef LIST(struct voice) voices;
/* Keeps those that may be compared: see drift_between(). */
void voices_pair(voices *before, voices *now);
words voices_union(struct arena *a, const voices *v);           /* sorted, single */
uint32_t voices_ttl(const voices *v);                           /* the largest */

struct difference {
	const char *item, *where;       /* where: "" everywhere, else the servers, "a, b" */
	bool gone;
};
typedef LIST(struct difference) differences;
differences voices_differ(struct arena *a, const voices *before, const voices *now);

const char *words_joined(struct arena *a, const words *w);      /* "a, b" */
bool words_have(const words *w, const char *item);
bool words_same(const words *a, const words *b);
bool words_meet(const words *a, const words *b);                /* one in common */

struct drift {
	struct arena *a;
	const struct snapshot *before, *now;
	changes *out;
};
struct change *drift_note(struct drift *d, enum change_kind kind, enum severity severity, const char *where, const char *before,
			  const char *after);
enum matter { MATTER_DS, MATTER_NS_PARENT, MATTER_GLUE, MATTER_KEYS, MATTER_NS_CHILD, MATTER_CDS };
voices drift_voices(struct arena *a, const struct snapshot *s, enum matter of);
bool addr_same(const struct addr *a, const struct addr *b);
const char *drift_who(struct arena *a, const struct snap_server *v);

/* drift_servers.c */
void drift_of_servers(struct drift *d);         /* lost, back, addresses, serials */
