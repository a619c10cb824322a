/* registration -- between the observer, who turns it, and the looks, which want to know (registration_tell.c). */
#pragma once
#include "watch/lookups.h"

struct observer;
struct lookups *registration_lookups(struct observer *o);       /* made at the first call */
