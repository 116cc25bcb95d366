"""A sink for a collector alone: takes OTLP itself or hands it to the embedded store, and fails in every way a sink can."""
import http.client
import http.server
import json
import random
import socket
import struct
import threading
import time

# Of the troubles, these take the request and lose the answer: whoever does not remember gets it twice.
ANSWER_LOST = ("reset after", "half an answer", "hang after")
TROUBLES = ("slow", "429", "503", "500", "reset", "hang", *ANSWER_LOST)
HANG_SECONDS = 1.5  # longer than the exporter's timeout of the tests


class Sink:
    """`take(body, arrived_ns)` is called for each request that is taken, and may answer with another status than 200; with
    `store` (a port) the request goes there instead, unless it `refuses` what is in it."""

    def __init__(self, take=None, store=None, refuses=None):
        sink = self
        self.take, self.store, self.refuses = take, store, refuses
        self.trouble, self.met, self.lock = "", {}, threading.Lock()
        self.connections = self.requests = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.upstream = None
                sink.connections += 1

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.requests += 1
                self.answer(body, sink.meet())

            def do_GET(self):
                self.answer(b"", sink.meet())

            def answer(self, body, trouble):
                if trouble == "slow":
                    time.sleep(0.2)
                elif trouble.isdigit():
                    return self.send(int(trouble), b"busy", {"Retry-After": "1"} if trouble == "429" else {})
                elif trouble == "reset":
                    return self.reset()
                elif trouble == "hang":
                    time.sleep(HANG_SECONDS)
                    return self.reset()
                status, text = self.taken(body)
                if trouble == "hang after":
                    time.sleep(HANG_SECONDS)
                if trouble in ("hang after", "reset after"):
                    return self.reset()
                if trouble == "half an answer":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
                    return self.reset()
                self.send(status, text)

            def taken(self, body):
                arrived_ns = time.monotonic_ns()
                if sink.refuses and sink.refuses in body:
                    return 400, b"not this one"
                if not sink.store:
                    return (sink.take(body, arrived_ns) or 200), b""
                self.upstream = self.upstream or http.client.HTTPConnection("127.0.0.1", sink.store, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                try:
                    self.upstream.request(self.command, self.path, body, headers)
                    answer = self.upstream.getresponse()
                    return answer.status, answer.read()
                except (OSError, http.client.HTTPException):  # the store is on its way up
                    self.upstream = None
                    return 503, b"the store is gone"

            def send(self, status, text, headers=None):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(text)

            def reset(self):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def shutdown_request(self, request):  # without the FIN, so that a reset is one
                self.close_request(request)

            def handle_error(self, *_):  # the collector was killed meanwhile
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def meet(self):
        with self.lock:
            if self.trouble:
                self.met[self.trouble] = self.met.get(self.trouble, 0) + 1
            return self.trouble

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Troubles(threading.Thread):
    """Brings one trouble after the other, with good moments between them, until told to stop."""

    def __init__(self, sink, seed):
        super().__init__(daemon=True)
        self.sink, self.dice, self.over = sink, random.Random(seed), threading.Event()
        self.start()

    def run(self):
        while not self.over.is_set():
            for trouble in self.dice.sample(TROUBLES, len(TROUBLES)):
                self.sink.trouble = trouble
                if self.over.wait(self.dice.uniform(0.1, 0.7)):
                    break
                self.sink.trouble = ""
                if self.over.wait(self.dice.uniform(0.0, 0.3)):
                    break
        self.sink.trouble = ""

    def stop(self):
        self.over.set()
        self.join()


def bodies_of(request):
    """The records' texts of an OTLP request in JSON."""
    return [record["body"]["stringValue"] for resource in json.loads(request)["resourceLogs"]
            for scope in resource["scopeLogs"] for record in scope["logRecords"]]
