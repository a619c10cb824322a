/* zone_series -- what /metrics and /probe tell of one zone's servers, DS and signatures, in the same names and labels. */
#pragma once
#include "api/exposition.h"
#include "foresee/summary.h"

/* What summary_json() wrote, read back; false: "" or not ours, and *out is summary_none(). */
bool summary_read(struct arena *a, const char *doc, struct summary *out);
struct zone_series { const char *name, *help; void (*tell)(struct exposition *x, const char *zone, const struct summary *s); };
enum { N_ZONE_SERIES = 4 };
extern const struct zone_series zone_series[N_ZONE_SERIES];
/* dnsvigil_zone_info, in one place for both. */
void zone_info_tell(struct exposition *x, const char *zone, const char *security, const struct summary *s);
#define ZONE_INFO_HELP "1; security is that of RFC 4035: secure, insecure, bogus, indeterminate; nsec is how what is not there is denied."
uint32_t zone_series_count(const struct summary *s);    /* samples of all four */
