"""The wall clock jumps by hours, forwards and back, while the collector works: nothing waits for it, nothing is read twice."""
import os
import pathlib
import random
import time

import pytest
from harness import SOAK, wait_for
from standalone import Collector, Sink, expect_marks, free_port
from test_files import write
from test_full_disks import push

SEED = int(os.environ.get("ONECOLLECTOR_SEED", "20261127"))
JUMPS = 200 if SOAK else 12
HOURS = 3600
LIBRARIES = ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"]


class WallClock:
    """What the collector takes for the time of day: seconds beside the real one. Its steady clock is left alone."""

    def __init__(self, folder):
        library = next((path for path in LIBRARIES if pathlib.Path(path).exists()), None)
        if not library:
            pytest.skip("libfaketime is not installed (Debian: faketime)")
        self.file, self.offset = folder / "offset", 0
        self.jump(0)
        self.environment = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "DONT_FAKE_MONOTONIC": "1"}

    def jump(self, seconds):
        self.offset += seconds
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.offset:+d}\n")
        new.rename(self.file)


@pytest.fixture
def rig(tmp_path):
    clock, sink, logs = WallClock(tmp_path), Sink(), tmp_path / "logs"
    logs.mkdir()
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{logs}/*.log'], start_at: beginning, storage: file_storage}}",
                          environment=clock.environment, exporter="    sending_queue: {batch: {flush_timeout: 100ms}}")
    collector.start()
    yield clock, sink, logs, collector
    collector.kill()
    sink.close()


def delivered_within(sink, collector, marks, seconds):
    wait_for(lambda: marks <= sink.marks.keys(), seconds, lambda: f"{sorted(marks - sink.marks.keys())[:5]}\n{collector.story()}")


def test_the_clock_of_the_collector_does_jump(rig):
    clock, _, _, collector = rig
    clock.jump(-30 * 24 * HOURS)
    before = len(collector.story())
    (collector.folder / "config.yaml").write_text("not: a config\n")
    os.kill(collector.process.pid, 1)  # a reload that fails, and says so
    wait_for(lambda: len(collector.story()) > before, 10)
    month_ago = time.strftime("%Y-%m", time.gmtime(time.time() - 30 * 24 * HOURS))
    assert collector.story()[before:].startswith(month_ago), collector.story()


def test_timers_retries_and_offsets_do_not_depend_on_the_time_of_day(rig):
    clock, sink, logs, collector = rig
    print(f"seed={SEED}")
    dice, written = random.Random(SEED), set()

    def line(path, mark, end="\n"):
        with open(path, "a") as file:
            file.write(f"##{mark}##{end}")
        written.add(mark.encode())

    for jump in range(JUMPS):
        path = logs / f"app-{jump % 3}.log"
        line(path, f"before {jump}")
        sink.down = True
        line(path, f"refused {jump}")
        time.sleep(dice.uniform(0.05, 0.3))  # it is being tried again
        clock.jump(dice.choice([1, -1]) * dice.randint(1, 30) * HOURS)
        sink.down = False
        delivered_within(sink, collector, written, 10)  # waits of 100 ms at most, whatever the clock says
        line(path, f"unfinished {jump}", end="")
        clock.jump(dice.choice([1, -1]) * dice.randint(1, 30) * HOURS)
        delivered_within(sink, collector, written, 10)  # after force_flush_period
        with open(path, "a") as file:
            file.write("\n")
        if jump % 4 == 1:
            path.rename(logs / f"rotated-{jump}")
        if jump % 4 == 3:
            time.sleep(0.6)  # saved every 500 ms
            collector.kill() if jump % 8 == 3 else collector.stop()
            clock.jump(-clock.offset + dice.randint(-40, 40) * HOURS)
            line(path, f"while it was down {jump}")
            collector.start()
    expect_marks(sink, collector, written)
    collector.stop()


def test_files_from_the_past_and_the_future_are_read_like_any_other(rig):
    clock, sink, logs, collector = rig
    written = set()
    for name, seconds in {"past": -20 * 365 * 24 * HOURS, "future": 10 * 365 * 24 * HOURS, "epoch": -time.time()}.items():
        path = logs / f"{name}.log"
        for number in range(3):
            write(path, f"##{name} {number}##")
            written.add(f"{name} {number}".encode())
            os.utime(path, (time.time() + seconds, time.time() + seconds))
            delivered_within(sink, collector, written, 20)
    collector.stop()
    for path in logs.iterdir():
        write(path, f"##{path.stem} last##")
        os.utime(path, (0, 0))
        written.add(f"{path.stem} last".encode())
    collector.start()
    expect_marks(sink, collector, written)


def test_pushed_data_in_the_queue_on_disk_keeps_its_order_and_its_entries(tmp_path):
    """Entries are named by the time; a clock that went back must not name one like another."""
    clock, sink, port = WallClock(tmp_path), Sink(), free_port()
    sink.down = True
    collector = Collector(tmp_path, sink, f"  otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{port}'}}}}}}", "otlp",
                          "    sending_queue: {storage: file_storage}", environment=clock.environment)
    written = set()
    try:
        for round_, seconds in enumerate([5 * HOURS, -9 * HOURS, 4 * HOURS, -100 * HOURS]):
            collector.start()
            for number in range(10):
                assert push(port, f"##round {round_} record {number}##") == 200, collector.story()
                written.add(f"round {round_} record {number}".encode())
                if number == 5:
                    clock.jump(-HOURS)
            collector.kill()
            clock.jump(seconds)
        sink.down = False
        collector.start()
        expect_marks(sink, collector, written)
        collector.stop()
    finally:
        collector.kill()
        sink.close()
