/* inside -- what the files of report/ share. Not for other rooms. */
#pragma once
#include "report/report.h"

void report_add_servers(struct report *r);
void report_add_resolvers(struct report *r);
struct server_row report_server_row(const struct server *s);

/* What the report is about; an OK is about nothing, its findings stand under "also". */
const struct finding *report_headline(const struct report *r);
/* "22 Nov 03:14 UTC", with the year when it is not that of the moment. */
const char *moment_text(const struct report *r, struct wall w);

/* A word for how a look over a transport ended: "ok", "silent", "refused", "unreachable"... */
const char *outcome_word(enum ask_outcome o, int os_errno);

/* What the answer of a look was: an rcode, data, an alias, a referral (with its name, cut to name_columns; 0: none). */
const char *answer_gist(struct arena *a, const struct look *l, size_t name_columns);

/* JSON of parts that why and trace have in common. */
struct json;
void json_name(struct json *j, const char *key, const uint8_t *name); /* NULL -> null */
void json_lines(struct json *j, const char *key, const char *lines);  /* an array of its lines */
void json_chain(struct json *j, const struct report *r);
void json_cost(struct json *j, const struct report *r);
void json_memory(struct json *j, const struct report *r);
