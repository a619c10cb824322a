/* fixture -- a world from a few lines, asked through its asker. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "lab/lab.h"
#include <string.h>

#define N(array) (sizeof (array) / sizeof *(array))

struct lab { struct arena *arena; struct world *world; struct asker *asker; struct crypto *crypto; };
/* "$" in the text stands for a healthy signed zone z.lab. on ns1=192.0.2.11 ns2=192.0.2.12. */
struct lab lab_open(const char *text);
void lab_close(struct lab *l);
/* The error of a text that must not be read. */
struct err_at lab_refuses(const char *text);

struct got { struct ask_reply reply; struct message m; int64_t took_us; };
/* DO unless flags say something else: -1 = DO. */
struct got ask(struct lab *l, const char *server, const char *name, uint16_t type);
struct got ask_with(struct lab *l, const char *server, const char *name, uint16_t type, uint16_t flags,
		    enum transport over);
struct ask_question question(struct lab *l, const char *server, const char *name, uint16_t type,
			     uint16_t flags, enum transport over);

const uint8_t *dname(struct lab *l, const char *text);
const struct rrset *in_answer(struct lab *l, const struct got *g, const char *owner, uint16_t type);
const struct rrset *in_authority(struct lab *l, const struct got *g, const char *owner, uint16_t type);
unsigned count_type(const struct section *s, uint16_t type);
/* Signatures of this RRset that a key of the zone's DNSKEY answer verifies; time is not looked at. */
unsigned good_sigs(struct lab *l, const struct rrset *s, const struct message *dnskey);
