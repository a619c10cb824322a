#include "cli/signals.h"
#include "cli/complain.h"
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

volatile int signals_interrupted, signals_reload;
static volatile sig_atomic_t progress_shown;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	signals_interrupted = 1;
}

static void on_hangup(int signal_number)
{
	(void)signal_number;
	signals_reload = 1;
}

static void on_alarm(int signal_number)
{
	static const char line[] = "dnsvigil: asking... (Ctrl-C: judge what is known so far)";
	(void)signal_number;
	progress_shown = write(STDERR_FILENO, line, sizeof line - 1) > 0;
}

/* An assertion that failed has said which; the exit code says whose fault it is. */
static void on_abort(int signal_number)
{
	static const char line[] =
		"dnsvigil: this is a bug of dnsvigil, please report it with the line above\n";
	(void)signal_number;
	ssize_t written = write(STDERR_FILENO, line, sizeof line - 1);
	(void)written;
	_exit(EXIT_OUR_BUG);
}

static void watch(int signal_number, void (*handler)(int), int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };
	sigemptyset(&sa.sa_mask);
	sigaction(signal_number, &sa, NULL);
}

/* Reset after the first: a second Ctrl-C ends us at once. */
void signals_watch(void)
{
	watch(SIGINT, on_interrupt, SA_RESETHAND);
	watch(SIGTERM, on_interrupt, SA_RESETHAND);
	watch(SIGPIPE, SIG_IGN, 0);
	watch(SIGABRT, on_abort, SA_RESETHAND);
}

void signals_watch_reload(void)
{
	watch(SIGHUP, on_hangup, SA_RESTART);
}

void signals_progress_start(bool wanted)
{
	if (!wanted || !isatty(STDERR_FILENO))
		return;
	watch(SIGALRM, on_alarm, SA_RESTART);
	struct itimerval once = { .it_value = { .tv_sec = 1 } };
	setitimer(ITIMER_REAL, &once, NULL);
}

void signals_progress_stop(void)
{
	static const char erase[] = "\r\033[K";
	struct itimerval none = { 0 };
	setitimer(ITIMER_REAL, &none, NULL);
	if (progress_shown && write(STDERR_FILENO, erase, sizeof erase - 1) > 0)
		progress_shown = 0;
}
