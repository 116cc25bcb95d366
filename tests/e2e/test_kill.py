"""kill -9 of each role and of all at once, at random moments under load: nothing lost, nothing doubled."""
import random
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
from harness import SOAK, wait_for

KILLS = 200 if SOAK else 20


class Writer(threading.Thread):
    """Writes numbered and identical lines to a few files, rotating them now and then, until told to stop."""

    def __init__(self, folder, files=4, rotate=False):
        super().__init__(daemon=True)
        self.paths = [folder / f"app-{i}.log" for i in range(files)]
        self.written = {path: [] for path in self.paths}
        self.rotate = rotate
        self.stopped = threading.Event()

    def run(self):
        number = 0
        while not self.stopped.is_set():
            for path in self.paths:
                lines = [f"{path.stem} line {number} {'x' * (1 + number % 300)}", "the same line"]
                with open(path, "a") as file:
                    file.write("".join(line + "\n" for line in lines))
                self.written[path] += lines
            number += 1
            if self.rotate and number % 400 == 0:
                path = self.paths[number // 400 % len(self.paths)]
                path.rename(f"{path}.{number // 400}")
            time.sleep(0.002)

    def stop(self):
        self.stopped.set()
        self.join()


def storm(host, targets, rotate=False):
    writer = Writer(host.logs, rotate=rotate)
    writer.start()
    time.sleep(0.3)
    host.start()
    dice = random.Random(7)
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.02, 0.9))
        role = dice.choice(targets)
        if role == "all":
            host.kill("up", "backend", "control-plane", "agent", "collector")
            host.process.wait()
            host.start(wait=False)
        else:
            host.kill(role)
    writer.stop()
    check(host, writer)


def check(host, writer):
    def stored():
        try:
            return {path: Counter(host.delivered(path)) for path in writer.paths}
        except Exception:  # a role is on its way up
            return {}

    expected = {path: Counter(lines) for path, lines in writer.written.items()}

    def complete():
        got = stored()
        return got and all(not expected[path] - got.get(path, Counter()) for path in expected)

    def what():
        got = stored()
        return str({path.name: (len(lines), sum((lines - got.get(path, Counter())).values()), "lost")
                    for path, lines in expected.items()}) + host.story()

    wait_for(complete, 120, what, every=0.5)
    time.sleep(1)
    got = stored()
    assert {p.name: got[p] - expected[p] for p in expected} == {p.name: Counter() for p in expected}, "doubled"


@pytest.mark.parametrize("role", ["collector", "backend", "agent", "control-plane"])
def test_one_role_killed_again_and_again(host, role):
    storm(host, [role])


def test_everything_killed_at_once_again_and_again(host):
    storm(host, ["all"])


def test_anything_killed_while_files_rotate(host):
    storm(host, ["collector", "backend", "agent", "control-plane", "all"], rotate=True)
