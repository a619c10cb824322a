/* setup -- one transfer's options. libcurl is a whole browser's worth of goodwill: proxies, redirects, old protocols,
 * cached names. Everything that is not wanted is switched off here, once. */
#include "base/addr.h"
#include "base/limits.h"
#include "http/inside.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static bool addr_of(const struct curl_sockaddr *s, struct addr *out)
{
	if (s->family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, &s->addr, sizeof in);
		return addr_from_ip((const uint8_t *)&in.sin_addr, 4, ntohs(in.sin_port), out);
	}
	if (s->family == AF_INET6) {
		/* The union of curl_sockaddr ends behind sockaddr_in in its type, not in its memory. */
		struct sockaddr_in6 in6;
		memcpy(&in6, (const char *)s + offsetof(struct curl_sockaddr, addr), sizeof in6);
		return addr_from_ip((const uint8_t *)&in6.sin6_addr, 16, ntohs(in6.sin6_port), out);
	}
	return false;
}

/* Behind name resolution and in front of connect(): a name that resolved otherwise a moment ago changes nothing. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *s)
{
	struct transfer *t = ctx;
	struct addr a;
	if (purpose != CURLSOCKTYPE_IPCXN || !addr_of(s, &a) || !(addr_class(&a) & t->options->addr_allowed)) {
		t->forbidden = true;
		return CURL_SOCKET_BAD;
	}
	return socket(s->family, s->socktype | SOCK_CLOEXEC, s->protocol);
}

static size_t take_body(char *at, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n, max = t->r.body_max ? t->r.body_max : LIMIT_HTTP_BODY;
	if (len > max - t->body.len) {
		t->over_limit = true;
		return 0;
	}
	text_add_n(&t->body, at, len);
	return len;
}

/* Header lines; for mail the server's replies, of which libcurl tells no others: a 4yz or 5yz among them, in a session that
 * ends well, is a recipient that was not taken. */
static size_t take_head(char *at, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t len = size * n;
	t->head_octets += len;
	if (t->head_octets > LIMIT_HTTP_HEAD) {
		t->over_limit = true;
		return 0;
	}
	if (t->r.mail_from != NULL && len > 3 && (at[0] == '4' || at[0] == '5') && at[3] == ' ')
		t->mail_refused++;
	return len;
}

static size_t give_body(char *to, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	size_t left = t->r.body_len - t->body_sent, len = size * n < left ? size * n : left;
	if (len > 0)
		memcpy(to, t->r.body + t->body_sent, len);
	t->body_sent += len;
	return len;
}

static bool append(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);
	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

#define SET(option, value) (curl_easy_setopt(t->easy, (option), (value)) == CURLE_OK)

static bool set_bounds(struct transfer *t)
{
	long timeout_ms = (long)(t->r.timeout_ms ? t->r.timeout_ms : LIMIT_HTTP_MS);
	return SET(CURLOPT_TIMEOUT_MS, timeout_ms) && SET(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) && SET(CURLOPT_NOSIGNAL, 1L) &&
	       /* A name that does not resolve must not hold the loop when its time is up (lib/asyn-thread.c: else it is joined). */
	       SET(CURLOPT_QUICK_EXIT, 1L) && SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L) && SET(CURLOPT_FORBID_REUSE, 1L) &&
	       SET(CURLOPT_FRESH_CONNECT, 1L) && SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PROXY, "") &&
	       SET(CURLOPT_NOPROXY, "*") && SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) && SET(CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_PROTOCOLS_STR, t->r.mail_from ? "smtp,smtps" : t->options->http_allowed ? "http,https" : "https") &&
	       SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && SET(CURLOPT_HTTP09_ALLOWED, 0L) &&
	       SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) && SET(CURLOPT_OPENSOCKETDATA, t);
}

static bool set_tls(struct transfer *t)
{
	bool sure = t->r.starttls_required || t->r.user != NULL;
	bool opportunistic = t->r.mail_from != NULL && strncasecmp(t->r.url, "smtp:", 5) == 0 && !sure;
	if (t->r.ca_file != NULL && !SET(CURLOPT_CAINFO, t->r.ca_file))
		return false;
	return SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(CURLOPT_USE_SSL, t->r.mail_from == NULL ? (long)CURLUSESSL_NONE : sure ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY) &&
	       SET(CURLOPT_SSL_VERIFYPEER, opportunistic ? 0L : 1L) && SET(CURLOPT_SSL_VERIFYHOST, opportunistic ? 0L : 2L);
}

static bool set_mail(struct transfer *t)
{
	for (uint32_t i = 0; i < t->r.mail_to.n; i++)
		if (!append(&t->mail_to, t->r.mail_to.at[i]))
			return false;
	return SET(CURLOPT_UPLOAD, 1L) && SET(CURLOPT_MAIL_FROM, t->r.mail_from) && SET(CURLOPT_MAIL_RCPT, t->mail_to) &&
	       SET(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L) && SET(CURLOPT_READFUNCTION, give_body) && SET(CURLOPT_READDATA, t) &&
	       SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->r.body_len);
}

static bool set_http(struct transfer *t)
{
	bool ok = append(&t->headers, "Expect:");       /* 100-continue is one more thing a receiver can get wrong */
	for (uint32_t i = 0; ok && i < t->r.headers.n; i++) {
		const struct http_header *h = &t->r.headers.at[i];
		ok = append(&t->headers, *h->value != '\0' ? arena_printf(t->arena, "%s: %s", h->name, h->value)
							   : arena_printf(t->arena, "%s;", h->name));
	}
	ok = ok && SET(CURLOPT_HTTPHEADER, t->headers) &&
	     SET(CURLOPT_USERAGENT, t->options->user_agent ? t->options->user_agent : "dnsvigil");
	if (ok && t->r.user != NULL)
		ok = SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	if (!ok || strcmp(t->r.method, "GET") == 0)
		return ok;
	return SET(CURLOPT_POST, 1L) && SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->r.body_len) &&
	       SET(CURLOPT_POSTFIELDS, t->r.body ? t->r.body : "") && SET(CURLOPT_CUSTOMREQUEST, t->r.method);
}

bool transfer_setup(struct transfer *t)
{
	t->easy = curl_easy_init();
	if (t->easy == NULL)
		return false;
	bool ok = SET(CURLOPT_URL, t->r.url) && SET(CURLOPT_PRIVATE, t) && SET(CURLOPT_ERRORBUFFER, t->curl_words) && set_bounds(t) &&
		  set_tls(t) && SET(CURLOPT_WRITEFUNCTION, take_body) && SET(CURLOPT_WRITEDATA, t) &&
		  SET(CURLOPT_HEADERFUNCTION, take_head) && SET(CURLOPT_HEADERDATA, t);
	if (ok && t->r.user != NULL)
		ok = SET(CURLOPT_USERNAME, t->r.user) && SET(CURLOPT_PASSWORD, t->r.password ? t->r.password : "");
	return ok && (t->r.mail_from != NULL ? set_mail(t) : set_http(t));
}
