"""What a real Loki answered, recorded: the backend gives the same, or better where may_differ.txt allows it."""
import pathlib
import signal
import subprocess
import sys

import pytest
import requests
from harness import BINARY, Host, wait_for

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


class Backend:
    """One that keeps the data set, which is of January 2026."""

    def __init__(self):
        self.machine = Host()
        self.machine.config.write_text("retention: {time: 3650d}\n")
        self.url = self.machine.url("logs")
        self.start()

    def start(self):
        log = open(self.machine.root / "backend.log", "a")
        self.process = subprocess.Popen([BINARY, "backend", "--data-dir", str(self.machine.data), "--config", str(self.machine.config),
                                         "--listen-logs", f"127.0.0.1:{self.machine.port('logs')}"], stderr=log, stdout=log)
        wait_for(self.ready, 20, lambda: (self.machine.root / "backend.log").read_text())

    def ready(self):
        try:
            return requests.get(self.url + "/ready", timeout=1).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0

    def golden(self, *arguments):
        return subprocess.run([sys.executable, GOLDEN / "loki_golden.py", "--url", self.url, *arguments], capture_output=True,
                              text=True, timeout=600)


@pytest.fixture
def backend():
    started = Backend()
    yield started
    started.stop()
    started.machine.destroy()


def test_the_backend_answers_as_loki_from_its_wal(backend):
    run = backend.golden("--load")
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_the_backend_answers_as_loki_from_its_parts(backend):
    loaded = backend.golden("--load", "--case", "ops-001")
    assert "loaded" in loaded.stdout, loaded.stdout
    backend.stop()  # which seals what is in the WAL
    assert list((backend.machine.data / "backend/logs").glob("part-*"))
    backend.start()
    run = backend.golden()
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
