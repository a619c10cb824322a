/* clock -- two kinds of time that must not be mixed, and their text.
 * Below check/ no one reads a clock: moments are parameters. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct wall { int64_t s; };      /* seconds since 1970-01-01T00:00:00Z */
struct mono { int64_t us; };     /* monotonic, no meaning beyond differences */

#define WALL_NEVER ((struct wall){ INT64_MAX })
enum { WALL_TEXT_MAX = 48 };

struct wall wall_now(void);      /* check/ and above only */
struct mono mono_now(void);      /* ask/, check/ and above only */
struct mono boot_now(void);      /* the same, but goes on while the machine sleeps: nobody sets it */

/* "1772366400", "2026-03-01T12:00:00Z" (also with a numeric offset, or date only), "now", the 14
 * digits of an RRSIG as dig prints them ("20260301120000"),
 * and distances from base: "+14d", "-3h", "+90m", "+1w2d". False when it is none of these. */
bool wall_from_text(const char *text, struct wall base, struct wall *out);
const char *wall_text(struct wall w, char out[WALL_TEXT_MAX]);         /* RFC 3339 UTC: 2026-03-01T12:00:00Z */
const char *wall_short(struct wall w, char out[WALL_TEXT_MAX]);        /* 01 Mar 12:00 (year added by caller if wanted) */
/* "2d 23h", "3h 12m", "41m", "12s": the two largest units; the sign is dropped. */
const char *distance_text(int64_t seconds, char out[WALL_TEXT_MAX]);
bool distance_from_text(const char *text, int64_t *seconds);            /* "14d", "90m", "10s", "1500ms" is not one */

/* RRSIG times are serial numbers (RFC 1982, RFC 4034 3.1.5): compared by distance, so 2106 is no wall. */
struct serial32 { uint32_t v; };
bool serial32_before(struct serial32 a, struct serial32 b);            /* a < b; undefined distance 2^31 is "not before" */
/* The instant nearest to `near` that this serial number can mean. */
struct wall serial32_wall(struct serial32 s, struct wall near);
struct serial32 wall_serial32(struct wall w);
