"""Stands in for the collector in tests: python3 fake_collector.py LOCK PORT [validate] --config FILE.

LOCK PORT dry-run --config FILE --records N … prints a report ("silent": none, "hang": it does not end).

It answers /metrics with the hash of its config, takes the file up again on SIGHUP, and does what words in it say:
"invalid" fails validation, "refused" is refused when it is to run, "crash" ends it.
"""
import fcntl
import hashlib
import http.server
import os
import signal
import sys
import threading

lock_path, port, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
config_path = arguments[-1]
state = {"hash": "", "failed": 0}


def load():
    with open(config_path, "rb") as file:
        content = file.read()
    if b"crash" in content:
        print("2026-11-23T00:00:00.000Z ERROR [collector] told to crash", flush=True)
        os._exit(3)
    if b"refused" in content:
        print("2026-11-23T00:00:00.000Z ERROR [collector] receiver cannot start", flush=True)
        state["failed"] += 1
        return
    state["hash"] = hashlib.sha256(content).hexdigest()[:32]


class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = (
            f'onecollector_config_info{{hash="{state["hash"]}",generation="1"}} 1\n'
            f'onecollector_config_reloads_total{{result="failure"}} {state["failed"]}\n'
            'onecollector_source_read_bytes_total{source_id="s1"} 42\n'
            'onecollector_source_last_error{source_id="s1",error="permission denied"} 1\n'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True


if arguments[0] == "validate":
    with open(config_path, "rb") as file:
        if b"invalid" in file.read():
            print("error: config.yaml:3:5: unknown component nosuch")
            sys.exit(1)
    sys.exit(0)

if arguments[0] == "dry-run":
    with open(arguments[arguments.index("--config") + 1], "rb") as file:
        content = file.read()
    if b"silent" in content:
        sys.exit(4)
    if b"hang" in content:
        signal.pause()
    print("2026-11-23T00:00:00.000Z INFO [collector] trying {the config}")
    print('{"ok": %s, "records": %s}' % ("false" if b"invalid" in content else "true",
                                         arguments[arguments.index("--records") + 1]))
    sys.exit(1 if b"invalid" in content else 0)

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGTERM})
lock = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o644)
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
server = Server(("127.0.0.1", port), Metrics)  # before the pid: who reads that may connect
os.ftruncate(lock, 0)
os.write(lock, f"{os.getpid()}\n".encode())
load()
threading.Thread(target=server.serve_forever, daemon=True).start()
while signal.sigwait({signal.SIGHUP, signal.SIGTERM}) == signal.SIGHUP:
    load()
