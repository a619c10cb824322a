/* resolvconf -- the resolvers this machine uses (resolv.conf(5)). */
#pragma once
#include "base/addr.h"
enum { RESOLVERS_MAX = 3 }; /* as the C library */
/* Addresses in the text of a resolv.conf, in order; link-local ones with a scope are left out. */
unsigned resolvconf_read(const char *text, struct addr out[RESOLVERS_MAX]);
