/* rsa_make -- RSA key pairs from two primes or from a seed; for sign.c only. */
#pragma once
#include <openssl/evp.h>
#include <stdint.h>

EVP_PKEY *rsa_from_hex(const char *p_hex, const char *q_hex);
EVP_PKEY *rsa_from_seed(unsigned bits, const uint8_t seed[64]);        /* seconds for 4096 bits */
size_t rsa_public_field(const EVP_PKEY *pkey, uint8_t *out, size_t room);   /* RFC 3110; 0 on failure */
