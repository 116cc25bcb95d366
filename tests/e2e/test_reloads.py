"""Reloads under load: sources, operators, processors and exporters come, change and go, and invalid configs change
nothing. Nothing is lost, nothing is doubled, and what did not change is read without a pause."""
import pathlib
import random
import shutil
import tempfile
import threading
import time

import pytest
from collector_process import Collector, Store, Writer, compare, numbers_of, quantile
from harness import SOAK, wait_for
from troubled_sink import Sink, Troubles, bodies_of

RELOADS = 1_000 if SOAK else 80
TROUBLED_RELOADS = 1_000 if SOAK else 60
SEED = 20_251
STEADY, CHANGING = 2, 6  # files; those of the first kind belong to sources that no reload touches
# p99.9 of a line's way to the sink: 50 ms on a machine that does nothing else, where the full length runs. What ./dev test
# shares its machine with delays lines, too; a reload that stopped reading would take a drain's second.
PAUSE_LIMIT_MS = 50 if SOAK else 250


@pytest.fixture
def folder():
    made = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-reloads-"))
    (made / "logs").mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


INVALID = [
    lambda text: text.replace("receivers:", "receivers: [", 1),
    lambda text: text.replace("start_at: beginning", "start_at: begining", 1),
    lambda text: text.replace("start_at: beginning", "start_at: beginning, starts_at: end", 1),
    lambda text: text.replace("exporters: [otlp_http]", "exporters: [otlp_http, missing]", 1),
    lambda text: text.replace("processors: [", "processors: [nowhere, ", 1),
    lambda text: text.replace("type: add", "type: ad", 1),
    lambda text: text.replace("/storage'", "/config.yaml/storage'", 1),  # valid, and cannot start
    lambda text: "",
]


class Changing:
    """A config of which each step() changes something; the steady sources stay as they are."""

    def __init__(self, folder, sink, more="", seed=SEED):
        self.folder, self.sink, self.more, self.dice = folder, sink, more, random.Random(seed)
        self.sources = {f"changing-{i}": "" for i in range(CHANGING)}
        self.gone, self.processors, self.timeout = set(), {"attributes": "1", "batch": ""}, 5
        self.kinds = {}

    def step(self):
        kind, change = self.dice.choice([
            ("removed", self.remove), ("added", self.add), ("source changed", self.change), ("operators", self.operators),
            ("processor changed", self.processor), ("processor gone or back", self.toggle_batch), ("exporter", self.exporter)])
        change()
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        return self.text()

    def invalid(self):
        self.kinds["invalid"] = self.kinds.get("invalid", 0) + 1
        return self.dice.choice(INVALID)(self.text())

    def remove(self):
        self.gone.add(self.dice.choice(list(self.sources)))

    def add(self):
        if self.gone:
            self.gone.discard(self.dice.choice(sorted(self.gone)))

    def change(self):
        self.sources[self.dice.choice(list(self.sources))] = f"attributes: {{round: '{self.dice.random()}'}}"

    def operators(self):
        source = self.dice.choice(list(self.sources))
        number = self.dice.randrange(1000)
        self.sources[source] = self.dice.choice([
            f"operators: [{{type: add, field: attributes.number, value: '{number}'}}]",
            f"operators: [{{type: regex_parser, regex: '^(?P<name>\\S+) (?P<number{number}>\\d+)'}}]",
            f"operators: [{{type: filter, expr: 'body == \"{number}\"'}}]",
        ])

    def processor(self):
        self.processors["attributes"] = str(self.dice.randrange(1000))

    def toggle_batch(self):
        self.processors["batch"] = "" if self.processors["batch"] else f"timeout: {self.dice.randrange(1, 20)}ms"

    def exporter(self):
        self.timeout = 5 + (self.timeout - 4) % 5

    def everything(self):
        self.gone.clear()
        return self.text()

    def receiver(self, name, more):
        return f"""
  file_log/{name}:
    include: ['{self.folder}/logs/{name}.log']
    start_at: beginning
    storage: file_storage
    resource: {{service.name: reloads, source_id: {name}}}
    {more}"""

    def text(self):
        names = [f"steady-{i}" for i in range(STEADY)] + [name for name in self.sources if name not in self.gone]
        batch = self.processors["batch"]
        return f"""
extensions: {{file_storage: {{directory: '{self.folder}/storage'}}}}
receivers:{''.join(self.receiver(name, self.sources.get(name, 'operators: [{type: add, field: attributes.a, value: b}]')) for name in names)}
processors:
  attributes: {{actions: [{{key: number, value: '{self.processors['attributes']}', action: upsert}}]}}
  batch: {{{batch}}}
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:{self.sink.port}{'/otlp' if self.sink.store else ''}
    compression: none
    timeout: {self.timeout / 5:.2f}s
    retry_on_failure: {{initial_interval: 10ms, max_interval: 50ms, max_elapsed_time: 0s}}
    {self.more}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    logs:
      receivers: [{', '.join('file_log/' + name for name in names)}]
      processors: [attributes{', batch' if batch else ''}]
      exporters: [otlp_http]
"""


