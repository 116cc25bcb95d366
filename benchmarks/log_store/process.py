"""The log store as a process of its own, pinned to one core."""
import atexit
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

CLOCK = os.sysconf("SC_CLK_TCK")
TOOL = str(pathlib.Path(os.environ["ONECOLLECTOR"]).parent / "load")
STORE_CORE, CLIENT_CORE = "0", "1"
ENOUGH = 1 << 40  # bytes of lines: for a sender that is told when to end


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Sender:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        atexit.register(self.process.kill)

    def sent(self):
        """What it sent, when it has ended."""
        said = self.process.communicate()[0]
        if self.process.returncode != 0:
            raise SystemExit("the lines could not be sent")
        return json.loads(said)

    def end(self):
        """What it sent until now."""
        self.process.terminate()
        return self.sent()


class Store:
    """A process that speaks Loki's API, pinned; its data and its log in a folder."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def command(self):
        return [os.environ["ONECOLLECTOR"], "backend", "--data-dir", str(self.folder / "data"), "--listen-logs",
                f"127.0.0.1:{self.port}"]

    def start(self):
        self.process = subprocess.Popen(["taskset", "-c", STORE_CORE, *self.command()], stdout=subprocess.DEVNULL,
                                        stderr=open(self.folder / "store.log", "a"), env=dict(os.environ, GOMAXPROCS="1"))
        atexit.register(self.process.kill)  # also when an answer was wrong
        end = time.monotonic() + 120
        while not self.ready():
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"the store does not come up:\n{(self.folder / 'store.log').read_text()[-2000:]}")
            time.sleep(0.05)

    def ready(self):
        try:
            return urllib.request.urlopen(self.url + "/ready", timeout=10).status == 200
        except OSError:
            return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def cold_restart(self):
        """With nothing of its files in the page cache."""
        self.stop()
        os.sync()
        for path in self.folder.rglob("*"):
            if path.is_file():
                with open(path, "rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self.start()

    def cpu_seconds(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK

    def status_mb(self, field):
        with open(f"/proc/{self.process.pid}/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) / 1000

    def peak_mb(self):
        return self.status_mb("VmHWM")

    def resident_mb(self):
        return self.status_mb("VmRSS")

    def disk_mb(self):
        return sum(path.stat().st_size for path in (self.folder / "data").rglob("*") if path.is_file()) / 1e6

    def settled(self):
        """When it writes nothing any more: its CPU stands still for two seconds."""
        while True:
            before = self.cpu_seconds()
            time.sleep(2)
            if self.cpu_seconds() - before < 0.1:
                return

    def sender(self, shape, size, first_ms, streams=0, names=0, seed=42):
        """Sends so many bytes of lines, 5,000 a request, as fast as it can."""
        return Sender(["taskset", "-c", CLIENT_CORE, TOOL, "store", self.url + "/otlp/v1/logs", shape, str(size),
                       str(first_ms), str(streams), str(names), str(seed)])

    def send(self, *arguments, **options):
        return self.sender(*arguments, **options).sent()

    def ask(self, path, **parameters):
        """(milliseconds, data)"""
        url = f"{self.url}/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        begin = time.monotonic()
        try:
            body = urllib.request.urlopen(url, timeout=120).read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{path} {parameters}: {error.code} {error.read()[:400]}") from error
        data = json.loads(body)["data"]
        return (time.monotonic() - begin) * 1000, data["result"] if "result" in data else data
