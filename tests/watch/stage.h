/* stage -- an observer over a world without sockets, on a clock that jumps to the next thing to do: months pass in a second. */
#pragma once
#include "reading.h"
#include "lab/lab.h"
#include "foresee/outlook.h"
#include "watch/observer.h"

struct switching { struct asker asker; struct asker *inner; bool dark; struct mono now; };
struct stage {
	struct reading reading;
	struct store *store;
	char store_path[160];
	struct switching net;
	struct arena *world_arena;
	struct world *world;
	struct crypto *crypto;
	struct wall clock;
	struct observer *observer;
	unsigned logged_errors;
};
/* config: YAML. world: text; `clock` in it is when the stage begins. */
void stage_set(struct stage *s, const char *config, const char *world);
void stage_world(struct stage *s, const char *world);   /* from now on the network is this one */
void stage_dark(struct stage *s, bool dark);            /* nothing answers */
void stage_run(struct stage *s, int64_t seconds);
void stage_restart(struct stage *s);                    /* the process dies and comes back */
void stage_clear(struct stage *s);
/* Messages in the outbox of a kind ("opened"; NULL any) whose alert has this finding (NULL any). */
unsigned stage_told(struct stage *s, const char *kind, const char *finding);
unsigned stage_events(struct stage *s, const char *kind);
unsigned stage_open_incidents(struct stage *s);
