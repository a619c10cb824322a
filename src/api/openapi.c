#include "api/inside.h"

void route_openapi(struct request *r)
{
	r->reply.type = "application/yaml";
	text_add(&r->reply.body, openapi_yaml);
}

void route_report_schema(struct request *r)
{
	r->reply.type = "application/schema+json";
	text_add(&r->reply.body, report_schema_json);
}
