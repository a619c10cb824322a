#include "api/read_body.h"
#include "api/inside.h"
#include <string.h>

bool body_read(struct request *r, const struct body_field *fields)
{
	struct body_fault fault;
	const char *type = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, "Content-Type");
	if (r->body_len == 0)
		return true;
	if (type == NULL || strncasecmp(type, "application/json", strlen("application/json")) != 0) {
		problem(r, 415, "media-type", "JSON is wanted", "Content-Type: application/json", NULL);
		return false;
	}
	if (body_parse(r->arena, r->body, r->body_len, fields, &fault))
		return true;
	problem(r, 400, "body", "The body is not as it should be", fault.why, fault.pointer);
	return false;
}
