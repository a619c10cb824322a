/* The ids and sentences of changes. */
#include "foresee/snapshot.h"
#include "base/text.h"
#include <assert.h>

/* In a sentence, { is what was and } is what is. */
static const struct { const char *id, *sentence; } kinds[CHANGE_KINDS] = {
	[CHANGE_VERDICT] = { "verdict", "The verdict was {, and is }" },
	[CHANGE_DS_ADDED] = { "ds-added", "The parent has a new DS record: }" },
	[CHANGE_DS_REMOVED] = { "ds-removed", "A DS record is gone from the parent: {" },
	[CHANGE_DS_VANISHED] = { "ds-vanished", "The last DS record is gone from the parent (it was {): the zone is insecure now" },
	[CHANGE_KEY_ADDED] = { "key-added", "A key is new: }" },
	[CHANGE_KEY_REMOVED] = { "key-removed", "A key is gone: {" },
	[CHANGE_KEY_ROLE] = { "key-role", "A key changed its part: before, {; now }" },
	[CHANGE_ALGORITHM] = { "algorithm", "The keys had algorithm {, and have now }" },
	[CHANGE_NS_PARENT] = { "ns-parent", "The parent delegated to {, and now to }" },
	[CHANGE_NS_CHILD] = { "ns-child", "The zone's own NS records were {, and are }" },
	[CHANGE_GLUE] = { "glue", "The glue was {, and is }" },
	[CHANGE_ADDRESS] = { "address", "The name server's address was {, and is }" },
	[CHANGE_SERIAL_BACK] = { "serial-back", "The serial went back from { to }" },
	[CHANGE_TTL_DS] = { "ttl-ds", "The TTL of the DS records was {, and is }" },
	[CHANGE_TTL_DNSKEY] = { "ttl-dnskey", "The TTL of the DNSKEY records was {, and is }" },
	[CHANGE_TTL_NS] = { "ttl-ns", "The TTL of the delegation was {, and is }" },
	[CHANGE_CDS] = { "cds", "CDS asked for {, and asks now for }" },
	[CHANGE_CDS_DELETE] = { "cds-delete", "The zone asks its parent to remove its DS (CDS 0 0 0 00)" },
	[CHANGE_UNSIGNED] = { "unsigned", "The zone is no longer signed (it had {)" },
	[CHANGE_SIGNED] = { "signed", "The zone is signed now, with }" },
	[CHANGE_SERVER_LOST] = { "server-lost", "A name server no longer serves the zone: }" },
	[CHANGE_SERVER_BACK] = { "server-back", "A name server serves the zone again (it was: {)" },
	[CHANGE_PINNED_NS] = { "pinned-ns", "The NS records are to be {, and are }" },
	[CHANGE_PINNED_DS] = { "pinned-ds", "The DS records are to be {, and are }" },
};

const char *change_id(enum change_kind k)
{
	assert((unsigned)k < CHANGE_KINDS);
	return kinds[k].id;
}

const char *change_text(struct arena *a, const struct change *c)
{
	struct text t;
	text_init(&t, a);
	for (const char *at = kinds[c->kind].sentence; *at; at++) {
		const char *side = *at == '{' ? c->before : *at == '}' ? c->after : NULL;
		if (!side)
			text_add_n(&t, at, 1);
		else
			text_add(&t, *side ? side : "nothing");
	}
	if (*c->where)
		text_addf(&t, ", at %s", c->where);
	return t.at;
}
