/* map -- a world's text made fit for real sockets: addresses onto 127/8. Text to text, so that what is signed
 * afterwards is the mapped world. */
#include "lab/lab.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

static bool is_addr_char(char c)
{
	return isxdigit((unsigned char)c) || c == '.' || c == ':';
}

/* 127.200.0.0/13, by a hash: stable, and apart from the tables below. */
static void map_other(const struct addr *a, uint8_t out[4])
{
	uint32_t h = 2166136261u;
	for (unsigned i = 0; i < (a->family == 4 ? 4u : 16u); i++)
		h = (h ^ a->ip[i]) * 16777619u;
	h ^= h >> 15;
	out[0] = 127;
	out[1] = (uint8_t)(200 + (h >> 16) % 8);
	out[2] = (uint8_t)(h >> 8);
	out[3] = (uint8_t)(1 + (h & 0xff) % 254);
}

static struct addr map_addr(const struct addr *a)
{
	struct addr out = { .family = 4, .port = a->port };
	const uint8_t *ip = a->ip;
	uint32_t net = (uint32_t)ip[0] << 16 | (uint32_t)ip[1] << 8 | ip[2];
	if (a->family == 4 && ip[0] == 127)
		return *a;
	if (a->family == 4 && net == 0xc00002)
		memcpy(out.ip, (uint8_t[4]){ 127, 0, 2, ip[3] }, 4);
	else if (a->family == 4 && net == 0xc63364)
		memcpy(out.ip, (uint8_t[4]){ 127, 51, 100, ip[3] }, 4);
	else if (a->family == 4 && net == 0xcb0071)
		memcpy(out.ip, (uint8_t[4]){ 127, 113, 0, ip[3] }, 4);
	else if (a->family == 4 && ip[0] == 198 && (ip[1] == 18 || ip[1] == 19))
		memcpy(out.ip, (uint8_t[4]){ 127, ip[1], ip[2], ip[3] }, 4);
	else
		map_other(a, out.ip);
	return out;
}

/* An address that begins here and stands alone; its length, or 0. */
static size_t addr_at(const char *at, const char *end, struct addr *out)
{
	char one[64];
	size_t n = 0;
	while (at + n < end && n < sizeof one - 1 && is_addr_char(at[n])) {
		one[n] = at[n];
		n++;
	}
	one[n] = '\0';
	bool shape = strchr(one, '.') != NULL || strchr(one, ':') != NULL;
	if (!shape || n == sizeof one - 1 ||
	    (at + n < end && (isalnum((unsigned char)at[n]) || at[n] == '-')))
		return 0;
	return addr_from_text(one, 53, out) ? n : 0;
}

/* Lines whose AAAA data would no longer be an IPv6 address: `record NAME TTL AAAA ADDR` keeps its address. */
static bool line_keeps(const char *line, const char *end)
{
	const char *stop = memchr(line, '\n', (size_t)(end - line));
	const char *found = memmem(line, (size_t)((stop != NULL ? stop : end) - line), " AAAA ", 6);
	return strncmp(line, "record", 6) == 0 && found != NULL;
}

const char *world_map_loopback(struct arena *a, const char *text, size_t len)
{
	struct text out;
	const char *end = text + len;
	bool fresh = true, keeps = line_keeps(text, end), line_start = true;
	text_init(&out, a);
	for (const char *at = text; at < end;) {
		struct addr addr;
		char shown[ADDR_TEXT_MAX];
		if (line_start)
			keeps = line_keeps(at, end);
		size_t n = fresh && !keeps ? addr_at(at, end, &addr) : 0;
		if (n > 0) {
			addr = map_addr(&addr);
			text_add(&out, addr_text(&addr, shown));
			at += n;
			fresh = line_start = false;
			continue;
		}
		line_start = *at == '\n';
		fresh = strchr(" \t\n=,\"", *at) != NULL;
		text_add_n(&out, at++, 1);
	}
	text_add(&out, "\nmapped\n");
	return out.at;
}
