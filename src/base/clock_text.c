/* The text of time, both ways. The calendar is the proleptic Gregorian one, in UTC, without the C
 * library: its functions read the environment and the time zone files. */
#include "base/clock.h"
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400 };
static const int64_t far_s = INT64_C(253402300800);  /* the year 10000: RFC 3339 has four digits */

/* Days since 1970-01-01; years are counted from March so that the leap day comes last. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct date { int64_t year; int month, day, hour, minute, second; };

static struct date date_from_wall(struct wall w)
{
	int64_t days = w.s / DAY_S, left = w.s % DAY_S;
	if (left < 0) {
		left += DAY_S;
		days--;
	}
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t leap_days = day_of_era / 1460 - day_of_era / 36524 + day_of_era / 146096;
	int64_t year_of_era = (day_of_era - leap_days) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * day_of_year + 2) / 153;
	int month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	return (struct date){
		.year = year_of_era + era * 400 + (month <= 2), .month = month,
		.day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1),
		.hour = (int)(left / 3600), .minute = (int)(left / 60 % 60), .second = (int)(left % 60),
	};
}

static int days_in_month(int64_t year, int month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

static bool date_to_wall(const struct date *d, struct wall *out)
{
	if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > days_in_month(d->year, d->month))
		return false;
	if (d->hour > 23 || d->minute > 59 || d->second > 60)  /* :60 is a leap second (RFC 3339 5.7) */
		return false;
	out->s = days_from_date(d->year, d->month, d->day) * DAY_S;
	out->s += d->hour * 3600 + d->minute * 60 + d->second;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly n digits, or -1 (and *at stays). */
static int take_digits(const char **at, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (!is_digit((*at)[i]))
			return -1;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += n;
	return value;
}

static bool take(const char **at, const char *any_of)
{
	if (**at == '\0' || strchr(any_of, **at) == NULL)
		return false;
	(*at)++;
	return true;
}

/* "Z", "+01:00", "-0530": seconds east of Greenwich. */
static bool take_zone(const char **at, int *east_s)
{
	*east_s = 0;
	if (take(at, "Zz"))
		return true;
	int sign = **at == '-' ? -1 : 1;
	if (!take(at, "+-"))
		return false;
	int hours = take_digits(at, 2);
	take(at, ":");
	int minutes = take_digits(at, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*east_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool take_time(const char **at, struct date *d)
{
	d->hour = take_digits(at, 2);
	if (d->hour < 0 || !take(at, ":"))
		return false;
	d->minute = take_digits(at, 2);
	if (d->minute < 0)
		return false;
	if (take(at, ":") && (d->second = take_digits(at, 2)) < 0)
		return false;
	if (**at == '.') {
		(*at)++;
		if (!is_digit(**at))
			return false;
		while (is_digit(**at))
			(*at)++;
	}
	return true;
}

static bool wall_from_rfc3339(const char *text, struct wall *out)
{
	const char *at = text;
	struct date d = { .year = take_digits(&at, 4) };
	if (d.year < 0 || !take(&at, "-"))
		return false;
	d.month = take_digits(&at, 2);
	if (d.month < 0 || !take(&at, "-"))
		return false;
	d.day = take_digits(&at, 2);
	if (d.day < 0)
		return false;
	int east_s = 0;
	if (*at != '\0' && !(take(&at, "Tt ") && take_time(&at, &d) && take_zone(&at, &east_s)))
		return false;
	if (*at != '\0' || !date_to_wall(&d, out))
		return false;
	out->s -= east_s;
	return true;
}

/* YYYYMMDDHHmmSS, as RRSIG times are written (RFC 4034 3.2): what one copies out of dig. */
static bool wall_from_rrsig_text(const char *text, struct wall *out)
{
	const char *at = text;
	struct date d = { .year = take_digits(&at, 4) };
	d.month = take_digits(&at, 2);
	d.day = take_digits(&at, 2);
	d.hour = take_digits(&at, 2);
	d.minute = take_digits(&at, 2);
	d.second = take_digits(&at, 2);
	return date_to_wall(&d, out);
}

static bool wall_from_digits(const char *text, size_t len, struct wall *out)
{
	if (len == 14)
		return wall_from_rrsig_text(text, out);
	if (len > 12)
		return false;
	int64_t s = 0;
	for (size_t i = 0; i < len; i++)
		s = s * 10 + (text[i] - '0');
	out->s = s;
	return s < far_s;
}

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's': return 1;
	case 'm': return 60;
	case 'h': return 3600;
	case 'd': return DAY_S;
	case 'w': return 7 * DAY_S;
	default: return 0;
	}
}

bool distance_from_text(const char *text, int64_t *seconds)
{
	int64_t sum = 0, last_unit = INT64_MAX;
	if (*text == '\0')
		return false;
	while (*text != '\0') {
		int64_t value = 0;
		const char *digits = text;
		for (; is_digit(*text); text++) {
			value = value * 10 + (*text - '0');
			if (value > far_s)
				return false;
		}
		int64_t unit = unit_seconds(*text);
		if (text == digits || unit == 0 || unit >= last_unit)
			return false;
		sum += value * unit;
		last_unit = unit;
		text++;
	}
	*seconds = sum;
	return sum < far_s;
}

bool wall_from_text(const char *text, struct wall base, struct wall *out)
{
	if (strcmp(text, "now") == 0) {
		*out = base;
		return true;
	}
	int64_t distance;
	if ((*text == '+' || *text == '-') && distance_from_text(text + 1, &distance))
		return !__builtin_add_overflow(base.s, *text == '+' ? distance : -distance, &out->s);
	size_t digits = strspn(text, "0123456789");
	if (digits > 0 && text[digits] == '\0')
		return wall_from_digits(text, digits, out);
	return wall_from_rfc3339(text, out);
}

const char *wall_text(struct wall w, char out[WALL_TEXT_MAX])
{
	if (w.s == WALL_NEVER.s) {
		snprintf(out, WALL_TEXT_MAX, "never");
		return out;
	}
	struct date d = date_from_wall(w);
	snprintf(out, WALL_TEXT_MAX, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)d.year, d.month, d.day,
		 d.hour, d.minute, d.second);
	return out;
}

const char *wall_short(struct wall w, char out[WALL_TEXT_MAX])
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	if (w.s == WALL_NEVER.s) {
		snprintf(out, WALL_TEXT_MAX, "never");
		return out;
	}
	struct date d = date_from_wall(w);
	snprintf(out, WALL_TEXT_MAX, "%02d %s %02d:%02d", d.day, months[d.month - 1], d.hour, d.minute);
	return out;
}

const char *distance_text(int64_t seconds, char out[WALL_TEXT_MAX])
{
	static const struct { uint64_t s; char unit; } units[] = {
		{ DAY_S, 'd' }, { 3600, 'h' }, { 60, 'm' },
	};
	uint64_t s = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (s < units[i].s)
			continue;
		uint64_t lower_s = i < 2 ? units[i + 1].s : 1;
		char lower = i < 2 ? units[i + 1].unit : 's';
		unsigned long long first = s / units[i].s, second = s % units[i].s / lower_s;
		if (second == 0)
			snprintf(out, WALL_TEXT_MAX, "%llu%c", first, units[i].unit);
		else
			snprintf(out, WALL_TEXT_MAX, "%llu%c %02llu%c", first, units[i].unit, second, lower);
		return out;
	}
	snprintf(out, WALL_TEXT_MAX, "%llus", (unsigned long long)s);
	return out;
}
