/* sign -- keys and signatures for the lab. Keys are made from a seed, so a world has the same keys in every run. */
#pragma once
#include "base/limits.h"
#include "crypto/crypto.h"

struct signing_key;
/* bits: RSA modulus (1024, 2048, 4096, 8192 from fixed pools inside; others are made, slowly), 0 = the default; ignored otherwise.
 * Same algorithm, bits and seed: same key. NULL for an algorithm we do not implement. */
struct signing_key *signing_key_new(uint8_t algorithm, unsigned bits, const char *seed);
void signing_key_free(struct signing_key **k);
/* The public key field of DNSKEY; borrowed. */
struct octets signing_key_public(const struct signing_key *k);
enum { SIGNATURE_MAX = LIMIT_RSA_BITS_MAX / 8 };
/* Octets written to out, DNSSEC form (RFC 3110, 6605, 8080); 0 on failure. */
size_t signing_key_sign(const struct signing_key *k, struct octets data, uint8_t out[SIGNATURE_MAX]);
