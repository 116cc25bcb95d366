"""Many sources appear and go within a minute: configs coalesce, memory and the journal stay bounded."""
import json
import sqlite3
import threading
import time

import pytest
from harness import SOAK, Host, wait_for

FILES = 10_000 if SOAK else 1_000
PATIENCE = 60 + FILES / 50  # seconds; that all of it ends, not how fast
MOST_CONFIGS = 30  # each change of all sources would be FILES of them
MOST_MEMORY = (300 if FILES <= 1_000 else 1_500) << 20  # bytes, of all roles: their anonymous pages


@pytest.fixture
def host():
    host = Host()
    host.start()
    yield host
    host.destroy()


def anonymous_bytes(pid):
    try:
        status = open(f"/proc/{pid}/status").read()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon"))


class Peak(threading.Thread):
    """The most memory that the roles had together."""

    def __init__(self, host):
        super().__init__()
        self.host, self.bytes, self.over = host, 0, threading.Event()
        self.start()

    def run(self):
        while not self.over.wait(0.5):
            try:
                pids = [pid for pid in self.host.pids().values() if pid]
            except (json.JSONDecodeError, OSError):
                continue
            self.bytes = max(self.bytes, sum(map(anonymous_bytes, pids)))

    def end(self):
        self.over.set()
        self.join()
        return self.bytes


def summary(host):
    return host.api("/status")["summary"]


def test_many_sources_appear_and_go(host):
    peak = Peak(host)
    try:
        files = [host.logs / f"storm-{number}.log" for number in range(FILES)]
        began = time.monotonic()
        for number, path in enumerate(files):
            path.write_text(f"INFO line of file {number}\n")
        wait_for(lambda: summary(host)["verified"] >= FILES, PATIENCE, lambda: str(summary(host)), every=0.5)
        proven = time.monotonic() - began
        for path in files:
            path.unlink()
        wait_for(lambda: len(host.log_sources()) == 0, PATIENCE, lambda: str(summary(host)), every=0.5)
        gone = time.monotonic() - began - proven
    finally:
        most = peak.end()
    configs = len(host.api("/configs")["configs"])
    database = sqlite3.connect(f"file:{host.data}/control-plane/control-plane.db?mode=ro", uri=True)
    events = database.execute("SELECT count(*) FROM events").fetchone()[0]
    print(f"files={FILES} proven_seconds={proven:.1f} gone_seconds={gone:.1f} configs={configs} events={events} "
          f"peak_anonymous_mb={most / 2**20:.0f}")
    assert configs <= MOST_CONFIGS
    assert events <= 110_000  # the journal keeps 100,000, and is pruned now and then
    assert most <= MOST_MEMORY
    answer = host.api("/sources?status=inactive&limit=1")
    assert answer["total"] >= min(FILES, 10_000), "what is gone stays known"
