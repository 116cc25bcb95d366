"""Files that are deleted, replaced, truncated, turned into something else or made unreadable while they are read."""
import os
import random
import subprocess
import threading
import time

import pytest
from harness import SOAK, wait_for
from standalone import Collector, Sink, expect_marks
from test_files import write

SEED = int(os.environ.get("ONECOLLECTOR_SEED", "20261127"))
SECONDS = 600 if SOAK else 10
NOBODY = 65534


class Run:
    """A collector that reads `logs`/*.log from the beginning."""

    def __init__(self, tmp_path, **options):
        self.logs = tmp_path / "logs"
        self.logs.mkdir()
        self.sink = Sink()
        self.collector = Collector(tmp_path, self.sink,
                                   f"  file_log: {{include: ['{self.logs}/*.log'], start_at: beginning, storage: file_storage}}",
                                   exporter="    sending_queue: {batch: {flush_timeout: 20ms}}", **options)
        self.written = set()

    def write(self, path, mark, padding=0):
        write(path, f"##{mark}## {'x' * padding}")
        self.written.add(mark.encode())

    def has(self, mark):
        return mark.encode() in self.sink.marks

    def until_delivered(self, mark, seconds=30):
        wait_for(lambda: self.has(mark), seconds, lambda: f"{mark} is missing\n{self.collector.story()}", 0.01)


@pytest.fixture
def run(tmp_path):
    made = Run(tmp_path)
    made.collector.start()
    yield made
    made.collector.kill()
    made.sink.close()


class Load(threading.Thread):
    """Two files that grow all the while."""

    def __init__(self, run):
        super().__init__(daemon=True)
        self.run_, self.stopped, self.number = run, threading.Event(), 0
        self.start()

    def run(self):
        while not self.stopped.is_set():
            for name in ("load-a", "load-b"):
                self.run_.write(self.run_.logs / f"{name}.log", f"{name} {self.number}", 200)
            self.number += 1
            time.sleep(0.001)

    def end(self):
        self.stopped.set()
        self.join()


