/* chain_ends -- when the signatures of a zone end at each of its servers, by one snapshot. Not for other rooms. */
#pragma once
#include "foresee/snapshot.h"

struct chain_end { struct wall at; const char *rrset; int64_t validity_s; };    /* WALL_NEVER: nothing signed that holds */
struct chain_ends {
	struct chain_end above;         /* of the chain above the zone: the same for all servers */
	struct chain_end first, last;   /* of the servers that answer: who ends first, who last */
	const struct snap_server *first_server;         /* NULL: none is signed */
	uint32_t n;                     /* servers with signatures that hold */
};
struct chain_end chain_end_of(const struct snap_server *v);
struct chain_end chain_end_above(const struct snapshot *s);
struct chain_ends chain_ends_of(const struct snapshot *s);
