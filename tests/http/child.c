#include "child.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct child child_start(const char *const argv[])
{
	struct child c = { 0 };
	int ends[2];
	if (pipe(ends) != 0)
		abort();
	fflush(NULL);
	c.pid = fork();
	if (c.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(ends[1]);
	c.out = ends[0];
	char line[64] = "";
	struct pollfd p = { .fd = c.out, .events = POLLIN };
	ssize_t n = poll(&p, 1, 10000) == 1 ? read(c.out, line, sizeof line - 1) : -1;
	unsigned port = n > 0 ? (unsigned)strtoul(line, NULL, 10) : 0;
	if (port == 0) {
		fprintf(stderr, "%s told no port\n", argv[1] ? argv[1] : argv[0]);
		child_end(&c);
		exit(1);
	}
	c.port = (uint16_t)port;
	return c;
}

void child_end(struct child *c)
{
	kill(c->pid, SIGTERM);
	waitpid(c->pid, NULL, 0);
	close(c->out);
}
