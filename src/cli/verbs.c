#include "cli/verbs.h"
#include "base/text.h"
#include <string.h>

const struct verb verbs[] = {
	{ "why", "NAME [TYPE] [@RESOLVER...]", "diagnose now: one cause, one fix list", FOR_CHECK | FOR_MEMORY, verb_why,
	  "Walks from the root to NAME, asks every server, validates, and says what is\n"
	  "wrong, whom it hurts and how to mend it. `dnsvigil NAME` is the same. dig's\n"
	  "habits work:\n"
	  "  dnsvigil www.example.com AAAA @9.9.9.9 +tcp\n"
	  "Where the observer watches NAME, --at a moment that is over shows what it saw.\n" },
	{ "trace", "NAME [TYPE] [@RESOLVER...]", "the walk from the root, server by server", FOR_CHECK,
	  verb_trace,
	  "Like dig +trace and delv in one: each zone with its DS, keys and servers.\n" },
	{ "replay", "FILE", "judge saved evidence again, offline", FOR_REPLAY, verb_replay,
	  "FILE was written by --save; \"-\" is standard input.\n--at judges for another moment.\n" },
	{ "diff", "BEFORE AFTER|NAME", "what changed between two looks at a zone", FOR_EXPLAIN | FOR_DIFF | FOR_MEMORY, verb_diff,
	  "  diff BEFORE AFTER            two files written by --save\n"
	  "  diff NAME --at T1 --at T2    from the observer's memory\n"
	  "  diff NAME                    its last change\n"
	  "First what it means, then the values that went (-) and came (+). Exit code 1\n"
	  "for a warning, 2 for worse.\n" },
	{ "explain", "[FINDING]", "cause, harm, fix and RFC of a finding", FOR_EXPLAIN, verb_explain,
	  "Without FINDING: all of them, by family. Works offline.\n" },
	{ "lab", "list|try|serve|watch [WORLD]", "the mini-Internet: practise and test", FOR_TRY | FOR_SERVE,
	  verb_lab,
	  "WORLD is one of `dnsvigil lab list`, or a .world file.\n"
	  "  lab list [WORD]     what there is (with WORD in its name)\n"
	  "  lab try WORLD       run `why` on its questions, without any socket\n"
	  "  lab serve WORLD     serve it on 127/8, for dig, delv and resolvers\n"
	  "  lab watch WORLD 30d what the observer would tell in that time\n",
	  "list try serve watch" },
	{ "serve", "", "the observer: watches, remembers, alerts", FOR_WATCH, verb_serve,
	  "Runs in the foreground; systemd or a container keeps it. SIGHUP reads the\n"
	  "configuration again, SIGTERM ends it. A configuration of three lines does:\n"
	  "  zones: [example.com]\n"
	  "  channels:\n"
	  "    - {kind: slack, url_file: /etc/dnsvigil/slack-url}\n" },
	{ "zones", "list|add|remove|import", "what is watched", FOR_ZONES, verb_zones,
	  "  zones list                 the configuration's, and those added by command\n"
	  "  zones add NAME...          watch these too\n"
	  "  zones remove NAME...       of those added by command\n"
	  "  zones import [KIND] FILE   KIND: list dir bind knot nsd catalog octodns\n"
	  "                             dnscontrol route53 cloudflare\n"
	  "Nothing is removed by an import unless --prune is given.\n",
	  "list add remove import" },
	{ "incidents", "[list|ack|mute|...]", "what is wrong, and what was", FOR_ZONES, verb_incidents,
	  "  incidents list [open|resolved]\n"
	  "  incidents ack INCIDENT...     somebody has it in hand (--owner): no reminders\n"
	  "  incidents mute WHAT TIME      an incident, a zone, \"*.example.com\", tag:prod\n"
	  "  incidents unmute WHAT\n"
	  "  incidents mutes               zones and tags that are muted\n"
	  "The beginning of an incident's name is enough. Exit code 1: one is open.\n",
	  "list ack mute mutes unmute" },
	{ "config", "check|show|schema", "the observer's configuration", FOR_WATCH, verb_config,
	  "  config check     every fault as FILE:LINE:COLUMN: text\n"
	  "  config show      as it is understood, secrets as ****\n"
	  "  config schema    every key, its type and default\n"
	  "FILE is -c FILE, else $DNSVIGIL_CONFIG, else /etc/dnsvigil/dnsvigil.yaml.\n",
	  "check show schema" },
	{ "backup", "FILE", "a whole copy of the observer's memory", FOR_BACKUP, verb_backup,
	  "While `serve` runs. FILE is replaced when the copy is whole and sound, and\n"
	  "is what it was before otherwise. It holds zones, history, incidents and what\n"
	  "waits to be told; dnsvigil(1) says how to go back to it.\n" },
	{ "doctor", "", "is all here that an observer needs?", FOR_DOCTOR, verb_doctor,
	  "Looks at configuration, store, disk, clock, network, resolvers, trust anchors,\n"
	  "algorithms, the running service and the channels: a line each, OK ! X ?, and\n"
	  "what to do. Exit code 0 all well, 1 with a !, 2 with an X, 3 with a ?.\n" },
	{ "completion", "bash|zsh|fish", "completion for a shell", FOR_PLAIN, verb_completion,
	  "  eval \"$(dnsvigil completion bash)\"\n",
	  "bash zsh fish" },
	{ "version", "", "version, libraries, algorithms", FOR_PLAIN, verb_version, "" },
};
const size_t n_verbs = sizeof verbs / sizeof verbs[0];

const struct verb *verb_by_name(const char *name)
{
	for (size_t i = 0; i < n_verbs; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static void add_options(struct text *t, unsigned wanted)
{
	for (size_t i = 0; i < n_option_rows; i++) {
		const struct option_row *row = &option_rows[i];
		if ((row->verbs & wanted) == 0)
			continue;
		size_t line = t->len;
		text_addf(t, "  %c%c%s", row->letter != 0 ? '-' : ' ', row->letter != 0 ? row->letter : ' ',
			  row->letter != 0 && row->name != NULL ? ", " : "  ");
		text_addf(t, "%s%s%s%s", row->name != NULL ? "--" : "", row->name != NULL ? row->name : "",
			  row->arg != NULL ? " " : "", row->arg != NULL ? row->arg : "");
		text_pad(t, 27, line);
		text_addf(t, " %s\n", row->help);
	}
}

const char *verb_help(struct arena *a, const struct verb *v)
{
	struct text t;
	text_init(&t, a);
	text_addf(&t, "usage: dnsvigil %s%s%s [OPTION...]\n%s\n\n%s%soptions:\n", v->name,
		  *v->objects != '\0' ? " " : "", v->objects, v->summary, v->more,
		  *v->more != '\0' ? "\n" : "");
	add_options(&t, v->verbs);
	return t.at;
}

const char *verbs_help(struct arena *a)
{
	struct text t;
	text_init(&t, a);
	text_add(&t, "usage: dnsvigil VERB [OBJECT...] [OPTION...]\n"
		     "Finds why a domain answers SERVFAIL, and what to do about it.\n\n");
	for (size_t i = 0; i < n_verbs; i++) {
		size_t line = t.len;
		text_addf(&t, "  %s %s", verbs[i].name, verbs[i].objects);
		text_pad(&t, 35, line);
		text_addf(&t, " %s\n", verbs[i].summary);
	}
	text_add(&t, "\nexit codes: 0 ok, 1 at risk or degraded, 2 SERVFAIL, 3 unknown; 64 usage,\n"
		     "70 our bug, 130 interrupted\n\noptions:\n");
	add_options(&t, FOR_ALL);
	return t.at;
}
