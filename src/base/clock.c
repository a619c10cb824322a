#include "base/clock.h"
#include <stddef.h>
#include <time.h>

struct wall wall_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (struct wall){ now.tv_sec };
}

struct mono mono_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct mono){ (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 };
}

struct mono boot_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (struct mono){ (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 };
}

bool serial32_before(struct serial32 a, struct serial32 b)
{
	uint32_t distance = b.v - a.v;
	return distance != 0 && distance < UINT32_C(0x80000000);
}

struct wall serial32_wall(struct serial32 s, struct wall near)
{
	int32_t distance = (int32_t)(s.v - (uint32_t)near.s);
	struct wall w;
	if (__builtin_add_overflow(near.s, distance, &w.s))
		w.s = distance > 0 ? INT64_MAX : INT64_MIN;
	return w;
}

struct serial32 wall_serial32(struct wall w)
{
	return (struct serial32){ (uint32_t)w.s };
}
