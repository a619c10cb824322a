#include "tests/store/place_for_test.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct wall at(int64_t s)
{
	return (struct wall){ s };
}

struct store *bench_open(struct bench *b, bool create)
{
	struct store *s = NULL;
	struct err_at why = { 0 };
	int err = store_open(b->path, &(struct store_options){ .create = create }, &s, &why);
	if (err)
		fail_msg("%s: %s", b->path, why.text);
	return s;
}

int bench_up_without(void **state)
{
	struct bench *b = calloc(1, sizeof *b);
	/* in memory where there is such a place: thousands of fsync are slow, and no power goes here but in test_power.c's own way */
	snprintf(b->dir, sizeof b->dir, "%s/dnsvigil-store-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(b->dir))
		return -1;
	snprintf(b->path, sizeof b->path, "%s/store.db", b->dir);
	b->a = arena_new(64 << 20);
	*state = b;
	return 0;
}

int bench_up(void **state)
{
	if (bench_up_without(state))
		return -1;
	struct bench *b = *state;
	b->s = bench_open(b, true);
	return 0;
}

void bench_again(struct bench *b)
{
	store_close(&b->s);
	b->s = bench_open(b, false);
}

int bench_down(void **state)
{
	struct bench *b = *state;
	store_close(&b->s);
	arena_free(&b->a);
	DIR *d = opendir(b->dir);
	for (struct dirent *e; d && (e = readdir(d));) {
		char name[400];
		snprintf(name, sizeof name, "%s/%s", b->dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(name);
	}
	if (d)
		closedir(d);
	rmdir(b->dir);
	free(b);
	return 0;
}
