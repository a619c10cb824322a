#!/usr/bin/python3
"""An HTTP receiver that behaves and misbehaves, by path. Prints its port and serves until it is ended.

/status/N       answers N           /after/N      429 with Retry-After: N
/echo           the request as JSON /hang         reads, never answers
/drip           one octet a second  /huge/N       N octets of body
/head           header lines without end          /hundred  100 Continue without end
/redirect       302 to /echo        /short        promises 100 octets, sends 10, closes
/garbage        no HTTP             /date         429 with Retry-After as a date, two minutes on
/nine           an HTTP/0.9 answer
"""
import email.utils
import http.server
import json
import socket
import sys
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, octets):
        self.wfile.write(octets)
        self.wfile.flush()

    def misbehave(self, what, body):
        self.close_connection = True
        if what == "hang":
            time.sleep(30)
        elif what == "drip":
            self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(30):
                self.raw(b"x")
                time.sleep(0.2)
        elif what == "head":
            self.raw(b"HTTP/1.1 200 OK\r\n")
            for i in range(100000):
                self.raw(b"X-Filler-%d: %s\r\n" % (i, b"y" * 200))
        elif what == "hundred":
            while True:
                self.raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
        elif what == "short":
            self.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        elif what == "garbage":
            self.raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        elif what == "nine":
            self.raw(b"<html>an answer of 1991</html>")
        else:
            return False
        return True

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        what, _, number = self.path.split("?")[0].lstrip("/").partition("/")
        try:
            if self.misbehave(what, body):
                return
        except (BrokenPipeError, ConnectionResetError):
            return
        if what == "status":
            self.answer(int(number), b"a body with a secret")
        elif what == "after":
            self.answer(429, b"", [("Retry-After", number)])
        elif what == "date":
            self.answer(429, b"", [("Retry-After", email.utils.formatdate(time.time() + 120, usegmt=True))])
        elif what == "huge":
            self.answer(200, b"z" * int(number))
        elif what == "redirect":
            self.answer(302, b"", [("Location", "/echo")])
        elif what == "echo":
            told = {"method": self.command, "path": self.path, "body": body.decode("latin-1"),
                    "headers": [[k.lower(), v] for k, v in self.headers.items()]}
            self.answer(200, json.dumps(told).encode())
        else:
            self.answer(404)

    do_GET = do_POST = do_PUT = serve


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    address_family = socket.AF_INET

    def handle_error(self, request, client_address):
        pass


def main(handler=Receiver):
    server = Server(("127.0.0.1", 0), handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
