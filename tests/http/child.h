/* child -- a server of the test: a program that prints its port on its first line and is ended by its pid. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

struct child { pid_t pid; int out; uint16_t port; };
/* Dies loudly when the program does not tell a port within ten seconds. argv ends with NULL. */
struct child child_start(const char *const argv[]);
void child_end(struct child *c);
