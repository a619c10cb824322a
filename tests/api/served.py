"""A serve_for_test and how to talk to it; unittest's cases share one."""
import http.client
import os
import socket
import subprocess
import tempfile

TOKEN = "letmein"
ASAN = "detect_leaks=1:abort_on_error=0:exitcode=99"


class Served:
    def __init__(self, program, listen="127.0.0.1"):
        self.dir = tempfile.TemporaryDirectory()
        env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ASAN)}
        self.errors = open(os.path.join(self.dir.name, "stderr"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([program, self.dir.name, listen], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True, env=env)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            raise RuntimeError("serve_for_test did not start: " + self.stderr())
        self.port, self.listen = int(line.split()[1]), listen

    def stderr(self):
        self.errors.flush()
        self.errors.seek(0)
        return self.errors.read()

    def tell(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass        # the answer is missing too
        answer = self.process.stdout.readline().split()
        if not answer:
            raise RuntimeError("serve_for_test has ended: " + self.stderr()[:4000])
        return answer

    def stop(self):
        """Milliseconds api_stop() took, and how the process ended (0 unless a sanitizer has something to say)."""
        took_ms = int(self.tell("stop")[1])
        code = self.process.wait(60)
        said = self.stderr()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
        self.dir.cleanup()
        return took_ms, code, said

    def connect(self, source=None):
        return http.client.HTTPConnection(self.listen, self.port, timeout=30, source_address=(source, 0) if source else None)

    def ask(self, method, path, body=None, token=None, headers=None):
        """(status, headers, body); the path goes out as it is."""
        c = self.connect()
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = "Bearer " + token
        if body is not None and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        try:
            c.request(method, path, body, sent)
            r = c.getresponse()
            return r.status, r.headers, r.read()
        finally:
            c.close()

    def raw(self, octets=b""):
        s = socket.create_connection((self.listen, self.port), 30)
        s.sendall(octets)
        return s


def whole(s):
    """All that comes until the other side closes."""
    out = b""
    while True:
        try:
            piece = s.recv(65536)
        except ConnectionResetError:
            return out
        if not piece:
            return out
        out += piece
