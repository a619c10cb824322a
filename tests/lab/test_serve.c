/* The world on real sockets of 127/8: UDP, TCP, wrong source, closed ports, the files for others. */
#include "fixture.h"
#include "ask/match.h"
#include "base/limits.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char world_text[] = "zone z.lab. ecdsa servers ns1=192.0.2.11 ns2=192.0.2.12 ns3=192.0.2.13 "
				 "ns4=192.0.2.14 ns5=192.0.2.15\n"
				 "change z.lab. add-many=200 name=big.z.lab. type=TXT\nserver 192.0.2.12 "
				 "wrong-source\nserver 192.0.2.13 icmp\n"
				 "server 192.0.2.14 tcp-refuse slow=200\nserver 192.0.2.15 tcp-drip\n";

static struct { pid_t pid; uint16_t port; char dir[64]; } served;
static volatile int stop;
static int ready_fd;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

static void on_ready(void *ctx)
{
	(void)ctx;
	if (write(ready_fd, "r", 1) != 1)
		_exit(3);
}

static int child(uint16_t port, const char *dir)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	const char *text = world_map_loopback(a, world_text, strlen(world_text));
	struct serve_options o = { .port = port, .map = true, .dir = dir, .stop = &stop, .ready = on_ready };
	struct err_at at;
	struct world *w;
	int rc = world_from_text(a, text, strlen(text), "test", &w, &at);
	if (rc == E_OK)
		rc = lab_serve(w, &o, &at);
	arena_free(&a);
	return rc == E_OK ? 0 : errno == EADDRINUSE ? 2 : 1;
}

/* Tries a few ports: others test on this machine too. */
static int serve_start(void **state)
{
	char c;
	(void)state;
	strcpy(served.dir, "/tmp/dnsvigil-test-XXXXXX");
	if (mkdtemp(served.dir) == NULL)
		return -1;
	for (unsigned i = 0; i < 20; i++) {
		int fds[2];
		served.port = (uint16_t)(20000 + (getpid() * 7 + i * 131) % 30000);
		if (pipe(fds) != 0)
			return -1;
		served.pid = fork();
		if (served.pid == 0) {
			ready_fd = fds[1];
			signal(SIGTERM, on_term);
			exit(child(served.port, served.dir));   /* exit: the leak check of the child counts */
		}
		close(fds[1]);
		bool up = read(fds[0], &c, 1) == 1;
		close(fds[0]);
		if (up)
			return 0;
		waitpid(served.pid, NULL, 0);
	}
	return -1;
}

static int serve_stop(void **state)
{
	int status;
	char path[128];
	static const char *const files[] = { "root.hints", "root.anchors", "world.txt" };
	(void)state;
	kill(served.pid, SIGTERM);
	if (waitpid(served.pid, &status, 0) != served.pid || status != 0)
		return -1;
	for (unsigned i = 0; i < N(files); i++) {
		snprintf(path, sizeof path, "%s/%s", served.dir, files[i]);
		if (unlink(path) != 0)
			return -1;
	}
	return rmdir(served.dir);
}

static int client(const char *to, int type)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(served.port) };
	int fd = socket(AF_INET, type, 0);
	assert_int_equal(inet_pton(AF_INET, to, &in.sin_addr), 1);
	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&in, sizeof in) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Octets of the reply, 0: none within a second, -1: an error of the socket. */
