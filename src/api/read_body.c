#include "api/read_body.h"
#include "api/inside.h"
#include <string.h>
#include <strings.h>

bool body_is_of_type(struct request *r, const char *wanted)
{
	const char *type = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Type");
	size_t len = strlen(wanted);
	if (type != NULL && strncasecmp(type, wanted, len) == 0 && strchr("; \t", type[len]) != NULL)
		return true;
	problem(r, 415, "media-type", "Another type of body is wanted", arena_printf(r->arena, "Content-Type: %s", wanted), NULL);
	return false;
}

bool body_read_part(struct request *r, const char *text, size_t len, const struct body_field *fields)
{
	struct body_fault fault;
	if (body_parse(r->arena, text, len, fields, &fault))
		return true;
	problem(r, 400, "body", "The body is not as it should be", fault.why, fault.pointer);
	return false;
}

bool body_read(struct request *r, const struct body_field *fields)
{
	return r->body_len == 0 || (body_is_of_type(r, "application/json") && body_read_part(r, r->body, r->body_len, fields));
}
