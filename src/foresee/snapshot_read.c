/* The text of a snapshot, read back: strict, for it comes from a store that others may have written to. What is read is in the
 * one order, so writing it again gives the text that a snapshot of these facts always has. */
#include "foresee/snapshot_words.h"
#include "base/limits.h"
#include "dns/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct arena *a;
	struct snapshot *s;
	struct err_at *at;
	unsigned line;
};

static int fail(struct reading *r, int error, const char *text)
{
	r->at->line = r->line;
	snprintf(r->at->text, sizeof r->at->text, "%s", text);
	return error;
}

/* ---- words of a line, cut off in place ---- */

static char *next(char **rest)
{
	char *word = *rest;
	size_t len = strcspn(word, " ");
	if (!len)
		return NULL;
	*rest = word + len + (word[len] == ' ');
	word[len] = '\0';
	return word;
}

static bool number(char **rest, uint64_t max, uint64_t *out)
{
	const char *w = next(rest);
	size_t n = w ? strspn(w, "0123456789") : 0;
	if (!n || n > 10 || w[n] || (n > 1 && *w == '0'))
		return false;
	*out = strtoull(w, NULL, 10);
	return *out <= max;
}

static bool number32(char **rest, uint32_t *out)
{
	uint64_t n;
	bool ok = number(rest, UINT32_MAX, &n);
	*out = ok ? (uint32_t)n : 0;
	return ok;
}

static bool number16(char **rest, uint16_t *out)
{
	uint64_t n;
	bool ok = number(rest, UINT16_MAX, &n);
	*out = ok ? (uint16_t)n : 0;
	return ok;
}

static bool number8(char **rest, uint8_t *out)
{
	uint64_t n;
	bool ok = number(rest, UINT8_MAX, &n);
	*out = ok ? (uint8_t)n : 0;
	return ok;
}

static bool moment(char **rest, struct wall *out)
{
	char again[WALL_TEXT_MAX];
	const char *w = next(rest);
	*out = WALL_NEVER;
	if (!w || !strcmp(w, "never"))
		return w != NULL;
	return wall_from_text(w, (struct wall){ 0 }, out) && !strcmp(snap_wall(*out, again), w);
}

/* Only a name as name_text() writes it: these go to screens and into alerts. */
static const char *name(struct reading *r, const char *word)
{
	const char *why;
	const uint8_t *wire = word ? name_from_text(r->a, word, &why) : NULL;
	return wire && !strcmp(name_text(r->a, wire), word) ? arena_text(r->a, word) : NULL;
}

static const char *only(struct reading *r, const char *word, const char *of, size_t shortest, size_t longest)
{
	size_t len = word ? strlen(word) : 0;
	return word && len >= shortest && len <= longest && strspn(word, of) == len ? arena_text(r->a, word) : NULL;
}

/* Of a DS: upper case hex of whole octets; "-" is none. */
static const char *digest(struct reading *r, const char *word)
{
	if (word && !strcmp(word, "-"))
		return "";
	const char *hex = only(r, word, "0123456789ABCDEF", 2, 2 * UINT16_MAX);
	return hex && strlen(hex) % 2 == 0 ? hex : NULL;
}

static bool flags(char **rest, const struct snap_flag *of, unsigned n, void *out)
{
	while (**rest) {
		const char *word = next(rest);
		if (!word || !snap_flag_set(of, n, out, word))
			return false;
	}
	return true;
}

/* ---- one fact ---- */

static const char *sig_label(struct reading *r, char **rest)
{
	static const char *const plain[] = { "DNSKEY", "SOA", "NS", "NSEC", "NSEC3" };
	uint16_t type;
	char *first = next(rest);
	for (unsigned i = 0; first && !**rest && i < sizeof plain / sizeof *plain; i++)
		if (!strcmp(first, plain[i]))
			return plain[i];
	const char *owner = name(r, first);
	const char *word = next(rest);
	if (!owner || !word || !type_from_text(word, &type) || strcmp(type_text(r->a, type), word))
		return NULL;
	return arena_printf(r->a, "%s %s", owner, word);
}

