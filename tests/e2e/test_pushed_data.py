"""What clients push over OTLP and were told is taken is delivered, whatever kills the collector."""
import http.server
import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

from harness import SOAK, wait_for
from standalone import free_port

KILLS = 50 if SOAK else 6


class Sink:
    """Keeps the bodies of the records it is sent; answers 503 while `down`."""

    def __init__(self):
        sink = self
        self.bodies, self.down, self.lock = [], True, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with sink.lock:
                    status = 503 if sink.down else 200
                    if status == 200:
                        sink.bodies += [record["body"]["stringValue"] for resource in request["resourceLogs"]
                                        for scope in resource["scopeLogs"] for record in scope["logRecords"]]
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def write_config(folder, port, sink):
    config = folder / "config.yaml"
    config.write_text(f"""
extensions: {{file_storage: {{directory: '{folder}/storage'}}}}
receivers: {{otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{port}'}}}}}}}}
processors: {{batch: {{timeout: 20ms}}}}
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:{sink.port}
    encoding: json
    compression: none
    retry_on_failure: {{initial_interval: 20ms, max_interval: 100ms, max_elapsed_time: 0s}}
    sending_queue: {{storage: file_storage}}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{logs: {{receivers: [otlp], processors: [batch], exporters: [otlp_http]}}}}
""")
    return config


def push(port, body):
    """Whether the collector said that it took the record."""
    record = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": body}}]}]}]}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/logs", json.dumps(record).encode(),
                                     {"Content-Type": "application/json"})
    try:
        return urllib.request.urlopen(request, timeout=30).status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
        return False


class Clients:
    """Push numbered records, from several threads, until told to stop; know which were taken."""

    def __init__(self, port, threads=4):
        self.taken, self.stopped = [], threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(port, i), daemon=True) for i in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, port, client):
        number = 0
        while not self.stopped.is_set():
            body = f"client {client} record {number}"
            if push(port, body):
                self.taken.append(body)
            else:
                time.sleep(0.02)
            number += 1

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def test_what_was_taken_survives_kills_while_the_sink_comes_and_goes(tmp_path):
    sink, port = Sink(), free_port()
    command = [os.environ["ONECOLLECTOR"], "collector", "--config", write_config(tmp_path, port, sink)]
    clients = Clients(port)
    for kill in range(KILLS):
        collector = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        before = len(clients.taken)
        wait_for(lambda before=before: len(clients.taken) > before + 5, what="records are taken")
        sink.down = kill % 2 == 0
        time.sleep(random.uniform(0, 0.3))
        collector.send_signal(signal.SIGKILL)
        collector.wait()
    clients.stop()
    sink.down = False
    collector = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: set(clients.taken) <= set(sink.bodies), what="everything taken is delivered")
    finally:
        collector.kill()
        collector.wait()
    assert len(clients.taken) > KILLS * 5
