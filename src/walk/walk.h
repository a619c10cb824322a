/* walk -- which questions are still to be asked. Sans I/O: walk_next() hands out questions, walk_learn()
 * takes what came, until walk_done(). From the root hints down, by the question itself (what every
 * resolver asks); extra probes beside it. Deterministic in the order of the replies: feeding the exchanges
 * of a file gives the same tree. Depends on no clock: the age of the check is told with each reply. */
#pragma once
#include "base/budget.h"
#include "evidence/tree.h"

struct walk;
/* Evidence must be empty; the walk appends to it. */
struct walk *walk_make(struct arena *a, struct evidence *e, struct budget *b);

struct walk_question { uint32_t ticket; struct ask_question q; };
/* The next question to put on the wire, or false when none is ready now (others may become ready by
 * learning). */
bool walk_next(struct walk *w, struct walk_question *out);
/* The reply to a handed-out ticket, exactly once each. at_ms: age of the check. Returns the recorded
 * exchange. */
struct exchange *walk_learn(struct walk *w, uint32_t ticket, const struct ask_reply *reply, uint32_t at_ms);
/* No more new questions (wall clock, interrupt): what is on the wire is still to be learnt. Before it
 * every ready question must have been taken by walk_next() (and is learnt afterwards, ASK_CANCELLED if it
 * was never sent): a replay does so. */
void walk_stop(struct walk *w);
bool walk_done(const struct walk *w);           /* nothing in flight, nothing to ask */
uint32_t walk_in_flight(const struct walk *w);
const struct tree *walk_tree(const struct walk *w);

/* A walk fed from evidence that was collected before: rebuilds the tree. Exchanges that the walk does not
 * ask for are left out and counted in *unused (a file of another version). */
const struct tree *walk_replay(struct arena *a, const struct evidence *recorded, struct budget *b,
			       uint32_t *unused);