static bool read_sig(struct reading *r, char **rest, struct snap_sig *g)
{
	const char *word;
	if (!number16(rest, &g->tag) || !number8(rest, &g->algorithm) || !moment(rest, &g->inception) ||
	    !moment(rest, &g->expiration) || !number32(rest, &g->ttl) || !(word = next(rest)))
		return false;
	g->good = !strcmp(word, "good");
	return (g->good || !strcmp(word, "bad")) && (g->rrset = sig_label(r, rest)) && !**rest;
}

static bool read_ds(struct reading *r, char **rest, struct snap_ds *d)
{
	if (!number16(rest, &d->tag) || !number8(rest, &d->algorithm) || !number8(rest, &d->digest_type) ||
	    !(d->digest = digest(r, next(rest))))
		return false;
	d->matched = !strcmp(*rest, "matched");
	return d->matched || !**rest;
}

static bool read_glue(struct reading *r, char **rest, const char **out)
{
	struct addr addr;
	char text[ADDR_TEXT_MAX];
	const char *host = name(r, next(rest)), *ip = next(rest);
	if (!host || !ip || **rest || !addr_from_text(ip, 0, &addr) || strcmp(addr_text(&addr, text), ip))
		return false;
	*out = arena_printf(r->a, "%s %s", host, ip);
	return true;
}

static bool read_key(struct reading *r, char **rest, struct snap_key *k)
{
	return number16(rest, &k->tag) && number16(rest, &k->flags) && number8(rest, &k->algorithm) &&
	       (k->hash = only(r, next(rest), "0123456789abcdef", 64, 64)) &&
	       (k->ds_sha256 = digest(r, next(rest))) &&
	       flags(rest, snap_key_flags, SNAP_KEY_FLAGS, k);
}

static bool read_soa(char **rest, struct snap_server *v)
{
	return number32(rest, &v->serial) && number32(rest, &v->refresh) && number32(rest, &v->retry) &&
	       number32(rest, &v->expire) && number32(rest, &v->minimum) && number32(rest, &v->soa_ttl) && !**rest;
}

/* ---- the lines of a parent, of a server ---- */

static bool parent_is(struct reading *r, char **rest, struct snap_parent *p)
{
	char *word = next(rest);
	struct addr addr;
	char text[ADDR_TEXT_MAX];
	if (p->name || !word)
		return false;
	p->name = !strcmp(word, "-") ? "" : name(r, word);
	if (!p->name && addr_from_text(word, 0, &addr) && !strcmp(addr_text(&addr, text), word))
		p->name = arena_text(r->a, word);       /* a server by hint has no other name */
	return p->name && flags(rest, snap_parent_flags, SNAP_PARENT_FLAGS, p);
}

static bool read_parent(struct reading *r, char *rest, struct snap_parent *p)
{
	const char *word = next(&rest), *text = NULL;
	struct snap_ds ds = { 0 };
	if (!word)
		return false;
	if (!strcmp(word, "is"))
		return parent_is(r, &rest, p);
	if (!strcmp(word, "ttl"))
		return number32(&rest, &p->ds_ttl) && number32(&rest, &p->ns_ttl) && number32(&rest, &p->neg_ttl) && !*rest;
	if (!strcmp(word, "ds") && read_ds(r, &rest, &ds))
		list_push(r->a, &p->ds, ds);
	else if (!strcmp(word, "ns") && (text = name(r, next(&rest))) && !*rest)
		list_push(r->a, &p->ns, text);
	else if (!strcmp(word, "glue") && read_glue(r, &rest, &text))
		list_push(r->a, &p->glue, text);
	else
		return false;
	return true;
}

