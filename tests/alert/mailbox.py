#!/usr/bin/python3
"""A real SMTP server (aiosmtpd) that reads each mail with Python's strict parser and writes what it found as one line of JSON
to FILE. Prints its port. Recipients that begin with "no" are refused by 550, with "busy" by 451; "nobody" in MAIL FROM too.

mailbox.py FILE [CERT KEY]      with CERT: STARTTLS is required, and AUTH me/pw
"""
import asyncio
import email
import email.policy
import json
import signal
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

OUT = sys.argv[1]


def summary(envelope):
    raw = envelope.original_content
    m = email.message_from_bytes(raw, policy=email.policy.SMTP)
    faults = [str(d) for part in m.walk() for d in part.defects]
    faults += [f"{name}: {m[name].defects}" for name in set(m.keys()) if getattr(m[name], "defects", ())]
    lines = raw.split(b"\r\n")
    faults += ["a bare CR or LF" for line in lines if b"\r" in line or b"\n" in line]
    faults += ["a line over 998" for line in lines if len(line) > 998]
    faults += ["not ASCII" for line in lines if any(c > 0x7e for c in line)]
    parts = [(p.get_content_type(), p.get_content()) for p in m.iter_parts()] if m.is_multipart() else []
    return {"from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": {k: str(v) for k, v in m.items()},
            "names": sorted(k.lower() for k in m.keys()), "parts": parts, "faults": faults}


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("no"):
            return "550 no such user"
        if address.startswith("busy"):
            return "451 later"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        with open(OUT, "a", encoding="utf-8") as f:
            f.write(json.dumps(summary(envelope)) + "\n")
        return "250 taken"


def known(server, session, envelope, mechanism, data):
    ok = getattr(data, "login", b"") == b"me" and getattr(data, "password", b"") == b"pw"
    return AuthResult(success=ok, handled=False)


async def main():
    options = {}
    if len(sys.argv) > 3:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": known}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mailbox(), hostname="mail.test", **options), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


asyncio.run(main())
