"""A reload changes the difference and nothing else: what stays keeps its connection and its place in its file, a processor
is swapped between two batches, what is removed delivers what it read, and what is invalid is reported."""
import json
import pathlib
import shutil
import tempfile
import threading
import time

import pytest
import requests
from collector_process import Collector, Writer, compare, numbers_of
from harness import free_port_offset, wait_for
from troubled_sink import Sink


@pytest.fixture
def folder():
    made = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-difference-"))
    (made / "logs").mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


class Arrivals:
    """The records in the order they came, as (text, value of the attribute `mark`)."""

    def __init__(self):
        self.records, self.lock = [], threading.Lock()

    def take(self, request, _):
        with self.lock:
            for resource in json.loads(request)["resourceLogs"]:
                for scope in resource["scopeLogs"]:
                    for record in scope["logRecords"]:
                        marks = [a["value"]["stringValue"] for a in record.get("attributes", []) if a["key"] == "mark"]
                        self.records.append((record["body"]["stringValue"], marks[0] if marks else ""))

    def of(self, name):
        with self.lock:
            return [(int(body.split(" ")[1]), mark) for body, mark in self.records if body.startswith(name + ".log ")]


class Setting:
    """A collector on `one.log` and what more is asked for, with a processor that gives each record a mark."""

    def __init__(self, folder):
        self.folder, self.arrivals = folder, Arrivals()
        self.sink = Sink(self.arrivals.take)
        self.port = 8888 + free_port_offset()
        self.collector = Collector(folder)

    def config(self, names, mark="1"):
        receivers = "".join(f"\n  file_log/{name}: {{include: ['{self.folder}/logs/{name}.log'], start_at: beginning, storage: file_storage}}"
                            for name in names)
        return f"""
extensions: {{file_storage: {{directory: '{self.folder}/storage'}}}}
receivers:{receivers}
processors: {{attributes: {{actions: [{{key: mark, value: 'm{mark}', action: upsert}}]}}}}
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:{self.sink.port}
    compression: none
    encoding: json
    sending_queue: {{num_consumers: 1}}
    retry_on_failure: {{initial_interval: 10ms, max_interval: 50ms, max_elapsed_time: 0s}}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {self.port}}}}}}}}}]}}}}
  pipelines: {{logs: {{receivers: [{', '.join('file_log/' + name for name in names)}], processors: [attributes], exporters: [otlp_http]}}}}
"""

    def metric(self, start):
        text = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=5).text
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(start)}

    def write(self, *names, **options):
        return Writer([self.folder / "logs" / f"{name}.log" for name in names], **options)


@pytest.fixture
def setting(folder):
    made = Setting(folder)
    yield made
    made.collector.stop()
    made.sink.stop()


def open_log_files(collector, folder):
    links = pathlib.Path(f"/proc/{collector.process.pid}/fd")
    found = {}
    for link in links.iterdir():
        try:
            if str(link.readlink()).startswith(str(folder / "logs")) and link.readlink().is_file():
                found[link.name] = link.readlink().name
        except OSError:  # closed meanwhile
            continue
    return found


def test_what_does_not_change_keeps_its_connection_and_its_open_file(setting):
    writer = setting.write("one", "two")
    try:
        setting.collector.start(setting.config(["one"]))
        wait_for(lambda: len(setting.arrivals.of("one")) > 50, what="records come")
        connections, files = setting.sink.connections, open_log_files(setting.collector, setting.folder)
        for number in range(10):
            assert setting.collector.reload(setting.config(["one", "two"] if number % 2 == 0 else ["one"], mark=number))
        seen = len(setting.arrivals.of("one"))
        wait_for(lambda: len(setting.arrivals.of("one")) > seen + 50, what="records come")
        assert setting.sink.connections == connections
        assert {fd: name for fd, name in open_log_files(setting.collector, setting.folder).items() if name == "one.log"} == files
    finally:
        writer.stop()


def test_a_changed_processor_is_swapped_between_two_batches(setting):
    writer = setting.write("one", pause=0.001)
    try:
        setting.collector.start(setting.config(["one"], mark=0))
        for mark in range(1, 20):
            time.sleep(0.03)
            assert setting.collector.reload(setting.config(["one"], mark=mark))
        expected = writer.stop().expected()["one.log"]
        wait_for(lambda: len(setting.arrivals.of("one")) >= expected, what=setting.collector.story)
    finally:
        writer.stop()
    records = setting.arrivals.of("one")
    assert [number for number, _ in records] == list(range(expected)), "each once, in order"
    marks = [int(mark[1:]) for _, mark in records]
    assert marks == sorted(marks), "no record went through a processor of before or of later"
    assert set(marks) == set(range(20))


def test_a_removed_receiver_delivers_what_it_read_and_reads_no_more(setting):
    writer = setting.write("one", "two")
    try:
        setting.collector.start(setting.config(["one", "two"]))
        wait_for(lambda: len(setting.arrivals.of("two")) > 50, what="records come")
        setting.sink.trouble = "503"  # what is read from now on is under way when the receiver goes
        time.sleep(0.3)
        assert setting.collector.reload(setting.config(["one"]))
        removed_at = writer.counts[1]
        emitted = sum(setting.metric('onecollector_source_emitted_records_total{source_id="file_log.two"}').values())
        time.sleep(0.3)
        assert sum(setting.metric('onecollector_source_emitted_records_total{source_id="file_log.two"}').values()) == emitted
        setting.sink.trouble = ""
        wait_for(lambda: len(setting.arrivals.of("two")) >= emitted, what=setting.collector.story)
        seen = len(setting.arrivals.of("one"))
        wait_for(lambda: len(setting.arrivals.of("one")) > seen + 50, what="the other goes on")
        assert [number for number, _ in setting.arrivals.of("two")] == list(range(int(emitted)))
        assert emitted <= removed_at + writer.records
        assert setting.collector.reload(setting.config(["one", "two"]))
        expected = writer.stop().expected()
        wait_for(lambda: len(setting.arrivals.records) >= sum(expected.values()), what=setting.collector.story)
    finally:
        writer.stop()
    assert compare(expected, numbers_of([body for body, _ in setting.arrivals.records])) == ([], [], [])


def test_an_invalid_config_changes_nothing_and_is_reported(setting):
    writer = setting.write("one")
    try:
        setting.collector.start(setting.config(["one"]))
        wait_for(lambda: len(setting.arrivals.of("one")) > 50, what="records come")
        info = setting.metric("onecollector_config_info")
        connections = setting.sink.connections
        assert not setting.collector.reload(setting.config(["one"]).replace("start_at: beginning", "start_at: begining"))
        assert "config.yaml:4:" in setting.collector.story() and "'start_at' must be beginning or end" in setting.collector.story()
        assert setting.metric('onecollector_config_reloads_total{result="failure"}') == {'onecollector_config_reloads_total{result="failure"}': 1}
        assert setting.metric("onecollector_config_info") == info
        seen = len(setting.arrivals.of("one"))
        wait_for(lambda: len(setting.arrivals.of("one")) > seen + 50, what="records come")
        assert setting.sink.connections == connections
    finally:
        writer.stop()
