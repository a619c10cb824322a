/* The file, in: strict, and safe on hostile text. Checked from the outside in: size, version, last line,
 * checksum, then line by line; the first line that is not what it should be is named, nothing is guessed. */
#include "base/limits.h"
#include "crypto/crypto.h"
#include "evidence/inside.h"
#include <stdio.h>
#include <string.h>

static int fail_at(struct err_at *at, unsigned line, int error, const char *text)
{
	at->line = line;
	snprintf(at->text, sizeof at->text, "%s", text);
	return error;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool field_octets(char **rest, uint8_t *out, size_t room, uint8_t *len)
{
	const char *f = field_next(rest);
	*len = 0;
	if (f == NULL)
		return false;
	if (strcmp(f, "-") == 0)
		return true;
	size_t n = strlen(f);
	if (n % 2 != 0 || n / 2 > room)
		return false;
	for (size_t i = 0; i < n; i += 2) {
		int high = hex_value(f[i]), low = hex_value(f[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[(*len)++] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool read_question(struct reader *r, char **rest, struct ask_question *q)
{
	const char *over, *flags;
	uint64_t class, timeout_ms;
	if (!field_addr(rest, &q->to) || (over = field_next(rest)) == NULL)
		return false;
	if (strcmp(over, "udp") != 0 && strcmp(over, "tcp") != 0)
		return false;
	q->over = *over == 't' ? OVER_TCP : OVER_UDP;
	if ((q->name = field_name(r, rest)) == NULL || !field_type(rest, &q->type) ||
	    !field_number(rest, UINT16_MAX, &class) || (flags = field_next(rest)) == NULL ||
	    !flags_from_words(flags, &q->flags) ||
	    !field_octets(rest, q->cookie, sizeof q->cookie, &q->cookie_len) ||
	    !field_number(rest, UINT32_MAX, &timeout_ms))
		return false;
	q->class = (uint16_t)class;
	q->timeout_ms = (uint32_t)timeout_ms;
	return true;
}

static bool read_reply(char **rest, struct ask_reply *p, bool *message)
{
	uint64_t os_errno, rtt_us, n;
	const char *word = field_next(rest);
	if (word == NULL || !outcome_from_word(word, &p->outcome) ||
	    !field_number(rest, INT16_MAX, &os_errno) || !field_number(rest, UINT32_MAX, &rtt_us))
		return false;
	p->os_errno = (int)os_errno;
	p->rtt_us = (uint32_t)rtt_us;
	for (int i = 0; i < STRAY_KINDS; i++) {
		if (!field_number(rest, UINT16_MAX, &n))
			return false;
		p->strays[i] = (uint16_t)n;
	}
	word = field_next(rest);
	if (word == NULL || (strcmp(word, "-") != 0 && !addr_from_text(word, 53, &p->stray_from)))
		return false;
	word = field_next(rest);
	*message = word != NULL && strcmp(word, "message") == 0;
	if (!*message)
		return word != NULL && strcmp(word, "-") == 0;
	if (**rest == '\0')
		return true;
	word = field_next(rest);
	if (word == NULL || strcmp(word, "aged") != 0 || !field_number(rest, UINT32_MAX, &n))
		return false;
	p->age_ms = (uint32_t)n;
	return true;
}

static char *line_next(struct reader *r)
{
	char *line = r->next;
	if (line == r->end)
		return NULL;
	r->next += strlen(line) + 1;
	r->line++;
	return line;
}

static int read_message(struct reader *r, uint8_t *wire, uint16_t *wire_len)
{
	while (r->next != r->end && strncmp(r->next, "m ", 2) == 0) {
		char *line = line_next(r);
		size_t len = strlen(line + 2);
		if (len / 4 * 3 > (size_t)(UINT16_MAX - *wire_len))
			return reader_fail(r, "a message of more than 65535 octets");
		long n = base64_read(line + 2, len, wire + *wire_len);
		if (n <= 0)
			return reader_fail(r, "this is no base64");
		*wire_len = (uint16_t)(*wire_len + n);
	}
	return E_OK;
}

static int read_exchange(struct reader *r, char *rest, uint8_t *wire)
{
	struct ask_question q = { 0 };
	struct ask_reply p = { 0 };
	uint64_t at_ms;
	bool message;
	if (r->e->exchanges.n >= EVIDENCE_EXCHANGES_MAX)
		return reader_fail(r, "more than %d exchanges", EVIDENCE_EXCHANGES_MAX);
	if (!field_number(&rest, UINT32_MAX, &at_ms) || !read_question(r, &rest, &q) ||
	    !read_reply(&rest, &p, &message) || *rest != '\0')
		return reader_fail(r, "this is no exchange");
	if (message) {
		int error = read_message(r, wire, &p.wire_len);
		if (error != E_OK)
			return error;
		p.wire = wire;
	}
	if (p.outcome == ASK_ANSWERED && p.wire_len < 12)
		return reader_fail(r, "an answer without its message");
	evidence_add(r->e, &q, &p, (uint32_t)at_ms);
	return E_OK;
}

static int read_lines(struct reader *r)
{
	uint8_t *wire = arena_alloc(r->arena, UINT16_MAX);
	for (char *line; (line = line_next(r)) != NULL;) {
		char *rest = line;
		const char *word = field_next(&rest);
		int error = word == NULL              ? reader_fail(r, "an empty line")
			    : strcmp(word, "x") == 0 ? read_exchange(r, rest, wire)
						     : read_setup_line(r, word, rest);
		if (error != E_OK)
			return error;
	}
	if (!r->seen_name || !r->seen_collected)
		return reader_fail(r, "%s is missing", r->seen_name ? "collected" : "name");
	return E_OK;
}

/* The last line: "end", the number of exchanges, SHA-256 of all before. Its offset, or -1. */
static long find_end(const char *text, size_t len)
{
	if (len == 0 || text[len - 1] != '\n')
		return -1;
	size_t from = len - 1;
	while (from > 0 && text[from - 1] != '\n')
		from--;
	return strncmp(text + from, "end ", 4) == 0 ? (long)from : -1;
}

static int check_frame(const char *text, size_t len, size_t *body, uint64_t *count, struct err_at *at)
{
	static const char stem[] = "dnsvigil-evidence/";
	size_t first = strlen(EVIDENCE_VERSION);
	uint8_t sum[32], told[32], told_len;
	char line[128];
	if (len > LIMIT_EVIDENCE_FILE_BYTES)
		return fail_at(at, 0, E_BUSY, "larger than 32 MiB");
	if (len < sizeof stem - 1 || memcmp(text, stem, sizeof stem - 1) != 0)
		return fail_at(at, 1, E_SYNTAX, "this is no evidence file of dnsvigil");
	if (len > first && (memcmp(text, EVIDENCE_VERSION, first) != 0 || text[first] != '\n'))
		return fail_at(at, 1, E_VERSION, "written by another version of dnsvigil");
	long end = find_end(text, len);
	if (end < 0 || len - (size_t)end > sizeof line)
		return fail_at(at, 0, E_TRUNCATED, "the file ends before its last line");
	if (memchr(text, '\0', len) != NULL)
		return fail_at(at, 0, E_SYNTAX, "a zero octet in a text file");
	*body = (size_t)end;
	memcpy(line, text + end, len - *body);
	line[len - *body - 1] = '\0';
	char *rest = line + 4;
	crypto_sha256((struct octets){ (const uint8_t *)text, *body }, sum);
	if (!field_number(&rest, EVIDENCE_EXCHANGES_MAX, count) ||
	    !field_octets(&rest, told, sizeof told, &told_len) || told_len != sizeof told || *rest != '\0')
		return fail_at(at, 0, E_TRUNCATED, "the last line is not whole");
	if (memcmp(sum, told, sizeof sum) != 0)
		return fail_at(at, 0, E_SYNTAX, "the file was changed: its checksum does not match");
	return E_OK;
}

int evidence_from_text(struct arena *a, const char *text, size_t len, struct evidence **out,
		       struct err_at *at)
{
	static const struct setup nothing = { .name = name_root };
	size_t body = 0;
	uint64_t count = 0;
	int error = check_frame(text, len, &body, &count, at);
	if (error != E_OK)
		return error;
	char *copy = arena_copy(a, text, body);
	for (size_t i = 0; i < body; i++)
		if (copy[i] == '\n')
			copy[i] = '\0';
	struct reader r = {
		.arena = a, .at = at, .next = copy + strlen(copy) + 1, .end = copy + body, .line = 1
	};
	r.e = evidence_make(a, &nothing, (struct wall){ 0 });
	error = read_lines(&r);
	if (error == E_OK && r.e->exchanges.n != count)
		error = reader_fail(&r, "%u exchanges where the last line counts %u", r.e->exchanges.n,
				    (unsigned)count);
	*out = error == E_OK ? r.e : NULL;
	return error;
}
