/* complain -- our own misfortunes: one clear line on stderr, "dnsvigil: what: where (hint)". */
#pragma once
enum exit_code {
	EXIT_OK = 0,
	EXIT_WARNING = 1,
	EXIT_BROKEN = 2,
	EXIT_UNKNOWN = 3,
	EXIT_USAGE = 64,
	EXIT_OUR_BUG = 70,
	EXIT_INTERRUPTED = 130
};
/* Returns code. What stands in the text may come from a command line or a file: control octets are shown as '?'. */
int complain(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
