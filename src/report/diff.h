/* diff -- what changed between two looks at one zone, by their plain values: the changes as sentences, then the values that came
 * and went. */
#pragma once
#include "foresee/snapshot.h"
#include "report/report.h"

/* Exit code as of monitoring plugins: 0 nothing worse than a notice, 1 a warning, 2 an error or a critical change. */
int report_diff_exit(const changes *c);
void report_diff(const struct snapshot *before, const struct snapshot *now, const changes *c, const struct style *style,
		 struct text *out);
/* docs/diff.schema.json; additive changes only within dnsvigil.diff/1. */
void report_diff_json(const struct snapshot *before, const struct snapshot *now, const changes *c, struct text *out);