static ssize_t exchange(int fd, const char *name, bool tcp, uint8_t *out, size_t room)
{
	struct arena *a = arena_new(1 << 20);
	const char *why;
	struct ask_question q = { .name = name_from_text(a, name, &why),
				  .type = TYPE_TXT,
				  .class = CLASS_IN,
				  .flags = ASK_EDNS | ASK_DO };
	uint8_t wire[2 + ASK_WIRE_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint16_t n = ask_wire(&q, 99, wire + 2);
	wire[0] = (uint8_t)(n >> 8);
	wire[1] = (uint8_t)n;
	arena_free(&a);
	if (send(fd, tcp ? wire : wire + 2, tcp ? n + 2u : n, MSG_NOSIGNAL) < 0)
		return -1;
	return poll(&p, 1, 1000) == 1 ? recv(fd, out, room, 0) : 0;
}

static void test_udp(void **state)
{
	uint8_t out[65536];
	int fd = client("127.0.2.11", SOCK_DGRAM), wrong = client("127.0.2.12", SOCK_DGRAM),
	    closed = client("127.0.2.13", SOCK_DGRAM);
	struct arena *a = arena_new(1 << 20);
	struct message m;
	(void)state;
	ssize_t n = exchange(fd, "nx.z.lab.", false, out, sizeof out);
	assert_true(n > 12);
	message_parse(a, out, (uint16_t)n, &m);
	assert_true(m.rcode == RCODE_NXDOMAIN && m.aa && m.id == 99 && m.fault == MESSAGE_OK);
	n = exchange(fd, "big.z.lab.", false, out, sizeof out);
	message_parse(a, out, (uint16_t)n, &m);
	assert_true(m.tc);
	/* a connected socket takes no strangers */
	assert_int_equal(exchange(wrong, "nx.z.lab.", false, out, sizeof out), 0);
	assert_int_equal(exchange(closed, "nx.z.lab.", false, out, sizeof out), -1);
	assert_int_equal(errno, ECONNREFUSED);
	close(fd);
	close(wrong);
	close(closed);
	arena_free(&a);
}

static void test_tcp(void **state)
{
	static uint8_t out[65536];
	int fd = client("127.0.2.11", SOCK_STREAM), drip = client("127.0.2.15", SOCK_STREAM);
	(void)state;
	assert_true(fd >= 0 && drip >= 0);
	for (unsigned i = 0; i < 2; i++) {              /* two on one connection */
		size_t have = (size_t)exchange(fd, "big.z.lab.", true, out, sizeof out), want = 0;
		while (have < 2 || have < want) {
			ssize_t n = recv(fd, out + have, sizeof out - have, 0);
			assert_true(n > 0);
			have += (size_t)n;
			want = 2u + (size_t)(out[0] << 8 | out[1]);
		}
		want = 2u + (size_t)(out[0] << 8 | out[1]);
		assert_int_equal(have, want);
		assert_true(want > 3000);
	}
	assert_in_range(exchange(drip, "nx.z.lab.", true, out, sizeof out), 0, 1);
	assert_int_equal(client("127.0.2.13", SOCK_STREAM), -1);
	assert_int_equal(client("127.0.2.14", SOCK_STREAM), -1);
	close(fd);
	close(drip);
}

static void test_slow(void **state)
{
	uint8_t out[4096];
	int fd = client("127.0.2.14", SOCK_DGRAM);
	struct mono before = mono_now();
	(void)state;
	assert_true(exchange(fd, "nx.z.lab.", false, out, sizeof out) > 12);
	assert_true(mono_now().us - before.us >= 190000);
	close(fd);
}

static void test_files(void **state)
{
	char path[128], text[4096];
	(void)state;
	snprintf(path, sizeof path, "%s/world.txt", served.dir);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	assert_non_null(strstr(text, "z.lab.\tns1.z.lab.\t127.0.2.11\n"));
}

/* The second one on the same port must say so, and where. */
static void test_taken(void **state)
{
	struct arena *a = arena_new(LIMIT_ARENA_BYTES);
	const char *text = world_map_loopback(a, world_text, strlen(world_text));
	struct serve_options o = { .port = served.port, .map = true };
	struct err_at at;
	struct world *w;
	(void)state;
	assert_int_equal(world_from_text(a, text, strlen(text), "test", &w, &at), E_OK);
	assert_int_equal(lab_serve(w, &o, &at), E_SYSTEM);
	assert_int_equal(errno, EADDRINUSE);
	assert_non_null(strstr(at.text, "127."));
	arena_free(&a);
}

static void test_not_mapped(void **state)
{
	struct lab l = lab_open("$");
	struct serve_options o = { .port = served.port, .map = true };
	struct err_at at;
	(void)state;
	assert_int_equal(lab_serve(l.world, &o, &at), E_UNSUPPORTED);
	assert_true(at.text[0] != '\0');
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp),   cmocka_unit_test(test_tcp),   cmocka_unit_test(test_slow),
		cmocka_unit_test(test_files), cmocka_unit_test(test_taken), cmocka_unit_test(test_not_mapped),
	};
	return cmocka_run_group_tests(tests, serve_start, serve_stop);
}
