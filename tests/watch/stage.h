/* stage -- an observer over a world without sockets, on a clock that jumps to the next thing to do: months pass in a second. */
#pragma once
#include "reading.h"
#include "lab/lab.h"
#include "foresee/outlook.h"
#include "watch/observer.h"

struct switching {
	struct asker asker;
	struct asker *inner;
	bool dark;
	bool crowded, root_too;         /* the asker allows itself nothing (but at the root): questions are held until the look's time is over */
	uint32_t line_ms;               /* what it says of how long they would be held */
	struct addr root;               /* a.root. of the worlds */
	int64_t ahead_us;
};
struct stage {
	struct reading reading;
	struct store *store;
	char store_path[160];
	struct switching net;
	struct arena *world_arena, *alert_arena;
	struct world *world;
	struct crypto *crypto;
	struct wall clock;
	struct observer *observer;
	unsigned logged_errors;
	/* Set before stage_restart() for what a stage has not by itself. */
	bool strict_clock;              /* the clock is nobody's: its jumps count */
	const char *mended;             /* what a rescue of the store said */
	struct mono boot;               /* since boot; moves with the clock, but in stage_jump() */
	const struct canary *canaries; uint32_t n_canaries; struct asker *canary_asker; /* NULL: that of the zones */
	int64_t begun_s, printed_event, printed_row;
};
/* config: YAML. world: text; `clock` in it is when the stage begins. */
void stage_set(struct stage *s, const char *config, const char *world);
void stage_begin(struct stage *s);                      /* again, after observer and store were closed */
void stage_world(struct stage *s, const char *world);   /* from now on the network is this one */
void stage_lines(struct stage *s, const char *lines);   /* the same, for a text without a clock: it is of this moment */
void stage_jump(struct stage *s, int64_t seconds);      /* the wall clock alone */
void stage_dark(struct stage *s, bool dark);            /* nothing answers */
void stage_run(struct stage *s, int64_t seconds);
void stage_restart(struct stage *s);                    /* the process dies and comes back */
/* As after SIGHUP; next is the reading of the new configuration, and lives as long as the stage. Ten minutes pass. */
void stage_reload(struct stage *s, struct reading *next, const char *config);
void stage_clear(struct stage *s);
/* Messages in the outbox of a kind ("opened"; NULL any) whose alert has this finding (NULL any). */
unsigned stage_told(struct stage *s, const char *kind, const char *finding);
/* When the n-th such message was put there, in seconds since the stage was set; -1: there are not so many. */
int64_t stage_told_at(struct stage *s, const char *kind, const char *finding, unsigned n);
/* The last such message, in the stage's own memory until the next call; NULL none. */
const struct alert *stage_alert(struct stage *s, const char *kind, const char *finding);
unsigned stage_events(struct stage *s, const char *kind);
int64_t stage_event_at(struct stage *s, const char *kind);              /* the first of the kind; -1 none */
unsigned stage_zone_word(struct stage *s, enum verdict_word word);      /* zones that stand so now */
unsigned stage_open_incidents(struct stage *s);
