/* write -- messages on the way out: our questions, and the lab's answers. */
#pragma once
#include "dns/message.h"

struct writer {
	uint8_t *at; size_t len, cap;
	bool overflow;                  /* something did not fit; nothing was written past cap */
	uint16_t counts_at_section;     /* private */
	LIST(uint16_t) names;           /* private: offsets for compression */
	struct arena *arena;
};
enum write_section { WRITE_ANSWER = 1, WRITE_AUTHORITY = 2, WRITE_ADDITIONAL = 3 };
struct write_head { uint16_t id; uint8_t opcode; uint16_t rcode; bool qr, aa, tc, rd, ra, ad, cd; };
struct write_edns {
	uint16_t udp_size; bool do_bit, z_bit; uint8_t version; uint16_t rcode;
	const struct edns_item *options; uint8_t n_options;
};

void writer_init(struct writer *w, struct arena *a, uint8_t *at, size_t cap);
void write_head(struct writer *w, const struct write_head *h);
void write_question(struct writer *w, const uint8_t *qname, uint16_t qtype, uint16_t qclass);
/* Owner compressed, RDATA as it is. False (and the record undone) when it does not fit. */
bool write_rr(struct writer *w, enum write_section s, const uint8_t *owner, uint16_t type, uint16_t class,
	      uint32_t ttl, struct rdata rd);
bool write_edns(struct writer *w, const struct write_edns *e);
void write_set_tc(struct writer *w);
