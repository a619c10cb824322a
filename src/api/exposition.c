#include "api/exposition.h"
#include <stdio.h>
#include <string.h>

void exposition_init(struct exposition *x, struct text *out, bool openmetrics)
{
	*x = (struct exposition){ .out = out, .openmetrics = openmetrics };
}

/* OpenMetrics names the family of a counter without its suffix. */
void exposition_family(struct exposition *x, const char *name, const char *type, const char *help)
{
	size_t len = strlen(name), suffix = strlen("_total");
	bool cut = x->openmetrics && strcmp(type, "counter") == 0 && len > suffix && strcmp(name + len - suffix, "_total") == 0;
	int shown = (int)(cut ? len - suffix : len);
	x->family = name;
	text_addf(x->out, "# HELP %.*s %s\n# TYPE %.*s %s\n", shown, name, help, shown, name, type);
}

static void add_value(struct text *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n')
			text_add(out, "\\n");
		else if (*value == '\\' || *value == '"')
			text_addf(out, "\\%c", *value);
		else
			text_add_n(out, value, 1);
	}
}

static void add_labels(struct exposition *x, const struct label *labels)
{
	text_add(x->out, x->family);
	for (const struct label *l = labels; l != NULL && l->key != NULL; l++) {
		text_addf(x->out, "%s%s=\"", l == labels ? "{" : ",", l->key);
		add_value(x->out, l->value);
		text_add(x->out, "\"");
	}
	text_add(x->out, labels != NULL && labels->key != NULL ? "} " : " ");
}

void exposition_int(struct exposition *x, const struct label *labels, int64_t value)
{
	add_labels(x, labels);
	text_addf(x->out, "%lld\n", (long long)value);
}

void exposition_ms(struct exposition *x, const struct label *labels, uint64_t value_ms)
{
	add_labels(x, labels);
	text_addf(x->out, "%llu.%03u\n", (unsigned long long)(value_ms / 1000), (unsigned)(value_ms % 1000));
}

/* "0.005": as many digits as there are. */
static void add_seconds(struct text *out, uint64_t us)
{
	char digits[7];
	snprintf(digits, sizeof digits, "%06u", (unsigned)(us % 1000000));
	for (size_t n = strlen(digits); n > 1 && digits[n - 1] == '0'; n--)
		digits[n - 1] = '\0';
	text_addf(out, "%llu.%s", (unsigned long long)(us / 1000000), digits);
}

void exposition_histogram(struct exposition *x, const char *name, const char *help, const struct histogram *h)
{
	exposition_family(x, name, "histogram", help);
	for (unsigned b = 0; b < h->n_bounds; b++) {
		text_addf(x->out, "%s_bucket{le=\"", name);
		add_seconds(x->out, h->bounds_us[b]);
		text_addf(x->out, "\"} %llu\n", (unsigned long long)h->up_to[b]);
	}
	text_addf(x->out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum ", name, (unsigned long long)h->n, name);
	add_seconds(x->out, h->sum_us);
	text_addf(x->out, "\n%s_count %llu\n", name, (unsigned long long)h->n);
}

void exposition_end(struct exposition *x)
{
	if (x->openmetrics)
		text_add(x->out, "# EOF\n");
}

const char *exposition_type(const struct exposition *x)
{
	return x->openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
}
