"""5,000 files a minute come, are written, and are deleted: what could be read when it was found is delivered."""
import os
import pathlib
import random
import signal
import threading
import time

import pytest
from harness import SOAK, wait_for
from standalone import Collector, Sink, expect_marks

SEED = int(os.environ.get("ONECOLLECTOR_SEED", "20261127"))
A_MINUTE = 5_000
SECONDS = 600 if SOAK else 15
MOST_MB = 60


class Churn(threading.Thread):
    """Makes files of a few lines, goes on writing to some, and deletes each a moment later."""

    def __init__(self, logs, seed, lifetime=(0.05, 1)):
        super().__init__(daemon=True)
        self.logs, self.dice, self.lifetime, self.stopped = logs, random.Random(seed), lifetime, threading.Event()
        self.written, self.made = set(), 0

    def run(self):
        open_files, next_at = [], time.monotonic()
        while not self.stopped.is_set() or open_files:
            now = time.monotonic()
            if now >= next_at and not self.stopped.is_set():
                next_at += 60 / A_MINUTE
                open_files.append(self.make(now))
            for entry in [entry for entry in open_files if entry[0] <= now]:
                open_files.remove(entry)
                self.finish(*entry[1:])
            time.sleep(0.002)

    def make(self, now):
        path, self.made = self.logs / f"job-{self.made}.log", self.made + 1
        file = open(path, "w", buffering=1)
        self.line(file, path, 0)
        return now + self.dice.uniform(*self.lifetime), file, path

    def finish(self, file, path):
        for number in range(1, self.dice.randint(2, 5)):
            self.line(file, path, number)
        path.unlink()
        if self.dice.random() < 0.3:  # its writer goes on for a moment
            self.line(file, path, 9)
        file.close()

    def line(self, file, path, number):
        file.write(f"##{path.stem} {number}## of a job {'x' * self.dice.randint(0, 200)}\n")
        self.written.add(f"{path.stem} {number}".encode())

    def end(self):
        self.stopped.set()
        self.join()


def samples(collector, seconds):
    """What the collector holds, every second."""
    found = []
    for _ in range(seconds):
        time.sleep(1)
        found.append((collector.status("VmRSS") / 1024, collector.descriptors()))
    return found


def lost_unsaid(churn, sink, collector):
    """Lines of files that were there when they were found. A busy machine may find some too late; each of these counts."""
    missing = churn.written - sink.marks.keys()
    never_opened = {mark.split()[0] for mark in missing if mark.endswith(b" 0")}
    if len(never_opened) > collector.metric("onecollector_source_files_gone_unread_total"):
        return missing
    return {mark for mark in missing if mark.split()[0] not in never_opened}


def test_more_files_are_written_than_may_be_open(tmp_path):
    sink, logs, written = Sink(), tmp_path / "logs", set()
    logs.mkdir()
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{logs}/*.log'], start_at: beginning, storage: file_storage}}",
                          prefix=["prlimit", "--nofile=512:512"])
    collector.start()
    try:
        for round_ in range(30 if SOAK else 5):
            for number in range(3_000):
                with open(logs / f"app-{number}.log", "a") as file:
                    file.write(f"##round {round_} file {number}##\n")
                written.add(f"round {round_} file {number}".encode())
            expect_marks(sink, collector, written)
        assert collector.metric("onecollector_files_closed_early_total") > 0
        assert collector.metric("onecollector_source_open_failures_total") == 0
        assert "files are written at once" in collector.story()
        collector.stop()
    finally:
        collector.kill()
        sink.close()


def all_threads_stopped(pid):
    """A stop reaches a thread on another core a moment later."""
    states = [task.read_text().rsplit(")", 1)[1].split()[0] for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(state == "T" for state in states)


def test_a_file_that_is_gone_before_it_is_seen_is_counted_and_told(tmp_path):
    sink = Sink()
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{tmp_path}/*.txt', '{tmp_path}/*.text'], start_at: beginning}}")
    collector.start()
    try:
        (tmp_path / "before.txt").write_text("##before##\n")
        wait_for(lambda: b"before" in sink.marks, 20, collector.story)
        collector.process.send_signal(signal.SIGSTOP)
        wait_for(lambda: all_threads_stopped(collector.process.pid), 20, collector.story)
        for number in range(7):
            (tmp_path / f"short-{number}.txt").write_text("##short##\n")
            (tmp_path / f"short-{number}.txt").unlink()
        collector.process.send_signal(signal.SIGCONT)
        wait_for(lambda: collector.metric("onecollector_source_files_gone_unread_total") == 7, 20, collector.story)
        assert "short-0.txt was deleted or renamed before it could be opened" in collector.story()
        collector.stop()
    finally:
        collector.kill()
        sink.close()


def mean(values):
    return sum(values) / len(values)


@pytest.mark.parametrize("limit", [1024, 128], ids=["descriptors-1024", "descriptors-128"])
def test_files_that_come_and_go(tmp_path, limit):
    print(f"seed={SEED}")
    few = limit < 1024
    logs = tmp_path / "logs"
    logs.mkdir()
    sink = Sink()
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{logs}/*.log'], start_at: beginning, storage: file_storage}}",
                          exporter="    sending_queue: {batch: {flush_timeout: 50ms}}",
                          prefix=["prlimit", f"--nofile={limit}:{limit}"])
    collector.start()
    # 83 a second that live for 1.5 s on average are more than twice as many as half of 128 descriptors.
    churn = Churn(logs, SEED, (0.5, 2.5)) if few else Churn(logs, SEED)
    try:
        churn.start()
        over_time = samples(collector, SECONDS // 4 if few else SECONDS)
        churn.end()
        if few:
            # With too few descriptors some may be deleted unread; that is counted and told.
            wait_for(lambda: collector.metric("onecollector_files_closed_early_total") > 0, 10, collector.story)
            assert "raise the limit of open files (ulimit -n)" in collector.log.read_text()
        else:
            wait_for(lambda: not lost_unsaid(churn, sink, collector), 30,
                     lambda: f"lost: {sorted(lost_unsaid(churn, sink, collector))[:9]}\n{collector.story()}", 0.2)
        assert [mark for mark, times in sink.marks.items() if times > 1] == []
        # What was deleted is let go of, down to the last descriptor and offset.
        wait_for(lambda: collector.descriptors() < 40, 30, lambda: str(collector.descriptors()))
        (logs / "after.log").write_text("##after 0##\n")
        wait_for(lambda: b"after 0" in sink.marks, 30, collector.story)
        third = len(over_time) // 3
        early, late = over_time[third:2 * third], over_time[2 * third:]
        print(f"files={churn.made} lines={len(churn.written)} lost={len(churn.written - sink.marks.keys())} "
              f"gone_unread={collector.metric('onecollector_source_files_gone_unread_total'):.0f} "
              f"refused={collector.metric('onecollector_source_open_failures_total'):.0f} "
              f"rss_mb={mean([s[0] for s in early]):.1f},{mean([s[0] for s in late]):.1f} peak_mb={collector.peak_mb():.1f} "
              f"descriptors={max(s[1] for s in early)},{max(s[1] for s in late)} then {collector.descriptors()}")
        assert mean([s[0] for s in late]) < mean([s[0] for s in early]) + 5
        assert collector.peak_mb() < MOST_MB
        collector.stop()
        assert (collector.storage / "storage.ockv").stat().st_size < 8 << 20
    finally:
        churn.stopped.set()
        collector.kill()
        sink.close()
