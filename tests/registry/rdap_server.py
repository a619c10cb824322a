#!/usr/bin/python3
"""An RDAP server with a few domains, good and bad, and a few bad habits. Prints its port and serves until it is ended.

/domain/NAME answers by NAME's entry below; /dns.json is a bootstrap file that sends .test to /; /counted tells how often each
path was asked, as JSON; /set/NAME/VARIANT makes NAME what the table of variants says. Dates are moments of 2026 as the tests know
them.
"""
import http.server
import json
import sys
import time


def domain(name, expires="2027-03-01T12:00:00Z", status=("active",), **more):
    answer = {
        "objectClassName": "domain", "handle": "D1-TEST", "ldhName": name.upper(), "rdapConformance": ["rdap_level_0"],
        "status": list(status),
        "events": [{"eventAction": "registration", "eventDate": "2001-01-02T03:04:05Z"},
                   {"eventAction": "expiration", "eventDate": expires},
                   {"eventAction": "last changed", "eventDate": "2026-01-01T00:00:00.123Z"},
                   {"eventAction": "last update of RDAP database", "eventDate": "2026-02-28T23:59:59Z"}],
        "entities": [{"objectClassName": "entity", "handle": "292", "roles": ["registrar"],
                      "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Example Registrar, Inc."]]],
                      "entities": [{"objectClassName": "entity", "roles": ["abuse"]}]}],
        "nameservers": [{"objectClassName": "nameserver", "ldhName": "NS2.%s" % name.upper()},
                        {"objectClassName": "nameserver", "ldhName": "ns1.%s" % name}],
        "secureDNS": {"delegationSigned": True, "dsData": [{"keyTag": 31406, "algorithm": 13, "digestType": 2, "digest": "8fc4" * 16}]},
    }
    answer.update(more)
    return answer


DOMAINS = {
    "good.test": domain("good.test"),
    "expired.test": domain("expired.test", expires="2026-02-20T12:00:00Z"),
    "soon.test": domain("soon.test", expires="2026-03-06T12:00:00Z"),
    "held.test": domain("held.test", status=("client hold", "client transfer prohibited")),
    "eppheld.test": domain("eppheld.test", status=("serverHold",)),
    "redeemed.test": domain("redeemed.test", status=("redemption period", "pending delete")),
    "doomed.test": domain("doomed.test", status=("pending delete",)),
    "bare.test": {"objectClassName": "domain", "ldhName": "bare.test"},
    "unsigned.test": domain("unsigned.test", secureDNS={"delegationSigned": False}),
    "keys.test": domain("keys.test", secureDNS={"delegationSigned": True, "keyData": [{"flags": 257, "protocol": 3, "algorithm": 13, "publicKey": "AA=="}]}),
    "other.test": domain("good.test"),
    "odd.test": domain("odd.test", status="active", events={"eventAction": "expiration"}, entities=[1, None, {"roles": "registrar"}],
                       nameservers=[{"ldhName": "ns1 odd.test"}, 7], secureDNS=[]),
    "wild.test": domain("wild.test", expires="+14d", entities=[{"roles": ["registrar"], "vcardArray": [
        "vcard", [["fn", {}, "text", "Evil\x1b[2J\u202eRegistrar\n" + "x" * 5000]]]}]),
    "odd-ds.test": domain("odd-ds.test", secureDNS={"delegationSigned": True, "dsData": [
        {"keyTag": 70000, "algorithm": 13, "digestType": 2, "digest": "8FC4"}]}),
}
VARIANTS = {
    "good": {}, "held": {"status": ("client hold",)}, "month": {"expires": "2026-03-21T12:00:00Z"}, "dying": {"status": ("pending delete",)},
    "absent": None, "busy": 429, "failing": 500, "elsewhere": {"nameservers": [{"ldhName": "ns1.other.test"}]},
    "thin": {"nameservers": [], "secureDNS": {}},
}
ARRAY = "[" * 100000 + "]" * 100000
RAW = {
    "garbage.test": b"<html>welcome</html>",
    "cut.test": json.dumps(DOMAINS["good.test"]).encode()[:-10],
    "twice.test": b'{"objectClassName":"domain","ldhName":"twice.test","status":[],"status":["client hold"]}',
    "deep.test": b'{"objectClassName":"domain","ldhName":"deep.test","notices":' + ARRAY.encode() + b"}",
    "list.test": b"[]",
    "empty.test": b"",
    "huge.test": b'{"objectClassName":"domain","remarks":"' + b"x" * (1 << 20) + b'"}',
}
BOOTSTRAP = {"version": "1.0", "services": [
    [["com", "net"], ["http://plain.example/", "https://rdap.example/com/"]],
    [["co.com"], ["https://rdap.example/co/"]],
    [["noslash"], ["https://rdap.example/x"]],
    [["TEST", "lab"], ["http://127.0.0.1:%d/"]],
    ["broken"], 7, [["x y"], ["https://rdap.example/"]],
]}


class Rdap(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    counted, variants = {}, {}

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/rdap+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path
        if path == "/counted":
            return self.answer(200, json.dumps(self.counted).encode())
        if path.startswith("/set/"):
            self.variants[path.split("/")[2]] = path.split("/")[3]
            return self.answer(200)
        self.counted[path] = self.counted.get(path, 0) + 1
        if path == "/dns.json":
            text = json.dumps(BOOTSTRAP).replace("%d", str(self.server.server_address[1]))
            return self.answer(200, text.encode())
        name = path[len("/domain/"):] if path.startswith("/domain/") else ""
        if self.headers.get("Accept") != "application/rdap+json":
            return self.answer(406)
        if name in self.variants:
            variant = VARIANTS[self.variants[name]]
            if isinstance(variant, int):
                return self.answer(variant, headers=[("Retry-After", "7200")] if variant == 429 else [])
            if variant is not None:
                return self.answer(200, json.dumps(domain(name, **{"nameservers": [], "secureDNS": {}, **variant})).encode())
        if name in RAW:
            return self.answer(200, RAW[name])
        if name == "busy.test":
            return self.answer(429, headers=[("Retry-After", "7200")])
        if name == "failing.test":
            return self.answer(500)
        if name == "slow.test":
            time.sleep(30)
        if name in DOMAINS:
            return self.answer(200, json.dumps(DOMAINS[name]).encode())
        return self.answer(404, json.dumps({"errorCode": 404, "title": "no such domain"}).encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass        # clients that hang up are what is tested


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Rdap)
    print(server.server_address[1], flush=True)
    server.serve_forever()
