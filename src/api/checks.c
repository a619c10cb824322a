/* checks -- POST /checks puts a check in line (202), or waits for it where the client would rather (200); what became of it is told
 * to who has a token, as it may be of names that nobody watches. */
#include "api/body.h"
#include "api/inside.h"
#include "base/limits.h"
#include "dns/name.h"
#include "dns/types.h"
#include <string.h>

enum { LOOK_AGAIN_S = 1 };

static const char *job_path(struct arena *a, const char *id)
{
	return arena_printf(a, "/api/v1/checks/%s", id);
}

static const char *state_text(enum job_state state)
{
	static const char *const texts[] = { [JOB_WAITING] = "waiting", [JOB_RUNNING] = "running", [JOB_DONE] = "done", [JOB_FAILED] = "failed" };
	return texts[state];
}

static void tell(struct request *r, const char *id, const struct job_view *v)
{
	struct json j;
	json_init(&j, &r->reply.body, false);
	json_object(&j);
	json_field_text(&j, "id", id);
	json_field_text(&j, "state", state_text(v->state));
	json_field_text(&j, "name", name_text(r->arena, v->name));
	json_field_text(&j, "type", type_text(r->arena, v->type));
	json_field_wall(&j, "asked_at", v->asked_at);
	json_field_wall(&j, "begun_at", v->begun_at);
	json_field_wall(&j, "ended_at", v->ended_at);
	json_field_text(&j, "why", *v->why != '\0' ? v->why : NULL);
	json_key(&j, "report");
	json_raw(&j, v->report != NULL ? v->report : "null");
	json_object_end(&j);
	if (v->state == JOB_WAITING || v->state == JOB_RUNNING)
		r->reply.retry_after_s = LOOK_AGAIN_S;
}

static void tell_failed(struct request *r, const struct job_view *v)
{
	problem(r, 503, "sockets", "The check could not be run", v->why, NULL);
	r->reply.retry_after_s = 5;
}

/* Waits where the client would and there is a place for it: a preference is no claim. */
static void wait_for(struct request *r, const char *id)
{
	int64_t wait_s = wait_preferred(r);
	if (wait_s > LIMIT_API_WAIT_S)
		wait_s = LIMIT_API_WAIT_S;
	if (wait_s > 0 && jobs_wait(&r->api->jobs, id, wait_s))
		r->reply.preference_applied = arena_printf(r->arena, "wait=%lld", (long long)wait_s);
}

/* v: after the wait, if any. Without one a check that was quick is told as one that was not: 202. */
static void tell_added(struct request *r, const char *id, const struct job_view *v)
{
	bool waited = r->reply.preference_applied != NULL;
	r->reply.location = job_path(r->arena, id);
	if (waited && v->state == JOB_FAILED) {
		tell_failed(r, v);
	} else if (waited && v->state == JOB_DONE) {
		text_add(&r->reply.body, v->report);
	} else {
		r->reply.status = 202;
		tell(r, id, v);
	}
}

static void tell_full(struct request *r)
{
	problem(r, 503, "busy", "Enough checks are in line",
		arena_printf(r->arena, "At most %u wait to be run.", (unsigned)LIMIT_API_JOBS_WAITING), NULL);
	r->reply.retry_after_s = LIMIT_WALL_MS / 1000;
}

static void tell_forgotten(struct request *r)
{
	problem(r, 404, "no-check", "There is no such check",
		arena_printf(r->arena, "It was never asked for, or is forgotten: %u minutes after its end, when %u came after it, or by a restart.",
			     LIMIT_API_JOBS_KEPT_S / 60u, (unsigned)LIMIT_API_JOBS), NULL);
}

void route_check_add(struct request *r)
{
	const char *name_word = "", *type_word = "A";
	const uint8_t *name;
	uint16_t type;
	char id[JOB_ID_MAX];
	struct job_view v;
	if (!body_read(r, (const struct body_field[]){ { "name", BODY_TEXT, &name_word }, { "type", BODY_TEXT, &type_word }, { 0 } }))
		return;
	if (name_asked(r, name_word, "/name", &name) == NULL || !type_asked(r, type_word, "/type", &type))
		return;
	if (!jobs_add(&r->api->jobs, name, type, id)) {
		tell_full(r);
		return;
	}
	wait_for(r, id);
	if (jobs_look(&r->api->jobs, r->arena, id, boot_now(), &v))
		tell_added(r, id, &v);
	else
		tell_forgotten(r);
}

void route_check(struct request *r)
{
	struct job_view v;
	if (jobs_look(&r->api->jobs, r->arena, r->rest, boot_now(), &v))
		tell(r, r->rest, &v);
	else
		tell_forgotten(r);
}
