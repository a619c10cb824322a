#include "base/addr.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool addr_from_ip(const uint8_t *ip, uint16_t ip_len, uint16_t port, struct addr *out)
{
	if (ip_len != 4 && ip_len != 16)
		return false;
	*out = (struct addr){ .family = ip_len == 4 ? 4 : 6, .port = port };
	memcpy(out->ip, ip, ip_len);
	return true;
}

static bool port_from_text(const char *text, uint16_t *port)
{
	unsigned value = 0;
	size_t n = strspn(text, "0123456789");
	if (n == 0 || n > 5 || text[n] != '\0')
		return false;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	*port = (uint16_t)value;
	return value >= 1 && value <= 65535;
}

static bool ip_from_text(const char *text, size_t len, struct addr *out)
{
	char ip[INET6_ADDRSTRLEN];
	if (len >= sizeof ip)
		return false;
	memcpy(ip, text, len);
	ip[len] = '\0';
	memset(out->ip, 0, sizeof out->ip);
	out->family = strchr(ip, ':') != NULL ? 6 : 4;
	return inet_pton(out->family == 6 ? AF_INET6 : AF_INET, ip, out->ip) == 1;
}

bool addr_from_text(const char *text, uint16_t default_port, struct addr *out)
{
	struct addr a = { .port = default_port };
	const char *ip = text, *end = text + strlen(text), *port = NULL;
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	if (*text == '[') {
		if (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':' && bracket[1] != '#'))
			return false;
		ip = text + 1;
		end = bracket;
		port = bracket[1] != '\0' ? bracket + 2 : NULL;
	} else {
		const char *mark = strchr(text, '#');
		if (mark == NULL && strchr(text, '.') != NULL && strchr(text, ':') == strrchr(text, ':'))
			mark = strchr(text, ':');
		end = mark != NULL ? mark : end;
		port = mark != NULL ? mark + 1 : NULL;
	}
	if (!ip_from_text(ip, (size_t)(end - ip), &a) || (bracket != NULL && a.family != 6))
		return false;
	if (port != NULL && !port_from_text(port, &a.port))
		return false;
	*out = a;
	return true;
}

const char *addr_text(const struct addr *a, char out[ADDR_TEXT_MAX])
{
	int family = a->family == 6 ? AF_INET6 : AF_INET;
	if (a->family == 0 || inet_ntop(family, a->ip, out, ADDR_TEXT_MAX) == NULL)
		snprintf(out, ADDR_TEXT_MAX, "none");
	return out;
}

const char *addr_port_text(const struct addr *a, char out[ADDR_TEXT_MAX])
{
	addr_text(a, out);
	size_t len = strlen(out);
	snprintf(out + len, ADDR_TEXT_MAX - len, "#%u", a->port);
	return out;
}

bool addr_same_ip(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_same_ip(a, b) && a->port == b->port;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	int d = memcmp(a->ip, b->ip, sizeof a->ip);
	return d != 0 ? d : (int)a->port - (int)b->port;
}
