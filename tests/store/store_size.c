/* How much a store grows: zones at 5 minutes, a first day and a quiet one. store_size ZONES [DIRECTORY]. Quiet day: 1 in 100
 * zones changes (a history row with the whole evidence, an event; 1 in 1000 an incident with four messages), each zone's
 * signatures are renewed once a week (SOA, DNSKEY, NS, A: four rows, four servers' serials, and the zone's state), every hour all clocks and all
 * "last seen" are written in one transaction. Evidence is of the size and the entropy of a full check of a zone under a
 * top-level domain with 26 addresses: what root and top-level domain serve is shared by all zones, keys, signatures, cookies,
 * ids and round trips are not.
 * Prints bytes of the file and bytes written; ends with 1 when a quiet day is over 100 MB for 10,000 zones. */
#include "base/base64.h"
#include "base/text.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 24 * HOUR, BUDGET_MB = 100, BUDGET_ZONES = 10000, TLDS = 20 };

static uint64_t noise(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x * 0x2545f4914f6cdd1du;
}

static uint64_t seed_of(unsigned a, unsigned b, unsigned c)
{
	uint64_t x = ((uint64_t)a << 40) ^ ((uint64_t)b << 16) ^ c ^ 0x9e3779b97f4a7c15u;
	noise(&x);
	return x ? x : 1;
}

struct message { unsigned char at[4096]; size_t len; };

static void put(struct message *m, uint64_t seed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		m->at[m->len++] = (unsigned char)(noise(&seed) >> 32);
}

static void add_lines(struct text *t, const struct message *m)
{
	for (size_t i = 0; i < m->len; i += 57) {
		text_add(t, "m ");
		base64_add(t, m->at + i, m->len - i < 57 ? m->len - i : 57);
		text_add(t, "\n");
	}
}

struct check { uint64_t fresh, cookies; };      /* what no other check has */

/* One exchange: what the server has (shared), then what is new in each reply; a server's cookie lasts for the check. */
static void exchange(struct text *t, const char *server, const char *question, uint64_t content, size_t content_bytes, struct check *c)
{
	struct message m = { .len = 0 };
	uint64_t cookie = c->cookies;
	for (const char *p = server; *p; p++)
		cookie = (cookie ^ (unsigned char)*p) * 0x100000001b3u;
	text_addf(t, "x %u %s udp %s 1 edns+do+cookie %016llx 1200 answered 0 %u 0 0 0 0 0 - message\n", (unsigned)(noise(&c->fresh) % 900), server, question,
		  (unsigned long long)cookie, (unsigned)(noise(&c->fresh) % 90000));
	put(&m, c->fresh, 2);
	memcpy(m.at + m.len, "\x84\0\0\1\0\4\0\2\0\1", 10);
	m.len += 10;
	memcpy(m.at + m.len, question, strlen(question));
	m.len += strlen(question);
	put(&m, content, content_bytes);
	memcpy(m.at + m.len, "\0\0\x29\4\xd0\0\0\x80\0\0\x1c\0\x0a\0\x18", 15);
	m.len += 15;
	put(&m, cookie, 24);
	add_lines(t, &m);
}

