/* A directory of its own for each test, with a store in it. */
#pragma once
#include "store/store.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

struct bench { char dir[64], path[96]; struct store *s; struct arena *a; };
int bench_up(void **state);             /* an empty store, open */
int bench_up_without(void **state);     /* the directory only */
int bench_down(void **state);
struct store *bench_open(struct bench *b, bool create);         /* must work */
void bench_again(struct bench *b);      /* closes and opens */
struct wall at(int64_t s);
#define ok(call) assert_int_equal((call), E_OK)
