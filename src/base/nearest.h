/* nearest -- the word somebody probably meant. */
#pragma once
#include <stddef.h>
/* Insertions, deletions, replacements and swaps of neighbours; case ignored. */
unsigned word_distance(const char *a, const char *b);
/* The nearest of n words (stride bytes apart, each a const char *) when it is near enough to be worth a hint; else NULL. */
const char *nearest_word(const char *word, const void *first, size_t n, size_t stride);
