"""A backlog far larger than the memory that is allowed, and a sink that is slow: nothing is held but what is on its way."""
import shutil
import time

import pytest
from harness import SOAK, wait_for
from standalone import Collector, Sink

LIMIT_MB = 100
TOTAL_MB = 10_240 if SOAK else 600
LINE = 1_024  # bytes; the backlog is of whole lines
FILES = {"few-large-files": 3, "many-small-files": 6_000}


class Tally:
    """Which of the numbered lines came, in a bit of memory."""

    def __init__(self, lines):
        self.seen, self.count, self.twice = bytearray(lines), 0, 0

    def __call__(self, marks):
        for mark in marks:
            number = int(mark)
            self.twice += self.seen[number]
            self.count += 1 - self.seen[number]
            self.seen[number] = 1


def write_backlog(folder, lines, files):
    """Its lines are numbered; each file has as many as the others."""
    folder.mkdir()
    padding = "".join(chr(ord("a") + i % 26) for i in range(LINE))
    each = lines // files
    for file in range(files):
        with open(folder / f"app-{file}.log", "w", buffering=1 << 20) as out:
            for number in range(file * each, (file + 1) * each if file < files - 1 else lines):
                mark = f"##{number}## "
                out.write(mark + padding[:LINE - len(mark) - 1] + "\n")


@pytest.mark.parametrize("kind", FILES)
def test_a_backlog_is_delivered_in_little_memory(tmp_path, kind):
    if shutil.disk_usage(tmp_path).free < (TOTAL_MB + 2_000) << 20:
        pytest.skip(f"needs {TOTAL_MB + 2_000} MB of disk")
    lines = (TOTAL_MB << 20) // LINE
    write_backlog(tmp_path / "logs", lines, FILES[kind])
    tally = Tally(lines)
    sink = Sink(keep=tally, delay=0.02)
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{tmp_path}/logs/*.log'], start_at: beginning, storage: file_storage}}")
    began = time.monotonic()
    sink.down = True
    collector.start()
    try:
        waits = 60 if SOAK else 3
        time.sleep(waits)  # all that waits for a sink is in memory now
        before_sink = collector.cpu_seconds()
        # Whoever asks each of thousands of files, again and again, whether the sink is back uses a core.
        assert before_sink < 1 + waits / 4, f"{before_sink} s of work while there was nothing to do"
        sink.down = False
        wait_for(lambda: tally.count >= lines or not collector.alive(), 900 if SOAK else 120,
                 lambda: f"{tally.count} of {lines} {collector.story()}", 0.1)
        took = time.monotonic() - began
        wait_for(lambda: collector.metric("onecollector_source_acknowledged_records_total") == lines, 20, collector.story)
        print(f"{kind}: mb={TOTAL_MB} files={FILES[kind]} seconds={took:.1f} peak_rss_mb={collector.peak_mb():.1f} "
              f"waiting_cpu_percent={100 * before_sink / waits:.0f} anonymous_mb={collector.status('RssAnon') / 1024:.1f} descriptors={collector.descriptors()}")
        assert (tally.count, tally.twice) == (lines, 0)
        assert collector.peak_mb() <= LIMIT_MB
        collector.stop()
    finally:
        collector.kill()
        sink.close()
        shutil.rmtree(tmp_path / "logs")
