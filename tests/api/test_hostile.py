#!/usr/bin/env python3
"""Who asks may be anybody: hosts that are not ours, no token, drips, floods, tricks with paths and bodies; and an end within 3 seconds
whatever is open. usage: test_hostile.py SERVE_FOR_TEST SOURCE_ROOT"""
import contextlib
import http.client
import json
import os
import socket
import sys
import threading
import time
import unittest

from served import TOKEN, Served, whole

PROGRAM = os.path.abspath(sys.argv[1])
REQUEST_S = 10          # LIMIT_API_REQUEST_S
ZONES_SHOWN = 8000      # LIMIT_METRICS_ZONES
CHECKS_ASKED = 240      # LIMIT_API_CHECKS_ASKED
LINE, RUNNING, LISTENERS = 128, 4, 16   # LIMIT_API_JOBS_WAITING, _JOBS_RUNNING, LIMIT_API_LISTENERS


class Hostile(unittest.TestCase):
    def setUp(self):
        self.s = Served(PROGRAM)

    def tearDown(self):
        took_ms, code, said = self.s.stop()
        self.assertEqual(code, 0, said)
        self.assertLess(took_ms, 3000)

    def refused(self, status, kind, method, path, **more):
        got, headers, body = self.s.ask(method, path, **more)
        self.assertEqual((got, headers["Content-Type"]), (status, "application/problem+json"), body)
        self.assertEqual(json.loads(body)["type"], "urn:dnsvigil:problem:" + kind)
        return headers

    def status_of(self, request):
        s = self.s.raw(request)
        with s:
            s.shutdown(socket.SHUT_WR)
            out = whole(s)
        return int(out.split(b" ", 2)[1]) if out.startswith(b"HTTP/1.1 ") else None

    def test_hosts(self):
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::1].evil.example", "", "vigil.example.", "evil@127.0.0.1"):
            self.refused(421, "host", "GET", "/healthz", headers={"Host": host})
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1:9", "[::1]:80", "vigil.example", "Vigil.Example:443"):
            self.assertEqual(self.s.ask("GET", "/healthz", headers={"Host": host})[0], 200, host)
        self.assertEqual(self.status_of(b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 421)

    def test_pages_of_other_sites(self):
        self.refused(403, "site", "GET", "/probe?target=shop.lab", headers={"Sec-Fetch-Site": "cross-site"})
        self.refused(403, "site", "GET", "/healthz", headers={"Origin": "https://evil.example"})
        self.refused(403, "site", "GET", "/healthz", headers={"Origin": "null"})
        self.assertEqual(self.s.ask("GET", "/healthz", headers={"Origin": "https://vigil.example", "Sec-Fetch-Site": "same-origin"})[0], 200)

    def test_tokens(self):
        for method, path in (("PUT", "/api/v1/zones/a.example"), ("DELETE", "/api/v1/zones/shop.lab"), ("POST", "/api/v1/checks"), ("GET", "/api/v1/checks/0"), ("POST", "/api/v1/mutes"), ("PUT", "/api/v1/zones/shop.lab/watch"), ("DELETE", "/api/v1/zones/shop.lab/watch"), ("POST", "/api/v1/zones:import"), ("DELETE", "/api/v1/mutes/1"),
                             ("POST", "/api/v1/incidents/01J0000000000000000000000A/ack"),
                             ("POST", "/api/v1/incidents/01J0000000000000000000000A/mute")):
            headers = self.refused(401, "token", method, path)
            self.assertEqual(headers["WWW-Authenticate"], "Bearer")

    def test_wrong_tokens(self):
        digest = "1c8bfe8f801d79745c4631d09fff36c82aa37fc4cce4fc946683d7b336b63032"
        for token in ("letme", "letmei", "letmein2", "LETMEIN", digest):
            self.refused(401, "token", "DELETE", "/api/v1/zones/shop.lab", token=token)
        for wrong in ({"token": "x" * 5000}, {"headers": {"Authorization": "Basic letmein"}}):
            headers = self.refused(429, "guesses", "DELETE", "/api/v1/zones/shop.lab", **wrong)
            self.assertIn(int(headers["Retry-After"]), range(1, 61))
        self.refused(401, "token", "DELETE", "/api/v1/zones/shop.lab")          # nothing was guessed
        # on loopback all may come through one proxy: who is right is let in
        self.assertEqual(self.s.ask("DELETE", "/api/v1/zones/shop.lab", headers={"Authorization": "bearer " + TOKEN})[0], 204)

    def test_other_schemes(self):
        self.refused(401, "token", "DELETE", "/api/v1/zones/shop.lab", headers={"Authorization": "Basic letmein"})

    def test_methods(self):
        for method in ("BREW", "OPTIONS", "TRACE", "PATCH", "POST"):
            headers = self.refused(405, "method", method, "/api/v1/zones")
            self.assertEqual(headers["Allow"], "GET, HEAD")
        self.assertEqual(self.refused(405, "method", "POST", "/api/v1/zones/shop.lab", token=TOKEN)["Allow"], "GET, HEAD, PUT, DELETE")
        self.assertEqual(self.refused(405, "method", "GET", "/api/v1/checks")["Allow"], "POST")
        self.assertEqual(self.refused(405, "method", "DELETE", "/api/v1/checks/0")["Allow"], "GET, HEAD")
        self.refused(404, "not-found", "BREW", "/coffee")

    def test_head(self):
        for path in ("/healthz", "/metrics", "/api/v1/zones", "/api/v1/zones/nowhere.example"):
            got, headers, _ = self.s.ask("GET", path)
            head, same, body = self.s.ask("HEAD", path)
            self.assertEqual((head, body, same["Content-Type"]), (got, b"", headers["Content-Type"]))
        _, headers, _ = self.s.ask("HEAD", "/api/v1/zones/bad.lab")
        self.assertEqual(self.s.ask("HEAD", "/api/v1/zones/bad.lab", headers={"If-None-Match": headers["ETag"]})[0], 304)

    def test_paths(self):
        for path in ("/", "//", "/..", "/../../etc/passwd", "/api/v1/../../metrics", "/api/v1/zones/", "/api/v1/zones//report", "/metrics/", "/%6detrics",
                     "/api/v1/zones/shop.lab/report/", "/api/v1/zones/shop.lab/nothing", "/API/v1/zones", "/metrics%00", "/api/v1/zones/a/b/report"):
            self.refused(404, "not-found", "GET", path)
        for path in ("/api/v1/zones/%00", "/api/v1/zones/shop.lab%00.example", "/api/v1/zones/%", "/api/v1/zones/%4", "/api/v1/zones/%zz"):
            self.refused(400, "path", "GET", path)
        self.refused(404, "not-watched", "GET", "/api/v1/zones/shop.lab%2freport")
        for name in ("..", "%2e%2e", "a..b", "%0d%0aX-Evil:%20x", "x" * 64, "%ff%fe"):
            self.refused(400, "name", "GET", "/api/v1/zones/" + name)
        for name in ("01J%0d%0aX-Evil:%20x", "' OR 1=1 --".replace(" ", "%20")):
            self.refused(404, "no-incident", "GET", "/api/v1/incidents/" + name)

    def test_no_header_from_a_query(self):
        _, headers, _ = self.s.ask("GET", "/api/v1/events?limit=1&last_event_id=%0d%0aX-Evil:%20x")
        self.assertIn("last_event_id=%0D%0AX-Evil%3A%20x&", headers["Link"])
        self.assertIsNone(headers["X-Evil"])
        self.assertIsNone(self.refused(400, "query", "GET", "/api/v1/zones?limit=1&x%0d%0aX-Evil:%20x=1")["X-Evil"])

    def test_headers_that_protect(self):
        _, headers, _ = self.s.ask("GET", "/api/v1/events")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual(self.s.ask("GET", "/metrics")[1]["Cache-Control"], "no-store")

    def test_sizes(self):
        self.refused(431, "headers", "GET", "/healthz", headers={"X-Long": "x" * 10000})
        self.assertEqual(self.s.ask("GET", "/healthz", headers={"X-Long": "x" * 7000})[0], 200)
        self.assertEqual(self.s.ask("GET", "/healthz?x=" + "x" * 2000)[0], 200)
        self.refused(414, "uri", "GET", "/healthz?x=" + "x" * 2048)
        self.assertIn(self.status_of(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: " + b"x" * 60000 + b"\r\n\r\n"), (None, 431))
        self.assertIn(self.status_of(b"GET /" + b"x" * 60000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"), (None, 414, 431))
        self.refused(413, "too-large", "POST", "/api/v1/checks", body=b"[" + b" " * 300000 + b"]", token=TOKEN)
        self.refused(400, "body", "POST", "/api/v1/checks", body=b"[" + b" " * 200000 + b"]", token=TOKEN)

    def test_bodies(self):
        deep = 10000
        for body in (b"[" * deep + b"]" * deep, b'{"a":' * deep + b"1" + b"}" * deep, b"\xff\xfe", b'{"name": "\\ud800"}', b"null", b'{"name": 1e999}',
                     b'{"name": "a", "name": "b"}', b'{"name": "shop.lab"} x', b'{"na\\u0000me": 1}', b"\0"):
            self.refused(400, "body", "POST", "/api/v1/checks", body=body, token=TOKEN)

    def test_not_http(self):
        for octets in (b"\0" * 100, b"\r\n" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"HELO x\r\n"):
            self.status_of(octets)
        self.assertEqual(self.s.ask("GET", "/healthz")[0], 200)
        self.assertEqual(self.status_of(b"GET /healthz HTTP/1.0\r\n\r\n"), 200)

    def test_two_lengths(self):
        smuggled = b"POST /api/v1/checks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        s = self.s.raw(smuggled)
        s.shutdown(socket.SHUT_WR)
        self.assertNotIn(b"dnsvigil_build_info", whole(s).split(b"HTTP/1.1 ", 2)[1])
        s.close()

    def test_slow_ones_end_and_hinder_nobody(self):
        drips = [self.s.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ") for _ in range(20)]
        bodies = [self.s.raw(b"POST /api/v1/checks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{") for _ in range(10)]
        silent = [self.s.raw() for _ in range(10)]
        kept = self.s.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")  # one request, and then a second that drips
        ended, began = {}, time.monotonic()
        every = {s: b"x" for s in drips + bodies}
        while time.monotonic() - began < REQUEST_S + 4 and len(ended) < len(every):
            for s in every:
                if s in ended:
                    continue
                try:
                    s.sendall(every[s])
                    s.setblocking(False)
                    if s.recv(4096) == b"":
                        ended[s] = time.monotonic() - began
                except BlockingIOError:
                    pass
                except (ConnectionResetError, BrokenPipeError):
                    ended[s] = time.monotonic() - began
                finally:
                    s.setblocking(True)
            self.assertEqual(self.s.ask("GET", "/healthz")[0], 200)
            time.sleep(0.5)
        self.assertEqual(len(ended), len(every))
        self.assertGreater(min(ended.values()), REQUEST_S - 2)
        for s in silent + [kept]:
            s.settimeout(5)
            whole(s)
        for s in drips + bodies + silent + [kept]:
            s.close()

    def test_second_request_that_drips(self):
        s = self.s.raw(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        s.settimeout(20)
        self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 200"))
        time.sleep(REQUEST_S / 2)
        began = time.monotonic()
        s.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        whole(s)        # nothing more is sent: libmicrohttpd would begin to count anew here
        self.assertLess(time.monotonic() - began, REQUEST_S - 2)
        s.close()

    def test_connections_run_out_and_come_back(self):
        held = [self.s.raw() for _ in range(100)]       # LIMIT_API_CONNECTIONS and more
        time.sleep(0.5)
        for s in held:
            s.close()
        time.sleep(0.5)
        self.assertEqual(self.s.ask("GET", "/healthz")[0], 200)

    def test_many_at_once_with_streams(self):
        streams = [self.s.raw(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n") for _ in range(20)]
        for s in streams:
            s.settimeout(10)
            got = b""
            while b"retry: 3000" not in got:
                got += s.recv(4096)
        wrong = []

        def client():
            for _ in range(5):
                for path in ("/metrics", "/api/v1/zones", "/api/v1/zones/shop.lab/report", "/readyz"):
                    if self.s.ask("GET", path)[0] != 200:
                        wrong.append(path)
        clients = [threading.Thread(target=client) for _ in range(20)]
        for c in clients:
            c.start()
        for c in clients:
            c.join()
        self.assertEqual(wrong, [])
        made = self.s.tell("event shop.lab. verdict")[1]
        for s in streams:
            got = b""
            while b"id: " + made.encode() not in got:
                got += s.recv(4096)
            self.assertNotIn(b"\ninjected", got)
        # they stay open: tearDown asks for an end within 3 seconds
        self.addCleanup(lambda: [s.close() for s in streams])

    def test_streams_have_a_bound_and_give_places_back(self):
        request = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
        streams = [self.s.raw(request) for _ in range(33)]
        first = []
        for s in streams:
            s.settimeout(10)
            first.append(s.recv(4096).split(b" ", 2)[1])
        self.assertEqual(sorted(first), [b"200"] * 32 + [b"503"])
        for s in streams:
            s.close()
        for _ in range(40):
            s = self.s.raw(request)
            s.settimeout(10)
            status = s.recv(4096).split(b" ", 2)[1]
            s.close()
            if status == b"200":
                return
            time.sleep(0.25)
        self.fail("no place for a stream came back")

    def test_metrics_have_a_bound(self):
        self.s.tell("zones 9000")
        text = self.s.ask("GET", "/metrics")[2].decode()
        samples = [line for line in text.split("\n") if line and not line.startswith("#")]
        self.assertEqual(sum(line.startswith("dnsvigil_zone_status{") for line in samples), ZONES_SHOWN)
        self.assertIn(f"dnsvigil_zones_not_shown {5 + 9000 - ZONES_SHOWN}", samples)
        self.assertIn('dnsvigil_zone_status{zone="bad.lab."} 2', samples)       # the worst are among them
        self.assertLess(len(samples), 50000)
        brief = next(int(line.split()[1]) for line in samples if line.startswith("dnsvigil_zones_in_brief "))
        told = {line.split('"')[1] for line in samples if line.startswith("dnsvigil_nameserver_up{")}
        self.assertIn("bad.lab.", told)         # room goes to the worst
        self.assertIn(len(told), (ZONES_SHOWN - brief, ZONES_SHOWN - brief - 2))        # two of ours were never looked at
        self.assertGreater(len(samples), 49000)

    def test_checks_have_a_bound(self):
        answers = []

        def probe():
            answers.append(self.s.ask("GET", "/probe?target=slow.lab"))
        clients = [threading.Thread(target=probe) for _ in range(5)]
        for c in clients:
            c.start()
        for c in clients:
            c.join()
        statuses = sorted(status for status, _, _ in answers)
        self.assertEqual(statuses, [200] * 4 + [503])
        self.assertTrue(all(int(headers["Retry-After"]) > 0 for status, headers, _ in answers if status == 503))
        self.assertEqual(self.s.ask("GET", "/probe?target=shop.lab")[0], 200)

    def test_end_while_a_check_runs(self):
        s = self.s.raw(b"GET /probe?target=slow.lab HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.5)
        self.addCleanup(s.close)        # tearDown asks for an end within 3 seconds

    def put_in_line(self, name="slow.lab", headers=None):
        return self.s.ask("POST", "/api/v1/checks", json.dumps({"name": name}), TOKEN, headers)

    def test_the_line_of_checks_has_a_bound(self):
        taken = 0
        while taken <= LINE + RUNNING:
            status, headers, _ = self.put_in_line()
            if status != 202:
                break
            taken += 1
        self.assertIn(taken, range(LINE, LINE + RUNNING + 1))
        self.assertEqual((status, headers["Retry-After"]), (503, "10"))
        self.assertEqual(self.s.ask("GET", "/probe?target=shop.lab")[0], 200)     # scrapes have places of their own
        # tearDown asks for an end within 3 seconds, whatever stands in line

    def test_quotas(self):
        for n in range(CHECKS_ASKED + 1):
            status, headers, body = self.s.ask("POST", "/api/v1/checks", "{}", TOKEN)
            self.assertEqual(status, 400 if n < CHECKS_ASKED else 429)
        self.assertEqual(json.loads(body)["type"], "urn:dnsvigil:problem:quota")
        left = headers["RateLimit"].split(";")
        self.assertEqual((left[0], left[1], left[2]), ('"checks"', "r=0", "t=" + headers["Retry-After"]))
        self.assertEqual(self.put_in_line()[0], 429)
        self.assertEqual(self.s.ask("POST", "/api/v1/checks", "{}", "sesame")[0], 400)      # another token
        self.assertEqual(self.s.ask("DELETE", "/api/v1/mutes/x", None, TOKEN)[0], 404)      # another quota
        self.s.tell("reload")
        self.assertEqual(self.put_in_line(headers={"Idempotency-Key": '"later"'})[0], 429)
        self.assertEqual(self.put_in_line(headers={"Idempotency-Key": '"later"'})[0], 429)  # no answer that is kept

    def test_end_while_somebody_waits_for_a_check(self):
        waiters = [threading.Thread(target=self.wait_in_vain) for _ in range(3)]
        for w in waiters:
            w.start()
        time.sleep(0.5)
        self.addCleanup(lambda: [w.join() for w in waiters])

    def wait_in_vain(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.put_in_line(headers={"Prefer": "wait=30"})

    def test_few_may_wait(self):
        applied = []
        clients = [threading.Thread(target=lambda: applied.append(self.put_in_line(headers={"Prefer": "wait=5"})[1]["Preference-Applied"])) for _ in range(LISTENERS + 4)]
        for c in clients:
            c.start()
        time.sleep(1)
        self.assertEqual(self.s.ask("GET", "/healthz")[0], 200)
        for c in clients:
            c.join()
        self.assertEqual((applied.count("wait=5"), applied.count(None)), (LISTENERS, 4))

    def test_a_check_that_was_waited_for_longer_than_a_connection_may_be_silent(self):
        for _ in range(RUNNING * 3):
            self.put_in_line()
        began = time.monotonic()
        status, headers, _ = self.put_in_line(headers={"Prefer": "wait=13"})
        self.assertEqual((status, headers["Preference-Applied"]), (202, "wait=13"))
        self.assertGreater(time.monotonic() - began, REQUEST_S)

    def test_ping(self):
        s = self.s.raw(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        s.settimeout(20)
        got, began = b"", time.monotonic()
        while b"\n: " not in got and time.monotonic() - began < 20:
            got += s.recv(4096)
        self.assertIn(b"\n: ", got)
        s.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
