/* err -- our own misfortunes, as 0 or one of these; facts about the world are never errors. */
#pragma once
#define MUST_CHECK __attribute__((warn_unused_result))

enum err {
	E_OK = 0,
	E_SYSTEM = -1,          /* errno says why */
	E_BUSY = -2,            /* a limit of limits.h */
	E_SYNTAX = -3,          /* a file of the user's is not what it should be */
	E_VERSION = -4,         /* a file of a newer program */
	E_TRUNCATED = -5,       /* a file that ends too early */
	E_UNSUPPORTED = -6,
};
/* Where and what, for one clear line on stderr; filled by readers of files. */
struct err_at { const char *file; unsigned line; char text[160]; };
