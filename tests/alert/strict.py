#!/usr/bin/python3
"""A receiver that takes nothing its original would refuse: field names, types, limits, signatures. Prints its port.

GET /told             everything that was taken, as JSON: [{path, body, headers}]
GET /faults           what was wrong with the rest: [text]
GET /forget           both lists are emptied
GET /next/KIND/N      the next N requests to paths that begin with /KIND are answered by what follows in the query:
                      ?status=500&after=3&body=...   or ?hang=1
GET /ping...          the dead-man service; its calls are told too
"""
import base64
import hashlib
import hmac
import html.parser
import json
import os
import re
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import receiver  # noqa: E402

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class Fault(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Fault(what)


def units(text):
    return len(text.encode("utf-16-le")) // 2


def text(value, most, what, least=1):
    need(isinstance(value, str), f"{what} is no text")
    need(least <= units(value) <= most, f"{what} has {units(value)} of {most} characters")
    need(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", value), f"{what} holds what hides or turns text")


def shape(o, what, must, may=()):
    need(isinstance(o, dict), f"{what} is no object")
    for key in must:
        need(key in o, f"{what} lacks {key}")
    for key in o:
        need(key in must or key in may, f"{what} has {key}, which nobody knows")


def link(value, what):
    need(isinstance(value, str) and re.match(r"https?://[!-~]+$", value) and len(value) <= 3000, f"{what} is no link")


# ---- Slack ----
def mrkdwn(o, most, what):
    shape(o, what, ["type", "text"], ["verbatim"])
    need(o["type"] == "mrkdwn" and o.get("verbatim") is True, f"{what} reads mentions")
    text(o["text"], most, what)
    slack_escaped(o["text"], what)


def plain(o, most, what):
    shape(o, what, ["type", "text"], ["emoji"])
    need(o["type"] == "plain_text", f"{what} is not plain")
    text(o["text"], most, what)


def slack_escaped(s, what):
    need("<" not in s and ">" not in s, f"{what} holds < or >")
    need(re.fullmatch(r"(?:[^&]|&amp;|&lt;|&gt;)*", s), f"{what} holds a bare &")


def slack_block(b, what):
    kind = b.get("type")
    if kind == "header":
        shape(b, what, ["type", "text"])
        plain(b["text"], 150, what)
        slack_escaped(b["text"]["text"], what)
    elif kind == "section":
        shape(b, what, ["type"], ["text", "fields"])
        need("text" in b or "fields" in b, f"{what} is empty")
        if "text" in b:
            mrkdwn(b["text"], 3000, what)
        if "fields" in b:
            need(1 <= len(b["fields"]) <= 10, f"{what} has too many fields")
            for f in b["fields"]:
                mrkdwn(f, 2000, what)
    elif kind == "actions":
        shape(b, what, ["type", "elements"])
        need(1 <= len(b["elements"]) <= 25, f"{what} elements")
        for e in b["elements"]:
            shape(e, what, ["type", "text", "action_id"], ["url", "value", "style"])
            plain(e["text"], 75, what)
            link(e["url"], what)
    elif kind == "context":
        shape(b, what, ["type", "elements"])
        need(1 <= len(b["elements"]) <= 10, f"{what} elements")
        for e in b["elements"]:
            mrkdwn(e, 3000, what)
    else:
        raise Fault(f"{what} is a {kind}")


def slack_message(o, must, may):
    shape(o, "message", ["text", "blocks"] + must, may)
    text(o["text"], 3000, "text")
    slack_escaped(o["text"], "text")
    need(1 <= len(o["blocks"]) <= 50, "blocks")
    for n, b in enumerate(o["blocks"]):
        slack_block(b, f"block {n}")
    need(units(json.dumps(o["blocks"], ensure_ascii=False)) <= 13200, "msg_blocks_too_long")


def slack_bot(path, o, headers):
    need(headers.get("authorization") == "Bearer xoxb-s3cret", "invalid_auth")
    if path.endswith("/chat.update"):
        slack_message(o, ["channel", "ts"], ["parse", "unfurl_links", "unfurl_media"])
        need(re.match(r"C[0-9A-Z]+$", o["channel"]), "channel_not_found")
        need(o["parse"] == "none", "parse")
    elif "thread_ts" in o:
        shape(o, "reply", ["channel", "thread_ts", "text"], ["parse", "reply_broadcast", "unfurl_links"])
        text(o["text"], 4000, "text")
        slack_escaped(o["text"], "text")
    else:
        slack_message(o, ["channel"], ["parse", "unfurl_links", "unfurl_media"])


# ---- the others ----
def webhook(o, headers, raw):
    need(o["schema"] == "dnsvigil.alert/1", "schema")
    id_, at, signature = (headers.get("webhook-" + n, "") for n in ("id", "timestamp", "signature"))
    need(re.match(r"msg_[0-9a-f]{32}$", id_) and at.isdigit(), "webhook-id")
    key = base64.b64decode(SECRET[len("whsec_"):])
    mac = base64.b64encode(hmac.new(key, f"{id_}.{at}.".encode() + raw, hashlib.sha256).digest()).decode()
    need(signature == "v1," + mac, "webhook-signature")


def pagerduty(o):
    shape(o, "event", ["routing_key", "event_action", "dedup_key"], ["client", "client_url", "links", "payload"])
    need(re.match(r"[0-9a-f]{32}$", o["routing_key"]), "routing_key")
    need(o["event_action"] in ("trigger", "acknowledge", "resolve"), "event_action")
    text(o["dedup_key"], 255, "dedup_key")
    if o["event_action"] != "trigger":
        return
    p = o["payload"]
    shape(p, "payload", ["summary", "source", "severity"], ["timestamp", "component", "group", "class", "custom_details"])
    text(p["summary"], 1024, "summary")
    text(p["source"], 1024, "source")
    need(p["severity"] in ("critical", "error", "warning", "info"), "severity")
    need(RFC3339.match(p["timestamp"]), "timestamp")
    for n in ("component", "group", "class"):
        if n in p:
            text(p[n], 1024, n)
    for one in o.get("links", []):
        shape(one, "link", ["href", "text"])
        link(one["href"], "link")


def teams(o):
    shape(o, "message", ["type", "attachments"])
    need(o["type"] == "message" and len(o["attachments"]) == 1, "message")
    a = o["attachments"][0]
    shape(a, "attachment", ["contentType", "contentUrl", "content"])
    need(a["contentType"] == "application/vnd.microsoft.card.adaptive" and a["contentUrl"] is None, "attachment")
    c = a["content"]
    shape(c, "card", ["$schema", "type", "version", "body"], ["actions", "msteams"])
    need(c["type"] == "AdaptiveCard" and c["version"] == "1.4", "card")
    for b in c["body"]:
        if b["type"] == "TextBlock":
            shape(b, "block", ["type", "text", "wrap"], ["weight", "size", "color", "fontType"])
            text(b["text"], 5000, "block")
            need(not re.search(r"(?<!\\)\[", b["text"]), "a link of somebody else's")
        else:
            shape(b, "block", ["type", "facts"])
            need(b["type"] == "FactSet", "block")
            for f in b["facts"]:
                shape(f, "fact", ["title", "value"])
                text(f["value"], 5000, "fact")
    for one in c.get("actions", []):
        shape(one, "action", ["type", "title", "url"])
        link(one["url"], "action")


def discord(o):
    shape(o, "message", ["content", "embeds", "allowed_mentions"], ["username", "avatar_url"])
    need(o["allowed_mentions"] == {"parse": []}, "allowed_mentions")
    text(o["content"], 2000, "content")
    text(o["username"], 80, "username")
    need(len(o["embeds"]) <= 10, "embeds")
    total = 0
    for e in o["embeds"]:
        shape(e, "embed", ["title", "description"], ["color", "url", "timestamp", "fields"])
        text(e["title"], 256, "title")
        text(e["description"], 4096, "description")
        need(isinstance(e["color"], int) and 0 <= e["color"] <= 0xffffff, "color")
        need(len(e["fields"]) <= 25, "fields")
        total += units(e["title"]) + units(e["description"])
        for f in e["fields"]:
            shape(f, "field", ["name", "value"], ["inline"])
            text(f["name"], 256, "name")
            text(f["value"], 1024, "value")
            total += units(f["name"]) + units(f["value"])
        if "url" in e:
            link(e["url"], "url")
        need(RFC3339.match(e["timestamp"]), "timestamp")
    need(total <= 6000, f"embeds of {total} characters")


def ntfy(o, headers):
    need(headers.get("authorization") == "Bearer tk_s3cret", "unauthorized")
    shape(o, "message", ["topic", "title", "message"], ["tags", "priority", "click", "actions", "markdown", "icon"])
    need(re.match(r"[-_A-Za-z0-9]{1,64}$", o["topic"]), "topic")
    need(len(o["message"].encode()) <= 4096, "message becomes an attachment")
    text(o["message"], 4096, "message")
    text(o["title"], 250, "title")
    need(o["priority"] in (1, 2, 3, 4, 5), "priority")
    for a in o.get("actions", []):
        shape(a, "action", ["action", "label", "url"])
        link(a["url"], "action")


class TelegramHtml(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.count = [], 0

    def handle_starttag(self, tag, attrs):
        need(tag in ("b", "code", "a") and all(n == "href" and tag == "a" for n, _ in attrs), f"tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag):
        need(self.open and self.open.pop() == tag, f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.count += units(data)


def telegram(o):
    shape(o, "message", ["chat_id", "text"], ["parse_mode", "message_thread_id", "link_preview_options", "reply_parameters"])
    need(o["parse_mode"] == "HTML", "parse_mode")
    text(o["text"], 4096, "text")
    need(re.fullmatch(r"(?:[^&]|&amp;|&lt;|&gt;|&quot;|&#39;)*", o["text"]), "a bare &")
    p = TelegramHtml()
    p.feed(o["text"])
    p.close()
    need(not p.open, f"{p.open} stays open")
    need(1 <= p.count <= 4096, "text")
    if "message_thread_id" in o:
        need(isinstance(o["message_thread_id"], int), "message_thread_id")
    if "reply_parameters" in o:
        shape(o["reply_parameters"], "reply_parameters", ["message_id"], ["allow_sending_without_reply"])


LOCK = threading.Lock()
TOLD, FAULTS, NEXT = [], [], {}


class Strict(receiver.Receiver):
    def check(self, path, o, headers, raw):
        """(status, answer)"""
        if path.startswith("/slack/hook/"):
            slack_message(o, [], [])
            return 200, "ok"
        if path.startswith("/slack/api/"):
            try:
                slack_bot(path, o, headers)
            except Fault as f:
                FAULTS.append(str(f))
                return 200, json.dumps({"ok": False, "error": "invalid_blocks"})
            return 200, json.dumps({"ok": True, "channel": "C024BE91L", "ts": o.get("ts") or f"1503435956.{len(TOLD):06d}"})
        if path.startswith("/webhook/"):
            webhook(o, headers, raw)
            return 204, ""
        if path == "/pagerduty/v2/enqueue":
            need(len(raw) <= 512000, "too large")
            pagerduty(o)
            return 202, json.dumps({"status": "success", "message": "Event processed", "dedup_key": o["dedup_key"]})
        if path.startswith("/teams/"):
            need(len(raw) <= 28000, "a card of more than 28 kB")
            teams(o)
            return 202, ""
        if path.startswith("/discord/"):
            discord(o)
            return 204, ""
        if path == "/ntfy":
            ntfy(o, headers)
            return 200, json.dumps({"id": "x", "event": "message"})
        if path == "/telegram/bot123456:s3cret-TOKEN/sendMessage":
            telegram(o)
            return 200, json.dumps({"ok": True, "result": {"message_id": 40 + len(TOLD)}})
        raise Fault(f"nobody lives at {path}")

    def told(self, path):
        if path == "/told":
            self.answer(200, json.dumps(TOLD).encode())
        elif path == "/faults":
            self.answer(200, json.dumps(FAULTS).encode())
        elif path == "/forget":
            TOLD.clear()
            FAULTS.clear()
            NEXT.clear()
            self.answer(204)
        elif path.startswith("/next/"):
            _, _, kind, n = path.split("/")
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            NEXT[kind] = [int(n), query]
            self.answer(204)
        elif path.startswith("/ping"):
            TOLD.append({"path": self.path, "body": None, "headers": {}})
            self.answer(200, b"OK")
        else:
            self.answer(404)

    def misbehaves(self, path):
        planned = NEXT.get(path.split("/")[1])
        if not planned or planned[0] == 0:
            return False
        planned[0] -= 1
        query = planned[1]
        if "hang" in query:
            LOCK.release()
            time.sleep(float(query["hang"]))
            LOCK.acquire()
            self.close_connection = True
        else:
            after = [("Retry-After", query["after"])] if "after" in query else []
            self.answer(int(query["status"]), query.get("body", "").encode(), after)
        return True

    def serve(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        path = urllib.parse.urlsplit(self.path).path
        with LOCK:
            try:
                if self.misbehaves(path):
                    return
                if self.command == "GET":
                    self.told(path)
                    return
                headers = {k.lower(): v for k, v in self.headers.items()}
                try:
                    need(self.command == "POST" and headers.get("content-type") == "application/json; charset=utf-8", "content-type")
                    o = json.loads(raw.decode("utf-8"))
                    status, answer = self.check(path, o, headers, raw)
                    TOLD.append({"path": path, "body": o, "headers": {k: v for k, v in headers.items() if k.startswith("webhook-")}})
                except (Fault, KeyError, ValueError, TypeError) as f:
                    FAULTS.append(f"{path}: {f!r}")
                    status, answer = 400, "invalid_payload"
                self.answer(status, answer.encode())
            except (BrokenPipeError, ConnectionResetError):
                pass

    do_GET = do_POST = do_PUT = serve


if __name__ == "__main__":
    sys.exit(receiver.main(Strict))
