/* email -- RFC 5322 by hand: text first, the same as HTML beside it. All messages of an incident answer its first one, whose
 * Message-ID anybody can compute: a thread needs no memory. Every text is one clean line before it comes near a header, so
 * none can begin another. */
#include "alert/inside.h"
#include "base/limits.h"
#include <string.h>

enum { SUBJECT_MAX = 160, ID_MAX = 64, RECIPIENTS_MAX = 50 };

/* "dnsvigil <alerts@example.com>" -> the address within. */
static const char *mailbox(struct arena *arena, const char *from)
{
	const char *open = strrchr(from, '<'), *close = open ? strchr(open, '>') : NULL;
	return close != NULL ? arena_printf(arena, "%.*s", (int)(close - open - 1), open + 1) : from;
}

static const char *domain_of(const char *address)
{
	const char *at = strrchr(address, '@');
	return at != NULL && at[1] != '\0' ? at + 1 : "localhost";
}

/* Only what may stand in the left part of an id (RFC 5322 3.6.4 dot-atom, without the rarer signs). */
static const char *id_atom(struct arena *arena, const char *text)
{
	char *atom = arena_printf(arena, "%.*s", ID_MAX, text != NULL && *text != '\0' ? text : "dnsvigil");
	for (char *at = atom; *at != '\0'; at++)
		if (strchr("0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", *at) == NULL)
			*at = '-';
	return atom;
}

static const char *first_id(struct arena *arena, const struct alert *a, const char *domain)
{
	return arena_printf(arena, "<%s.opened@%s>", id_atom(arena, a->incident), domain);
}

static bool starts_thread(const struct alert *a)
{
	return a->kind == ALERT_OPENED && a->incident != NULL && *a->incident != '\0';
}

static bool in_thread(const struct alert *a)
{
	return a->incident != NULL && *a->incident != '\0' && !starts_thread(a);
}

static const char *message_id(struct arena *arena, const struct alert *a, const char *domain)
{
	if (starts_thread(a))
		return first_id(arena, a, domain);
	return arena_printf(arena, "<%s.%s.%lld@%s>", id_atom(arena, a->incident), alert_kind_id(a->kind), (long long)a->at.s, domain);
}

static const char *subject(struct arena *arena, const struct told *t)
{
	const struct alert *a = t->alert;
	bool plain = a->kind == ALERT_OPENED || a->kind == ALERT_CHANGED || a->kind == ALERT_RESOLVED;
	const char *finding = clean_line(arena, a->finding, 60);
	if (!plain || *t->name == '\0' || *finding == '\0')
		return clean_line(arena, arena_printf(arena, "[%s] %s", t->word, t->title), SUBJECT_MAX);
	return clean_line(arena, arena_printf(arena, "[%s] %s %s", t->word, t->name, finding), SUBJECT_MAX);
}

static void headers(struct text *out, struct arena *arena, const struct channel *c, const struct told *t, struct wall at, const char *boundary)
{
	const struct alert *a = t->alert;
	const char *domain = clean_line(arena, domain_of(mailbox(arena, c->from)), 255);
	mime_date(out, at);
	mime_header(out, "From", clean_line(arena, c->from, 320));
	mime_header(out, "To", clean_line(arena, c->target, LIMIT_ALERT_FIELD));
	mime_header(out, "Subject", subject(arena, t));
	mime_header(out, "Message-ID", message_id(arena, a, domain));
	if (in_thread(a)) {
		mime_header(out, "In-Reply-To", first_id(arena, a, domain));
		mime_header(out, "References", first_id(arena, a, domain));
	}
	text_add(out, "Auto-Submitted: auto-generated\r\n");            /* RFC 3834: no out-of-office answers */
	mime_header(out, "List-Id", arena_printf(arena, "dnsvigil alerts <alerts.dnsvigil.%s>", domain));
	const char *finding = clean_line(arena, a->finding, 60);
	if (*finding != '\0')
		mime_header(out, "X-Dnsvigil-Finding", finding);
	text_addf(out, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n", boundary);
}

static void body_part(struct text *out, const char *boundary, const char *type, const char *text)
{
	text_addf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", boundary, type);
	mime_quoted_printable(out, text);
}

static void html_text(struct text *out, const char *clean)
{
	text_add(out, room_text(out->arena, SINK_HTML, clean, SIZE_MAX));
}

static void html_part(struct text *out, const struct part *p)
{
	const char *list = p->numbered ? "ol" : "ul";
	text_addf(out, "<h3>%s</h3>\n", p->label);
	if (p->kind == PART_PROOF || p->lines.n == 1) {
		text_add(out, p->kind == PART_PROOF ? "<pre>" : "<p>");
		html_text(out, p->lines.at[0]);
		text_add(out, p->kind == PART_PROOF ? "</pre>\n" : "</p>\n");
		return;
	}
	text_addf(out, "<%s>\n", list);
	for (uint32_t i = 0; i < p->lines.n; i++) {
		text_add(out, "<li>");
		html_text(out, p->lines.at[i]);
		text_add(out, "</li>\n");
	}
	text_addf(out, "</%s>\n", list);
}

static const char *html(struct arena *arena, const struct told *t)
{
	struct text out;
	text_init(&out, arena);
	text_add(&out, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n<h2>");
	html_text(&out, arena_printf(arena, "%s %s", t->sign, t->title));
	text_add(&out, "</h2>\n");
	for (uint32_t i = 0; i < t->parts.n; i++)
		html_part(&out, &t->parts.at[i]);
	if (*t->link != '\0') {
		text_add(&out, "<p><a href=\"");
		html_text(&out, t->link);
		text_add(&out, "\">Why?</a></p>\n");
	}
	text_add(&out, "</body></html>\n");
	return out.at;
}

/* "a@example.com, b@example.com". A wrong one is the door's to refuse: it would be refused with all the others silently here. */
static void recipients(struct arena *arena, const char *target, struct http_request *out)
{
	while (*target != '\0' && out->mail_to.n < RECIPIENTS_MAX) {
		target += strspn(target, ", \t");
		size_t len = strcspn(target, ",");
		const char *one = arena_printf(arena, "%.*s", (int)len, target);
		target += len;
		size_t end = strlen(one);
		while (end > 0 && one[end - 1] == ' ')
			end--;
		if (end > 0)
			list_push(arena, &out->mail_to, mailbox(arena, arena_printf(arena, "%.*s", (int)end, one)));
	}
}

bool email_render(struct arena *arena, const struct channel *c, const struct alert *a, const char *remote_ref, unsigned step,
		  struct wall at, struct http_request *out)
{
	(void)remote_ref;
	if (step > 0 || c->url == NULL || c->from == NULL || c->target == NULL || a->kind == ALERT_ACKED)
		return false;
	const struct told *t = told_make(arena, a, 1);
	/* "=_" stands in no quoted-printable text (RFC 2045 6.7), so the boundary in none of the parts. */
	const char *boundary = arena_printf(arena, "=_%.24s", hex_sha256(arena, alert_message_id(arena, a)));
	struct text message, plain;
	text_init(&message, arena);
	text_init(&plain, arena);
	alert_plain(arena, a, &plain);
	headers(&message, arena, c, t, at, boundary);
	body_part(&message, boundary, "text/plain", plain.at);
	body_part(&message, boundary, "text/html", html(arena, t));
	text_addf(&message, "--%s--\r\n", boundary);
	*out = (struct http_request){ .url = c->url, .body = message.at, .body_len = message.len, .mail_from = mailbox(arena, c->from),
				      .user = c->user, .password = c->password };
	recipients(arena, c->target, out);
	return true;
}
