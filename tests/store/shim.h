/* shim -- a disk between SQLite and the file system that can fill up, give errors, or lose its power: what was not synced by
 * then is there or not, write by write, sector by sector. Only the database and its log pass through it; the shared memory
 * does not survive anyway. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

void shim_install(void);                /* as the default VFS of this process; once */
/* The n-th write, truncation or sync from now on (1: the next), and all after it, fail with this result of SQLite; 0: none. */
void shim_fail_from(uint64_t n, int rc);
uint64_t shim_writes(void);             /* since the last shim_fail_from() */
uint64_t shim_syncs(void);
/* Power comes back: every file gets what was synced, and of the writes since then a part drawn from seed. Nothing may be open. */
bool shim_power_back(unsigned seed);
void shim_forget(void);                 /* files seen so far; what they hold now counts as synced when they are opened again */
