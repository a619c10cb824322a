/* All of prove/ in one run. The last word: no reason of the table that the proofs never give. */
#include "groups.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Given by the chain, or only where a policy refuses an algorithm (told apart below). */
static bool elsewhere(enum reason r)
{
	return r == REASON_NO_ANCHOR || r == REASON_ALGORITHM_REFUSED_HERE;
}

static int unreached_reasons(void)
{
	int n = 0;
	for (int r = 0; r < REASON_KINDS; r++) {
		if (maker_saw((enum reason)r) || elsewhere((enum reason)r))
			continue;
		fprintf(stderr, "no test reaches the reason %s\n", reason_id((enum reason)r));
		n++;
	}
	return n;
}

static int distinct_ids(void)
{
	int n = 0;
	for (int r = 0; r < REASON_KINDS; r++)
		for (int k = 0; k < r; k++)
			n += strcmp(reason_id((enum reason)r), reason_id((enum reason)k)) == 0;
	return n;
}

/* Run again under a policy that has no algorithm at all: open, and never bogus. */
static int refused_here(void)
{
	void *state = NULL;
	maker_setup(&state);
	struct maker *m = state;
	static const uint8_t digest[32], key[64], rd[] = { 1, 1, 3, 13, 1, 2, 3, 4 };
	struct ds ds = { 1234, 13, 2, digest, 32 };
	struct rdata keys[] = { key_rdata(m, 257, 3, 13, (struct octets){ key, 64 }), { rd, sizeof rd } };
	struct keyset ks;
	prove_dnskey(&m->p, nm(m, "example."), &ds, 1, rr_of(m, nm(m, "example."), TYPE_DNSKEY, keys, 2),
		     &ks);
	int bad = ks.status != STATUS_INDETERMINATE || ks.reason != REASON_ALGORITHM_REFUSED_HERE;
	ds.algorithm = 100;
	prove_dnskey(&m->p, nm(m, "example."), &ds, 1, NULL, &ks);
	bad |= ks.status != STATUS_INSECURE;
	maker_teardown(&state);
	return bad;
}

static int run_refused(const char *self)
{
	static const char conf[] =
		"openssl_conf = init\n[init]\nalg_section = evp\nproviders = prov\n"
		"[evp]\ndefault_properties = fips=yes\n[prov]\ndefault = def\n[def]\nactivate = 1\n";
	char path[] = "/tmp/dnsvigil-policy-XXXXXX";
	int fd = mkstemp(path), status = 1;
	if (fd < 0 || write(fd, conf, sizeof conf - 1) != (ssize_t)sizeof conf - 1)
		return 1;
	close(fd);
	pid_t pid = fork();
	if (pid == 0) {
		setenv("OPENSSL_CONF", path, 1);
		execl(self, self, "refused", (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	unlink(path);
	if (status)
		fprintf(stderr, "a refusing policy was not told apart\n");
	return status != 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "refused") == 0)
		return refused_here();
	int failed =
		test_rrset() + test_keyset() + test_nsec() + test_nsec3() + test_answer() + test_property();
	failed += run_refused(argv[0]) + distinct_ids();
	return failed + unreached_reasons() ? 1 : 0;
}
