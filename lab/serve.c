/* serve -- UDP on every address of the world, and the files others need: root.hints, root.anchors, world.txt.
 * */
#include "lab/serve.h"
#include "lab/behave.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 100 };

struct later { /* a reply that waits */
	uv_timer_t timer;
	struct place *from;
	struct sockaddr_storage to;
	size_t len;
	uint8_t wire[];
};

/* The socket to send from: the address itself, or, for a wrong source nobody has, any other. */
static struct place *place_from(struct serving *s, const struct addr *from, struct place *asked)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->places[i].has_udp && addr_same_ip(&s->places[i].addr, from))
			return &s->places[i];
	for (uint32_t i = 0; i < s->n; i++)
		if (s->places[i].has_udp && &s->places[i] != asked &&
		    s->places[i].addr.family == asked->addr.family)
			return &s->places[i];
	return asked;
}

static void send_now(struct place *from, const struct sockaddr *to, const uint8_t *wire, size_t len)
{
	uv_buf_t buf = uv_buf_init((char *)(uintptr_t)wire, (unsigned)len);
	uv_udp_try_send(&from->udp, &buf, 1,
			to); /* what the kernel does not take is lost, as on any network */
}

static void free_later(uv_handle_t *h)
{
	free(h);
}

static void on_later(uv_timer_t *timer)
{
	struct later *l = (struct later *)timer;
	send_now(l->from, (const struct sockaddr *)&l->to, l->wire, l->len);
	uv_close((uv_handle_t *)timer, free_later);
}

static void send_later(struct place *from, const struct sockaddr *to, const struct lab_reply *r)
{
	struct later *l = malloc(sizeof *l + r->len);
	assert(l != NULL);
	l->timer.data = NULL;
	l->from = from;
	l->len = r->len;
	memset(&l->to, 0, sizeof l->to);
	memcpy(&l->to, to,
	       to->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	memcpy(l->wire, r->wire, r->len);
	uv_timer_init(&from->owner->loop, &l->timer);
	uv_timer_start(&l->timer, on_later, r->delay_ms, 0);
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct place *p = h->data;
	(void)suggested;
	*buf = uv_buf_init((char *)p->owner->datagram, sizeof p->owner->datagram);
}

static void on_datagram(uv_udp_t *h, ssize_t n, const uv_buf_t *buf, const struct sockaddr *from,
			unsigned flags)
{
	struct place *p = h->data;
	lab_replies replies = { 0 };
	(void)flags;
	if (n <= 0 || from == NULL)
		return;
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	world_answer(p->owner->w, a, &p->addr, OVER_UDP, (const uint8_t *)buf->base, (size_t)n, &replies);
	for (uint32_t i = 0; i < replies.n; i++) {
		const struct lab_reply *r = &replies.at[i];
		struct place *source = r->wire != NULL ? place_from(p->owner, &r->from, p) : NULL;
		if (source != NULL && r->delay_ms > 0)
			send_later(source, from, r);
		else if (source != NULL)
			send_now(source, from, r->wire, r->len);
	}
	arena_free(&a);
}

static int udp_bind(struct place *p)
{
	struct sockaddr_storage at;
	place_sockaddr(p, &at);
	uv_udp_init(&p->owner->loop, &p->udp);
	p->udp.data = p;
	p->has_udp = true;
	int rc = uv_udp_bind(&p->udp, (const struct sockaddr *)&at, UV_UDP_REUSEADDR);
	return rc != 0 ? rc : uv_udp_recv_start(&p->udp, on_room, on_datagram);
}

static int file_write(const char *dir, const char *name, const char *text, struct err_at *at)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fputs(text, f) >= 0;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	if (!ok)
		snprintf(at->text, sizeof at->text, "%.150s", path);
	return ok ? E_OK : E_SYSTEM;
}

