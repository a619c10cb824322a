/* opt -- the OPT pseudo-record of a message (RFC 6891). Private to dns/. */
#pragma once
#include "dns/message.h"
#include "dns/rrset.h"

/* Only the first fault of a message is kept. `text` must live as long as the message. */
void message_note_fault(struct message *m, enum message_fault fault, uint32_t offset, const char *text);

/* Reads an OPT into m; false when it was left out (owner, section, second one). A bad option ends the
 * reading; those before it stay. */
bool opt_read(struct arena *a, struct message *m, const struct rr *rr, struct rdata options, bool additional);
