"""Runs the real binary for a test: one `onecollector up` in a fresh data directory, watching a fresh log folder."""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import requests

BINARY = os.environ.get("ONECOLLECTOR", str(pathlib.Path(__file__).parents[2] / "build/release/onecollector"))
SOAK = os.environ.get("ONECOLLECTOR_SOAK") == "1"
PORTS = {"ui": 8080, "opamp": 4320, "logs": 3100, "metrics": 8888, "health": 13133}


def wait_for(condition, seconds=20, what="condition", every=0.02):
    """Returns the first true value of condition(); fails the test with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(every)


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port_offset():
    """An offset at which every port is free; below the ephemeral range, so no client socket takes one meanwhile."""
    while True:
        offset = random.randrange(10_000, 19_000)
        if all(port_is_free(port + offset + shift) for port in PORTS.values() for shift in range(2)):
            return offset


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before the open, or between it and the read
        return False


def run(*arguments, timeout=60, **options):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, **options)


class Host:
    """A machine to collect from: `logs` is its log folder, `data` the data directory."""

    def __init__(self, config=None, offset=None):
        # Not pytest's tmp_path: its 0700 parents would keep the roles' own user out.
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-test-"))
        self.root.chmod(0o755)
        self.logs = self.root / "logs"
        self.logs.mkdir()
        self.data = self.root / "data"
        self.offset = offset or free_port_offset()
        self.config = self.root / "onecollector.yaml"
        self.config.write_text(config or f"discovery: {{filesystem: {{roots: [{self.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n")
        self.process = None

    def port(self, name):
        return PORTS[name] + self.offset

    def url(self, name):
        return f"http://127.0.0.1:{self.port(name)}"

    def arguments(self, *more):
        return ["--data-dir", str(self.data), "--config", str(self.config), "--port-offset", str(self.offset), *more]

    def start(self, *more, wait=True):
        self.output = open(self.root / "up.out", "w+")
        self.process = subprocess.Popen([BINARY, "up", *self.arguments(*more)], stdout=self.output,
                                        stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        if wait:
            wait_for(lambda: self.settled() or self.process.poll() is not None, 90, lambda: self.story())
            assert self.process.poll() is None, self.story()
        return self

    def settled(self):
        try:
            return self.api("/status")["settled"]
        except (requests.RequestException, AssertionError):
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def destroy(self):
        pids = [p for p in self.pids().values() if p] if self.process else []
        self.stop()
        for pid in pids:
            wait_for(lambda pid=pid: not alive(pid), 8, f"process {pid} outlives its `up`")
        shutil.rmtree(self.root, ignore_errors=True)

    def pids(self):
        """Of `up`, its roles and the collector, by name."""
        pids = {"up": self.process.pid}
        try:
            pids.update(json.loads((self.data / "up.json").read_text())["roles"])
        except FileNotFoundError:
            pass
        try:
            pids["collector"] = int((self.data / "agent/collector/collector.lock").read_text())
        except (FileNotFoundError, ValueError):
            pass
        return pids

    def kill(self, *roles):
        pids = self.pids()
        for role in roles:
            if pids.get(role):
                try:
                    os.kill(pids[role], signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def api(self, path):
        answer = requests.get(f"{self.url('ui')}/api/v1{path}", timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def sources(self, active_only=True):
        query = "?status=active" if active_only else ""
        return {s["source"]["log_path"]: s for s in self.api("/sources" + query)["sources"]}

    def log_sources(self):
        return {path: s for path, s in self.sources().items() if path.startswith(str(self.logs))}

    def entries(self, query, limit=5000, **parameters):
        """Every matching row as (time_ns, line, labels), oldest first, paging through the limit."""
        rows, start = [], parameters.pop("start", time.time_ns() - 40 * 24 * 3600 * 10**9 // 2)
        while True:
            answer = requests.get(self.url("logs") + "/loki/api/v1/query_range", timeout=30, params={
                "query": query, "limit": limit, "direction": "forward", "start": start,
                "end": time.time_ns() + 10**9, **parameters})
            assert answer.status_code == 200, answer.text
            page = sorted(((int(v[0]), v[1], s["stream"]) for s in answer.json()["data"]["result"]
                           for v in s["values"]), key=lambda row: row[0])
            if len(page) < limit:
                return rows + page
            last = page[-1][0]  # rows of the page's last nanosecond may continue on the next
            assert page[0][0] != last, "more rows in one nanosecond than a page holds"
            rows += [row for row in page if row[0] != last]
            start = last

    def lines(self, query):
        return [line for _, line, _ in self.entries(query)]

    def delivered(self, path):
        """The lines stored from the source at `path`, in file order."""
        source = self.sources(active_only=False).get(str(path))
        if not source:
            return []
        service, source_id = source["labels"]["service.name"], source["source"]["source_id"]
        return self.lines(f'{{service_name="{service}"}} | source_id="{source_id}"')

    def lines_of_container(self, container, count):
        """The lines stored from this container, once there are as many."""
        query = f'{{service_name=~".+"}} | container_id="{container}"'
        wait_for(lambda: len(self.lines(query)) >= count, 20, lambda: f"{self.lines(query)} {self.story()}")
        return self.lines(query)

    def story(self):
        """What to print when a test fails."""
        self.output.flush()
        parts = [(self.root / "up.out").read_text()[-3000:]]
        for log in sorted((self.data / "own-logs").glob("*.log")):
            parts.append(f"--- {log.name}\n{log.read_text(errors='replace')[-2000:]}")
        return "\n".join(parts)

    def cli(self, *arguments, timeout=60):
        command, *rest = arguments
        return run(command, *rest, "--data-dir", self.data, "--server", self.url("ui"), timeout=timeout)
