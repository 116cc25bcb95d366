"""kill -9 of a collector alone, at random moments while files rotate by rename: nothing is lost and nothing is doubled in
the embedded store, also of records of several lines that span reads and of what waits in a queue on disk."""
import pathlib
import random
import shutil
import tempfile
import time

import pytest
from collector_process import Collector, Store, Writer, compare, numbers_of
from harness import SOAK, wait_for
from troubled_sink import Sink

KILLS = 500 if SOAK else 25
LONGEST_LIFE = 0.7 if SOAK else 0.4  # seconds from start to kill
SEED = 4_711
LINES = 3  # of a record of several

MULTILINE = "multiline: {line_start_pattern: '^\\S'}"
RECOMBINE = """preserve_leading_whitespaces: true
    operators:
      - {type: recombine, combine_field: body, is_first_entry: 'body matches "^\\\\S"', force_flush_period: 4s,
         source_identifier: 'attributes["log.file.name"]'}"""


@pytest.fixture
def folder():
    made = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-kills-"))
    (made / "logs").mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


def config(folder, sink, receivers, queue=""):
    text = "".join(f"""
  file_log/{name}:
    include: ['{folder}/logs/{include}']
    start_at: beginning
    storage: file_storage
    force_flush_period: 4s
    resource: {{service.name: kills, source_id: {name}}}
    {more}""" for name, (include, more) in receivers.items())
    return f"""
extensions: {{file_storage: {{directory: '{folder}/storage'}}}}
receivers:{text}
processors: {{batch: {{timeout: 5ms}}}}
exporters:
  otlp_http:
    endpoint: http://127.0.0.1:{sink.port}/otlp
    watermarks_endpoint: http://127.0.0.1:{sink.port}
    compression: none
    retry_on_failure: {{initial_interval: 10ms, max_interval: 50ms, max_elapsed_time: 0s}}
    {queue}
service:
  extensions: [file_storage]
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{logs: {{receivers: [{', '.join('file_log/' + name for name in receivers)}], processors: [batch], exporters: [otlp_http]}}}}
"""


def storm(folder, receivers, writers, queue="", lines=1):
    """Kills the collector again and again, the sink failing now and then; compares what was written with the store."""
    dice, began = random.Random(SEED), time.monotonic()
    store = Store(folder / "store").start()
    sink = Sink(store=store.port)
    collector = Collector(folder)
    collector.write(config(folder, sink, receivers, queue))
    try:
        collector.start()
        files = {path.name for writer in writers for path in writer.paths}
        wait_for(lambda: {line.split(" ")[0] for line in store.lines()} >= files, 20, collector.story)
        for writer in writers:
            writer.may_rotate.set()
        collector.kill()
        for kill in range(KILLS):
            # Some die before they have begun, some in the middle of it, some with a request under way.
            collector.start(wait=False)
            sink.trouble = dice.choice(["", "", "", "503", "reset after", "half an answer"])
            time.sleep(dice.choice([dice.uniform(0, 0.05), dice.uniform(0.05, LONGEST_LIFE)]))
            collector.kill()
            if kill == KILLS // 2:
                store.process.kill()
                store.process.wait()
                store.start()
        sink.trouble = ""
        expected = {name: count for writer in writers for name, count in writer.stop().expected().items()}
        # The last record of a file of several lines is known to be whole when the next one begins.
        if lines > 1:
            for writer in writers:
                for path in writer.paths:
                    with open(path, "a") as file:
                        file.write("end\n")
        collector.start()
        ends = "end" if lines > 1 else "no such line"

        def stored():
            return numbers_of([line for line in store.lines() if line != ends], lines)

        wait_for(lambda: sum(stored().values()) >= sum(expected.values()), 60,
                 lambda: f"{compare(expected, stored())} {collector.story()}", every=0.5)
        time.sleep(0.5)  # a late duplicate would come now
        got = stored()
    finally:
        for writer in writers:
            writer.stop()
        collector.stop()
        sink.stop()
        store.stop()
    lost, doubled, strange = compare(expected, got)
    rotated = len(list((folder / "logs").glob("*.log.*")))
    print(f"seed={SEED} kills={KILLS} troubles={sink.met} records={sum(expected.values())} rotations={rotated} "
          f"lost={len(lost)} doubled={len(doubled)} seconds={time.monotonic() - began:.0f}")
    assert (lost, doubled, strange) == ([], [], [])


def write(folder, names, **options):
    return Writer([folder / "logs" / f"{name}.log" for name in names], seed=SEED, **options)


@pytest.mark.parametrize("include, shift", [("named", False), ("named", True), ("by pattern", True)],
                         ids=["named", "named-shifted", "by-pattern-shifted"])
def test_several_files_that_rotate(folder, include, shift):
    names = [f"app-{i}" for i in range(4)]
    receivers = {name: (f"{name}.log", "") for name in names} if include == "named" else {"all": ("app-*.log*", "")}
    storm(folder, receivers, [write(folder, names, rotate=0.02, shift=shift)])


def test_with_a_queue_on_disk(folder):
    names = [f"app-{i}" for i in range(4)]
    storm(folder, {name: (f"{name}.log", "") for name in names}, [write(folder, names, rotate=0.02)],
          "sending_queue: {storage: file_storage, queue_size: 200}")


@pytest.mark.parametrize("joined_by", ["multiline", "recombine"])
def test_records_of_several_lines(folder, joined_by):
    names = [f"app-{i}" for i in range(3)]
    more = MULTILINE if joined_by == "multiline" else RECOMBINE
    storm(folder, {name: (f"{name}.log", more) for name in names}, [write(folder, names, lines=LINES, records=2, rotate=0.02)],
          lines=LINES)
