"""A sink that refuses single records with 400 gets all others: the refused ones are found by halving the request, counted,
and kept in a file that stays bounded."""
import json
import pathlib
import shutil
import tempfile
import threading

import pytest
import requests
from collector_process import Collector, Store
from harness import free_port_offset, wait_for
from troubled_sink import Sink, bodies_of

RECORDS, POISON = 20_000, 13
MAX_FILE_BYTES = 8 << 20  # two of these: dead_letters.jsonl and .1


@pytest.fixture
def folder():
    made = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-dead-letters-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Picky:
    """Refuses each request in which a record says "poison"."""

    def __init__(self):
        self.bodies, self.refused, self.lock = [], 0, threading.Lock()

    def take(self, request, _):
        bodies = bodies_of(request)
        with self.lock:
            if any("poison" in body for body in bodies):
                self.refused += 1
                return 400
            self.bodies += bodies
            return 200


def config(folder, port, metrics, more="", path=""):
    return f"""
extensions: {{file_storage: {{directory: '{folder}/storage'}}}}
receivers: {{file_log: {{include: ['{folder}/app.log'], start_at: beginning, storage: file_storage, resource: {{service.name: letters, source_id: letters}}}}}}
exporters: {{otlp_http: {{endpoint: 'http://127.0.0.1:{port}{path}', compression: none{more}}}}}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {metrics}}}}}}}}}]}}}}
  pipelines: {{logs: {{receivers: [file_log], exporters: [otlp_http]}}}}
"""


def metric(port, name):
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def letters(folder):
    return [json.loads(line) for name in ("dead_letters.jsonl.1", "dead_letters.jsonl")
            if (folder / "storage" / name).exists() for line in (folder / "storage" / name).read_text().splitlines()]


def start(folder, lines, more=", encoding: json"):
    (folder / "app.log").write_text("".join(line + "\n" for line in lines))
    picky, port = Picky(), 8888 + free_port_offset()
    sink = Sink(picky.take)
    return picky, sink, port, Collector(folder).start(config(folder, sink.port, port, more))


def test_the_poison_is_found_counted_and_kept_and_everything_else_arrives(folder):
    poisoned = {(RECORDS // POISON) * i + i % 7 for i in range(POISON)}
    lines = [f"line {i}{' poison' if i in poisoned else ''}" for i in range(RECORDS)]
    picky, sink, port, collector = start(folder, lines)
    try:
        wait_for(lambda: len(picky.bodies) >= RECORDS - POISON, 30, collector.story)
        wait_for(lambda: len(letters(folder)) >= POISON, 10, collector.story)
        assert sorted(picky.bodies) == sorted(line for i, line in enumerate(lines) if i not in poisoned)
        kept = letters(folder)
        assert sorted(letter["body"] for letter in kept) == sorted(lines[i] for i in poisoned)
        content = (folder / "app.log").read_bytes()
        for letter in kept:
            assert content[letter["offset"]:].startswith(letter["body"].encode() + b"\n")
            assert letter["source_id"] == "letters" and "400" in letter["reason"]
        assert metric(port, "otelcol_exporter_send_failed_log_records") == POISON
        wait_for(lambda: metric(port, 'onecollector_source_dropped_records_total{') == POISON, 10, collector.story)
        assert metric(port, "onecollector_source_acknowledged_offset_bytes") == len(content), "nothing is sent again"
        # Halving takes about log2 of a request's records for each of them.
        assert picky.refused <= POISON * 18
        print(f"records={RECORDS} poison={POISON} refused_requests={picky.refused}")
    finally:
        collector.stop()
        sink.stop()


def test_the_file_of_dead_letters_is_bounded(folder):
    count = 2_500  # of 8 KiB each: more than both files hold
    lines = [f"poison {i} {'x' * 8_000}" for i in range(count)] + ["a good one"]
    picky, sink, port, collector = start(folder, lines)
    try:
        wait_for(lambda: picky.bodies == ["a good one"], 50, lambda: f"{picky.refused} {collector.story()}")
        wait_for(lambda: metric(port, 'onecollector_source_dropped_records_total{') == count, 10, collector.story)
        sizes = [(folder / "storage" / name).stat().st_size for name in ("dead_letters.jsonl", "dead_letters.jsonl.1")]
        print(f"refused={count} kept={len(letters(folder))} bytes={sizes}")
        assert all(0 < size <= MAX_FILE_BYTES for size in sizes)
        assert letters(folder)[-1]["body"].startswith("poison"), "the newest are kept"
        assert metric(port, "otelcol_exporter_send_failed_log_records") == count
        assert collector.said("was refused by the sink and is left out") < 20, "the log is not filled"
    finally:
        collector.stop()
        sink.stop()


def test_what_the_store_refused_is_not_sent_again_after_a_restart(folder):
    """The store remembers the ranges that were left out; its front refuses what says poison."""
    store = Store(folder / "store").start()
    sink = Sink(store=store.port, refuses=b"poison")
    port = 8888 + free_port_offset()
    lines = [f"line {i}{' poison' if i % 50 == 7 else ''}" for i in range(500)]
    (folder / "app.log").write_text("".join(line + "\n" for line in lines))
    collector = Collector(folder)
    more = f", watermarks_endpoint: 'http://127.0.0.1:{sink.port}'"
    good = sorted(line for line in lines if "poison" not in line)
    try:
        collector.start(config(folder, sink.port, port, more, "/otlp"))
        wait_for(lambda: len(store.lines()) >= len(good), 20, collector.story)
        wait_for(lambda: len(letters(folder)) == 10, 10, collector.story)
        wait_for(lambda: metric(port, "onecollector_source_acknowledged_offset_bytes") == (folder / "app.log").stat().st_size, 10,
                 collector.story)
        collector.kill()  # the offsets may not have been saved: the store's memory is what counts
        collector.start()
        with open(folder / "app.log", "a") as file:
            file.write("last\n")
        wait_for(lambda: "last" in store.lines(), 20, collector.story)
        assert sorted(store.lines()) == sorted(good + ["last"])
        assert len(letters(folder)) == 10
    finally:
        collector.stop()
        sink.stop()
        store.stop()
