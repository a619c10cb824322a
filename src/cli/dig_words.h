/* dig_words -- "+tcp", "+short", "+time=5": what fingers that know dig type. */
#pragma once
#include "cli/options.h"
/* 0, or the exit code after one line on stderr. */
int dig_word(struct options *o, const char *word);