static void evidence(struct text *t, unsigned zone, unsigned version)
{
	static const char *const child[] = { "SOA", "NS", "DNSKEY", "A", "AAAA", "CDS", "TXT", "MX", "NSEC" };
	unsigned tld = zone % TLDS;
	struct check fresh = { seed_of(zone, version, 99), seed_of(zone, version, 98) };
	char server[64], question[64];
	text_addf(t, "dnsvigil-evidence/1\nname www.zone-%u.tld%u. A\ndepth full\ncollected %u\n", zone, tld, 1772366400 + version * 77);
	for (unsigned s = 0; s < 8; s++) {
		snprintf(server, sizeof server, "198.41.%u.4#53", s);
		exchange(t, server, ". DNSKEY", seed_of(1, 1, 0), 1100, &fresh);
		snprintf(question, sizeof question, "www.zone-%u.tld%u. A", zone, tld);
		exchange(t, server, question, seed_of(1, 2, tld), 1050, &fresh);
	}
	for (unsigned s = 0; s < 26; s++) {
		snprintf(server, sizeof server, "192.%u.6.%u#53", tld, s);
		snprintf(question, sizeof question, "tld%u. DNSKEY", tld);
		exchange(t, server, question, seed_of(2, 1, tld), 450, &fresh);
		snprintf(question, sizeof question, "www.zone-%u.tld%u. A", zone, tld);
		exchange(t, server, question, seed_of(3, zone, version), 420, &fresh);
	}
	for (unsigned s = 0; s < 4; s++)
		for (unsigned q = 0; q < sizeof child / sizeof child[0]; q++) {
			snprintf(server, sizeof server, "203.0.%u.%u#53", zone % 250, s);
			snprintf(question, sizeof question, "zone-%u.tld%u. %s", zone, tld, child[q]);
			exchange(t, server, question, seed_of(4, zone * 16 + q, version), q == 2 ? 420 : 220, &fresh);
		}
}

static void snapshot(struct text *t, unsigned zone, unsigned version)
{
	uint64_t ds = seed_of(3, zone, version), key = seed_of(4, zone, version);
	text_addf(t, "zone zone-%u.tld%u.\nat %u\nword ok\nsecurity secure\n", zone, zone % TLDS, 1772366400 + version * 77);
	for (unsigned s = 0; s < 26; s++)
		text_addf(t, "parent 192.%u.6.%u %c.nic.tld%u. answered ds-known 86400 172800 900\nds %u 13 2 %016llX%016llX%016llX%016llX\n"
			  "ns ns1.zone-%u.tld%u.\nns ns2.zone-%u.tld%u.\n", zone % TLDS, s, 'a' + s, zone % TLDS, (unsigned)ds & 0xffff,
			  (unsigned long long)ds, (unsigned long long)(ds * 3), (unsigned long long)(ds * 5), (unsigned long long)(ds * 7), zone,
			  zone % TLDS, zone, zone % TLDS);
	for (unsigned s = 0; s < 4; s++) {
		text_addf(t, "server 203.0.%u.%u ns%u.zone-%u.tld%u. answered authoritative tcp 0 serial %u\n", zone % 250, s, s % 2, zone, zone % TLDS,
			  2026030100 + version);
		for (unsigned k = 0; k < 2; k++)
			text_addf(t, "key %u %u 13 %016llx%016llx%016llx%016llx signs\n", (unsigned)(key >> k) & 0xffff, 256 + k, (unsigned long long)(key + k),
				  (unsigned long long)(key * 3 + k), (unsigned long long)(key * 5 + k), (unsigned long long)(key * 7 + k));
		for (unsigned k = 0; k < 6; k++)
			text_addf(t, "sig %s %u 13 %u %u 3600 good\n", k < 1 ? "DNSKEY" : k < 3 ? "SOA" : "NS", (unsigned)key & 0xffff, 1772366400 + version,
				  1773576000 + version);
	}
}

/* ---- the observer's writes ---- */
struct sim { struct store *s; unsigned zones; int64_t *history; uint64_t evidence_bytes, snapshot_bytes; unsigned texts; };

static void must(int err, const struct sim *m)
{
	if (!err)
		return;
	fprintf(stderr, "store_size: %d, %s\n", err, store_why(m->s));
	exit(2);
}

static void put_zone(struct sim *m, unsigned z, int64_t now, unsigned version)
{
	char name[32], doc[400], print[72];
	uint64_t x = seed_of(5, z, version);
	snprintf(name, sizeof name, "zone-%u.tld%u.", z, z % TLDS);
	snprintf(print, sizeof print, "%016llx%016llx%016llx%016llx", (unsigned long long)noise(&x), (unsigned long long)noise(&x), (unsigned long long)noise(&x),
		 (unsigned long long)noise(&x));
	snprintf(doc, sizeof doc, "{\"servers\":4,\"ok\":4,\"serials\":[%u,%u,%u,%u],\"expiries\":{\"DNSKEY\":\"2026-03-15T12:00:00Z\",\"SOA\":"
		 "\"2026-03-12T01:%02u:00Z\",\"DS\":\"2026-03-09T00:00:00Z\"},\"keys\":[%u,%u]}", version, version, version, version, z % 60, z % 65536,
		 (z * 7) % 65536);
	must(store_put_zone(m->s, &(struct zone_row){ .zone = name, .word = "ok", .security = "secure", .since = { now }, .checked_at = { now },
						      .breaks_at = { now + 9 * DAY }, .next_at = { now + 300 }, .fingerprint = print, .doc = doc }), m);
}

