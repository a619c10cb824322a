#include "api/body.h"
#include "api/inside.h"
#include "dns/types.h"
#include "report/report.h"

void route_check(struct request *r)
{
	const char *name_word = "", *type_word = "A";
	const uint8_t *name;
	uint16_t type;
	struct run run;
	if (!body_read(r, (const struct body_field[]){ { "name", BODY_TEXT, &name_word }, { "type", BODY_TEXT, &type_word }, { 0 } }))
		return;
	if (name_asked(r, name_word, "/name", &name) == NULL || !type_asked(r, type_word, "/type", &type))
		return;
	if (!run_check(r, name, type, &run))
		return;
	report_json(report_make(r->arena, check_result(run.check), run.at, r->api->o.version), &r->reply.body);
	run_end(r, &run);
}