def start_writers(folder, pause):
    names = [f"steady-{i}" for i in range(STEADY)] + [f"changing-{i}" for i in range(CHANGING)]
    return Writer([folder / "logs" / f"{name}.log" for name in names], records=4, pause=pause, seed=SEED)


def reload_again_and_again(collector, config, reloads, pause):
    for number in range(reloads):
        if number % 5 == 4:
            assert not collector.reload(config.invalid()), collector.story()
        else:
            assert collector.reload(config.step()), collector.story()
        time.sleep(config.dice.uniform(0, pause))
    assert collector.reload(config.everything()), collector.story()


class Arrivals:
    """Which records came, and how long those of the steady sources were on their way."""

    def __init__(self):
        self.bodies, self.delays_ms, self.lock = [], [], threading.Lock()

    def take(self, request, arrived_ns):
        bodies = bodies_of(request)
        with self.lock:
            self.bodies += bodies
            self.delays_ms += [(arrived_ns - int(body.split(" ", 3)[2])) / 1e6 for body in bodies
                               if body.startswith("steady")]

    def take_delays(self):
        with self.lock:
            delays, self.delays_ms = self.delays_ms, []
        return delays


def describe(delays):
    return " ".join(f"p{share * 100:g}={quantile(delays, share):.1f}" for share in (0.5, 0.99, 0.999, 1)) + f" ms of {len(delays)}"


def test_with_a_healthy_sink_nothing_is_lost_or_doubled_and_reading_never_pauses(folder):
    arrivals = Arrivals()
    sink = Sink(arrivals.take)
    config = Changing(folder, sink, "encoding: json")
    collector = Collector(folder).start(config.text())
    writer = start_writers(folder, pause=0.004)
    try:
        time.sleep(1)
        arrivals.take_delays()
        time.sleep(4)
        before = arrivals.take_delays()  # what the machine does to them without any reload
        reload_again_and_again(collector, config, RELOADS, 0.15)
        during = arrivals.take_delays()
        expected = writer.stop().expected()
        wait_for(lambda: len(arrivals.bodies) >= sum(expected.values()), 30, collector.story)
        time.sleep(0.3)  # a late duplicate would come now
    finally:
        writer.stop()
        collector.stop()
        sink.stop()
    lost, doubled, strange = compare(expected, numbers_of(arrivals.bodies))
    print(f"seed={SEED} reloads={RELOADS} {config.kinds} records={sum(expected.values())} lost={len(lost)} "
          f"doubled={len(doubled)}; without reloads {describe(before)}; with them {describe(during)}")
    assert (lost, doubled, strange) == ([], [], [])
    # A machine that is busy with something else delays lines without any reload, too.
    assert quantile(during, 0.999) <= max(PAUSE_LIMIT_MS, 2 * quantile(before, 0.999))


def test_with_a_sink_that_fails_in_every_way_nothing_is_lost_and_nothing_doubled_in_the_store(folder):
    store = Store(folder / "store").start()
    sink = Sink(store=store.port)
    config = Changing(folder, sink, f"watermarks_endpoint: http://127.0.0.1:{sink.port}", seed=SEED + 1)
    collector = Collector(folder).start(config.text())
    writer = start_writers(folder, pause=0.01)
    troubles = Troubles(sink, SEED)
    try:
        reload_again_and_again(collector, config, TROUBLED_RELOADS, 0.1)
        troubles.stop()
        expected = writer.stop().expected()
        wait_for(lambda: len(store.lines()) >= sum(expected.values()), 60, collector.story, every=0.5)
        time.sleep(0.3)
        got = numbers_of(store.lines())
    finally:
        troubles.stop()
        writer.stop()
        collector.stop()
        sink.stop()
        store.stop()
    lost, doubled, strange = compare(expected, got)
    print(f"seed={SEED} reloads={TROUBLED_RELOADS} {config.kinds} troubles={sink.met} records={sum(expected.values())} "
          f"lost={len(lost)} doubled={len(doubled)}")
    assert (lost, doubled, strange) == ([], [], [])


def test_with_a_sink_that_fails_in_every_way_and_forgets_nothing_is_lost(folder):
    arrivals = Arrivals()
    sink = Sink(arrivals.take)
    config = Changing(folder, sink, "encoding: json", seed=SEED + 2)
    collector = Collector(folder).start(config.text())
    writer = start_writers(folder, pause=0.01)
    troubles = Troubles(sink, SEED + 1)
    try:
        reload_again_and_again(collector, config, TROUBLED_RELOADS, 0.1)
        troubles.stop()
        expected = writer.stop().expected()
        wait_for(lambda: not compare(expected, numbers_of(arrivals.bodies))[0], 60, collector.story, every=0.5)
    finally:
        troubles.stop()
        writer.stop()
        collector.stop()
        sink.stop()
    lost, doubled, strange = compare(expected, numbers_of(arrivals.bodies))
    print(f"seed={SEED + 2} reloads={TROUBLED_RELOADS} {config.kinds} troubles={sink.met} records={sum(expected.values())} "
          f"lost={len(lost)} doubled={len(doubled)}, of answers that were lost")
    assert (lost, strange) == ([], [])
