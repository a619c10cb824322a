/* Zone-file text: libzscanner reads it record by record, so that $INCLUDE never opens a file. */
#include "dns/text.h"
#include <libzscanner/scanner.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int syntax_error(struct err_at *at, const char *file, uint64_t line, const char *what)
{
	*at = (struct err_at){ .file = file, .line = (unsigned)line };
	snprintf(at->text, sizeof at->text, "%s", what);
	return E_SYNTAX;
}

static int keep_record(struct arena *a, const zs_scanner_t *s, const char *file, zone_records *out,
		       struct err_at *at)
{
	struct rdata rd = { arena_copy(a, s->r_data, s->r_data_length), (uint16_t)s->r_data_length };
	const char *fault = rdata_fault(s->r_type, rd);
	if (fault != NULL) {
		const char *what = arena_printf(a, "%s record: %s", type_text(a, s->r_type), fault);
		return syntax_error(at, file, s->line_counter, what);
	}
	if (name_check(s->r_owner, s->r_owner_length) != s->r_owner_length)
		return syntax_error(at, file, s->line_counter, "malformed owner name");
	list_push(a, out, (struct zone_record){
		.owner = name_copy(a, s->r_owner), .type = s->r_type, .class = s->r_class, .ttl = s->r_ttl,
		.rd = rd, .line = (unsigned)s->line_counter,
	});
	return 0;
}

static int read_all(struct arena *a, zs_scanner_t *s, const char *file, zone_records *out, struct err_at *at)
{
	for (;;) {
		if (zs_parse_record(s) != 0 && s->state != ZS_STATE_ERROR)
			return syntax_error(at, file, s->line_counter, zs_strerror(s->error.code));
		int rc = 0;
		switch (s->state) {
		case ZS_STATE_DATA: rc = keep_record(a, s, file, out, at); break;
		case ZS_STATE_ERROR:
			return syntax_error(at, file, s->line_counter, zs_strerror(s->error.code));
		case ZS_STATE_INCLUDE:
			return syntax_error(at, file, s->line_counter, "$INCLUDE is not allowed here");
		case ZS_STATE_EOF: case ZS_STATE_STOP: return 0;
		case ZS_STATE_NONE: break;
		}
		if (rc != 0)
			return rc;
	}
}

int zone_parse(struct arena *a, const char *text, size_t len, const char *origin, uint32_t default_ttl,
	       const char *file, zone_records *out, struct err_at *at)
{
	*out = (zone_records){ 0 };
	*at = (struct err_at){ .file = file };
	zs_scanner_t *s = calloc(1, sizeof *s);         /* 206 kB: too much for the stack or for each arena */
	assert(s != NULL);
	int rc;
	if (zs_init(s, origin, CLASS_IN, default_ttl) != 0 || zs_set_input_string(s, text, len) != 0)
		rc = syntax_error(at, file, 0, zs_strerror(s->error.code));
	else
		rc = read_all(a, s, file, out, at);
	zs_deinit(s);
	free(s);
	return rc;
}
