/* The type bitmaps of NSEC, NSEC3 and CSYNC (RFC 4034 4.1.2). */
#include "dns/rdata.h"

bool bitmap_has(const uint8_t *bitmap, uint16_t len, uint16_t type)
{
	uint8_t window = (uint8_t)(type >> 8), octet = (uint8_t)(type & 0xff) / 8;
	for (uint32_t i = 0; i + 2 <= len; i += 2u + bitmap[i + 1]) {
		if (bitmap[i] == window)
			return octet < bitmap[i + 1] && (bitmap[i + 2 + octet] & (0x80 >> (type & 7))) != 0;
	}
	return false;
}

static bool among(uint16_t type, const uint16_t *types, uint8_t n)
{
	for (uint8_t i = 0; i < n; i++)
		if (types[i] == type)
			return true;
	return false;
}

static bool octet_has_only(uint8_t octet, uint16_t first_type, const uint16_t *types, uint8_t n)
{
	for (uint16_t bit = 0; bit < 8; bit++)
		if ((octet & (0x80 >> bit)) != 0 && !among((uint16_t)(first_type + bit), types, n))
			return false;
	return true;
}

bool bitmap_has_only(const uint8_t *bitmap, uint16_t len, const uint16_t *types, uint8_t n)
{
	for (uint32_t i = 0; i + 2 <= len; i += 2u + bitmap[i + 1])
		for (uint16_t o = 0; o < bitmap[i + 1]; o++)
			if (!octet_has_only(bitmap[i + 2 + o], (uint16_t)(bitmap[i] << 8 | o * 8), types, n))
				return false;
	return true;
}
