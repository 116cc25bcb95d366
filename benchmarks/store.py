"""The log store on one pinned core, its clients on the other: ./dev bench store [--quick] [ROW …]

500 MB of lines go in as OTLP/HTTP, 5,000 a request, a stream a service; queries are asked over Loki's API, each for the
first time, and their answers are compared with the lines. Where $OC_LOKI names a Loki, it does the same in the same run.
"""
import argparse
import atexit
import json
import mmap
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

CLOCK = os.sysconf("SC_CLK_TCK")
BUILD = pathlib.Path(os.environ["ONECOLLECTOR"]).parent
TOOL = str(BUILD / "load")
STORE_CORE, CLIENT_CORE = "0", "1"
SEED = 20261127
NEEDLES = 60
OTHER_SHAPES = ("nginx", "json", "kubernetes", "hdfs", "text")


def emit(key, value):
    print(f"{key}={value:.3f}" if isinstance(value, float) else f"{key}={value}", flush=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


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

    def peak_mb(self):
        lines = open(f"/proc/{self.process.pid}/status")
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000

    def disk_mb(self):
        return sum(path.stat().st_size for path in (self.folder / "data").rglob("*") if path.is_file()) / 1e6

    def settled(self):
        """When it writes nothing any more: its CPU stands still for two seconds."""
        while True:
            before = self.cpu_seconds()
            time.sleep(2)
            if self.cpu_seconds() - before < 0.1:
                return

    def send(self, shape, size, first_ms):
        done = subprocess.run(["taskset", "-c", CLIENT_CORE, TOOL, "store", self.url + "/otlp/v1/logs", shape, str(size),
                               str(first_ms)], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def ask(self, path, **parameters):
        """(milliseconds, data)"""
        url = f"{self.url}/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        begin = time.monotonic()
        try:
            body = urllib.request.urlopen(url, timeout=120).read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{parameters}: {error.code} {error.read()[:400]}") from error
        return (time.monotonic() - begin) * 1000, json.loads(body)["data"]["result"]


class Loki(Store):
    CONFIG = """
auth_enabled: false
server: {{http_listen_address: 127.0.0.1, http_listen_port: {port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: {grpc}, log_level: error}}
common: {{path_prefix: {data}, replication_factor: 1, ring: {{instance_addr: 127.0.0.1, kvstore: {{store: inmemory}}}}, storage: {{filesystem: {{chunks_directory: {data}/chunks, rules_directory: {data}/rules}}}}}}
frontend: {{address: 127.0.0.1}}
memberlist: {{bind_addr: [127.0.0.1], advertise_addr: 127.0.0.1}}
ingester: {{wal: {{flush_on_shutdown: true}}}}
schema_config: {{configs: [{{from: 2020-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: i_, period: 24h}}}}]}}
limits_config: {{ingestion_rate_mb: 1000, ingestion_burst_size_mb: 1000, per_stream_rate_limit: 1GB, per_stream_rate_limit_burst: 1GB, allow_structured_metadata: true}}
query_range: {{cache_results: false}}
analytics: {{reporting_enabled: false}}
"""

    def command(self):
        (self.folder / "data").mkdir(exist_ok=True)
        config = self.folder / "loki.yaml"
        config.write_text(self.CONFIG.format(port=self.port, grpc=free_port(), data=self.folder / "data"))
        return [os.environ["OC_LOKI"], f"-config.file={config}", "-target=all"]


class Lines:
    """The text of a shape, as sent."""

    def __init__(self, folder, shape, size, first_ms):
        self.path = folder / f"{shape}.lines"
        with open(self.path, "wb") as out:
            subprocess.run([TOOL, "lines", shape, str(size + size // 10 + (1 << 20)), str(first_ms)], stdout=out, check=True)
        self.file = open(self.path, "rb")

    def keep(self, count):
        """Only so many lines were sent."""
        with open(self.path, "rb") as file:
            end = 0
            for _ in range(count):
                end += len(file.readline())
        os.truncate(self.path, end)
        self.count, self.size = count, end
        self.bytes = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def lines_with(self, needle):
        found = set()
        at = self.bytes.find(needle)
        while at >= 0:
            found.add(self.bytes.rfind(b"\n", 0, at))
            at = self.bytes.find(needle, self.bytes.find(b"\n", at))
        return len(found)

    def matching(self, expression):
        return sum(1 for _ in re.finditer(expression, self.bytes))


def needle_of(lines, dice, kind):
    """A piece of one line's text, as somebody may look for it."""
    while True:
        at = lines.bytes.rfind(b"\n", 0, dice.randrange(1 << 20, lines.size)) + 1
        line = lines.bytes[at:lines.bytes.find(b"\n", at)]
        found = {
            "number": lambda: [m.group()[2:8] for m in re.finditer(rb"\d{10,}", line)],
            "hex": lambda: [m.group()[3:11] for m in re.finditer(rb"\b[0-9a-f]{16,}\b", line)],
            "address": lambda: [m.group() for m in re.finditer(rb"\b\d+\.\d+\.\d+\.\d+\b", line)],
            "border": lambda: [line[m.start() - 4:m.start() + 8] for m in re.finditer(rb"(?<=[a-z=_ :])(?=[0-9a-f]{8})", line)],
            "absent": lambda: [m.group()[:5] + b"g" + m.group()[5:9] for m in re.finditer(rb"[0-9a-f]{10,}", line)],
        }[kind]()
        if found:
            return dice.choice(found)


def needles(lines, seed):
    dice = random.Random(seed)
    kinds = ("number", "hex", "address", "border", "absent")
    return [needle_of(lines, dice, kinds[i % len(kinds)]).decode() for i in range(NEEDLES)]


def measure_needles(store, lines, span, seed, name):
    """Every occurrence in all streams, newest first; the answers must be the lines that hold the needle."""
    times, slowest = [], (0, "")
    for needle in needles(lines, seed):
        took, result = store.ask("query_range", query=f'{{service_name=~".+"}} |= {json.dumps(needle)}', limit=5000, **span)
        times.append(took)
        slowest = max(slowest, (took, needle))
        got, want = sum(len(stream["values"]) for stream in result), min(5000, lines.lines_with(needle.encode()))
        if got != want:
            raise SystemExit(f"needle {needle}: {want} lines hold it, {got} came")
    emit(f"{name}_p50_ms", percentile(times, 0.5))
    emit(f"{name}_p95_ms", percentile(times, 0.95))
    emit(f"{name}_max_ms", max(times))
    emit(f"{name}_slowest", slowest[1])
    return percentile(times, 0.95)


def total(result):
    return sum(float(value) for series in result for _, value in series.get("values", []))


REGEXP = r'`\] (?P<first>\w+) `'


def aggregations(lines):
    """name → (query, whether it is asked at one instant, what its samples add up to, bar in ms)"""
    return {
        "count_by_service": ('sum by (service_name) (count_over_time({service_name=~".+"}[1m]))', lines.count, 20),
        "filtered_count": ('sum(count_over_time({service_name="checkout"} |= "ERROR" [1m]))',
                           lines.matching(rb"\n\S+ ERROR \[checkout\]"), 30),
        "regexp_count": (f'sum by (first) (count_over_time({{service_name=~".+"}} | regexp {REGEXP} [1m]))', lines.count, 400),
    }


def measure_raw(folder, size, kind, name, bars):
    """Ingest, disk and all queries of the table, of one kind of store."""
    first_ms = (int(time.time()) - 7200) // 60 * 60 * 1000
    lines = Lines(folder, "raw", size, first_ms)
    store = kind(folder / (name or "native"))
    before = store.cpu_seconds()
    begin = time.monotonic()
    sent = store.send("raw", size, first_ms)
    wall = time.monotonic() - begin
    store.settled()
    cpu = store.cpu_seconds() - before
    lines.keep(sent["records"])
    emit(f"{name}ingest_mb_per_s_core", sent["body_bytes"] / 1e6 / cpu)
    emit(f"{name}ingest_mb_per_s_wall", sent["body_bytes"] / 1e6 / wall)
    emit(f"{name}ingest_peak_mb", store.peak_mb())
    store.stop()  # all is in its files then
    store.start()
    store.settled()
    emit(f"{name}disk_mb", store.disk_mb())
    bars.append(("ingest MB/s/core", sent["body_bytes"] / 1e6 / cpu, 150, True))
    bars.append(("disk MB a 500 MB", store.disk_mb() * 5e8 / sent["body_bytes"], 55, False))
    last_ms = first_ms + sent["records"] + 1
    span = {"start": first_ms * 1_000_000, "end": last_ms * 1_000_000}
    for row, (query, expected, bar) in aggregations(lines).items():
        # Steps that end where the minutes end, so that no line is counted twice or not at all.
        minutes = {"start": first_ms * 1_000_000 + 59_999_999_999, "end": (last_ms + 60_000) * 1_000_000, "step": "60s"}
        took, result = store.ask("query_range", query=query, **minutes)
        emit(f"{name}{row}_ms", took)
        if total(result) != expected:
            raise SystemExit(f"{row}: the samples add up to {total(result)}, not {expected}")
        bars.append((row + " ms", took, bar, False))
    took = min(store.ask("query_range", query='{service_name="payments"}', limit=100, **span)[0] for _ in range(3))
    emit(f"{name}last_100_ms", took)
    bars.append(("last 100 lines ms", took, 5, False))
    bars.append(("needles p95 ms", measure_needles(store, lines, span, SEED, name + "needles"), 50, False))
    store.cold_restart()
    bars.append(("needles p95 ms, cold", measure_needles(store, lines, span, SEED + 1, name + "cold_needles"), 150, False))
    emit(f"{name}query_peak_mb", store.peak_mb())
    store.stop()
    shutil.rmtree(store.folder)


def measure_shape(folder, size, shape, bars):
    """Disk against zstd -19 of the plain text."""
    first_ms = (int(time.time()) - 7200) // 60 * 60 * 1000
    lines = Lines(folder, shape, size, first_ms)
    store = Store(folder / shape)
    sent = store.send(shape, size, first_ms)
    store.settled()
    store.cold_restart()
    store.settled()
    lines.keep(sent["records"])
    plain = subprocess.run(f"zstd -19 -T2 -c {lines.path} | wc -c", shell=True, stdout=subprocess.PIPE, check=True)
    ratio = store.disk_mb() * 1e6 / int(plain.stdout)
    emit(f"{shape}_disk_mb", store.disk_mb())
    emit(f"{shape}_zstd19_mb", int(plain.stdout) / 1e6)
    bars.append((f"{shape}: disk to zstd -19", ratio, 1.0, False))
    if shape == "json":
        measure_json(store, lines, first_ms, sent["records"], bars)
    store.stop()
    shutil.rmtree(store.folder)


def measure_json(store, lines, first_ms, records, bars):
    query = f'sum(sum_over_time({{service_name="json"}} | json | status >= 400 | unwrap duration_ms [{records + 1}ms]))'
    took, result = store.ask("query", query=query, time=(first_ms + records + 1) * 1_000_000)
    expected = sum(float(m.group(2)) for m in re.finditer(rb'"status":(\d+),"duration_ms":([\d.]+)', lines.bytes)
                   if int(m.group(1)) >= 400)
    got = float(result[0]["value"][1])
    if abs(got - expected) > 1e-6 * expected:
        raise SystemExit(f"json: {got} instead of {expected}")
    took *= 1e6 / records
    emit("json_sum_ms_per_million", took)
    bars.append(("json sum ms a million", took, 400, False))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rows = ["raw", *OTHER_SHAPES]
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(rows)}; all unless told")
    parser.add_argument("--quick", action="store_true", help="a tenth of the lines")
    arguments = parser.parse_args()
    share = 10 if arguments.quick else 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-bench-"))
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    bars = []
    try:
        for row in arguments.rows or rows:
            if row == "raw":
                measure_raw(folder, 500_000_000 // share, Store, "", bars)
                if os.environ.get("OC_LOKI"):
                    measure_raw(folder, 500_000_000 // share, Loki, "loki_", [])
            else:
                measure_shape(folder, 100_000_000 // share, row, bars)
    finally:
        for name, value, bar, more in bars:
            good = value >= bar if more else value <= bar
            print(f"bar {name}: {value:.2f} of {bar} ({value / bar:.2f}) {'ok' if good else 'MISSED'}")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
