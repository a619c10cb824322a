#!/usr/bin/env python3
"""What the API answers: each route of the table stands in docs/openapi.yaml and the other way round, and what a live server says
fits the schemas there. usage: test_answers.py SERVE_FOR_TEST SOURCE_ROOT"""
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

import jsonschema
import yaml

from served import TOKEN, Served

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), sys.argv[2]
METHODS = {"get", "put", "post", "delete"}


def document():
    with open(os.path.join(ROOT, "docs/openapi.yaml"), encoding="utf-8") as f:
        return yaml.safe_load(f)


def report_schema():
    with open(os.path.join(ROOT, "docs/report.schema.json"), encoding="utf-8") as f:
        return json.load(f)


DOCUMENT = document()
BASE = "http://127.0.0.1/api/v1/"        # never fetched: both stand in the resolver's store
REPORT = report_schema()


def resolver():
    return jsonschema.RefResolver(BASE + "openapi.yaml", DOCUMENT, store={BASE + "report.schema.json": REPORT, REPORT["$id"]: REPORT})


def validate(value, schema):
    jsonschema.Draft202012Validator(schema, resolver=resolver(), format_checker=jsonschema.FormatChecker()).validate(value)


def resolved(node):
    while "$ref" in node:
        node = resolver().resolve(node["$ref"])[1]
    return node


