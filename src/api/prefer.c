/* prefer -- what a client would like, but does not insist on (RFC 7240, errata 4439): "Prefer: respond-async, wait=10". What is not
 * understood is passed over, as the RFC wants it. */
#include "api/inside.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *skip_space(const char *s)
{
	return s + strspn(s, " \t");
}

/* Behind the comma that ends this preference; a comma in quotes does not. */
static const char *next_preference(const char *s)
{
	bool quoted = false;
	for (; *s != '\0' && (quoted || *s != ','); s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (quoted && *s == '\\' && s[1] != '\0')
			s++;
	}
	return *s == ',' ? s + 1 : s;
}

/* "wait=10", "Wait = \"10\"; x"; -1: a wait without a number of seconds. False: another preference. */
static bool read_wait(const char *s, int64_t *wait_s)
{
	s = skip_space(s);
	if (strncasecmp(s, "wait", 4) != 0)
		return false;
	s = skip_space(s + 4);
	if (*s != '=')
		return strchr(",;", *s) != NULL;        /* also at the end */
	s = skip_space(s + 1);
	bool quoted = *s == '"';
	s += quoted;
	const char *end = s + strspn(s, "0123456789");
	bool whole = end > s && (!quoted || *end == '"') && strchr(",;", *skip_space(end + quoted)) != NULL;
	*wait_s = whole ? strtoll(s, NULL, 10) : -1;    /* too many digits: as long as there are numbers */
	return true;
}

struct preferred { int64_t wait_s; bool found; };

static enum MHD_Result look_for_wait(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct preferred *p = ctx;
	(void)kind;
	if (strcasecmp(key, "Prefer") != 0 || value == NULL)
		return MHD_YES;
	for (const char *s = value; *s != '\0' && !p->found; s = next_preference(s))
		p->found = read_wait(s, &p->wait_s);
	return p->found ? MHD_NO : MHD_YES;     /* the first one counts (RFC 7240 2) */
}

int64_t wait_preferred(const struct request *r)
{
	struct preferred p = { .wait_s = -1 };
	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, look_for_wait, &p);
	return p.wait_s;
}
