/* outcome -- libcurl's hundred error codes as the six things a caller can act on. */
#include "http/inside.h"
#include <string.h>

const char *http_outcome_text(enum http_outcome o)
{
	switch (o) {
	case HTTP_ANSWERED: return "answered";
	case HTTP_UNREACHABLE: return "unreachable";
	case HTTP_TIMED_OUT: return "timed out";
	case HTTP_TOO_LARGE: return "answer too large";
	case HTTP_FORBIDDEN: return "forbidden";
	case HTTP_CANCELLED: return "cancelled";
	}
	return "?";
}

static enum http_outcome outcome_of(const struct transfer *t, CURLcode code, int status)
{
	if (code == CURLE_OK)
		return HTTP_ANSWERED;
	if (t->over_limit)
		return HTTP_TOO_LARGE;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return HTTP_TIMED_OUT;
	if (t->forbidden && code == CURLE_COULDNT_CONNECT)
		return HTTP_FORBIDDEN;
	/* A refusal in the middle of an SMTP session is an answer; libcurl calls it an error of sending. */
	return t->r.mail_from != NULL && status >= 400 ? HTTP_ANSWERED : HTTP_UNREACHABLE;
}

/* libcurl's own words name hosts, addresses and certificates. Where it could quote a URL or what a server sent, only the
 * name of the error is used. */
static bool words_are_harmless(CURLcode code)
{
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE: return true;
	default: return false;
	}
}

static const char *why_of(struct transfer *t, enum http_outcome o, CURLcode code)
{
	switch (o) {
	case HTTP_ANSWERED: return NULL;
	case HTTP_FORBIDDEN: return "the address is not one that may be connected to";
	case HTTP_TIMED_OUT: return "no whole answer in time";
	case HTTP_TOO_LARGE: return "the answer is too large";
	case HTTP_UNREACHABLE:
	case HTTP_CANCELLED: break;
	}
	const char *words = words_are_harmless(code) && t->curl_words[0] != '\0' ? t->curl_words : curl_easy_strerror(code);
	return escape_terminal(t->arena, (const uint8_t *)words, strlen(words), 0);
}

struct http_answer transfer_answer(struct transfer *t, CURLcode code)
{
	long status = 0;
	curl_off_t retry_after_s = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
	struct http_answer a = { .outcome = outcome_of(t, code, (int)status), .retry_after_s = -1, .body = t->body.at, .body_len = t->body.len };
	if (a.outcome == HTTP_ANSWERED) {
		a.status = (int)status;
		a.retry_after_s = retry_after_s <= 0 ? -1 : retry_after_s > INT32_MAX ? INT32_MAX : (int32_t)retry_after_s;
		a.mail_refused = status < 400 ? t->mail_refused : 0;
	}
	a.why = why_of(t, a.outcome, code);
	return a;
}
