/* ecdsa -- signatures as DNSSEC writes them (r|s of fixed width, RFC 6605 4) and as OpenSSL wants them (DER). */
#include "crypto/inside.h"
#include <string.h>

static size_t put_integer(uint8_t *out, const uint8_t *at, size_t len)
{
	while (len > 1 && at[0] == 0) {
		at++;
		len--;
	}
	size_t pad = at[0] & 0x80 ? 1 : 0; /* positive */
	out[0] = 0x02;
	out[1] = (uint8_t)(len + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, at, len);
	return 2 + pad + len;
}

size_t ecdsa_der_from_raw(struct octets raw, uint8_t der[ECDSA_DER_MAX])
{
	size_t half = raw.len / 2;
	if (raw.len > ECDSA_RAW_MAX || raw.len % 2 || half == 0)
		return 0;
	size_t len = put_integer(der + 2, raw.at, half);
	len += put_integer(der + 2 + len, raw.at + half, half);
	der[0] = 0x30;
	der[1] = (uint8_t)len;
	return 2 + len;
}

/* One INTEGER right-aligned into half octets; octets used, 0 when it does not fit. */
static size_t take_integer(const uint8_t *at, size_t len, uint8_t *out, size_t half)
{
	if (len < 2 || at[0] != 0x02 || at[1] > 127 || (size_t)at[1] + 2 > len)
		return 0;
	size_t n = at[1], skip = n > half ? n - half : 0;
	for (size_t i = 0; i < skip; i++)
		if (at[2 + i] != 0)
			return 0;
	n -= skip;
	memset(out, 0, half - n);
	memcpy(out + half - n, at + 2 + skip, n);
	return 2 + skip + n;
}

size_t ecdsa_raw_from_der(struct octets der, size_t raw_len, uint8_t raw[ECDSA_RAW_MAX])
{
	size_t half = raw_len / 2;
	if (der.len < 2 || der.at[0] != 0x30 || der.at[1] > 127 || (size_t)der.at[1] + 2 != der.len ||
	    raw_len > ECDSA_RAW_MAX)
		return 0;
	size_t r = take_integer(der.at + 2, der.len - 2, raw, half);
	size_t s = r ? take_integer(der.at + 2 + r, der.len - 2 - r, raw + half, half) : 0;
	return s && 2 + r + s == der.len ? raw_len : 0;
}