static bool server_is(char **rest, struct snap_server *v)
{
	const char *word = next(rest);
	return word && rcode_from_text(word, &v->rcode) && flags(rest, snap_server_flags, SNAP_SERVER_FLAGS, v);
}

static bool read_cds(struct reading *r, char *rest, const char **out)
{
	struct snap_ds d = { 0 };
	if (!read_ds(r, &rest, &d) || d.matched)
		return false;
	*out = arena_printf(r->a, "%u %u %u %s", d.tag, d.algorithm, d.digest_type, *d.digest ? d.digest : "-");
	return true;
}

static bool read_server(struct reading *r, char *rest, struct snap_server *v)
{
	const char *word = next(&rest), *text = NULL;
	struct snap_key key = { 0 };
	struct snap_sig sig = { 0 };
	if (!word)
		return false;
	if (!strcmp(word, "is"))
		return server_is(&rest, v);
	if (!strcmp(word, "ttl"))
		return number32(&rest, &v->dnskey_ttl) && number32(&rest, &v->ns_ttl) && number32(&rest, &v->data_ttl) && !*rest;
	if (!strcmp(word, "soa"))
		return read_soa(&rest, v);
	if (!strcmp(word, "name") && (text = name(r, next(&rest))) && !*rest)
		list_push(r->a, &v->names, text);
	else if (!strcmp(word, "ns") && (text = name(r, next(&rest))) && !*rest)
		list_push(r->a, &v->ns, text);
	else if (!strcmp(word, "key") && read_key(r, &rest, &key))
		list_push(r->a, &v->keys, key);
	else if (!strcmp(word, "cds") && read_cds(r, rest, &text))
		list_push(r->a, &v->cds, text);
	else if (!strcmp(word, "sig") && read_sig(r, &rest, &sig))
		list_push(r->a, &v->sigs, sig);
	else
		return false;
	return true;
}

static bool same_addr(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && a->port == b->port && !memcmp(a->ip, b->ip, sizeof a->ip);
}

static bool address(char **rest, struct addr *out)
{
	char again[ADDR_TEXT_MAX];
	const char *word = next(rest);
	return word && addr_from_text(word, 0, out) && !strcmp(addr_port_text(out, again), word);
}

static bool read_of_parent(struct reading *r, char *rest)
{
	struct addr at;
	uint32_t i = 0;
	if (!address(&rest, &at))
		return false;
	while (i < r->s->parents.n && !same_addr(&r->s->parents.at[i].addr, &at))
		i++;
	if (i == r->s->parents.n)
		list_push(r->a, &r->s->parents, (struct snap_parent){ .addr = at });
	return r->s->parents.n <= LIMIT_ADDRS_PER_ZONE && read_parent(r, rest, &r->s->parents.at[i]);
}

static bool read_of_server(struct reading *r, char *rest)
{
	struct addr at;
	uint32_t i = 0;
	if (!address(&rest, &at))
		return false;
	while (i < r->s->servers.n && !same_addr(&r->s->servers.at[i].addr, &at))
		i++;
	if (i == r->s->servers.n)
		list_push(r->a, &r->s->servers, (struct snap_server){ .addr = at });
	return r->s->servers.n <= LIMIT_ADDRS_PER_ZONE && read_server(r, rest, &r->s->servers.at[i]);
}

/* ---- the whole ---- */

static bool read_above(struct reading *r, char *rest)
{
	struct snap_sig g = { 0 };
	const char *word = next(&rest);
	if (!word || strcmp(word, "sig") || !read_sig(r, &rest, &g))
		return false;
	list_push(r->a, &r->s->above, g);
	return true;
}

static bool read_zone(struct reading *r, char *rest)
{
	const char *zone = r->s->zone ? NULL : name(r, next(&rest));
	r->s->zone = zone;
	return zone && !*rest;
}

static bool read_at(struct reading *r, char *rest)
{
	return moment(&rest, &r->s->at) && !*rest;
}

