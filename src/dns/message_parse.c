/* The walker over one message: header, question, records, with every fault named and the walk
 * resumed at RDLENGTH wherever that can be trusted. */
#include "dns/message.h"
#include "base/limits.h"
#include "dns/rrset.h"
#include "dns/text.h"
#include "dns/wire.h"
#include "dns/opt.h"

enum { HEADER = 12, RR_FIXED = 10 };

/* Walk state. Invariant: pos <= wire.len. */
struct walker { struct wire wire; struct message *out; uint32_t pos, records; struct rr_list section; };

static void read_header(struct message *m)
{
	const uint8_t *h = m->wire;
	m->id = wire_get16(h);
	m->qr = h[2] & 0x80;
	m->opcode = h[2] >> 3 & 15;
	m->aa = h[2] & 0x04;
	m->tc = h[2] & 0x02;
	m->rd = h[2] & 0x01;
	m->ra = h[3] & 0x80;
	m->z = h[3] & 0x40;
	m->ad = h[3] & 0x20;
	m->cd = h[3] & 0x10;
	m->rcode = h[3] & 15;
	m->qdcount = wire_get16(h + 4);
}

static const char *about_type(struct walker *w, uint16_t type, const char *fault)
{
	return arena_printf(w->wire.arena, "%s record: %s", type_text(w->wire.arena, type), fault);
}

/* False when the place of the next record is unknown. */
static bool read_question(struct walker *w)
{
	struct message *m = w->out;
	uint16_t next;
	const char *fault = NULL;
	const uint8_t *name = wire_name(&w->wire, (uint16_t)w->pos, w->wire.len, &next, &fault);
	if (name == NULL)
		message_note_fault(m, MESSAGE_BAD_QUESTION, w->pos, fault);
	if (next == 0 || w->wire.len - next < 4) {
		message_note_fault(m, MESSAGE_BAD_QUESTION, w->pos, "the question is cut off");
		return false;
	}
	if (m->qname == NULL && name != NULL) {
		m->qname = name;
		m->qtype = wire_get16(m->wire + next);
		m->qclass = wire_get16(m->wire + next + 2);
	}
	w->pos = next + 4u;
	return true;
}

static bool read_questions(struct walker *w)
{
	if (w->out->qdcount > 1)   /* RFC 9619 */
		message_note_fault(w->out, MESSAGE_BAD_QUESTION, 4, "more than one question");
	for (uint16_t i = 0; i < w->out->qdcount; i++)
		if (!read_question(w))
			return false;
	return true;
}

/* The fixed part behind the owner name, which ends at `at`. */
static struct rr rr_fixed(const struct walker *w, uint32_t at)
{
	const uint8_t *fixed = w->wire.at + at;
	return (struct rr){
		.type = wire_get16(fixed), .class = wire_get16(fixed + 2), .ttl = wire_get32(fixed + 4),
		.offset = (uint16_t)w->pos,
	};
}

static void leave_out(struct walker *w, enum message_fault fault, uint32_t offset, const char *text)
{
	message_note_fault(w->out, fault, offset, text);
	w->out->n_bad_records++;
}

static void keep_rr(struct walker *w, struct rr *rr, uint16_t at, uint16_t rdlength, bool additional)
{
	const char *fault = NULL;
	if (rr->type == TYPE_OPT) {
		struct rdata options = { w->wire.at + at, rdlength };
		if (!opt_read(w->wire.arena, w->out, rr, options, additional))
			w->out->n_bad_records++;
	} else if (!wire_rdata(&w->wire, rr->type, at, rdlength, &rr->rdata, &fault)) {
		leave_out(w, MESSAGE_BAD_RDATA, at, about_type(w, rr->type, fault));
	} else {
		w->section.at[w->section.n++] = *rr;
	}
}

/* False when the walk cannot go on. */
static bool read_rr(struct walker *w, bool additional)
{
	uint16_t next;
	const char *fault = NULL;
	uint32_t len = w->wire.len;
	const uint8_t *owner = wire_name(&w->wire, (uint16_t)w->pos, w->wire.len, &next, &fault);
	if (next == 0) {
		leave_out(w, MESSAGE_BAD_OWNER, w->pos, fault);
		return false;
	}
	if (len - next < RR_FIXED) {
		leave_out(w, MESSAGE_RR_CUT, w->pos, "the message ends inside a record");
		return false;
	}
	struct rr rr = rr_fixed(w, next);
	uint16_t rdlength = wire_get16(w->wire.at + next + 8);
	uint32_t rdata = next + (uint32_t)RR_FIXED;
	if (len - rdata < rdlength) {
		leave_out(w, MESSAGE_RR_CUT, w->pos, about_type(w, rr.type, "RDLENGTH points past the end"));
		return false;
	}
	rr.owner = owner;
	if (owner == NULL)
		leave_out(w, MESSAGE_BAD_OWNER, w->pos, fault);
	else
		keep_rr(w, &rr, (uint16_t)rdata, rdlength, additional);
	w->pos = rdata + rdlength;
	return true;
}

/* Room for no more records than there can be: a header may count 65,535. */
static struct rr_list section_room(const struct walker *w, uint16_t count)
{
	uint32_t most = (w->wire.len - w->pos) / (1 + RR_FIXED);
	most = most < count ? most : count;
	most = most < LIMIT_RRS_PER_MESSAGE ? most : LIMIT_RRS_PER_MESSAGE;
	return (struct rr_list){ .at = ARENA_ARRAY(w->wire.arena, struct rr, most) };
}

static bool read_section(struct walker *w, uint16_t count, struct section *out, bool additional)
{
	bool going = true;
	w->section = section_room(w, count);
	for (uint16_t i = 0; going && i < count; i++) {
		if (w->pos == w->wire.len) {
			message_note_fault(w->out, MESSAGE_COUNT_LIES, w->pos, "fewer records than counted");
			going = false;
		} else if (w->records++ == LIMIT_RRS_PER_MESSAGE) {
			message_note_fault(w->out, MESSAGE_TOO_MANY_RRS, w->pos, "more records than we read");
			going = false;
		} else {
			going = read_rr(w, additional);
		}
	}
	rrsets_group(w->wire.arena, &w->section, out);
	return going;
}

void message_parse(struct arena *a, const uint8_t *wire, uint16_t len, struct message *out)
{
	*out = (struct message){ .wire = wire, .wire_len = len };
	if (len < HEADER) {
		message_note_fault(out, MESSAGE_SHORT_HEADER, 0, "shorter than a header");
		return;
	}
	struct walker w = { .wire = { .arena = a, .at = wire, .len = len }, .out = out, .pos = HEADER };
	read_header(out);
	if (read_questions(&w) && read_section(&w, wire_get16(wire + 6), &out->answer, false)
	    && read_section(&w, wire_get16(wire + 8), &out->authority, false)
	    && read_section(&w, wire_get16(wire + 10), &out->additional, true) && w.pos < len)
		message_note_fault(out, MESSAGE_TRAILING, w.pos, "octets after the last record");
}
