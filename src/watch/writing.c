/* writing -- the turn's transaction, and a store that fails. On a full disk the ballast is given up and the commit tried again;
 * where that is not enough, or the file is damaged, a store in memory takes over with all that is open, so that alerts go on,
 * and the file is tried again each minute. A damaged one is first mended by its owner (observer_wants_rescue()). */
#include "watch/inside.h"
#include <string.h>
#include <unistd.h>

enum { RETRY_S = 60, SOUND_S = 3600 };

/* Memory that is named like a file. What a process before us with our number left there is nobody's. */
static const char *memory_path(struct observer *o)
{
	return arena_printf(o->scratch, "/dev/shm/dnsvigil-%d.db", (int)getpid());
}

static void remove_memory(struct observer *o)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	for (unsigned i = 0; i < sizeof ends / sizeof ends[0]; i++)
		unlink(arena_printf(o->scratch, "%s%s", memory_path(o), ends[i]));
}

/* Rows have other numbers in another store. */
static void forget_rows(struct observer *o)
{
	for (uint32_t i = 0; i < o->n_zones; i++)
		o->zones[i]->history_id = 0;
}

static int end(struct observer *o, int e)
{
	if (e == E_OK && o->in_transaction)
		e = store_commit(o->store);
	if (e != E_OK && o->in_transaction)
		store_rollback(o->store);
	o->in_transaction = false;
	return e;
}

/* Memory is ahead of what the store has: all that is open, and what this turn wanted to tell. */
static int write_all(struct observer *o, struct wall at)
{
	int e = observer_writes(o);
	if (e == E_OK)
		e = incidents_save_all(o);
	if (e == E_OK)
		e = zones_save_all(o);
	return end(o, e == E_OK ? tell_posted_again(o, at) : e);
}

static int into_memory(struct observer *o, struct wall at)
{
	struct err_at where = { 0 };
	struct store *memory;
	remove_memory(o);
	int e = store_open(memory_path(o), &(struct store_options){ .create = true }, &memory, &where);
	if (e != E_OK)
		return e;
	o->store = memory;
	o->store_retry_at = (struct wall){ at.s + RETRY_S };
	o->vitals.store_in_memory = true;
	forget_rows(o);
	e = write_all(o, at);
	if (e == E_OK)
		e = tell_self(o, SELF_STORE, true,
			      arena_printf(o->scratch, "The store cannot be written (%s): history is not kept, alerts go on from memory.", store_why(o->real_store)),
			      store_health(o->real_store) == STORE_CORRUPT
				      ? "nothing: dnsvigil saves what can be read and goes on; then look at the disk of this machine (dmesg, smartctl -a)"
				      : "free the disk; dnsvigil takes its file up again by itself", at);
	return end(o, e);
}

static bool memory_is_told(struct observer *o)
{
	struct outbox_depth depth;
	return store_outbox_depth(o->store, &depth) == E_OK && depth.waiting == 0;
}

int writing_commit(struct observer *o, int e, struct wall at)
{
	e = end(o, e);
	if (e != E_OK && o->store == o->real_store) {
		observer_log(o, "error", "store-failed", "", "%s", store_why(o->store));
		bool room = store_health(o->store) == STORE_FULL && store_drop_ballast(o->store) && write_all(o, at) == E_OK;
		if (room)
			e = end(o, tell_self(o, SELF_DISK, true, "The disk is full: the reserve that was kept beside the store is given up.",
					     "free the disk", at));
		if (!room || e != E_OK)
			e = into_memory(o, at);
	}
	if (e == E_OK)
		memset(&o->posted, 0, sizeof o->posted);
	return e;
}

/* First what memory has to tell goes out. */
static int back_to_file(struct observer *o, struct wall at)
{
	if (at.s < o->store_retry_at.s)
		return E_OK;
	struct store *memory = o->store;
	o->store_retry_at = (struct wall){ at.s + RETRY_S };
	if (!memory_is_told(o) || store_health(o->real_store) == STORE_CORRUPT)
		return E_OK;
	o->store = o->real_store;
	if (write_all(o, at) != E_OK) {
		o->store = memory;
		return E_OK;
	}
	store_close(&memory);
	remove_memory(o);
	forget_rows(o);
	o->vitals.store_in_memory = false;
	if (store_restore_ballast(o->store) != E_OK)
		observer_log(o, "warning", "ballast", "", "%s", store_why(o->store));
	const char *said = o->mended == NULL ? "The store is written again."
			   : arena_printf(o->scratch, "The store was damaged, and is written again: %s.", o->mended);
	o->mended = NULL;
	return writing_commit(o, tell_self(o, SELF_STORE, false, said, "", at), at);
}

/* In small transactions of its own. That it fails costs room only; a store that fails is found by writing_commit(). */
static int sweep(struct observer *o, struct wall at)
{
	if (at.s - o->swept_at.s < SWEEP_S)
		return E_OK;
	o->swept_at = at;
	if (store_prune(o->store, at, &o->config->retention) != E_OK)
		observer_log(o, "warning", "prune", "", "%s", store_why(o->store));
	if (o->self_told[SELF_DISK] && store_restore_ballast(o->store) == E_OK)
		return tell_self(o, SELF_DISK, false, "There is room again: the reserve is kept beside the store.", "", at);
	return E_OK;
}

int writing_turn(struct observer *o, struct wall at)
{
	if (o->store != o->real_store)
		return back_to_file(o, at);
	if (store_health(o->store) == STORE_CORRUPT)
		return into_memory(o, at);
	int e = sweep(o, at);
	if (e == E_OK && o->self_told[SELF_STORE] && at.s >= o->store_sound_at.s)
		e = tell_self(o, SELF_STORE, false, "The store is written as it should be.", "", at);
	return writing_commit(o, e, at);
}

int writing_start(struct observer *o, const char *mended, struct wall at)
{
	if (mended == NULL)
		return E_OK;
	o->store_sound_at = (struct wall){ at.s + SOUND_S };
	return tell_self(o, SELF_STORE, true, arena_printf(o->scratch, "The store was damaged: %s.", mended),
			 "look at the disk of this machine (dmesg, smartctl -a)", at);
}

bool observer_wants_rescue(struct observer *o)
{
	bool may = o->mended_at.s == 0 || o->vitals.now.s - o->mended_at.s >= SOUND_S;       /* not over and over */
	return may && o->store != o->real_store && store_health(o->real_store) == STORE_CORRUPT && memory_is_told(o);
}

void observer_set_store(struct observer *o, struct store *s, const char *mended)
{
	o->real_store = s;
	o->mended = mended;
	o->mended_at = o->vitals.now;
	o->store_retry_at = (struct wall){ 0 };
}

void writing_end(struct observer *o)
{
	if (o->store == o->real_store)
		return;
	store_close(&o->store);
	remove_memory(o);
}
