/* signals -- Ctrl-C ends a check early with what is known; after a second a line on the terminal says that we are at it;
 * abort() (our bug, or no memory) ends with its exit code. */
#pragma once
#include <stdbool.h>
extern volatile int signals_reload;      /* set by SIGHUP, once signals_watch_reload() was called */
extern volatile int signals_interrupted; /* set by SIGINT and SIGTERM */
void signals_watch(void);
void signals_watch_reload(void);
void signals_progress_start(bool wanted); /* a line on stderr after 1 s, only if that is a terminal */
void signals_progress_stop(void);
