/* groups -- the files of one test program: one run, so that the reasons reached can be counted at its end. */
#pragma once
#include "maker.h"

#define UNIT(f) cmocka_unit_test_setup_teardown(f, maker_setup, maker_teardown)
int test_rrset(void);
int test_keyset(void);
int test_nsec(void);
int test_nsec3(void);
int test_answer(void);
int test_property(void);
