#include "samples.h"
#include "base/limits.h"
#include <string.h>

static const struct wall now = { 1795318031 };          /* 2026-11-22T03:27:11Z */

struct alert sample_bare(void)
{
	struct wall never = WALL_NEVER;
	return (struct alert){ .kind = ALERT_TEST, .incident = "", .dedup_key = "dnsvigil/test", .word = "OK", .severity = "info",
			       .since = never, .opened_at = never, .at = now, .breaks_at = never, .resolved_at = never };
}

struct alert sample_opened(struct arena *arena)
{
	struct alert a = {
		.kind = ALERT_OPENED, .incident = "01J9X2ABCDEFGHJKMNPQRSTVWX", .dedup_key = "dnsvigil/rrsig-expired/example.com./1763770440",
		.word = "SERVFAIL", .severity = "critical", .finding = "rrsig-expired", .scope = "example.com.",
		.cause = "the DNSSEC signatures ran out 3h 12m ago; 4 of 4 servers", .who = "strict resolvers since 00:14 UTC; Unbound from tomorrow",
		.command = "dnsvigil why www.example.com", .link = "https://vigil.example/i/01J9X2?a=1&b=2", .before = "", .after = "", .by = "",
		.since = { now.s - 11520 }, .opened_at = { now.s - 60 }, .at = now, .breaks_at = { now.s - 11520 }, .resolved_at = WALL_NEVER,
		.n_zones = 1, .owner = "dns-team", .place = "fra1",
	};
	list_push(arena, &a.fix, "start the signer again, or sign once by hand: knotc zone-sign example.com");
	list_push(arena, &a.fix, "wait until 4 of 4 are fresh: dnsvigil wait example.com --until secure");
	list_push(arena, &a.avoid, "removing the DS: takes 24h to act, this fix takes 1h");
	list_push(arena, &a.zones, "example.com.");
	list_push(arena, &a.tags, "prod");
	return a;
}

struct alert sample_resolved(struct arena *arena)
{
	struct alert a = sample_opened(arena);
	a.kind = ALERT_RESOLVED;
	a.word = "OK";
	a.at.s = a.resolved_at.s = now.s + 3600;
	return a;
}

struct alert sample_drift(struct arena *arena)
{
	struct alert a = sample_opened(arena);
	a.kind = ALERT_CHANGED;
	a.word = "AT RISK";
	a.severity = "warning";
	a.finding = "ds-changed";
	a.cause = "the DS set at the parent changed";
	a.before = "31406 13 2 8FC4";
	a.after = "55067 13 2 49FD";
	a.at.s = now.s + 600;
	a.n_zones = 3;
	list_push(arena, &a.zones, "example.net.");
	return a;
}

static const char *repeated(struct arena *arena, const char *text, unsigned times)
{
	struct text t;
	text_init(&t, arena);
	while (times-- > 0)
		text_add(&t, text);
	return t.at;
}

struct alert sample_hostile(struct arena *arena, unsigned i)
{
	const char *const texts[SAMPLE_HOSTILE] = {
		"<!channel> <!here> <@U0123456> <#C01> <https://evil.example|example.com>",
		"@everyone @here <@&1234> [example.com](https://evil.example) **bold** ||spoiler||",
		"```\nrm -rf /\n``` `whoami` $(id) ; rm",
		"x\r\nBcc: victim@example.org\r\n\r\nbody\r\n.\r\nQUIT",
		"\xe2\x80\xaemoc.elpmaxe\xe2\x80\xac \xe2\x81\xa6isolate\xe2\x81\xa9 zero\xe2\x80\x8bwidth \xef\xbb\xbf \x1b[31mred\x07 \xc2\x9b",
		repeated(arena, "a-very-long-label.", 600),
		repeated(arena, "\xf0\x9f\x94\xa5&<>\"'", 4000),
		"\xff\xfe\xc0\xaf\xed\xa0\x80 broken \xe2\x82",
		"</b></code><script>alert(1)</script><img src=x onerror=y> &amp; &#x41; \"quoted\" 'single'",
		"=?UTF-8?B?QmNjOiB4?= =?utf-8?q?=0d=0aBcc:_x?= From here\n.\n..\nFrom there",
		repeated(arena, "\\\"\x01\x7f", 3000),
		repeated(arena, "\xe4\xb8\xad\xe6\x96\x87", 3000),
	};
	const char *t = texts[i % SAMPLE_HOSTILE];
	struct alert a = sample_opened(arena);
	a.kind = i % 2 ? ALERT_CHANGED : ALERT_OPENED;
	a.dedup_key = a.finding = a.scope = a.cause = a.who = a.command = a.link = a.before = a.after = a.owner = a.place = a.by = t;
	a.incident = "01J9X2ABCDEFGHJKMNPQRSTVWX";
	a.fix.n = a.avoid.n = a.zones.n = a.tags.n = 0;
	for (int k = 0; k < 60; k++) {
		list_push(arena, &a.fix, t);
		list_push(arena, &a.avoid, t);
		list_push(arena, &a.zones, t);
		list_push(arena, &a.tags, t);
	}
	a.n_zones = 100000;
	return a;
}

struct channel sample_channel(struct arena *arena, enum channel_kind kind, const char *base)
{
	static const struct { const char *path, *token, *target; } of[CHANNEL_KINDS] = {
		[CHANNEL_SLACK_WEBHOOK] = { "/slack/hook/T0/B0/s3cret", NULL, NULL },
		[CHANNEL_SLACK_BOT] = { "/slack/api", "xoxb-s3cret", "#dns" },
		[CHANNEL_WEBHOOK] = { "/webhook/s3cret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL },
		[CHANNEL_ALERTMANAGER] = { "", NULL, NULL },
		[CHANNEL_PAGERDUTY] = { "/pagerduty/v2/enqueue", "0123456789abcdef0123456789abcdef", NULL },
		[CHANNEL_EMAIL] = { "", NULL, "ops@example.net, second@example.net" },
		[CHANNEL_TEAMS] = { "/teams/s3cret", NULL, NULL },
		[CHANNEL_DISCORD] = { "/discord/s3cret", NULL, NULL },
		[CHANNEL_NTFY] = { "/ntfy", "tk_s3cret", "dns" },
		[CHANNEL_TELEGRAM] = { "/telegram", "123456:s3cret-TOKEN", "-1001234:17" },
	};
	return (struct channel){
		.name = channel_kind_id(kind), .kind = kind, .url = arena_printf(arena, "%s%s", base, of[kind].path), .token = of[kind].token,
		.target = of[kind].target, .from = "dnsvigil <alerts@vigil.example>", .send_resolved = true,
	};
}
