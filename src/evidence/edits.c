/* Edits: a handful of repairs, looked up by kind and zone. */
#include "evidence/edits.h"
#include <assert.h>

bool edits_has(const struct edits *e, enum edit_kind kind, const uint8_t *zone)
{
	for (uint8_t i = 0; e != NULL && i < e->n; i++)
		if (e->at[i].kind == kind && name_equal(e->at[i].zone, zone))
			return true;
	return false;
}

bool edits_drops(const struct edits *e, const uint8_t *zone, const struct addr *server)
{
	for (uint8_t i = 0; e != NULL && i < e->n; i++) {
		const struct edit *d = &e->at[i];
		if (d->kind == EDIT_DROP_SERVER && name_equal(d->zone, zone) &&
		    addr_equal(&d->server, server))
			return true;
	}
	return false;
}

const char *edit_kind_text(enum edit_kind k)
{
	switch (k) {
	case EDIT_DS_FROM_KEYS: return "ds-from-keys";
	case EDIT_DS_REMOVE: return "ds-remove";
	case EDIT_RESIGN: return "resign";
	case EDIT_KEYS_RESTORE: return "keys-restore";
	case EDIT_DROP_SERVER: return "drop-server";
	case EDIT_SERVE_ALL: return "serve-all";
	case EDIT_SERVE_DNSSEC: return "serve-dnssec";
	case EDIT_ANCHOR: return "anchor";
	}
	assert(false && "an edit without a word");
	return "";
}