def fits(template, path):
    return re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path.split("?")[0]) is not None


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s = Served(PROGRAM)

    @classmethod
    def tearDownClass(cls):
        took_ms, code, said = cls.s.stop()
        assert code == 0, said
        assert took_ms < 3000, took_ms

    def ask(self, method, path, body=None, token=None, headers=None):
        """As Served.ask, and the answer is what the document says; JSON read."""
        status, got, octets = self.s.ask(method, path, body, token, headers)
        operation = next(item[method.lower()] for t, item in DOCUMENT["paths"].items() if fits(t, path))
        responses = operation["responses"]
        self.assertTrue(str(status) in responses or status >= 400, f"{method} {path}: {status} is not in the document")
        response = resolved(responses.get(str(status), responses["default"]))
        if status in (204, 304):
            self.assertEqual(octets, b"")
            return status, got, None
        kind = got["Content-Type"].split(";")[0]
        self.assertIn(kind, response["content"], f"{method} {path}: {status} {octets[:200]}")
        if kind.endswith("json"):
            value = json.loads(octets)
            schema = response["content"][kind]["schema"]
            validate(value, schema)
            return status, got, value
        return status, got, octets.decode()

    def problem(self, method, path, status, kind, **more):
        got, _, value = self.ask(method, path, **more)
        self.assertEqual((got, value["type"], value["status"]), (status, "urn:dnsvigil:problem:" + kind, status))
        return value

    # ---- the document ----
    def test_routes_and_document_are_the_same(self):
        with open(os.path.join(ROOT, "src/api/routes.c"), encoding="utf-8") as f:
            rows = re.findall(r'\{ "([A-Z]+)", "([^"]+)", (OPEN|TOKEN|CHANGE|CHECK), (NULL|"[^"]*"), route_\w+ \}', f.read())
        routes = {(m, p): (access != "OPEN", set(keys.strip('"').split()) - {"NULL"}) for m, p, access, keys in rows}
        described = {(m.upper(), re.sub(r"\{[^}]*\}", "{}", p)): ("security" in op, {resolved(q)["name"] for q in op.get("parameters", []) if resolved(q)["in"] == "query"})
                     for p, item in DOCUMENT["paths"].items() for m, op in item.items() if m in METHODS}
        self.assertGreater(len(routes), 15)
        self.assertEqual(routes, described)
        needs = {(m, p) for m, p, access, _ in rows if access != "OPEN"}        # a token: it may be guessed too often
        operations = {(m.upper(), re.sub(r"\{[^}]*\}", "{}", p)): op for p, item in DOCUMENT["paths"].items() for m, op in item.items() if m in METHODS}
        self.assertEqual(needs, {key for key, op in operations.items() if "429" in op["responses"]})
        keyed = {key for key, op in operations.items() if "Idempotency-Key" in {resolved(q)["name"] for q in op.get("parameters", [])}}
        self.assertEqual(keyed, {key for key in operations if key[0] == "POST"})
        self.assertEqual(keyed, {key for key, op in operations.items() if "422" in op["responses"]})

    def test_schemas_are_schemas(self):
        for schema in DOCUMENT["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_references_lead_somewhere(self):
        def walk(node):
            if isinstance(node, dict):
                if "$ref" in node:
                    resolved(node)
                for v in node.values():
                    walk(v)
            elif isinstance(node, list):
                for v in node:
                    walk(v)
        walk(DOCUMENT)

    def test_documents_are_served(self):
        with open(os.path.join(ROOT, "docs/openapi.yaml"), encoding="utf-8") as f:
            self.assertEqual(self.ask("GET", "/api/v1/openapi.yaml")[2], f.read())
        self.assertEqual(self.ask("GET", "/api/v1/report.schema.json")[2], report_schema())

    # ---- health ----
    def test_health(self):
        self.assertEqual(self.ask("GET", "/healthz")[2], {"status": "ok"})

    def test_ready_or_why_not(self):
        self.assertEqual(self.ask("GET", "/readyz")[0], 200)
        for field, bad, good in (("lag", 301, 0), ("stale", 1, 0), ("clock", 1, 0), ("canaries", 0, 1), ("network", 1, 0), ("store", 1, 0)):
            self.s.tell(f"vitals {field} {bad}")
            status, _, value = self.ask("GET", "/readyz")
            self.s.tell(f"vitals {field} {good}")
            self.assertEqual((status, value["ready"]), (503, False))
            self.assertEqual([c["name"] for c in value["checks"] if not c["ok"]], [field])
            self.assertTrue([c for c in value["checks"] if not c["ok"]][0]["reason"])
        self.s.tell("vitals lag 300")   # the near miss
        self.assertEqual(self.ask("GET", "/readyz")[0], 200)
        self.s.tell("vitals lag 0")

    # ---- metrics ----
    def scrape(self, path="/metrics", accept=None):
        status, got, text = self.ask("GET", path, headers={"Accept": accept} if accept else None)
        self.assertEqual(status, 200)
        return got["Content-Type"], text

    def test_metrics_pass_promtool(self):
        for path in ("/metrics", "/probe?target=shop.lab"):
            kind, text = self.scrape(path)
            self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
            run = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stdout + run.stderr), (0, ""))

    def test_openmetrics(self):
        kind, text = self.scrape(accept="application/openmetrics-text; version=1.0.0,text/plain;q=0.5")
        self.assertEqual(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.assertTrue(text.endswith("\n# EOF\n"))
        self.assertIn("# TYPE dnsvigil_checks counter\n", text)
        self.assertIn('\ndnsvigil_checks_total{result="ok"} 10\n', text)
        self.assertNotIn("# TYPE dnsvigil_checks_total", text)

    def test_metrics_of_zones(self):
        _, text = self.scrape()
        for line in ('dnsvigil_zone_status{zone="shop.lab."} 0', 'dnsvigil_zone_status{zone="bad.lab."} 2',
                     'dnsvigil_zone_status{zone="new.example."} 3', r'dnsvigil_zone_status{zone="a\\\"b\\\\c.example."} 1',
                     'dnsvigil_zone_state{zone="0/25.2.0.192.in-addr.arpa.",state="degraded"} 1',
                     'dnsvigil_zone_info{zone="shop.lab.",security="secure",nsec="nsec"} 1', 'dnsvigil_findings{severity="critical",code="rrsig-expired"} 2',
                     'dnsvigil_findings{severity="warning",code="other"} 1', 'dnsvigil_build_info{version="9.8.7"} 1',
                     'dnsvigil_incidents_open{severity="critical"} 2', 'dnsvigil_zones{state="new"} 1',
                     'dnsvigil_notifications_total{channel="slack",result="sent"} 7', 'dnsvigil_store_up 1', 'dnsvigil_budget_exceeded_total{budget="questions"} 3',
                     'dnsvigil_budget_exceeded_total{budget="bytes-in"} 0',
                     'dnsvigil_nameserver_query_duration_seconds_bucket{le="0.005"} 0', 'dnsvigil_nameserver_query_duration_seconds_bucket{le="1.0"} 0',
                     'dnsvigil_nameserver_query_duration_seconds_bucket{le="2.5"} 6', 'dnsvigil_nameserver_query_duration_seconds_bucket{le="+Inf"} 7',
                     'dnsvigil_nameserver_query_duration_seconds_sum 12.345678', 'dnsvigil_nameserver_query_duration_seconds_count 7',
                     'dnsvigil_checks_total{result="inconclusive"} 6', "dnsvigil_zones_not_shown 0"):
            self.assertIn("\n" + line + "\n", text)
        self.assertRegex(text, r'\ndnsvigil_chain_break_timestamp_seconds\{zone="shop.lab."\} \d{10}\n')
        self.assertNotIn('dnsvigil_chain_break_timestamp_seconds{zone="bad.lab."}', text)
        self.assertNotIn("newer-program", text)

    def test_metrics_of_servers_and_signatures(self):
        _, text = self.scrape()
        for zone in ("shop.lab.", "bad.lab."):
            for ns in ("ns1", "ns2"):
                self.assertRegex(text, rf'\ndnsvigil_nameserver_up\{{zone="{zone}",ns="{ns}.{zone}",address="127[^"]*"\}} 1\n')
                self.assertRegex(text, rf'\ndnsvigil_zone_serial\{{zone="{zone}",ns="{ns}.{zone}",address="127[^"]*"\}} \d+\n')
            self.assertIn(f'\ndnsvigil_ds_keys{{zone="{zone}",match="true"}} 1\n', text)
            self.assertIn(f'\ndnsvigil_ds_keys{{zone="{zone}",match="false"}} 0\n', text)
            for rrtype in ("DNSKEY", "SOA", "NS", "NSEC", "DS"):
                self.assertRegex(text, rf'\ndnsvigil_rrsig_expiration_timestamp_seconds\{{zone="{zone}",rrtype="{rrtype}"\}} \d{{10}}\n')
        ends = {z: int(re.search(rf'rrsig_expiration_timestamp_seconds\{{zone="{z}",rrtype="SOA"\}} (\d+)', text).group(1)) for z in ("shop.lab.", "bad.lab.")}
        self.assertLess(ends["bad.lab."], time.time())
        self.assertLess(time.time(), ends["shop.lab."])
        self.assertNotIn('dnsvigil_ds_keys{zone="new.example."', text)     # nobody was told
        self.assertIn('\ndnsvigil_nameserver_up{zone="new.example.",ns="a",address="192.0.2.9"} 0\n', text)
        self.assertNotIn('dnsvigil_zone_serial{zone="new.example.",ns="a",address="192.0.2.9"}', text)
        self.assertIn("\ndnsvigil_zones_in_brief 0\n", text)

    def test_probe(self):
        _, good = self.scrape("/probe?target=www.shop.lab&type=A")
        _, bad = self.scrape("/probe?target=bad.lab")
        self.assertIn("\nprobe_success 1\n", good)
        self.assertIn('\ndnsvigil_zone_status{zone="shop.lab."} 0\n', good)
        self.assertRegex(good, r'\ndnsvigil_nameserver_up\{zone="shop.lab.",ns="ns1.shop.lab.",address="127[^"]*"\} 1\n')
        self.assertRegex(good, r'\ndnsvigil_zone_serial\{zone="shop.lab.",ns="ns2.shop.lab.",address="127[^"]*"\} \d+\n')
        self.assertRegex(good, r'\ndnsvigil_chain_break_timestamp_seconds\{zone="shop.lab."\} \d+\n')
        self.assertIn("\nprobe_success 0\n", bad)
        self.assertIn('\ndnsvigil_zone_status{zone="bad.lab."} 2\n', bad)
        self.assertIn('\ndnsvigil_findings{severity="critical",code="rrsig-expired"} 1\n', bad)

    def test_probe_of_what_does_not_exist(self):
        for target, success, rcode in (("nope.shop.lab", 0, 3), ("gone", 0, 3), ("bad.lab", 0, 2), ("www.shop.lab&type=MX", 1, 0)):
            _, text = self.scrape("/probe?target=" + target)
            self.assertIn(f"\nprobe_success {success}\n", text, target)
            self.assertIn(f"\nprobe_dns_rcode {rcode}\n", text, target)

    def test_probe_of_nonsense(self):
        self.problem("GET", "/probe", 400, "name")
        self.problem("GET", "/probe?target=a..b", 400, "name")
        self.problem("GET", "/probe?target=shop.lab&type=AXFR", 400, "type")
        self.problem("GET", "/probe?target=shop.lab&type=nonsense", 400, "type")

    # ---- zones ----
    def names(self, path):
        status, _, value = self.ask("GET", path)
        self.assertEqual(status, 200)
        return [z["zone"] for z in value["zones"]]

    def test_zones_worst_first_in_pages(self):
        every = self.names("/api/v1/zones")
        self.assertEqual(every[0], "bad.lab.")
        self.assertIn("0/25.2.0.192.in-addr.arpa.", every)
        path, paged = "/api/v1/zones?limit=2", []
        while path:
            _, got, value = self.ask("GET", path)
            self.assertLessEqual(len(value["zones"]), 2)
            paged += [z["zone"] for z in value["zones"]]
            link = re.fullmatch(r'<([^>]*)>; rel="next"', got["Link"] or "")
            self.assertEqual(value["next"] is None, link is None)
            path = link.group(1) if link else None
        self.assertEqual(paged, every)

    def test_zones_by_state_finding_tag(self):
        self.assertEqual(self.names("/api/v1/zones?state=servfail"), ["bad.lab."])
        self.assertEqual(len(self.names("/api/v1/zones?finding=rrsig-expired")), 2)
        self.assertEqual(self.names("/api/v1/zones?tag=web"), ["shop.lab."])
        self.assertEqual(self.names("/api/v1/zones?tag=we"), [])
        self.assertEqual(self.names("/api/v1/zones?tag=dns"), ["bad.lab."])     # of the configuration
        self.assertEqual(self.names("/api/v1/zones?tag=prod"), ["bad.lab.", "shop.lab."])
        self.assertEqual({z["zone"]: z["tags"] for z in self.ask("GET", "/api/v1/zones")[2]["zones"]}["bad.lab."], ["dns", "prod"])
        for query in ("state=broken", "finding=nonsense", "limit=0", "limit=1001", "limit=x", "limit=-1", "limit=1x"):
            self.problem("GET", "/api/v1/zones?" + query, 400, "query")
        self.problem("GET", "/api/v1/zones?cursor=a..b", 400, "name")

    def test_a_key_that_is_not_known_is_told(self):
        for path in ("/api/v1/zones?stat=servfail", "/api/v1/zones?limit=1&x", "/api/v1/zones/shop.lab?limit=1", "/api/v1/events?zone=shop.lab&since=1",
                     "/probe?target=shop.lab&module=dns", "/api/v1/openapi.yaml?v=2"):
            self.problem("GET", path, 400, "query")
        self.problem("PUT", "/api/v1/zones/x.example?dry_run=1", 400, "query", token=TOKEN)
        for path in ("/metrics?x=1", "/healthz?x=1", "/readyz?x=1"):
            self.assertEqual(self.ask("GET", path)[0], 200)

    def test_one_zone(self):
        _, _, value = self.ask("GET", "/api/v1/zones/SHOP.lab")
        self.assertEqual((value["zone"], value["verdict"], value["tags"], value["owner"]), ("shop.lab.", "ok", ["prod", "web"], "shop team"))
        self.assertEqual(self.ask("GET", "/api/v1/zones/0%2F25.2.0.192.in-addr.arpa")[2]["verdict"], "degraded")
        self.problem("GET", "/api/v1/zones/nowhere.example", 404, "not-watched")

    def test_what_was_seen_of_a_zone(self):
        seen = self.ask("GET", "/api/v1/zones/shop.lab")[2]["seen"]
        self.assertEqual([(s["ns"], s["up"], s["serial"] > 0) for s in seen["servers"]], [("ns1.shop.lab.", True, True), ("ns2.shop.lab.", True, True)])
        self.assertEqual((seen["servers_not_shown"], seen["ds"]), (0, {"matched": 1, "unmatched": 0}))
        self.assertEqual(sorted(seen["signatures_end"]), ["DNSKEY", "DS", "NS", "NSEC", "SOA"])
        many = self.ask("GET", "/api/v1/zones/new.example")[2]["seen"]
        self.assertEqual((many["servers"][8]["up"], many["servers"][8]["serial"], many["servers_not_shown"], many["ds"]), (False, None, 3, None))
        self.assertIsNone(self.ask("GET", "/api/v1/zones/0%2F25.2.0.192.in-addr.arpa")[2]["seen"])

    def test_not_modified(self):
        status, got, _ = self.ask("GET", "/api/v1/zones/shop.lab.")
        self.assertEqual(status, 200)
        again, same, _ = self.ask("GET", "/api/v1/zones/shop.lab.", headers={"If-None-Match": got["ETag"]})
        self.assertEqual((again, same["ETag"]), (304, got["ETag"]))
        self.assertEqual(self.ask("GET", "/api/v1/zones/bad.lab.", headers={"If-None-Match": got["ETag"]})[0], 200)

    def stored(self, query):
        with contextlib.closing(sqlite3.connect(f"file:{self.s.dir.name}/store.db?mode=ro", uri=True)) as db:
            row = db.execute(query).fetchone()
        return row[0] if row else None

    def changes(self):
        return int(self.stored("SELECT value FROM fact WHERE key = 'watched-changes'") or 0)

    def expected(self, zone):
        return self.stored(f"SELECT expect FROM watched WHERE zone = '{zone}'")

    def test_watch_and_unwatch(self):
        path = "/api/v1/zones/added.example"
        wish = {"tags": ["a", "b"], "owner": "o", "expect": {"type": "AAAA", "ns": ["NS1.example.net"], "ds": ["31406 13 2 " + "8f" * 32]}}
        before = self.changes()
        status, got, value = self.ask("PUT", path, json.dumps(wish), TOKEN)
        self.assertEqual((status, got["Location"], value["verdict"], value["tags"], value["stale"]), (201, "/api/v1/zones/added.example.", "new", ["a", "b"], False))
        self.assertEqual(self.changes(), before + 1)
        self.assertEqual(self.ask("PUT", path, json.dumps(wish), TOKEN)[0], 200)
        self.assertEqual(self.changes(), before + 1)    # nothing new
        self.assertEqual(self.ask("GET", path)[2]["owner"], "o")
        self.assertEqual(json.loads(self.expected("added.example.")), {"type": "AAAA", "ns": ["ns1.example.net."], "ds": ["31406 13 2 " + "8F" * 32]})
        self.assertEqual(self.ask("PUT", path, None, TOKEN)[2]["tags"], [])
        self.assertEqual(self.changes(), before + 2)
        self.assertEqual(self.ask("DELETE", path, token=TOKEN)[0], 204)
        self.assertEqual(self.changes(), before + 3)
        self.problem("DELETE", path, 404, "not-watched", token=TOKEN)
        self.problem("DELETE", "/api/v1/zones/bad.lab", 409, "configured", token=TOKEN)
        self.problem("PUT", "/api/v1/zones/bad.lab", 409, "configured", token=TOKEN)
        self.assertEqual(self.changes(), before + 3)

    def test_changes_only_what_is_as_expected(self):
        path = "/api/v1/zones/expected.example"

        def put(**headers):
            return self.ask("PUT", path, '{"tags": ["%s"]}' % len(headers), TOKEN, {k.replace("_", "-"): v for k, v in headers.items()})[0]
        self.assertEqual(put(If_Match="*"), 412)                # there is none
        self.assertEqual(put(If_Match='"abc"'), 412)
        self.assertEqual(put(If_None_Match="*"), 201)
        self.assertEqual(put(If_None_Match="*"), 412)           # there is one
        etag = self.ask("GET", path)[1]["ETag"]
        self.assertEqual(put(If_Match="W/" + etag), 412)
        self.assertEqual(put(If_Match='"abc", ' + etag), 200)
        self.assertEqual(self.ask("PUT", path, '{"owner": "o"}', TOKEN, {"If-Match": etag})[0], 200)        # the same row as before
        self.assertEqual(put(If_Match=etag), 412)
        self.problem("DELETE", path, 412, "changed", token=TOKEN, headers={"If-Match": etag})
        self.assertEqual(self.ask("DELETE", path, token=TOKEN, headers={"If-Match": self.ask("GET", path)[1]["ETag"]})[0], 204)

    def test_what_it_is_watched_as_has_a_tag_that_looks_do_not_change(self):
        zone, path = "/api/v1/zones/shop.lab", "/api/v1/zones/shop.lab./watch"

        def read(what):
            _, got, value = self.ask("GET", what)
            return got, value
        before = read(zone)[0]
        self.assertEqual(before["Link"], f'<{path}>; rel="edit"')
        got, wish = read(path)
        self.assertEqual(wish, {"tags": ["prod", "web"], "owner": "shop team", "expect": {}})
        self.s.tell("look shop.lab.")
        self.assertNotEqual(read(zone)[0]["ETag"], before["ETag"])
        self.assertEqual(self.ask("GET", zone, headers={"If-None-Match": before["ETag"]})[0], 200)
        self.assertEqual(self.ask("GET", path, headers={"If-None-Match": got["ETag"]})[0], 304)
        # what was read goes back as it is, and changes nothing
        changes = self.changes()
        status, put, value = self.ask("PUT", path, json.dumps(wish), TOKEN, {"If-Match": got["ETag"]})
        self.assertEqual((status, value, put["ETag"], self.changes()), (200, wish, None, changes))
        self.problem("PUT", path, 412, "changed", body=json.dumps(wish), token=TOKEN, headers={"If-Match": before["ETag"]})
        changed = {**wish, "owner": "her"}
        self.assertEqual(self.ask("PUT", path, json.dumps(changed), TOKEN, {"If-Match": got["ETag"]})[0], 200)
        self.problem("PUT", path, 412, "changed", body=json.dumps(wish), token=TOKEN, headers={"If-Match": got["ETag"]})
        self.problem("DELETE", path, 412, "changed", token=TOKEN, headers={"If-Match": got["ETag"]})
        self.assertEqual(self.ask("PUT", path, json.dumps(wish), TOKEN)[0], 200)
        self.assertEqual(read(path)[0]["ETag"], got["ETag"])

    def test_what_is_not_watched_by_command_has_none(self):
        path = "/api/v1/zones/wished.example/watch"
        self.problem("GET", "/api/v1/zones/bad.lab/watch", 404, "configured")
        self.assertIsNone(self.ask("GET", "/api/v1/zones/bad.lab")[1]["Link"])
        self.problem("PUT", "/api/v1/zones/bad.lab/watch", 409, "configured", token=TOKEN)
        self.problem("DELETE", "/api/v1/zones/bad.lab/watch", 409, "configured", token=TOKEN)
        self.problem("GET", path, 404, "not-watched")
        self.problem("DELETE", path, 404, "not-watched", token=TOKEN)
        wish = {"tags": ["x"], "owner": "", "expect": {"ns": ["ns1.example.net."], "unsigned": True}}
        self.problem("PUT", path, 412, "changed", token=TOKEN, headers={"If-Match": "*"})
        status, got, value = self.ask("PUT", path, json.dumps(wish), TOKEN, {"If-None-Match": "*"})
        self.assertEqual((status, got["Location"], value), (201, "/api/v1/zones/wished.example./watch", wish))
        self.problem("PUT", path, 412, "changed", token=TOKEN, headers={"If-None-Match": "*"})
        self.assertEqual(self.ask("DELETE", path, token=TOKEN, headers={"If-Match": self.ask("GET", path)[1]["ETag"]})[0], 204)
        self.problem("GET", "/api/v1/zones/a..b/watch", 400, "name")

    def imported(self, lines, query=""):
        status, got, octets = self.s.ask("POST", "/api/v1/zones:import" + query, "\n".join(lines), TOKEN, {"Content-Type": "application/x-ndjson"})
        self.assertEqual((status, got["Content-Type"]), (200, "application/x-ndjson"), octets)
        answers = [json.loads(line) for line in octets.decode().splitlines()]
        for a in answers:
            validate(a, {"$ref": BASE + "openapi.yaml#/components/schemas/ImportAnswer"})
        return [(a["line"], a.get("zone"), a["change"]) if "change" in a else (a["line"], a["problem"]["status"], a["problem"]["type"].split(":")[-1]) for a in answers]

    def test_many_at_once(self):
        lines = ['{"zone": "One.Import.Example", "tags": ["x"]}', "", '{"zone": "two.import.example", "expect": {"ns": ["ns1.example.net"]}}', '{"zone": "a..b"}',
                 '{"zone": "bad.lab"}', '{"zone": "three.import.example", "tagz": []}', "{", '{"tags": []}', '{"zone": "one.import.example", "tags": ["x"]}\r',
                 '{"zone": "one.import.example", "tags": ["y"]}']
        said = [(1, "one.import.example.", "add"), (3, "two.import.example.", "add"), (4, 400, "name"), (5, 409, "configured"), (6, 400, "body"),
                (7, 400, "body"), (8, 400, "name"), (9, "one.import.example.", "same"), (10, "one.import.example.", "change")]
        before = self.changes()
        self.assertEqual(self.imported(lines, "?dry_run=true"), said)
        self.assertEqual(self.changes(), before)
        self.problem("GET", "/api/v1/zones/one.import.example", 404, "not-watched")
        self.assertEqual(self.imported(lines), said)
        self.assertEqual(self.ask("GET", "/api/v1/zones/one.import.example")[2]["tags"], ["y"])
        self.assertEqual(json.loads(self.expected("two.import.example.")), {"ns": ["ns1.example.net."]})
        self.assertEqual(self.imported(lines[-1:], "?dry_run=false"), [(1, "one.import.example.", "same")])
        self.assertEqual(self.imported([]), [])
        for zone in ("one", "two"):
            self.ask("DELETE", f"/api/v1/zones/{zone}.import.example", token=TOKEN)
        self.problem("POST", "/api/v1/zones:import?dry_run=yes", 400, "query", body="", token=TOKEN)
        self.problem("POST", "/api/v1/zones:import", 415, "media-type", body="{}", token=TOKEN)

    def test_wrong_wishes(self):
        path = "/api/v1/zones/wrong.example"
        for body, pointer in (('{"tags": ["a b"]}', "/tags/0"), ('{"tags": "a"}', "/tags"), ('{"owner": 1}', "/owner"), ('{"x": 1}', "/x"), ('{"a/b~": 1}', "/a~1b~0"),
                              ('{"expect": {"ns": ["a..b"]}}', "/expect/ns/0"), ('{"expect": {"ds": ["1 2 3"]}}', "/expect/ds/0"),
                              ('{"expect": {"ds": ["31406 13 2 8f"]}}', "/expect/ds/0"),
                              ('{"expect": {"ds": ["1 8 2 %s", "0 0\\n. 0 IN A 192.0.2.1"]}}' % ("8f" * 32), "/expect/ds/1"),
                              ('{"expect": {"type": "RRSIGX"}}', "/expect/type"), ('{"expect": {"y": 1}}', "/expect/y"), ("[]", "/"), ("{", "/"),
                              ('{"owner": "a", "owner": "b"}', "/"), ('{"owner": "\\u0000"}', "/"), ('{"owner": "%s"}' % ("x" * 1001), "/owner")):
            status, _, value = self.ask("PUT", path, body, TOKEN)
            self.assertEqual((status, value.get("errors", [{}])[0].get("pointer")), (400, pointer), body)
        self.problem("PUT", path, 415, "media-type", body="x=1", token=TOKEN, headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.problem("GET", path, 404, "not-watched")

    # ---- the past ----
    def test_report_evidence_history(self):
        _, _, report = self.ask("GET", "/api/v1/zones/bad.lab/report")
        self.assertEqual((report["verdict"], report["headline"]), ("servfail", "rrsig-expired"))
        evidence = self.ask("GET", "/api/v1/zones/bad.lab/evidence")[2]
        self.assertTrue(evidence.startswith("dnsvigil"), evidence[:40])
        _, _, history = self.ask("GET", "/api/v1/zones/bad.lab/history")
        self.assertEqual([h["verdict"] for h in history["history"]], ["servfail"])
        self.assertEqual(self.ask("GET", "/api/v1/zones/bad.lab/history?since=2100-01-01T00:00:00Z")[2]["history"], [])
        at = history["history"][0]["from"]
        self.assertEqual(self.ask("GET", f"/api/v1/zones/bad.lab/report?at={at}")[2]["at"], report["at"])
        self.problem("GET", "/api/v1/zones/bad.lab/report?at=2001-01-01T00:00:00Z", 404, "no-evidence")
        self.problem("GET", "/api/v1/zones/bad.lab/report?at=yesterday", 400, "query")
        self.problem("GET", "/api/v1/zones/new.example/evidence", 404, "no-evidence")
        self.problem("GET", "/api/v1/zones/nowhere.example/history", 404, "not-watched")

    def test_report_judged_for_another_moment(self):
        self.assertEqual(self.ask("GET", "/api/v1/zones/shop.lab/report")[2]["verdict"], "ok")
        later = self.ask("GET", "/api/v1/zones/shop.lab/report?judged_at=2099-01-01T00:00:00Z")[2]
        self.assertEqual((later["verdict"], later["at"]), ("servfail", "2099-01-01T00:00:00Z"))

    # ---- incidents ----
    def test_incidents(self):
        value = self.ask("GET", "/api/v1/incidents")[2]
        self.assertEqual(len(value["incidents"]), 3)
        self.assertEqual([i["scope"] for i in self.ask("GET", "/api/v1/incidents?state=open")[2]["incidents"]], ["new.example.", "bad.lab."])
        self.assertEqual([i["scope"] for i in self.ask("GET", "/api/v1/incidents?zone=shop.lab")[2]["incidents"]], ["shop.lab."])
        first = self.ask("GET", "/api/v1/incidents?limit=1")[2]
        second = self.ask("GET", "/api/v1/incidents?limit=2&cursor=" + first["next"])[2]
        self.assertEqual([i["id"] for i in first["incidents"] + second["incidents"]], [i["id"] for i in value["incidents"]])
        self.assertIsNone(second["next"])
        self.problem("GET", "/api/v1/incidents?state=new", 400, "query")

    def test_one_incident(self):
        one = self.ask("GET", "/api/v1/incidents/01J0000000000000000000000A")[2]
        self.assertEqual((one["zones"], one["advice"]["fix"]), (["bad.lab."], ["Sign the zone again."]))
        self.problem("GET", "/api/v1/incidents/01J", 404, "no-incident")

    def test_acknowledge_and_mute(self):
        path = "/api/v1/incidents/01J0000000000000000000000A"
        self.problem("POST", path + "/ack", 400, "body", body="{}", token=TOKEN)
        self.problem("POST", path + "x/ack", 404, "no-incident", body='{"by": "me"}', token=TOKEN)
        self.assertEqual(self.ask("POST", path + "/ack", '{"by": "me"}', TOKEN)[2]["acked_by"], "me")
        self.assertEqual(self.ask("POST", path + "/mute", '{"until": "2100-01-01T00:00:00Z"}', TOKEN)[2]["muted_until"], "2100-01-01T00:00:00Z")
        self.assertLess(self.ask("POST", path + "/mute", '{"for": "2h"}', TOKEN)[2]["muted_until"], "2100")
        for body in ("{}", '{"for": "2h", "until": "2100-01-01T00:00:00Z"}', '{"for": "soon"}', '{"until": "soon"}'):
            self.problem("POST", path + "/mute", 400, "body", body=body, token=TOKEN)

    def told(self, incident="01J0000000000000000000000A"):
        with contextlib.closing(sqlite3.connect(f"file:{self.s.dir.name}/store.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT channel, kind, json_extract(alert, '$.by') FROM outbox WHERE incident = ? AND kind <> 'opened' ORDER BY id", (incident,)).fetchall()

    def test_an_acknowledgement_and_its_messages_are_one(self):
        path, incident = "/api/v1/incidents/01J0000000000000000000000C", "01J0000000000000000000000C"
        with contextlib.closing(sqlite3.connect(f"{self.s.dir.name}/store.db", timeout=30)) as db:
            db.execute("CREATE TRIGGER no_room BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
            db.commit()
            self.problem("POST", path + "/ack", 503, "store", body='{"by": "me"}', token=TOKEN)
            self.assertIsNone(self.ask("GET", path)[2]["acked_at"])
            db.execute("DROP TRIGGER no_room")
            db.commit()
        self.ask("POST", path + "/ack", '{"by": "me"}', TOKEN)
        self.assertEqual(self.told(incident), [("ops", "acknowledged", "me"), ("pager", "acknowledged", "me")])
        self.ask("POST", path + "/ack", '{"by": "me"}', TOKEN)
        self.assertEqual(len(self.told(incident)), 2)
        self.ask("POST", path + "/ack", '{"by": "her"}', TOKEN)
        self.assertEqual(self.told(incident)[2:], [("ops", "acknowledged", "her"), ("pager", "acknowledged", "her")])
        self.ask("POST", path + "/mute", '{"for": "2h"}', TOKEN)
        self.ask("POST", path + "/mute", '{"for": "0s"}', TOKEN)
        kinds = [e["kind"] for e in self.ask("GET", f"/api/v1/events?order=oldest&incident={incident}")[2]["events"]]
        self.assertEqual(kinds, ["incident-acknowledged", "incident-acknowledged", "incident-muted", "incident-unmuted"])

    def test_mutes(self):
        path = "/api/v1/mutes"
        self.assertEqual(self.ask("GET", path)[2]["mutes"], [])
        made = []
        for pattern, kept in (("B\u00fccher.Example", "xn--bcher-kva.example"), ("*.shop.lab.", "*.shop.lab"), ("tag:prod", "tag:prod"), (".", ".")):
            status, got, value = self.ask("POST", path, json.dumps({"pattern": pattern, "for": "2h", "why": "move"}), TOKEN)
            self.assertEqual((status, value["pattern"], value["why"], got["Location"]), (201, kept, "move", f"{path}/{value['id']}"))
            made.append(value)
        self.assertEqual(self.ask("GET", path)[2]["mutes"], made)
        for m in made:
            self.assertEqual(self.ask("DELETE", f"{path}/{m['id']}", token=TOKEN)[0], 204)
            self.problem("DELETE", f"{path}/{m['id']}", 404, "no-mute", token=TOKEN)
        self.problem("DELETE", path + "/x", 404, "no-mute", token=TOKEN)
        self.assertEqual(self.ask("GET", path)[2]["mutes"], [])
        for body in ({"pattern": "a..b", "for": "2h"}, {"pattern": "", "for": "2h"}, {"for": "2h"}, {"pattern": "*.", "for": "2h"}):
            self.assertEqual(self.problem("POST", path, 400, "name", body=json.dumps(body), token=TOKEN)["errors"][0]["pointer"], "/pattern")
        for body in ({"pattern": "a.b"}, {"pattern": "a.b", "for": "0s"}, {"pattern": "a.b", "until": "2001-01-01T00:00:00Z"},
                     {"pattern": "a.b", "for": "2h", "until": "2100-01-01T00:00:00Z"}, {"pattern": "a.b", "for": "2h", "zone": "x"}):
            self.problem("POST", path, 400, "body", body=json.dumps(body), token=TOKEN)

    # ---- events ----
    def test_events_in_pages(self):
        every = [e["id"] for e in self.ask("GET", "/api/v1/events?order=oldest&limit=1000")[2]["events"]]
        self.assertEqual(every, sorted(every))
        first = self.ask("GET", "/api/v1/events?order=oldest&limit=2")[2]
        second = self.ask("GET", f"/api/v1/events?order=oldest&limit=1000&cursor={first['next']}")[2]
        self.assertEqual([e["id"] for e in first["events"] + second["events"]], every)
        self.assertEqual(self.ask("GET", "/api/v1/events?limit=1")[2]["events"][0]["id"], every[-1])
        self.assertEqual({e["zone"] for e in self.ask("GET", "/api/v1/events?zone=shop.lab")[2]["events"]}, {"shop.lab."})
        self.problem("GET", "/api/v1/events?order=best", 400, "query")
        self.problem("GET", "/api/v1/events?cursor=-1", 400, "query")

    def stream(self, headers=None, path="/api/v1/events"):
        c = self.s.connect()
        c.request("GET", path, headers={"Accept": "text/event-stream", **(headers or {})})
        r = c.getresponse()
        self.assertEqual((r.status, r.getheader("Content-Type")), (200, "text/event-stream"))
        self.assertEqual(r.readline(), b"retry: 3000\n")
        return c, r

    def next_event(self, r):
        fields = {}
        while True:
            line = r.readline().decode().rstrip("\n")
            if line == "" and fields:
                return fields
            if line and not line.startswith(":"):
                key, value = line.split(": ", 1)
                self.assertNotIn(key, fields)
                fields[key] = value

    def test_stream_and_resume(self):
        c, r = self.stream()
        made = int(self.s.tell("event bad.lab. ds-removed")[1])
        event = self.next_event(r)
        self.assertEqual((int(event["id"]), event["event"]), (made, "ds-removed"))
        validate(json.loads(event["data"]), {"$ref": BASE + "openapi.yaml#/components/schemas/Event"})
        c.close()
        missed = [int(self.s.tell(f"event shop.lab. k{n}")[1]) for n in range(3)]
        c, r = self.stream({"Last-Event-ID": str(made)})
        self.assertEqual([int(self.next_event(r)["id"]) for _ in missed], missed)
        c.close()
        c, r = self.stream({"Last-Event-ID": "999999999"})      # of a store that was made anew
        made = int(self.s.tell("event shop.lab. later")[1])
        self.assertEqual(int(self.next_event(r)["id"]), made)
        c.close()

    def test_stream_of_one_zone(self):
        c, r = self.stream(path="/api/v1/events?zone=shop.lab")
        self.s.tell("event bad.lab. other")
        made = int(self.s.tell("event shop.lab. mine")[1])
        self.assertEqual(int(self.next_event(r)["id"]), made)
        c.close()

    # ---- checks ----
    CHECKS = "/api/v1/checks"

    def check(self, name, prefer=None, **more):
        return self.ask("POST", self.CHECKS, json.dumps({"name": name, **more}), TOKEN, {"Prefer": prefer} if prefer else None)

    def ended(self, path):
        for _ in range(600):
            status, got, value = self.ask("GET", path, token=TOKEN)
            self.assertEqual(status, 200)
            if value["state"] in ("done", "failed"):
                self.assertIsNone(got["Retry-After"])
                return value
            self.assertEqual((got["Retry-After"], value["report"], value["ended_at"]), ("1", None, None))
            time.sleep(0.1)
        self.fail("it does not end")

    def test_check_as_a_job(self):
        status, got, value = self.check("WWW.bad.lab", type="A")
        self.assertEqual((status, got["Location"], got["Retry-After"], got["Preference-Applied"]), (202, f"{self.CHECKS}/{value['id']}", "1", None))
        self.assertEqual((value["name"], value["type"], value["report"]), ("www.bad.lab.", "A", None))
        done = self.ended(got["Location"])
        self.assertEqual((done["state"], done["id"], done["report"]["verdict"], done["report"]["headline"]), ("done", value["id"], "servfail", "rrsig-expired"))
        self.assertTrue(done["asked_at"] <= done["begun_at"] <= done["ended_at"])
        _, again, _ = self.ask("GET", got["Location"], token=TOKEN)
        self.assertEqual(self.ask("GET", got["Location"], token=TOKEN, headers={"If-None-Match": again["ETag"]})[0], 304)
        self.problem("GET", got["Location"], 401, "token")
        self.problem("GET", got["Location"][:-1] + ("0" if got["Location"][-1] != "0" else "1"), 404, "no-check", token=TOKEN)
        self.problem("GET", self.CHECKS + "/x", 404, "no-check", token=TOKEN)

    def test_check_with_patience(self):
        for prefer, applied in (("wait=20", "wait=20"), ('respond-async, Wait = "20"; x=y', "wait=20"), ("wait=9999999999999999999999", "wait=30"), ('x="a, wait=1", wait=5', "wait=5"),
                                ("wait=20, wait=0", "wait=20")):
            status, got, report = self.check("www.bad.lab", prefer, type="A")
            self.assertEqual((status, got["Preference-Applied"], report["verdict"], report["headline"]), (200, applied, "servfail", "rrsig-expired"), prefer)
            self.assertEqual(self.ask("GET", got["Location"], token=TOKEN)[2]["report"], report)
        for prefer in ("wait", "wait=", "wait=x", "wait=-1", "wait=0", "waiting=10", 'x="wait=10"', "respond-async", "wait=1x", "wait=0, wait=20", 'wait="20'):
            status, got, _ = self.check("www.shop.lab", prefer)
            self.assertEqual((status, got["Preference-Applied"]), (202, None), prefer)

    def test_check_that_takes_longer_than_one_waits(self):
        began = time.monotonic()
        status, got, value = self.check("slow.lab", "wait=1")
        self.assertEqual((status, got["Preference-Applied"], value["state"]), (202, "wait=1", "running"))
        self.assertLess(time.monotonic() - began, 5)
        self.assertEqual(self.ended(got["Location"])["report"]["verdict"], "servfail")

    def test_check_outlives_a_reload(self):
        done = self.check("www.shop.lab", "wait=20")[1]["Location"]
        running = self.check("slow.lab", "wait=1")[1]["Location"]
        begun = self.ask("GET", running, token=TOKEN)[2]["begun_at"]
        self.s.tell("reload")
        self.assertEqual(self.ask("GET", done, token=TOKEN)[2]["state"], "done")
        again = self.ended(running)
        self.assertLess(begun, again["begun_at"])
        self.assertNotIn("limited", json.dumps(again["report"]["certainty"]))

    # ---- once, and how often ----
    def keyed(self, path, body, key, token=TOKEN, kind="application/json"):
        return self.s.ask("POST", path, body, token, {"Idempotency-Key": key, "Content-Type": kind})

    def test_a_post_is_done_once(self):
        for path, body, kind, status in (("/api/v1/mutes", '{"pattern": "once.example", "for": "2h"}', "application/json", 201),
                                         ("/api/v1/zones:import?dry_run=false", '{"zone": "once.example"}', "application/x-ndjson", 200),
                                         ("/api/v1/incidents/01J0000000000000000000000B/ack", '{"by": "once"}', "application/json", 200),
                                         ("/api/v1/incidents/01J0000000000000000000000B/mute", '{"for": "2h"}', "application/json", 200),
                                         (self.CHECKS, '{"name": "shop.lab"}', "application/json", 202)):
            key = f'"once {path}"'
            first = self.keyed(path, body, key, kind=kind)
            self.assertEqual(first[0], status, first[2])
            again = self.keyed(path, body, key, kind=kind)
            self.assertEqual((again[0], again[2]), (first[0], first[2]))
            for header in ("Location", "Content-Type", "Retry-After"):
                self.assertEqual(again[1][header], first[1][header])
            self.assertIsNone(again[1]["RateLimit"])        # what is said again costs nothing
            other = self.keyed(path, body.replace(":", " :", 1), key, kind=kind)
            self.assertEqual((other[0], json.loads(other[2])["type"]), (422, "urn:dnsvigil:problem:key-used"))
        made = [m for m in self.ask("GET", "/api/v1/mutes")[2]["mutes"] if m["pattern"] == "once.example"]
        self.assertEqual(len(made), 1)
        self.ask("DELETE", f"/api/v1/mutes/{made[0]['id']}", token=TOKEN)
        self.ask("DELETE", "/api/v1/zones/once.example", token=TOKEN)

    def test_a_key_is_of_one_request_of_one_token(self):
        body, key, made = '{"pattern": "key.example", "for": "2h"}', '"a \\"key\\" \\\\"', []
        for token, sent in ((TOKEN, key), ("sesame", key), (TOKEN, '"another"')):
            status, got, _ = self.keyed("/api/v1/mutes", body, sent, token)
            self.assertEqual(status, 201)
            made.append(got["Location"])
        self.assertEqual(len(set(made)), 3)
        self.assertEqual(self.keyed("/api/v1/mutes", body, key)[1]["Location"], made[0])
        self.s.tell("reload")
        self.assertEqual(self.keyed("/api/v1/mutes", body, key)[1]["Location"], made[0])
        self.assertEqual(self.keyed("/api/v1/zones:import", body, key)[0], 422)        # another resource
        self.assertEqual(self.keyed("/api/v1/mutes", body, key, token="wrong")[0], 401)
        for path in made:
            self.ask("DELETE", path, token=TOKEN)

    def test_a_problem_leaves_the_key_free(self):
        key = '"free"'
        self.assertEqual(self.keyed("/api/v1/mutes", "{}", key)[0], 400)
        status, got, _ = self.keyed("/api/v1/mutes", '{"pattern": "free.example", "for": "2h"}', key)
        self.assertEqual(status, 201)
        self.ask("DELETE", got["Location"], token=TOKEN)

    def test_keys_that_are_none(self):
        for key in ("", '""', "bare", "8e03978e-40d5-43e8-bc93-6894a57f9324", '"open', '"a"b"', '"a\\x"', '"a\\"', '"a";p=1', '"a", "b"', '"\u00e4"', '"a\tb"', f'"{"x" * 254}"'):
            self.assertEqual(self.problem("POST", "/api/v1/mutes", 400, "key", body='{"pattern": "none.example", "for": "2h"}', token=TOKEN,
                                          headers={"Idempotency-Key": key.encode("latin-1")})["status"], 400, key)
        c = self.s.connect()
        c.putrequest("POST", "/api/v1/mutes")
        for name, value in (("Authorization", "Bearer " + TOKEN), ("Idempotency-Key", '"a"'), ("Idempotency-Key", '"b"'), ("Content-Length", "0")):
            c.putheader(name, value)
        c.endheaders()
        self.assertEqual(json.loads(c.getresponse().read())["type"], "urn:dnsvigil:problem:key")
        c.close()
        self.assertEqual(self.keyed("/api/v1/mutes", "{}", f'"{"x" * 253}"')[0], 400)      # the longest; the body is wrong
        self.assertFalse([m for m in self.ask("GET", "/api/v1/mutes")[2]["mutes"] if m["pattern"] == "none.example"])
        self.assertEqual(self.ask("PUT", "/api/v1/zones/shop.lab/watch", '{"tags": ["prod", "web"], "owner": "shop team"}', TOKEN, {"Idempotency-Key": "bare"})[0], 200)

    def test_while_the_first_is_under_way(self):
        body, seen = '{"name": "slow.lab"}', []
        first = threading.Thread(target=lambda: seen.append(self.s.ask("POST", self.CHECKS, body, TOKEN, {"Idempotency-Key": '"slow"', "Prefer": "wait=3"})))
        first.start()
        time.sleep(1)
        status, got, problem = self.keyed(self.CHECKS, body, '"slow"')
        self.assertEqual((status, got["Retry-After"], json.loads(problem)["type"]), (409, "1", "urn:dnsvigil:problem:key-in-use"))
        first.join()
        self.assertEqual((seen[0][0], self.keyed(self.CHECKS, body, '"slow"')[1]["Location"]), (202, seen[0][1]["Location"]))

    def quota(self, method, path, body=None, token=TOKEN):
        _, got, _ = self.s.ask(method, path, body, token)
        if got["RateLimit"] is None:
            return None
        policy = re.fullmatch(r'"([a-z]+)";q=(\d+);w=(\d+)', got["RateLimit-Policy"]).groups()
        left = re.fullmatch(r'"([a-z]+)";r=(\d+);t=(\d+)', got["RateLimit"]).groups()
        self.assertEqual(policy[0], left[0])
        self.assertTrue(0 < int(left[2]) <= int(policy[2]))
        return policy[0], int(policy[1]), int(left[1])

    def test_what_is_left_is_told(self):
        kind, quota, left = self.quota("DELETE", "/api/v1/mutes/x")
        self.assertEqual((kind, quota), ("changes", 20000))
        self.assertEqual(self.quota("PUT", "/api/v1/zones/a..b"), (kind, quota, left - 1))      # what is refused costs too
        self.assertEqual(self.quota("DELETE", "/api/v1/mutes/x", token="sesame")[:2], (kind, quota))
        self.assertEqual(self.quota("POST", self.CHECKS, "{}")[:2], ("checks", 240))
        self.assertEqual(self.quota("DELETE", "/api/v1/mutes/x"), (kind, quota, left - 2))      # each token and kind its own
        for method, path, token in (("GET", "/api/v1/zones", TOKEN), ("GET", self.CHECKS + "/x", TOKEN), ("GET", "/metrics", None), ("DELETE", "/api/v1/mutes/x", "wrong")):
            self.assertIsNone(self.quota(method, path, token=token))

    def test_nonsense_is_no_check(self):
        self.problem("POST", self.CHECKS, 400, "name", body="{}", token=TOKEN)
        self.problem("POST", self.CHECKS, 400, "type", body='{"name": "shop.lab", "type": "IXFR"}', token=TOKEN)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
