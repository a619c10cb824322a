/* Any octets as a message: what is kept has passed rdata_ok, is grouped right, prints as ASCII, and
 * written again and read again is the same. */
#include "base/limits.h"
#include "dns/text.h"
#include "dns/write.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_rrset(const struct section *s, const struct rrset *set)
{
	assert(set->n >= 1 && name_check(set->owner, NAME_MAX_BYTES) > 0 && set->type != TYPE_OPT);
	for (uint16_t i = 0; i < set->n; i++)
		assert(rdata_ok(set->type, set->rd[i]));
	for (uint16_t i = 0; i < set->n_sigs; i++)
		assert(rdata_ok(TYPE_RRSIG, set->sigs[i]) && rdata_rrsig(set->sigs[i]).covered == set->type);
	if (set->class == CLASS_IN)
		assert(section_find(s, set->owner, set->type) == set);
	assert(rrset_same(set, set));
}

static uint32_t check_section(const struct message *m, const struct section *s)
{
	uint32_t records = 0;
	for (uint16_t i = 0; i < s->n; i++) {
		assert(i == 0 || s->at[i - 1].offset < s->at[i].offset);
		assert(s->at[i].offset < m->wire_len);
		check_rrset(s, &s->at[i]);
		records += s->at[i].n + s->at[i].n_dups + s->at[i].n_sigs;
	}
	return records;
}

static void check_edns(const struct message *m)
{
	assert(m->n_options <= LIMIT_EDNS_OPTIONS && m->n_edes <= m->n_options);
	for (uint8_t i = 0; i < m->n_options; i++)
		assert(m->options[i].at + m->options[i].len <= m->wire + m->wire_len);
	for (uint8_t i = 0; i < m->n_edes; i++)
		assert(m->edes[i].text + m->edes[i].text_len <= m->wire + m->wire_len);
}

static void write_section(struct writer *w, const struct section *s, enum write_section which)
{
	for (uint16_t i = 0; i < s->n; i++) {
		const struct rrset *set = &s->at[i];
		for (uint16_t k = 0; k < set->n; k++)
			write_rr(w, which, set->owner, set->type, set->class, set->ttl, set->rd[k]);
		for (uint16_t k = 0; k < set->n_sigs; k++)
			write_rr(w, which, set->owner, TYPE_RRSIG, set->class, set->sig_ttl, set->sigs[k]);
	}
}

static void check_same(const struct section *a, const struct section *b)
{
	assert(a->n == b->n);
	for (uint16_t i = 0; i < a->n; i++) {
		assert(rrset_same(&a->at[i], &b->at[i]) && a->at[i].ttl == b->at[i].ttl);
		assert(a->at[i].n_sigs == b->at[i].n_sigs);
		for (uint16_t k = 0; k < a->at[i].n_sigs; k++)
			assert(rdata_equal(a->at[i].sigs[k], b->at[i].sigs[k]));
	}
}

static void check_rewritten(struct arena *a, const struct message *m)
{
	struct writer w;
	writer_init(&w, a, arena_alloc(a, UINT16_MAX), UINT16_MAX);
	write_head(&w, &(struct write_head){ .id = m->id, .rcode = m->rcode, .qr = m->qr, .tc = m->tc });
	if (m->qname != NULL)
		write_question(&w, m->qname, m->qtype, m->qclass);
	write_section(&w, &m->answer, WRITE_ANSWER);
	write_section(&w, &m->authority, WRITE_AUTHORITY);
	write_section(&w, &m->additional, WRITE_ADDITIONAL);
	if (m->has_edns)
		write_edns(&w, &(struct write_edns){ .udp_size = m->udp_size, .do_bit = m->do_bit, .rcode = m->rcode,
						     .options = m->options, .n_options = m->n_options });
	if (w.overflow)
		return;
	struct message again;
	message_parse(a, w.at, (uint16_t)w.len, &again);
	assert(again.fault == MESSAGE_OK || again.fault == MESSAGE_BAD_OPT);    /* an EDE without its code stays one */
	assert(again.n_bad_records == 0 && again.id == m->id && again.rcode == m->rcode);
	assert(again.n_options == m->n_options && again.n_edes == m->n_edes);
	check_same(&m->answer, &again.answer);
	check_same(&m->authority, &again.authority);
	check_same(&m->additional, &again.additional);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	if (len > UINT16_MAX)
		return 0;
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	struct message m;
	message_parse(a, bytes, (uint16_t)len, &m);
	uint32_t records = check_section(&m, &m.answer) + check_section(&m, &m.authority)
			   + check_section(&m, &m.additional);
	assert(records <= LIMIT_RRS_PER_MESSAGE);
	assert((m.fault == MESSAGE_OK) == (m.fault_text == NULL) && m.fault_offset <= len);
	assert(m.fault != MESSAGE_OK || m.n_bad_records == 0);
	check_edns(&m);
	struct text dump;
	text_init(&dump, a);
	message_dump(a, &m, &dump);
	assert(strchr(dump.at, 0x1b) == NULL && strlen(dump.at) == dump.len);
	check_rewritten(a, &m);
	arena_free(&a);
	return 0;
}
