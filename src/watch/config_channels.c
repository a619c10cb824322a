/* Channels: what each kind needs stands in one table. */
#include "watch/config_inside.h"
#include "base/nearest.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum need { NONE, MAY, MUST };
static const struct needs {
	enum need url, token, to, from, user;
	bool url_is_secret;             /* who knows it may write there */
	const char *schemes;
} kinds[CHANNEL_KINDS] = {
	[CHANNEL_SLACK_WEBHOOK] = { .url = MUST, .url_is_secret = true, .schemes = "https http" },
	[CHANNEL_SLACK_BOT] = { .url = MAY, .token = MUST, .to = MUST, .schemes = "https http" },
	[CHANNEL_WEBHOOK] = { .url = MUST, .token = MAY, .user = MAY, .schemes = "https http" },
	[CHANNEL_ALERTMANAGER] = { .url = MUST, .user = MAY, .schemes = "https http" },
	[CHANNEL_PAGERDUTY] = { .url = MAY, .token = MUST, .schemes = "https http" },
	[CHANNEL_EMAIL] = { .url = MUST, .to = MUST, .from = MUST, .user = MAY, .schemes = "smtps smtp" },
	[CHANNEL_TEAMS] = { .url = MUST, .url_is_secret = true, .schemes = "https http" },
	[CHANNEL_DISCORD] = { .url = MUST, .url_is_secret = true, .schemes = "https http" },
	[CHANNEL_NTFY] = { .url = MAY, .token = MAY, .to = MUST, .user = MAY, .schemes = "https http" },
	[CHANNEL_TELEGRAM] = { .url = MAY, .token = MUST, .to = MUST, .schemes = "https http" },
};

bool config_read_channel(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	const char *ids[CHANNEL_KINDS];
	if (!config_is_word(r, k, v))
		return false;
	for (int i = 0; i < CHANNEL_KINDS; i++) {
		ids[i] = channel_kind_id((enum channel_kind)i);
		if (strcmp(ids[i], v->text) == 0) {
			*(enum channel_kind *)field = (enum channel_kind)i;
			return true;
		}
	}
	const char *near = nearest_word(v->text, ids, CHANNEL_KINDS, sizeof ids[0]);
	return config_fault(r, v, "kind: \"%s\" is no kind of channel (%s%s%s)", config_shown(r, v->text),
			    near != NULL ? "did you mean " : k->help, near != NULL ? near : "", near != NULL ? "?" : "");
}

void config_show_channel(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	(void)a, (void)k;
	text_add(out, channel_kind_id(*(const enum channel_kind *)field));
}

/* The value that gave a field, whichever way. */
static const struct yaml_node *given(struct arena *a, const struct yaml_node *m, const char *key)
{
	static const char *const ways[] = { "", "_file", "_env", "_credential" };
	const struct yaml_node *v = NULL;
	for (unsigned i = 0; i < 4 && v == NULL; i++)
		v = yaml_get(m, arena_printf(a, "%s%s", key, ways[i]));
	return v;
}

static bool check_need(struct config_reader *r, const struct yaml_node *m, const char *kind, const char *key, enum need need, bool secret)
{
	const struct yaml_node *v = given(r->arena, m, key);
	if (need == MUST && v == NULL)
		return config_fault(r, m, secret ? "a channel of kind %s needs %s_file, %s_env or %s_credential" : "a channel of kind %s needs %s",
				    kind, key, key, key);
	if (need == NONE && v != NULL)
		return config_fault(r, v, "%s is nothing for a channel of kind %s", key, kind);
	return true;
}

static bool check_needs(struct config_reader *r, const struct yaml_node *m, const struct channel *c)
{
	const struct needs *n = &kinds[c->kind];
	const char *kind = channel_kind_id(c->kind);
	const struct yaml_node *literal = yaml_get(m, "url"), *url = given(r->arena, m, "url");
	unsigned before = r->faults;
	check_need(r, m, kind, "url", n->url, n->url_is_secret);
	check_need(r, m, kind, "token", n->token, true);
	check_need(r, m, kind, "to", n->to, false);
	check_need(r, m, kind, "from", n->from, false);
	check_need(r, m, kind, "user", n->user, false);
	check_need(r, m, kind, "password", c->user != NULL && n->user != NONE ? MUST : NONE, true);
	if (n->url_is_secret && literal != NULL)
		config_fault(r, literal, "url: that of a %s channel is a secret: write url_file: PATH, url_env: NAME or url_credential: NAME",
			     kind);
	else if (c->url != NULL && *c->url != '\0' && config_url_fault(c->url, n->schemes) != NULL)
		config_fault(r, url, "url: a channel of kind %s wants one of the schemes %s", kind, n->schemes);
	return r->faults == before;
}

static bool check_name(struct config_reader *r, const struct yaml_node *m, const struct channel *c)
{
	const struct yaml_node *v = yaml_get(m, "name");
	for (const char *at = c->name; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && strchr("_-.", *at) == NULL)
			return config_fault(r, v, "name: \"%s\" is no name of a channel (letters, digits, _ - .)", config_shown(r, c->name));
	for (uint32_t i = 0; i < r->config->channels.n; i++)
		if (strcmp(r->config->channels.at[i].name, c->name) == 0)
			return config_fault(r, v != NULL ? v : m, "a channel \"%s\" stands already there: give each a name", c->name);
	return true;
}

bool config_channel_item(struct config_reader *r, const struct yaml_node *v)
{
	struct channel c = { 0 };
	if (!config_section_read(r, IN_CHANNEL, v, &c))
		return false;
	if (c.name == NULL)
		c.name = channel_kind_id(c.kind);
	if (!check_needs(r, v, &c) || !check_name(r, v, &c))
		return false;
	list_push(r->arena, &r->config->channels, c);
	return true;
}

/* Plain http only where it cannot be overheard, and only when it is wanted. */
static void check_plain(struct config_reader *r, const struct yaml_node *at, const char *url)
{
	if (at == NULL || url == NULL || strncasecmp(url, "http:", 5) != 0)
		return;
	if (!config_url_is_loopback(url))
		config_fault(r, at, "http: anybody on the way can read this: write https, or a receiver on loopback with alerts_over_http: true");
	else if (!r->config->alerts_http_allowed)
		config_fault(r, at, "http: to a receiver on loopback wants alerts_over_http: true");
}

static const struct channel *channel_at(const struct config *c, const struct yaml_node *m)
{
	const struct yaml_node *name = yaml_get(m, "name") != NULL ? yaml_get(m, "name") : yaml_get(m, "kind");
	for (uint32_t i = 0; name != NULL && i < c->channels.n; i++)
		if (strcmp(c->channels.at[i].name, name->text) == 0)
			return &c->channels.at[i];
	return NULL;
}

void config_check_channels(struct config_reader *r, const struct yaml_node *root)
{
	const struct yaml_node *list = yaml_get(root, "channels");
	check_plain(r, given(r->arena, root, "dead_man_url"), r->config->dead_man_url);
	for (uint32_t i = 0; list != NULL && list->kind == YAML_LIST && i < list->items.n; i++) {
		const struct channel *c = channel_at(r->config, list->items.at[i]);
		if (c != NULL)
			check_plain(r, given(r->arena, list->items.at[i], "url"), c->url);
	}
}