static void add_sigs(struct sim *m, unsigned z, int64_t now)
{
	static const char *const rrsets[] = { "DNSKEY", "SOA", "NS", "www A" };
	char name[32];
	snprintf(name, sizeof name, "zone-%u.tld%u.", z, z % TLDS);
	for (size_t i = 0; i < sizeof rrsets / sizeof rrsets[0]; i++)
		must(store_add_sig(m->s, &(struct sig_row){ name, rrsets[i], (uint16_t)(z * 7), 13, { now - HOUR }, { now + 14 * DAY }, { now } }), m);
	for (unsigned i = 0; i < 4; i++) {
		char addr[32];
		snprintf(addr, sizeof addr, "203.0.%u.%u", z % 250, i);
		must(store_add_serial(m->s, &(struct serial_row){ name, addr, (uint32_t)(now / DAY), { now } }), m);
	}
}

static void changed(struct sim *m, unsigned z, int64_t now, unsigned version)
{
	char name[32];
	int64_t id;
	struct arena *a = arena_new(16 << 20);
	struct text e, s;
	text_init(&e, a);
	text_init(&s, a);
	evidence(&e, z, version);
	snapshot(&s, z, version);
	m->evidence_bytes += e.len;
	m->snapshot_bytes += s.len;
	m->texts++;
	snprintf(name, sizeof name, "zone-%u.tld%u.", z, z % TLDS);
	put_zone(m, z, now, version);
	must(store_add_history(m->s, &(struct history_row){ .zone = name, .from = { now }, .to = { now }, .fingerprint = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
							    .word = "ok", .snapshot = s.at, .snapshot_len = s.len, .evidence = e.at, .evidence_len = e.len },
			       &m->history[z]), m);
	must(store_add_event(m->s, &(struct event_row){ .at = { now }, .zone = name, .kind = "ns-changed", .severity = "notice",
							.before = "ns1.example.net. ns2.example.net.", .after = "ns1.example.net. ns3.example.net.",
							.text = "The delegation names another server than yesterday." }, &id), m);
	arena_free(&a);
}

static void incident(struct sim *m, unsigned z, int64_t now)
{
	char id[32], doc[1500], name[32];
	int64_t row;
	memset(doc, 'a', sizeof doc - 1);
	doc[sizeof doc - 1] = '\0';
	snprintf(id, sizeof id, "01JQ%022u", z);
	snprintf(name, sizeof name, "zone-%u.tld%u.", z, z % TLDS);
	must(store_put_incident(m->s, &(struct incident_row){ .id = id, .dedup_key = id, .scope = name, .state = "resolved", .opened_at = { now },
							      .resolved_at = { now }, .doc = doc }), m);
	must(store_incident_zone(m->s, id, name, (struct wall){ now }, true), m);
	for (int i = 0; i < 4; i++)
		must(store_add_outbox(m->s, &(struct outbox_row){ .incident = id, .channel = "slack", .dedup_key = id, .alert = doc, .created_at = { now },
								  .due_at = { now } }, &row), m);
}

static void touch_all(struct sim *m, int64_t now)
{
	struct zone_row *rows = calloc(m->zones, sizeof *rows);
	char (*names)[32] = calloc(m->zones, sizeof *names);
	for (unsigned z = 0; z < m->zones; z++) {
		snprintf(names[z], sizeof names[z], "zone-%u.tld%u.", z, z % TLDS);
		rows[z] = (struct zone_row){ .zone = names[z], .checked_at = { now }, .breaks_at = { now + 8 * DAY }, .next_at = { now + 300 } };
	}
	must(store_begin(m->s), m);
	must(store_touch_zones(m->s, rows, m->zones), m);
	for (unsigned z = 0; z < m->zones; z++)
		must(store_extend(m->s, m->history[z], (struct wall){ now }), m);
	must(store_commit(m->s), m);
	free(rows);
	free(names);
}

