"""One collector without a control plane, and a sink for it that counts what it is sent."""
import http.server
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

from harness import BINARY, alive, wait_for

MARK = re.compile(rb"##([\w. -]+)##")  # what a record is known by: "##app 17##" somewhere in its text


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """Takes OTLP in whatever encoding; keeps how often each mark came. Answers 503 while `down`, `delay` seconds late."""

    def __init__(self, keep=None, delay=0):
        sink = self
        self.marks, self.down, self.delay, self.lock = Counter(), False, delay, threading.Lock()
        keep = keep or self.marks.update

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                found = MARK.findall(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(sink.delay)
                with sink.lock:
                    status = 503 if sink.down else 200
                    if status == 200:
                        keep(found)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Collector:
    """`receivers` is YAML, one a line; their names are those of `pipeline`. The storage lies in `folder`/storage."""

    def __init__(self, folder, sink, receivers, pipeline="file_log", exporter="", environment=None, prefix=()):
        self.folder, self.metrics_port, self.prefix = folder, free_port(), list(prefix)
        self.environment = {**os.environ, **(environment or {})}
        self.storage = folder / "storage"
        self.config = folder / "config.yaml"
        self.config.write_text(f"""
extensions: {{file_storage: {{directory: '{self.storage}'}}}}
receivers:
{receivers}
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:{sink.port}
    compression: none
    retry_on_failure: {{initial_interval: 20ms, max_interval: 100ms, max_elapsed_time: 0s}}
{exporter}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {self.metrics_port}}}}}}}}}]}}}}
  pipelines: {{logs: {{receivers: [{pipeline}], exporters: [otlp_http]}}}}
""")
        self.log = folder / "collector.log"
        self.process = None

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([*self.prefix, BINARY, "collector", "--config", self.config], stderr=log,
                                            env=self.environment)
        wait_for(lambda: self.metrics() or self.process.poll() is not None, 20, self.story)
        assert self.process.poll() is None, self.story()
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """It must end by itself, and well."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(20) == 0, self.story()

    def metrics(self):
        """Of all that it tells, the sums by name."""
        try:
            text = urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=5).read().decode()
        except (urllib.error.URLError, OSError):
            return {}
        sums = Counter()
        for line in text.splitlines():
            if not line.startswith("#"):
                sums[line.split("{")[0].split(" ")[0]] += float(line.rsplit(" ", 1)[1])
        return sums

    def metric(self, name):
        return self.metrics().get(name, 0)

    def story(self):
        return self.log.read_text(errors="replace")[-4000:]

    def alive(self):
        return alive(self.process.pid)

    def status(self, name):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith(name + ":")).split()[1])

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self):
        return self.status("VmHWM") / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def expect_marks(sink, collector, expected, seconds=40, doubled=False):
    """Every one of them is at the sink; once, unless it may be `doubled`."""
    def missing():
        with sink.lock:
            return expected - sink.marks.keys()

    wait_for(lambda: not missing(), seconds, lambda: f"{len(missing())} lost, as {sorted(missing())[:5]}\n{collector.story()}", 0.1)
    time.sleep(0.2)  # a late duplicate would come now
    with sink.lock:
        assert sink.marks.keys() <= expected, sorted(sink.marks.keys() - expected)[:5]
        twice = [mark for mark, times in sink.marks.items() if times > 1]
    assert doubled or not twice, f"{len(twice)} doubled, as {twice[:5]}\n{collector.story()}"