static bool read_breaks(struct reading *r, char *rest)
{
	return moment(&rest, &r->s->breaks_at) && !*rest;
}

static bool read_verdict(struct reading *r, char *rest)
{
	const char *word = next(&rest), *security = next(&rest), *finding = next(&rest);
	unsigned w = 0, s = 0;
	if (!finding || *rest)
		return false;
	while (w <= VERDICT_UNKNOWN && strcmp(verdict_id(w), word))
		w++;
	while (s <= STATUS_INDETERMINATE && strcmp(status_text(s), security))
		s++;
	r->s->word = w;
	r->s->security = s;
	r->s->finding = !strcmp(finding, "-") ? ""
					      : only(r, finding, "abcdefghijklmnopqrstuvwxyz0123456789-", 2, 64);
	return w <= VERDICT_UNKNOWN && s <= STATUS_INDETERMINATE && r->s->finding;
}

static const struct {
	const char *word;
	bool (*read)(struct reading *r, char *rest);
} lines[] = {
	{ "zone", read_zone },         { "at", read_at },             { "verdict", read_verdict }, { "breaks", read_breaks },
	{ "parent", read_of_parent },  { "server", read_of_server },  { "above", read_above },
};

static int read_line(struct reading *r, char *line)
{
	char *rest = line;
	const char *word = next(&rest);
	for (unsigned i = 0; word && i < sizeof lines / sizeof *lines; i++)
		if (!strcmp(lines[i].word, word))
			return lines[i].read(r, rest) ? E_OK : fail(r, E_SYNTAX, "this is no fact of a snapshot");
	return fail(r, E_SYNTAX, "a line of no known kind");
}

static int frame(struct reading *r, const char *text, size_t len)
{
	static const char first[] = SNAPSHOT_VERSION "\n", last[] = "\nend\n";
	size_t stem = strlen("dnsvigil-snapshot/");
	if (len > LIMIT_SNAPSHOT_BYTES)
		return fail(r, E_BUSY, "larger than a snapshot can be");
	if (len < stem || memcmp(text, first, stem))
		return fail(r, E_SYNTAX, "this is no snapshot of dnsvigil");
	if (len < sizeof first - 1 || memcmp(text, first, sizeof first - 1))
		return fail(r, len < sizeof first - 1 ? E_TRUNCATED : E_VERSION, "written by another version of dnsvigil");
	if (len < sizeof last - 1 || memcmp(text + len - (sizeof last - 1), last, sizeof last - 1))
		return fail(r, E_TRUNCATED, "the text ends before its last line");
	return memchr(text, '\0', len) ? fail(r, E_SYNTAX, "a zero octet in a text") : E_OK;
}

static int whole(struct reading *r)
{
	if (!r->s->zone || !r->s->finding)
		return fail(r, E_SYNTAX, r->s->zone ? "verdict is missing" : "zone is missing");
	for (uint32_t i = 0; i < r->s->parents.n; i++)
		if (!r->s->parents.at[i].name)
			return fail(r, E_SYNTAX, "a parent server that is not described");
	snapshot_sort(r->s);
	return E_OK;
}

int snapshot_from_text(struct arena *a, const char *text, size_t len, struct snapshot **out, struct err_at *at)
{
	struct reading r = { .a = a, .at = at, .line = 1 };
	*out = NULL;
	int error = frame(&r, text, len);
	if (error)
		return error;
	r.s = ARENA_NEW(a, struct snapshot);
	r.s->breaks_at = WALL_NEVER;
	char *copy = arena_copy(a, text, len), *end = copy + len - strlen("end\n");
	for (char *line = copy + strlen(SNAPSHOT_VERSION) + 1; line < end && !error;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		*newline = '\0';
		r.line++;
		error = read_line(&r, line);
		line = newline + 1;
	}
	error = error ? error : whole(&r);
	*out = error ? NULL : r.s;
	return error;
}
