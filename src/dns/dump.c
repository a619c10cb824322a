/* A message as dig would show it, with its faults: for `trace -v` and support tickets. */
#include "dns/text.h"
#include <string.h>

static void dump_header(struct arena *a, const struct message *m, struct text *out)
{
	const struct { bool set; const char *name; } flags[] = {
		{ m->qr, "qr" }, { m->aa, "aa" }, { m->tc, "tc" }, { m->rd, "rd" },
		{ m->ra, "ra" }, { m->z, "z" }, { m->ad, "ad" }, { m->cd, "cd" },
	};
	text_addf(out, ";; opcode %u, status %s, id %u, flags", m->opcode, rcode_text(a, m->rcode), m->id);
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (flags[i].set)
			text_addf(out, " %s", flags[i].name);
	text_addf(out, "; %u octets\n", m->wire_len);
}

static void dump_hex(const uint8_t *at, uint16_t len, struct text *out)
{
	for (uint16_t i = 0; i < len; i++)
		text_addf(out, "%02x", at[i]);
}

static void dump_edns(struct arena *a, const struct message *m, struct text *out)
{
	text_addf(out, ";; EDNS version %u, flags%s, udp %u\n", m->edns_version, m->do_bit ? " do" : "",
		  m->udp_size);
	for (uint8_t i = 0; i < m->n_options; i++) {
		const struct edns_item *o = &m->options[i];
		if (o->code == EDNS_EDE && o->len >= 2)
			continue;
		text_addf(out, ";; option %u: ", o->code);
		dump_hex(o->at, o->len, out);
		if (o->code == EDNS_NSID)
			text_addf(out, " (\"%s\")", escape_terminal(a, o->at, o->len, 0));
		text_add(out, "\n");
	}
	for (uint8_t i = 0; i < m->n_edes; i++) {
		const struct ede *e = &m->edes[i];
		text_addf(out, ";; extended error %u (%s)", e->code, ede_text(e->code));
		if (e->text_len > 0)
			text_addf(out, ": %s", escape_terminal(a, e->text, e->text_len, 0));
		text_add(out, "\n");
	}
}

static void dump_rrset(struct arena *a, const struct rrset *set, struct text *out)
{
	for (uint16_t i = 0; i < set->n; i++)
		text_addf(out, "%s\n", rr_text(a, set->owner, set->class, set->ttl, set->type, set->rd[i]));
	if (set->n_dups > 0)
		text_addf(out, ";; and %u exact duplicates\n", set->n_dups);
	for (uint16_t i = 0; i < set->n_sigs; i++)
		text_addf(out, "%s\n",
			  rr_text(a, set->owner, set->class, set->sig_ttl, TYPE_RRSIG, set->sigs[i]));
}

static void dump_section(struct arena *a, const char *title, const struct section *s, struct text *out)
{
	if (s->n == 0)
		return;
	text_addf(out, ";; %s\n", title);
	for (uint16_t i = 0; i < s->n; i++)
		dump_rrset(a, &s->at[i], out);
}

void message_dump(struct arena *a, const struct message *m, struct text *out)
{
	if (m->wire_len >= 12)
		dump_header(a, m, out);
	if (m->has_edns)
		dump_edns(a, m, out);
	if (m->qname != NULL)
		text_addf(out, ";; question\n;%s %s %s\n", name_text(a, m->qname), class_text(a, m->qclass),
			  type_text(a, m->qtype));
	dump_section(a, "answer", &m->answer, out);
	dump_section(a, "authority", &m->authority, out);
	dump_section(a, "additional", &m->additional, out);
	if (m->fault != MESSAGE_OK)
		text_addf(out, ";; MALFORMED at octet %u: %s (%s); %u records left out\n", m->fault_offset,
			  message_fault_text(m->fault), m->fault_text, m->n_bad_records);
}