class Mischief:
    """What may happen to a path. Each leaves it free for the next, and tells when its lines are safe."""

    def __init__(self, run, seed):
        self.run, self.dice, self.number = run, random.Random(seed), 0
        self.cut = set()  # lines that stood before a cut

    def lines(self, path, most=200):
        for _ in range(self.dice.randint(1, most)):
            self.number += 1
            self.run.write(path, f"{path.stem} {self.number}", self.dice.randint(0, 300))
        return f"{path.stem} {self.number}"

    def delete(self, path):
        self.run.until_delivered(self.lines(path, 1))  # found: from here on it is held
        self.lines(path)
        path.unlink()

    def replace(self, path):
        self.run.until_delivered(self.lines(path, 1))
        self.lines(path)
        new = path.with_suffix(".new")
        self.lines(new)
        new.rename(path)
        self.run.until_delivered(self.lines(path, 1))
        path.unlink()

    def truncate(self, path):
        """What was read is cut away; what follows comes, be it shorter, as long, or longer."""
        self.run.until_delivered(self.lines(path))
        time.sleep(0.05)
        os.truncate(path, 0)
        self.run.until_delivered(self.lines(path))
        path.unlink()

    def cut_half(self, path):
        last = self.lines(path)
        self.run.until_delivered(last)
        self.cut.update(path.read_text().splitlines())
        kept = path.read_bytes()[:path.stat().st_size // 2]
        kept = kept[:kept.rfind(b"\n") + 1]
        os.truncate(path, len(kept))
        self.run.until_delivered(self.lines(path, 5))  # and what was kept once more: it is a file of its own
        path.unlink()

    def turn_into_a_folder(self, path):
        self.run.until_delivered(self.lines(path, 1))
        self.lines(path)
        path.unlink()
        path.mkdir()
        time.sleep(0.05)
        path.rmdir()
        self.run.until_delivered(self.lines(path))
        path.unlink()

    def turn_into_a_fifo(self, path):
        self.run.until_delivered(self.lines(path, 1))
        self.lines(path)
        path.unlink()
        os.mkfifo(path)
        time.sleep(0.05)
        path.unlink()
        self.run.until_delivered(self.lines(path))
        path.unlink()

    def turn_into_a_loop(self, path):
        self.run.until_delivered(self.lines(path, 1))
        self.lines(path)
        path.unlink()
        path.symlink_to(path.name)
        time.sleep(0.05)
        path.unlink()
        self.run.until_delivered(self.lines(path))
        path.unlink()

    def move_the_folder_away(self, path):
        """Of a link: what it led to is somewhere else for a while."""
        folder = self.run.logs / f"real-{self.number}"
        folder.mkdir()
        real = folder / "app"
        path.symlink_to(real)
        self.run.until_delivered(self.lines(path, 20))
        away = folder.with_suffix(".away")
        folder.rename(away)
        time.sleep(0.05)
        away.rename(folder)
        self.run.until_delivered(self.lines(path))
        path.unlink()
        real.unlink()
        folder.rmdir()


def test_files_are_deleted_replaced_truncated_and_turned_into_other_things_under_load(run):
    print(f"seed={SEED}")
    load, mischief = Load(run), Mischief(run, SEED)
    kinds = [mischief.delete, mischief.replace, mischief.truncate, mischief.cut_half, mischief.turn_into_a_folder,
             mischief.turn_into_a_fifo, mischief.turn_into_a_loop]
    mischief.move_the_folder_away(run.logs / "hostile-link.log")  # seen when all files are looked at, every 10 s
    counts, deadline = {}, time.monotonic() + SECONDS
    while time.monotonic() < deadline or len(counts) < len(kinds):
        kind = mischief.dice.choice(kinds)
        kind(run.logs / f"hostile-{mischief.dice.randrange(4)}.log")
        counts[kind.__name__] = counts.get(kind.__name__, 0) + 1
    load.end()
    # A file that is cut in the middle begins anew: what stood before the cut comes again.
    expect_marks(run.sink, run.collector, run.written, doubled=True)
    again = {mark for mark, times in run.sink.marks.items() if times > 1}
    assert again <= {line.split("##")[1].encode() for line in mischief.cut}
    print(f"{counts} lines={len(run.written)} again={len(again)} descriptors={run.collector.descriptors()} peak_mb={run.collector.peak_mb():.0f}")
    run.collector.stop()


@pytest.fixture
def run_as_nobody(tmp_path):
    if os.getuid() != 0:
        pytest.skip("needs root, to run the collector as somebody else")
    for folder in list(tmp_path.parents)[:2]:
        folder.chmod(0o755)
    made = Run(tmp_path, prefix=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"])
    made.collector.storage.mkdir()
    for folder in (tmp_path, made.collector.storage):
        folder.chmod(0o755)
        os.chown(folder, NOBODY, NOBODY)
    yield made
    made.collector.kill()
    made.sink.close()


def test_a_file_that_may_not_be_read_is_told_and_read_when_it_may(run_as_nobody):
    run = run_as_nobody
    closed, taken = run.logs / "closed.log", run.logs / "taken.log"
    closed.touch(mode=0o600)
    run.write(closed, "closed 0")
    run.write(taken, "taken 0")
    run.collector.start()
    run.until_delivered("taken 0")
    wait_for(lambda: "closed.log" in run.collector.story(), 20, run.collector.story)
    assert "Permission denied (check the owner and mode, or run as a user who may)" in run.collector.story()
    wait_for(lambda: run.collector.metric("onecollector_source_open_failures_total") > 0, 10)
    for number in range(1, 60 if SOAK else 6):
        taken.chmod(0o600)
        run.write(taken, f"taken {number} a", 50)
        time.sleep(0.2)
        taken.chmod(0o644)
        run.write(taken, f"taken {number} b", 50)
    assert not run.has("closed 0")
    closed.chmod(0o644)
    expect_marks(run.sink, run.collector, run.written)
    run.collector.stop()


def test_a_folder_that_may_not_be_entered_is_not_taken_for_empty(run_as_nobody):
    run = run_as_nobody
    run.write(run.logs / "app.log", "app 0")
    run.collector.start()
    run.until_delivered("app 0")
    run.logs.chmod(0o700)
    run.write(run.logs / "app.log", "app 1")
    run.write(run.logs / "new.log", "new 1")
    time.sleep(17)  # all files are looked at every 10 s, and a deleted one is let go of after 5
    run.logs.chmod(0o755)
    run.write(run.logs / "app.log", "app 2")
    expect_marks(run.sink, run.collector, run.written)
    run.collector.stop()
