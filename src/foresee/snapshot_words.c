/* Yes-and-no facts and their words. */
#include "foresee/snapshot_words.h"
#include <stddef.h>
#include <string.h>

#define FLAG(of, word, member) { word, offsetof(struct of, member) }
const struct snap_flag snap_parent_flags[SNAP_PARENT_FLAGS] = {
	FLAG(snap_parent, "asked", asked),
	FLAG(snap_parent, "answered", answered),
	FLAG(snap_parent, "ds-known", ds_known),
	FLAG(snap_parent, "ns-known", ns_known),
};
const struct snap_flag snap_server_flags[SNAP_SERVER_FLAGS] = {
	FLAG(snap_server, "asked", asked),
	FLAG(snap_server, "answered", answered),
	FLAG(snap_server, "authoritative", authoritative),
	FLAG(snap_server, "tcp-known", tcp_known),
	FLAG(snap_server, "tcp-ok", tcp_ok),
	FLAG(snap_server, "dnskey-known", dnskey_known),
	FLAG(snap_server, "dnskey", has_dnskey),
	FLAG(snap_server, "ns-known", ns_known),
	FLAG(snap_server, "cds-known", cds_known),
	FLAG(snap_server, "serial", has_serial),
};
const struct snap_flag snap_key_flags[SNAP_KEY_FLAGS] = {
	FLAG(snap_key, "signs-keys", signs_keys),
	FLAG(snap_key, "signs-data", signs_data),
	FLAG(snap_key, "revoked", revoked),
};

void snap_flags_add(struct text *out, const struct snap_flag *flags, unsigned n, const void *of)
{
	for (unsigned i = 0; i < n; i++)
		if (*(const bool *)((const char *)of + flags[i].at))
			text_addf(out, " %s", flags[i].word);
}

bool snap_flag_set(const struct snap_flag *flags, unsigned n, void *of, const char *word)
{
	for (unsigned i = 0; i < n; i++) {
		bool *flag = (bool *)((char *)of + flags[i].at);
		if (strcmp(flags[i].word, word))
			continue;
		if (*flag)
			return false;
		*flag = true;
		return true;
	}
	return false;
}

const char *snap_wall(struct wall w, char out[WALL_TEXT_MAX])
{
	return w.s == INT64_MAX ? "never" : wall_text(w, out);
}