static void first_day(struct sim *m, int64_t now)
{
	for (unsigned z = 0; z < m->zones; z++) {
		must(store_begin(m->s), m);
		changed(m, z, now + z % 300, 1);
		add_sigs(m, z, now);
		must(store_commit(m->s), m);
	}
}

static void quiet_day(struct sim *m, int64_t from)
{
	for (int64_t now = from; now < from + DAY; now += HOUR) {
		unsigned hour = (unsigned)((now - from) / HOUR);
		for (unsigned z = 0; z < m->zones; z++) {
			bool changes = z % 100 == 1 && z / 100 % 24 == hour, renews = z % 168 == hour;
			if (!changes && !renews)
				continue;
			must(store_begin(m->s), m);
			if (changes)
				changed(m, z, now, 2 + hour);
			if (changes && z % 1000 == 1)
				incident(m, z, now);
			if (renews) {
				add_sigs(m, z, now);
				put_zone(m, z, now, 100 + hour);
			}
			must(store_commit(m->s), m);
		}
		touch_all(m, now);
	}
}

static int64_t size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? st.st_size : 0;
}

static uint64_t written(void)
{
	char line[64];
	unsigned long long n = 0;
	FILE *f = fopen("/proc/self/io", "r");
	while (f && fgets(line, sizeof line, f))
		sscanf(line, "wchar: %llu", &n);
	if (f)
		fclose(f);
	return n;
}

static double mb(double bytes, unsigned zones)
{
	return bytes / 1e6 * BUDGET_ZONES / zones;
}

static void tell(const struct sim *m, const char *day, double grown, double wrote, unsigned was_texts)
{
	printf("%s: %.2f MB in the file, %.0f MB written for %u zones; %.2f and %.0f MB for %d; %u histories\n", day, grown / 1e6, wrote / 1e6, m->zones,
	       mb(grown, m->zones), mb(wrote, m->zones), BUDGET_ZONES, m->texts - was_texts);
}

int main(int argc, char **argv)
{
	struct sim m = { .zones = argc > 1 ? (unsigned)atoi(argv[1]) : 400 };
	char dir[200], path[240], command[300];
	snprintf(dir, sizeof dir, "%s/dnsvigil-size-XXXXXX", argc > 2 ? argv[2] : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (m.zones < 1 || !mkdtemp(dir))
		return 64;
	snprintf(path, sizeof path, "%s/s", dir);
	m.history = calloc(m.zones, sizeof *m.history);
	struct err_at why;
	must(store_open(path, &(struct store_options){ .create = true }, &m.s, &why), &m);
	int64_t now = 1772366400;
	uint64_t w0 = written();
	first_day(&m, now);
	int64_t first = size_of(path);
	uint64_t w1 = written();
	unsigned texts = m.texts;
	tell(&m, "first day", (double)first, (double)(w1 - w0), 0);
	quiet_day(&m, now + DAY);
	store_close(&m.s);
	int64_t grown = size_of(path) - first;
	tell(&m, "quiet day", (double)grown, (double)(written() - w1), texts);
	double plain = (double)(m.evidence_bytes + m.snapshot_bytes);
	printf("evidence %.1f kB, snapshot %.1f kB each; the whole file is 1:%.1f of that\n", (double)m.evidence_bytes / m.texts / 1e3,
	       (double)m.snapshot_bytes / m.texts / 1e3, plain / (double)(first + grown));
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	bool small = mb((double)grown, m.zones) <= BUDGET_MB, cleaned = system(command) == 0;
	free(m.history);
	printf("%d passed, %d failed\n", small && cleaned, !small || !cleaned);
	return small && cleaned ? 0 : 1;
}
