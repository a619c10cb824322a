/* What a writer writes, transaction by transaction, so that a reader can tell whether anything is half there or lost. */
#pragma once
#include "store/store.h"

/* Step n (1, 2, 3, ...) of writer `who` (a letter): zone, history, event, incident with its zone, outbox, in one transaction. */
MUST_CHECK int story_write(struct store *s, char who, int n);
/* Steps found of that writer: they must be 1..n without a gap, each whole, each text readable. -1: not so, story_why()
 * says; -2: the store gave an error, in *err. recent: the rows of only so many of the last are looked at; 0: of all. */
int story_read(struct store *s, char who, int recent, int *err);
const char *story_why(void);
