#!/usr/bin/python3
"""Starts Debian's Alertmanager on a free port, its data in a directory of its own. Prints the port when it is ready; ends both
when told to. Without an Alertmanager: ends with 77."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CONFIG = "route:\n  receiver: none\nreceivers:\n- name: none\n"


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)      # PR_SET_PDEATHSIG: a test that crashes ends nobody properly


def main():
    program = shutil.which("prometheus-alertmanager")
    if not program:
        return 77
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    home = tempfile.mkdtemp(prefix="dnsvigil-alertmanager-")
    config = os.path.join(home, "alertmanager.yml")
    with open(config, "w", encoding="utf-8") as f:
        f.write(CONFIG)
    child = subprocess.Popen([program, "--config.file=" + config, "--storage.path=" + os.path.join(home, "data"), "--cluster.listen-address=",
                              f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)

    def end(*_):
        child.terminate()
        child.wait()
        shutil.rmtree(home, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    for _ in range(90):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    print(port, flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
