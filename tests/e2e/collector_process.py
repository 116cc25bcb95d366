"""Runs `onecollector collector` and `onecollector backend` by themselves, and processes that write numbered lines."""
import multiprocessing
import os
import random
import signal
import subprocess
import time
from collections import Counter

import requests

from harness import BINARY, port_is_free, wait_for


class Collector:
    """`folder` holds its config and its log."""

    def __init__(self, folder):
        self.folder, self.config, self.log = folder, folder / "config.yaml", folder / "collector.log"
        self.process = None

    def write(self, text):
        fresh = self.config.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.config)

    def start(self, text=None, wait=True):
        if text:
            self.write(text)
        begun = self.said("collecting, config")
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([BINARY, "collector", "--config", str(self.config)], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        if wait:
            wait_for(lambda: self.said("collecting, config") > begun or self.process.poll() is not None, 20, self.story)
            assert self.process.poll() is None, self.story()
        return self

    def said(self, text):
        return self.log.read_text(errors="replace").count(text) if self.log.exists() else 0

    def reload(self, text):
        """Whether the config was applied."""
        applied, refused = self.said("is applied, generation"), self.said("the new config is not applied")
        self.write(text)
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: self.said("is applied, generation") > applied or self.said("the new config is not applied") > refused,
                 60, self.story)
        return self.said("is applied, generation") > applied

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def story(self):
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""


class Store:
    """The embedded store, without the rest of `up`."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.port = next(port for port in iter(lambda: random.randrange(20_000, 30_000), None) if port_is_free(port))
        self.process = None

    def start(self):
        self.process = subprocess.Popen([BINARY, "backend", "--data-dir", str(self.folder), "--listen-logs",
                                         f"127.0.0.1:{self.port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.ready, 20, "the store answers")
        return self

    def ready(self):
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def lines(self, query='{service_name=~".+"}', limit=5000):
        rows, start = [], time.time_ns() - 24 * 3600 * 10**9
        while True:
            answer = requests.get(f"http://127.0.0.1:{self.port}/loki/api/v1/query_range", timeout=60, params={
                "query": query, "limit": limit, "direction": "forward", "start": start, "end": time.time_ns() + 10**9})
            assert answer.status_code == 200, answer.text
            page = sorted((int(at), line) for stream in answer.json()["data"]["result"] for at, line in stream["values"])
            if len(page) < limit:
                return [line for _, line in rows + page]
            last = page[-1][0]  # rows of the page's last nanosecond may continue on the next
            assert page[0][0] != last, "more rows in one nanosecond than a page holds"
            rows += [row for row in page if row[0] != last]
            start = last


class Writer:
    """A process that writes records `NAME NUMBER TIME_NS …` of one or more lines to each file until told to stop.

    A record's lines come by two writes each. With `rotate`, the likelihood after each round, files are renamed to NAME.1,
    NAME.2 and on, or with `shift` as logrotate does it: NAME.1 becomes NAME.2 before. None is deleted. It begins with
    may_rotate.set(): a file that has another name before anybody looked is not one that was asked for."""

    def __init__(self, paths, records=5, pause=0.005, lines=1, rotate=0, shift=False, seed=1):
        self.paths, self.records, self.pause, self.lines = paths, records, pause, lines
        self.rotate, self.shift, self.seed = rotate, shift, seed
        self.over, self.may_rotate = multiprocessing.Event(), multiprocessing.Event()
        self.counts = multiprocessing.Array("q", len(paths))
        self.process = multiprocessing.Process(target=self.run, daemon=True)
        self.process.start()

    def run(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        dice, generation = random.Random(self.seed), 0
        while not self.over.is_set():
            for index, path in enumerate(self.paths):
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                if self.lines == 1:
                    text = "".join(self.record(path, self.counts[index] + i, dice) for i in range(self.records))
                    os.write(file, text.encode())
                    self.counts[index] += self.records
                else:
                    for _ in range(self.records):
                        self.write_lines(file, self.record(path, self.counts[index], dice))
                        self.counts[index] += 1
                os.close(file)
            if self.may_rotate.is_set() and dice.random() < self.rotate:
                generation += 1
                self.rotate_away(dice.choice(self.paths), generation)
            time.sleep(self.pause)

    def rotate_away(self, path, generation):
        if not self.shift:
            return os.rename(path, f"{path}.{generation}")
        older = len(list(path.parent.glob(f"{path.name}.*")))
        for number in range(older, 0, -1):
            os.rename(f"{path}.{number}", f"{path}.{number + 1}")
        os.rename(path, f"{path}.1")

    def write_lines(self, file, record):
        for line in record.splitlines(keepends=True):
            middle = len(line) // 2
            os.write(file, line[:middle].encode())
            os.write(file, line[middle:].encode())

    def record(self, path, number, dice):
        first = f"{path.name} {number} {time.monotonic_ns()} {'x' * dice.randrange(1, 120)}\n"
        return first + "".join(f"\tat line {i} of {number}\n" for i in range(1, self.lines))

    def total(self):
        return sum(self.counts)

    def stop(self):
        self.over.set()
        self.process.join()
        return self

    def expected(self):
        return {path.name: self.counts[index] for index, path in enumerate(self.paths)}


def numbers_of(bodies, lines=1):
    """How often each record came, as (NAME, NUMBER); a record that is not whole counts as none."""
    got = Counter()
    for body in bodies:
        name, number, _ = body.split(" ", 2)
        whole = body.count("\n") == lines - 1 and (lines == 1 or body.endswith(f"\tat line {lines - 1} of {number}"))
        got[(name, int(number)) if whole else (name, "cut", body[:300])] += 1
    return got


def compare(expected, got):
    """(lost, doubled, strange): what is missing, what came more than once, what nobody wrote."""
    lost = [(name, number) for name, count in expected.items() for number in range(count) if not got.get((name, number))]
    doubled = [key for key, count in got.items() if count > 1]
    strange = [key for key in got if not isinstance(key[1], int) or key[1] >= expected.get(key[0], 0)]
    return lost, doubled, strange


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0
