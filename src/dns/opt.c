#include "dns/opt.h"
#include "base/limits.h"
#include "dns/wire.h"

static void ede_read(struct message *m, const struct edns_item *o)
{
	if (o->len < 2) {       /* RFC 8914 2: INFO-CODE is there always */
		message_note_fault(m, MESSAGE_BAD_OPT, (uint32_t)(o->at - m->wire),
				   "an extended error without a code");
		return;
	}
	m->edes[m->n_edes++] = (struct ede){ wire_get16(o->at), o->at + 2, (uint16_t)(o->len - 2) };
}

static void options_read(struct arena *a, struct message *m, struct rdata r)
{
	uint16_t most = r.len / 4 < LIMIT_EDNS_OPTIONS ? r.len / 4 : LIMIT_EDNS_OPTIONS;
	m->options = ARENA_ARRAY(a, struct edns_item, most);
	m->edes = ARENA_ARRAY(a, struct ede, most);
	while (r.len > 0) {
		uint32_t offset = (uint32_t)(r.at - m->wire);
		uint16_t len = r.len >= 4 ? wire_get16(r.at + 2) : 0;
		if (r.len < 4 || r.len - 4 < len) {
			message_note_fault(m, MESSAGE_BAD_OPT, offset, "an EDNS option points past the end");
			return;
		}
		if (m->n_options == LIMIT_EDNS_OPTIONS) {
			message_note_fault(m, MESSAGE_TOO_MANY_OPTIONS, offset, "too many EDNS options");
			return;
		}
		struct edns_item *o = &m->options[m->n_options++];
		*o = (struct edns_item){ wire_get16(r.at), len, r.at + 4 };
		if (o->code == EDNS_EDE)
			ede_read(m, o);
		r.at += 4 + len;
		r.len -= (uint16_t)(4 + len);
	}
}

bool opt_read(struct arena *a, struct message *m, const struct rr *rr, struct rdata options, bool additional)
{
	if (!additional) {
		message_note_fault(m, MESSAGE_BAD_OPT, rr->offset, "an OPT outside the additional section");
		return false;
	}
	if (*rr->owner != 0) {
		message_note_fault(m, MESSAGE_BAD_OPT, rr->offset, "the owner of the OPT is not the root");
		return false;
	}
	if (m->has_edns) {
		message_note_fault(m, MESSAGE_TWO_OPTS, rr->offset, "a second OPT record");
		return false;
	}
	m->has_edns = true;
	m->udp_size = rr->class;
	m->rcode |= (uint16_t)(rr->ttl >> 24 << 4);
	m->edns_version = (uint8_t)(rr->ttl >> 16);
	m->edns_flags = (uint16_t)rr->ttl;
	m->do_bit = rr->ttl & EDNS_FLAG_DO;
	options_read(a, m, options);
	return true;
}
