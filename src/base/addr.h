/* addr -- an IP address with a port, and what the special-purpose registries say of it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct addr {
	uint8_t family;         /* 4 or 6; 0 = none */
	uint16_t port;          /* host order */
	uint8_t ip[16];         /* network order; IPv4 in the first 4, the rest zero */
};
enum { ADDR_TEXT_MAX = 64 };

/* "192.0.2.1", "2001:db8::1"; with a port: "192.0.2.1#5353", "[2001:db8::1]:5353" or "192.0.2.1:5353". */
bool addr_from_text(const char *text, uint16_t default_port, struct addr *out);
bool addr_from_ip(const uint8_t *ip, uint16_t ip_len, uint16_t port, struct addr *out); /* ip_len 4 or 16 */
const char *addr_text(const struct addr *a, char out[ADDR_TEXT_MAX]);      /* without the port (RFC 5952) */
const char *addr_port_text(const struct addr *a, char out[ADDR_TEXT_MAX]); /* "192.0.2.1#53" */
bool addr_equal(const struct addr *a, const struct addr *b);               /* ip and port */
bool addr_same_ip(const struct addr *a, const struct addr *b);
int addr_cmp(const struct addr *a, const struct addr *b);                  /* IPv4 first, then bytes, then port */

/* Classes are bits, so that a policy is a mask of what may be asked. Mapped, NAT64 and 6to4
 * forms have the class of the IPv4 address inside (SECURITY 5f). RFC 6890 registries. */
enum addr_class {
	ADDR_PUBLIC   = 1,
	ADDR_PRIVATE  = 2,      /* RFC 1918, 100.64/10, fc00::/7, fec0::/10 */
	ADDR_LOOPBACK = 4,      /* 127/8, ::1 */
	ADDR_LINK     = 8,      /* 169.254/16, fe80::/10 */
	ADDR_DOC      = 16,     /* TEST-NETs, 2001:db8::/32, 3fff::/20, 198.18/15 */
	ADDR_RESERVED = 32,     /* 0/8, ::, multicast, 240/4, broadcast, the rest of the registries */
	ADDR_ANY      = 63,
};
enum addr_class addr_class(const struct addr *a);
const char *addr_class_text(enum addr_class c);  /* "private", "loopback", ... */
