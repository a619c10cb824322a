/* What is asked of a message that was read, and the fault it is remembered by. */
#include "dns/message.h"
#include "dns/opt.h"

void message_note_fault(struct message *m, enum message_fault fault, uint32_t offset, const char *text)
{
	if (m->fault != MESSAGE_OK)
		return;
	m->fault = fault;
	m->fault_offset = (uint16_t)offset;
	m->fault_text = text;
}

const char *message_fault_text(enum message_fault f)
{
	static const char *const texts[] = {
		[MESSAGE_OK] = "well formed",
		[MESSAGE_SHORT_HEADER] = "shorter than a DNS header",
		[MESSAGE_BAD_QUESTION] = "malformed question section",
		[MESSAGE_BAD_OWNER] = "malformed owner name",
		[MESSAGE_RR_CUT] = "record cut off by the end of the message",
		[MESSAGE_BAD_RDATA] = "malformed record data",
		[MESSAGE_BAD_OPT] = "malformed EDNS OPT record",
		[MESSAGE_TWO_OPTS] = "more than one EDNS OPT record",
		[MESSAGE_TRAILING] = "octets after the last record",
		[MESSAGE_COUNT_LIES] = "fewer records than the header counts",
		[MESSAGE_TOO_MANY_RRS] = "too many records",
		[MESSAGE_TOO_MANY_OPTIONS] = "too many EDNS options",
	};
	return texts[f];
}

bool message_rcode_answers(const struct message *m)
{
	if (m->rcode == RCODE_YXDOMAIN)
		return section_find_type(&m->answer, TYPE_DNAME, 0) != NULL;
	return m->rcode == RCODE_NOERROR || m->rcode == RCODE_NXDOMAIN;
}

bool message_answers(const struct message *m, const uint8_t *qname, uint16_t qtype)
{
	return m->qr && m->opcode == 0 && m->qdcount == 1 && m->qname != NULL && m->qtype == qtype
	       && m->qclass == CLASS_IN && name_equal(m->qname, qname);
}

const struct edns_item *message_option(const struct message *m, uint16_t code)
{
	for (uint8_t i = 0; i < m->n_options; i++)
		if (m->options[i].code == code)
			return &m->options[i];
	return NULL;
}

bool cookie_len_ok(uint16_t octets)
{
	enum { CLIENT = 8, SERVER_MIN = 8, SERVER_MAX = 32 };
	return octets == CLIENT || (octets >= CLIENT + SERVER_MIN && octets <= CLIENT + SERVER_MAX);
}
