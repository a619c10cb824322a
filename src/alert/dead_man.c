/* dead_man -- the ping that says we live. A service that hears none of it any more wakes somebody; "/fail" says at once that
 * the watcher itself knows it is not awake. */
#include "alert/delivering.h"
#include "base/limits.h"
#include <string.h>

struct dead_man_ping { struct deliverer *d; struct arena *arena; bool fail; };

static void pinged(const struct http_answer *answer, void *ctx)
{
	struct dead_man_ping *p = ctx;
	struct deliverer *d = p->d;
	struct arena *arena = p->arena;
	if (d != NULL) {
		bool ok = answer->outcome == HTTP_ANSWERED && answer->status >= 200 && answer->status < 300;
		d->dead_man.ping = NULL;
		if (p->fail && ok)
			d->dead_man.fail_told = true;
		if (ok == d->dead_man.failing) {
			const char *why = answer->why ? answer->why : arena_printf(arena, "HTTP %d", answer->status);
			deliverer_log(d, NULL, ok ? "the dead-man ping arrives again" : "the dead-man ping does not arrive: %s", why);
		}
		d->dead_man.failing = !ok;
	}
	arena_free(&arena);
}

/* ".../uuid?x" -> ".../uuid/fail?x" */
static const char *fail_url(struct arena *arena, const char *url)
{
	size_t len = strcspn(url, "?#"), path = len;
	while (path > 0 && url[path - 1] == '/')
		path--;
	return arena_printf(arena, "%.*s/fail%s", (int)path, url, url + len);
}

void deliverer_ping(struct deliverer *d, struct wall now, bool awake)
{
	int64_t since_s = now.s - d->dead_man.last.s;
	if (awake)
		d->dead_man.fail_told = false;
	if (d->o.dead_man_url == NULL || d->dead_man.ping != NULL || (since_s >= 0 && since_s < LIMIT_DEAD_MAN_S) || (!awake && d->dead_man.fail_told))
		return;
	struct arena *arena = arena_new(1u << 16);
	struct dead_man_ping *p = ARENA_NEW(arena, struct dead_man_ping);
	*p = (struct dead_man_ping){ .d = d, .arena = arena, .fail = !awake };
	struct http_request r = { .method = "GET", .url = awake ? d->o.dead_man_url : fail_url(arena, d->o.dead_man_url) };
	if (http_start(d->o.http, &r, pinged, p) != E_OK) {
		arena_free(&arena);
		return;
	}
	d->dead_man.ping = p;
	d->dead_man.last = now;
}

void dead_man_forget(struct deliverer *d)
{
	if (d->dead_man.ping != NULL)
		d->dead_man.ping->d = NULL;
	d->dead_man.ping = NULL;
}
