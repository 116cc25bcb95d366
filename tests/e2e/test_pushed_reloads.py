"""Reloads while clients push over OTLP: what they were told is taken is delivered, whichever parts the reload exchanges."""
import pathlib
import random
import shutil
import tempfile
import threading
import time
from collections import Counter

import pytest
from collector_process import Collector
from harness import SOAK, wait_for
from test_pushed_data import Clients, free_port
from troubled_sink import Sink, Troubles, bodies_of

RELOADS = 500 if SOAK else 40
SEED = 99


@pytest.fixture
def folder():
    made = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-pushed-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Changing:
    """Each step() exchanges the receiver, a processor, the exporter, or the exporter's name."""

    def __init__(self, folder, port, sink, queue):
        self.folder, self.port, self.sink, self.queue, self.dice = folder, port, sink, queue, random.Random(SEED)
        self.mark, self.batch, self.timeout, self.name, self.size = 0, True, 5, "otlp_http", 20
        self.kinds = Counter()

    def step(self):
        kind = self.dice.choice(["mark", "batch", "timeout", "name", "size"])
        self.kinds[kind] += 1
        if kind == "name":
            self.name = "otlp_http/other" if self.name == "otlp_http" else "otlp_http"
        elif kind == "batch":
            self.batch = not self.batch
        else:
            setattr(self, kind, getattr(self, kind) + 1)
        return self.text()

    def with_both_names(self):
        """An exporter that was given a second to go may leave requests on disk, for the next of its name."""
        return self.text("otlp_http", "otlp_http/other")

    def exporter(self, name):
        return f"""
  {name}:
    endpoint: http://127.0.0.1:{self.sink.port}
    encoding: json
    compression: none
    timeout: {1 + self.timeout % 3}s
    retry_on_failure: {{initial_interval: 10ms, max_interval: 50ms, max_elapsed_time: 0s}}
    {self.queue}"""

    def text(self, *names):
        names = names or (self.name,)
        return f"""
extensions: {{file_storage: {{directory: '{self.folder}/storage'}}}}
receivers: {{otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{self.port}', max_request_body_size: {self.size << 20}}}}}}}}}
processors:
  attributes: {{actions: [{{key: mark, value: m{self.mark}, action: upsert}}]}}
  batch: {{timeout: 10ms}}
exporters:{"".join(self.exporter(name) for name in names)}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{logs: {{receivers: [otlp], processors: [attributes{', batch' if self.batch else ''}], exporters: [{', '.join(names)}]}}}}
"""


@pytest.mark.parametrize("queue", ["", "sending_queue: {storage: file_storage}"], ids=["in memory", "on disk"])
@pytest.mark.parametrize("healthy", [True, False], ids=["healthy", "troubled"])
def test_what_was_taken_survives_reloads(folder, queue, healthy):
    bodies, lock = [], threading.Lock()

    def take(request, _):
        got = bodies_of(request)
        with lock:
            bodies.extend(got)
    sink, port = Sink(take), free_port()
    config = Changing(folder, port, sink, queue)
    collector = Collector(folder).start(config.text())
    clients = Clients(port)
    troubles = None if healthy else Troubles(sink, SEED)
    try:
        for _ in range(RELOADS):
            assert collector.reload(config.step()), collector.story()
            time.sleep(config.dice.uniform(0, 0.1))
        if troubles:
            troubles.stop()
        clients.stop()
        taken = set(clients.taken)
        assert collector.reload(config.with_both_names()), collector.story()
        wait_for(lambda: taken <= set(bodies), 20,
                 lambda: f"{len(taken - set(bodies))} of {len(taken)} lost: {sorted(taken - set(bodies))[:5]} {collector.story()}")
        time.sleep(0.3)
    finally:
        clients.stopped.set()
        if troubles:
            troubles.stop()
        collector.stop()
        sink.stop()
    doubled = [body for body, count in Counter(bodies).items() if count > 1 and body in taken]
    print(f"seed={SEED} reloads={RELOADS} {dict(config.kinds)} troubles={sink.met} taken={len(taken)} lost=0 doubled={len(doubled)}")
    assert not healthy or not doubled
