/* URLs and secrets. A secret never stands in the text, and never in a fault about it: it is read from the file, the
 * environment or the systemd credential that the configuration names. */
#include "watch/config_inside.h"
#include "base/limits.h"
#include <string.h>
#include <strings.h>

enum { URL_BYTES_MAX = 2000 };

static bool scheme_fits(const char *url, size_t len, const char *schemes)
{
	for (const char *at = schemes; *at != '\0';) {
		size_t n = strcspn(at, " ");
		if (n == len && strncasecmp(at, url, len) == 0)
			return true;
		at += n + strspn(at + n, " ");
	}
	return false;
}

const char *config_url_fault(const char *url, const char *schemes)
{
	const char *mark = strstr(url, "://");
	size_t host_len = mark != NULL ? strcspn(mark + 3, "/?#") : 0;
	if (mark == NULL || !scheme_fits(url, (size_t)(mark - url), schemes))
		return "is no URL with one of the schemes";
	if (strlen(url) > URL_BYTES_MAX)
		return "is longer than 2000 octets; schemes";
	for (const char *c = url; *c != '\0'; c++)
		if (*c <= 0x20 || *c > 0x7e || strchr("\"<>\\^`{|}", *c) != NULL)
			return "has a character that no URL has; schemes";
	if (host_len == 0 || mark[3] == ':')
		return "is a URL without a host; schemes";
	return NULL;
}

bool config_url_is_loopback(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	size_t len = strcspn(host, "/?#");
	struct addr a;
	char text[ADDR_TEXT_MAX];
	if (len >= 9 && strncasecmp(host, "localhost", 9) == 0 && (len == 9 || host[9] == ':'))
		return true;
	if (len >= sizeof text)
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	return addr_from_text(text, 80, &a) && addr_class(&a) == ADDR_LOOPBACK;
}

/* Anything after scheme and host may be the secret (Slack, Teams, Discord, ping URLs: all of it is the path). */
void config_show_url(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	const char *url = *(const char *const *)field;
	(void)k;
	if (url == NULL || *url == '\0')
		return;
	const char *host = strstr(url, "://") + 3;
	size_t len = strcspn(host, "/?#"), from = 0;
	for (size_t i = 0; i < len; i++)
		if (host[i] == '@')
			from = i + 1;
	config_show_word(out, arena_printf(a, "%.*s%s%.*s%s", (int)(host - url), url, from > 0 ? "****@" : "", (int)(len - from),
					   host + from, host[len] != '\0' && strcmp(host + len, "/") != 0 ? "/****" : ""));
}

void config_show_secret(struct arena *a, const struct config_key *k, const void *field, struct text *out)
{
	if (k->words != NULL)
		config_show_url(a, k, field, out);
	else if (*(const char *const *)field != NULL)
		text_add(out, "\"****\"");
}

static bool given_twice(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, const void *field)
{
	if (*(const char *const *)field == NULL || **(const char *const *)field == '\0')
		return false;
	config_fault(r, v, "%s: the same is already given in another way", k->name);
	return true;
}

bool config_read_url(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v) || given_twice(r, k, v, field))
		return false;
	const char *fault = config_url_fault(v->text, k->words);
	if (fault != NULL)
		return config_fault(r, v, "%s: this %s %s", k->name, fault, k->words);
	if (memchr(strstr(v->text, "://") + 3, '@', strcspn(strstr(v->text, "://") + 3, "/?#")) != NULL)
		return config_fault(r, v, "%s: no password in a URL: write user: and password_file:", k->name);
	*(const char **)field = v->text;
	return true;
}

bool config_read_secret(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	(void)field;
	return config_fault(r, v, "%s: a secret does not stand here: write %s_file: PATH, %s_env: NAME or %s_credential: NAME", k->name,
			    k->name, k->name, k->name);
}

/* One line of printable text; the last line end is not part of it. */
static bool keep(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, const char *text, size_t len, void *field)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	if (len == 0)
		return config_fault(r, v, "%s: there is nothing in %s", k->name, config_shown(r, v->text));
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f)
			return config_fault(r, v, "%s: %s is more than one line of printable ASCII", k->name, config_shown(r, v->text));
	const char *secret = arena_printf(r->arena, "%.*s", (int)len, text);
	const char *fault = k->words != NULL ? config_url_fault(secret, k->words) : NULL;
	if (fault != NULL)
		return config_fault(r, v, "%s: what %s holds %s %s", k->name, config_shown(r, v->text), fault, k->words);
	*(const char **)field = secret;
	return true;
}

static bool keep_file(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, const char *path, void *field)
{
	size_t len;
	const char *text = config_file(r, v, path, LIMIT_SECRET_BYTES, &len);
	return text != NULL && keep(r, k, v, text, len, field);
}

/* True when the reference is all that is wanted. */
static bool leave_it(const struct config_reader *r, void *field)
{
	if (r->from->without_secrets)
		*(const char **)field = "";
	return r->from->without_secrets;
}

bool config_read_secret_file(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	return config_is_word(r, k, v) && !given_twice(r, k, v, field) &&
	       (leave_it(r, field) || keep_file(r, k, v, config_path(r, v->text), field));
}

bool config_read_secret_env(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v) || given_twice(r, k, v, field))
		return false;
	if (leave_it(r, field))
		return true;
	const char *text = r->from->env != NULL ? r->from->env(v->text) : NULL;
	if (text == NULL)
		return config_fault(r, v, "%s: there is no environment variable %s", k->name, config_shown(r, v->text));
	if (strlen(text) > LIMIT_SECRET_BYTES)
		return config_fault(r, v, "%s: %s is too long", k->name, config_shown(r, v->text));
	return keep(r, k, v, text, strlen(text), field);
}

bool config_read_secret_credential(struct config_reader *r, const struct config_key *k, const struct yaml_node *v, void *field)
{
	if (!config_is_word(r, k, v) || given_twice(r, k, v, field))
		return false;
	const char *folder = r->from->env != NULL ? r->from->env("CREDENTIALS_DIRECTORY") : NULL;
	if (strchr(v->text, '/') != NULL || v->text[0] == '.')
		return config_fault(r, v, "%s: \"%s\" is no name of a credential", k->name, config_shown(r, v->text));
	if (leave_it(r, field))
		return true;
	if (folder == NULL || *folder != '/')
		return config_fault(r, v, "%s: no CREDENTIALS_DIRECTORY here (systemd's LoadCredential=%s:PATH makes one)", k->name,
				    config_shown(r, v->text));
	return keep_file(r, k, v, arena_printf(r->arena, "%s/%s", folder, v->text), field);
}
