/* request -- what may be sent. Everything is looked at that a configuration or a hostile text could have slipped into. */
#include "base/limits.h"
#include "http/inside.h"
#include <string.h>

static const char *copy_or_null(struct arena *a, const char *text)
{
	return text ? arena_text(a, text) : NULL;
}

void request_copy(struct arena *a, const struct http_request *r, struct http_request *out)
{
	*out = *r;
	out->method = copy_or_null(a, r->method);
	out->url = arena_text(a, r->url);
	out->body = r->body ? arena_copy(a, r->body, r->body_len) : NULL;
	out->mail_from = copy_or_null(a, r->mail_from);
	out->user = copy_or_null(a, r->user);
	out->password = copy_or_null(a, r->password);
	out->ca_file = copy_or_null(a, r->ca_file);
	memset(&out->headers, 0, sizeof out->headers);
	for (uint32_t i = 0; i < r->headers.n; i++) {
		struct http_header h = { arena_text(a, r->headers.at[i].name), arena_text(a, r->headers.at[i].value) };
		list_push(a, &out->headers, h);
	}
	memset(&out->mail_to, 0, sizeof out->mail_to);
	for (uint32_t i = 0; i < r->mail_to.n; i++)
		list_push(a, &out->mail_to, arena_text(a, r->mail_to.at[i]));
}

/* RFC 9110 5.6.2 tchar. */
static bool is_token(const char *s)
{
	static const char tchar[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	return *s != '\0' && s[strspn(s, tchar)] == '\0';
}

/* RFC 9110 5.5: no control character but the tab; CR and LF would begin another header. */
static bool is_field_value(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return false;
	return true;
}

/* What stands between < and > of MAIL and RCPT: no blank, bracket or control character can end it early. */
static bool is_mailbox(const char *s)
{
	const char *at = strrchr(s, '@');
	if (at == NULL || at == s || at[1] == '\0' || strlen(s) > 254)       /* RFC 5321 4.5.3.1.3 */
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= 0x20 || *s == 0x7f || strchr("<>,;:\\\"()[]", *s) != NULL)
			return false;
	return true;
}

static bool is_url_text(const char *s)
{
	if (strlen(s) > LIMIT_HTTP_URL)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;
	curl_free(text);
	return has;
}

static const char *scheme_fault(const char *scheme, bool mail, bool http_allowed)
{
	if (mail)
		return strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0 ? NULL : "mail goes by smtp:// or smtps:// only";
	if (strcmp(scheme, "https") == 0)
		return NULL;
	if (strcmp(scheme, "http") != 0)
		return "not an https:// URL";
	return http_allowed ? NULL : "plain http:// is not allowed here";
}

static const char *url_fault(const struct http_request *r, bool http_allowed)
{
	if (!is_url_text(r->url))
		return "a URL with a blank or a control character, or too long";
	CURLU *u = curl_url();
	char *scheme = NULL;
	const char *fault = NULL;
	if (u == NULL || curl_url_set(u, CURLUPART_URL, r->url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		fault = "not a URL";
	else if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		fault = "a user name in the URL";
	else if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		fault = "not a URL";
	else
		fault = scheme_fault(scheme, r->mail_from != NULL, http_allowed);
	curl_free(scheme);
	curl_url_cleanup(u);
	return fault;
}

static const char *mail_fault(const struct http_request *r)
{
	if (r->method != NULL || r->mail_to.n == 0 || !is_mailbox(r->mail_from))
		return "not a mail address to send from, or nobody to send to";
	for (uint32_t i = 0; i < r->mail_to.n; i++)
		if (!is_mailbox(r->mail_to.at[i]))
			return "not a mail address to send to";
	return NULL;
}

static const char *method_fault(const struct http_request *r)
{
	static const char *const methods[] = { "GET", "POST", "PUT" };
	for (size_t i = 0; r->method != NULL && i < sizeof methods / sizeof methods[0]; i++)
		if (strcmp(r->method, methods[i]) == 0)
			return NULL;
	return "not a method we use";
}

const char *request_fault(const struct http_request *r, bool http_allowed)
{
	const char *fault = url_fault(r, http_allowed);
	if (fault == NULL)
		fault = r->mail_from != NULL ? mail_fault(r) : method_fault(r);
	for (uint32_t i = 0; fault == NULL && i < r->headers.n; i++)
		if (!is_token(r->headers.at[i].name) || !is_field_value(r->headers.at[i].value))
			fault = "a header with a line break or another control character";
	if (fault == NULL && r->user != NULL && (!is_field_value(r->user) || !is_field_value(r->password ? r->password : "")))
		fault = "credentials with a control character";
	return fault;
}