static const char *addrs_text(struct serving *s)
{
	struct text t;
	char addr[ADDR_TEXT_MAX];
	text_init(&t, s->w->arena);
	text_add(&t, "");
	for (uint32_t i = 0; i < s->w->zones.n; i++) {
		const struct lab_zone *z = s->w->zones.at[i];
		for (uint32_t k = 0; k < z->servers.n; k++)
			for (uint32_t n = 0; n < z->servers.at[k].addrs.n; n++)
				text_addf(&t, "%s\t%s\t%s\n", name_text(s->w->arena, z->name),
					  name_text(s->w->arena, z->servers.at[k].name),
					  addr_text(&z->servers.at[k].addrs.at[n], addr));
	}
	for (uint32_t i = 0; i < s->w->resolvers.n; i++)
		text_addf(&t, "resolver\t-\t%s\n", addr_text(&s->w->resolvers.at[i].addr, addr));
	return t.at;
}

static int files_write(struct serving *s, struct err_at *at)
{
	if (s->o->dir == NULL)
		return E_OK;
	int rc = file_write(s->o->dir, "root.hints", world_hints_text(s->w), at);
	if (rc == E_OK)
		rc = file_write(s->o->dir, "root.anchors", world_anchors_text(s->w), at);
	return rc == E_OK ? file_write(s->o->dir, "world.txt", addrs_text(s), at) : rc;
}

static void on_look(uv_timer_t *timer)
{
	struct serving *s = timer->data;
	if (s->o->stop != NULL && *s->o->stop)
		uv_stop(&s->loop);
}

static int places_open(struct serving *s, struct err_at *at)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct place *p = &s->places[i];
		p->owner = s;
		p->addr = s->w->addrs.at[i];
		int rc = world_port_closed(s->w, &p->addr, OVER_UDP) ? 0 : udp_bind(p);
		if (rc == 0 && !world_port_closed(s->w, &p->addr, OVER_TCP))
			rc = tcp_listen(p);
		if (rc != 0) {
			struct addr shown = p->addr;
			shown.port = serve_port(s);
			addr_port_text(&shown, at->text);
			errno = -rc;
			return E_SYSTEM;
		}
	}
	return E_OK;
}

/* What is left when the places are closed: waiting replies (no data) and TCP connections. */
static void close_one(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (uv_is_closing(h))
		return;
	if (h->data == NULL)
		uv_close(h, free_later);
	else
		line_close(h->data);
}

static void close_all(struct serving *s)
{
	uv_close((uv_handle_t *)&s->look, NULL);
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->places[i].has_udp)
			uv_close((uv_handle_t *)&s->places[i].udp, NULL);
		if (s->places[i].has_tcp)
			uv_close((uv_handle_t *)&s->places[i].tcp, NULL);
	}
	uv_walk(&s->loop, close_one, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
}

int lab_serve(struct world *w, const struct serve_options *o, struct err_at *at)
{
	*at = (struct err_at){ .file = w->file };
	if (o->map && !w->mapped) {
		snprintf(at->text, sizeof at->text, "the world is not mapped onto 127/8");
		return E_UNSUPPORTED;
	}
	struct serving *s = calloc(1, sizeof *s);
	assert(s != NULL);
	s->w = w;
	s->o = o;
	s->n = w->addrs.n;
	s->places = calloc(s->n + 1, sizeof *s->places);
	assert(s->places != NULL);
	uv_loop_init(&s->loop);
	uv_timer_init(&s->loop, &s->look);
	s->look.data = s;
	uv_timer_start(&s->look, on_look, LOOK_MS, LOOK_MS);
	int rc = places_open(s, at);
	if (rc == E_OK)
		rc = files_write(s, at);
	int why = errno;
	if (rc == E_OK) {
		if (o->ready != NULL)
			o->ready(o->ctx);
		uv_run(&s->loop, UV_RUN_DEFAULT);
	}
	close_all(s);
	free(s->places);
	free(s);
	errno = why;
	return rc;
}
