"""The collector on one pinned core, its sink on the other: ./dev bench collector [--quick] [ROW …]

CPU seconds of the collector's process while it moves a file of lines (or OTLP requests) to an OTLP/HTTP sink, less those
of a start with nothing to do. The sink checks that every record came, unchanged. Where $OC_OTELCOL names an official
collector, it does the same work in the same run, over a tenth of the lines.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

CLOCK = os.sysconf("SC_CLK_TCK")
BUILD = pathlib.Path(os.environ["ONECOLLECTOR"]).parent
TOOL = str(BUILD / "load")
NATIVE = [os.environ["ONECOLLECTOR"], "collector"]
COLLECTOR_CORE, SINK_CORE = "0", "1"

FOUR_FIELDS = r"^(?P<time>\S+) (?P<level>\S+) \[(?P<service>[^\]]*)\] (?P<message>.*)$"
BRANCHES = r"^(?P<time>\S+) (?P<level>INFO|DEBUG|WARN|ERROR) \[(?P<service>[^\]]*)\] (?:user (?P<user>\d+) |request id=(?P<id>\S+) )?(?P<rest>.*)$"
NGINX = (r'^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) (?P<protocol>[^"]*)" '
         r'(?P<status>\d{3}) (?P<bytes>\d+|-) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"$')
ISO = {"parse_from": "attributes.time", "layout_type": "strptime", "layout": "%Y-%m-%dT%H:%M:%S.%LZ"}
LEVEL = {"parse_from": "attributes.level"}

# row → shape of the lines, operators, bar in MB/s a core, attributes a record (None: not looked at)
ROWS = {
    "raw": ("raw", [], 1000),
    "docker": ("docker", [{"type": "container", "format": "docker", "add_metadata_from_filepath": False}], 600),
    "cri": ("cri", [{"type": "container", "format": "containerd", "add_metadata_from_filepath": False}], 600),
    "regex": ("raw", [{"type": "regex_parser", "regex": FOUR_FIELDS, "timestamp": ISO, "severity": LEVEL}], 300),
    "branches": ("raw", [{"type": "regex_parser", "regex": BRANCHES}], 200),
    "nginx": ("nginx", [{"type": "regex_parser", "regex": NGINX, "timestamp": {
        "parse_from": "attributes.time", "layout_type": "strptime", "layout": "%d/%b/%Y:%H:%M:%S %z"}}], 200),
    "json": ("json", [{"type": "json_parser", "timestamp": ISO, "severity": LEVEL}], 300),
}


def emit(key, value):
    print(f"{key}={value:.3f}" if isinstance(value, float) else f"{key}={value}", flush=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def port_is_free(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK


def peak_mb(pid):
    return next(int(line.split()[1]) for line in open(f"/proc/{pid}/status") if line.startswith("VmHWM:")) / 1000


class Sink:
    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(["taskset", "-c", SINK_CORE, TOOL, "sink", str(self.port)])
        self.wait(lambda: self.figures() is not None, 10)

    def figures(self):
        try:
            return json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.port}/figures", timeout=10))
        except OSError:
            return None

    def wait(self, condition, seconds, collector=None, every=0.05):
        """Until the condition holds; the collector must not end before."""
        end = time.monotonic() + seconds
        while not condition():
            ended = collector and collector.process.poll() is not None
            if ended or time.monotonic() > end:
                raise SystemExit(f"{'the collector ended' if ended else 'not in time'}: {self.figures()}\n"
                                 f"{collector.log() if collector else ''}")
            time.sleep(every)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Collector:
    """One collector with a config, pinned; its own log beside the config."""

    def __init__(self, command, folder, config):
        self.folder = folder
        (folder / "config.yaml").write_text(json.dumps(config))
        environment = dict(os.environ, GOMAXPROCS="1")
        self.process = subprocess.Popen(["taskset", "-c", COLLECTOR_CORE, *command, "--config", folder / "config.yaml"],
                                        stdout=open(folder / "collector.log", "w"), stderr=subprocess.STDOUT,
                                        env=environment)
        self.pid = self.process.pid

    def log(self):
        return (self.folder / "collector.log").read_text()[-4000:]

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def config(receivers, sink, processors=None, metrics_port=None):
    processors = processors or {}
    level = {"level": "none"} if metrics_port is None else {"readers": [
        {"pull": {"exporter": {"prometheus": {"host": "127.0.0.1", "port": metrics_port}}}}]}
    return {
        "receivers": receivers,
        "processors": processors,
        # Without block_on_overflow the official collector drops what its queue does not hold.
        "exporters": {"otlp_http": {"endpoint": f"http://127.0.0.1:{sink.port}", "compression": "none",
                                    "sending_queue": {"block_on_overflow": True}}},
        "service": {"telemetry": {"metrics": level},
                    "pipelines": {"logs": {"receivers": list(receivers), "processors": list(processors),
                                           "exporters": ["otlp_http"]}}},
    }


def file_log(path, operators=()):
    return {"file_log": {"include": [str(path)], "start_at": "beginning", "include_file_name": False,
                         "operators": list(operators)}}


def start_up_seconds(command, folder, operators):
    """CPU of a start with the same config over one line."""
    sink = Sink()
    (folder / "one.log").write_text("one line\n")
    operators = [dict(operator, on_error="send_quiet") for operator in operators]
    collector = Collector(command, folder, config(file_log(folder / "one.log", operators), sink))
    sink.wait(lambda: sink.figures()["records"] >= 1, 30, collector)
    used = cpu_seconds(collector.pid)
    collector.close()
    sink.close()
    return used


def move(command, folder, path, lines, operators):
    """(MB/s a core, peak MB, the sink's figures) of a file moved."""
    start_up = start_up_seconds(command, folder, operators)
    sink = Sink()
    collector = Collector(command, folder, config(file_log(path, operators), sink))
    sink.wait(lambda: sink.figures()["records"] >= lines, 300, collector, 0.2)
    used, peak = cpu_seconds(collector.pid) - start_up, peak_mb(collector.pid)
    collector.close()
    figures = sink.figures()
    sink.close()
    return path.stat().st_size / 1e6 / used, peak, figures


def expected_bodies(shape, path):
    """(records, bytes) of the bodies that are to come out."""
    lines = size = 0
    with open(path, "rb") as file:
        for line in file:
            lines += 1
            if shape == "docker":
                size += len(json.loads(line)["log"])  # with its newline, as of the official collector
            elif shape == "cri":
                size += len(line.split(b" ", 3)[3]) - 1
            else:
                size += len(line) - 1
    return lines, size


class Lines:
    """The file of a shape; made of one piece, again and again, so that Python need not count gigabytes."""

    def __init__(self, folder, shape, megabytes):
        piece = folder / f"{shape}.piece"
        with open(piece, "wb") as out:
            subprocess.run([TOOL, "lines", shape, str(50_000_000)], stdout=out, check=True)
        records, size = expected_bodies(shape, piece)
        times = max(1, round(megabytes * 1e6 / piece.stat().st_size))
        self.path = folder / f"{shape}.log"
        with open(self.path, "wb") as out:
            for _ in range(times):
                shutil.copyfileobj(open(piece, "rb"), out, 1 << 20)
        self.piece, self.piece_records = piece, records
        self.records, self.body_bytes = records * times, size * times


def measure(row, folder, megabytes, peers):
    shape, operators, bar = ROWS[row]
    lines = Lines(folder, shape, megabytes)
    speed, peak, figures = move(NATIVE, folder, lines.path, lines.records, operators)
    if figures["records"] != lines.records or figures["body_bytes"] != lines.body_bytes:
        raise SystemExit(f"{row}: {lines.records} records of {lines.body_bytes} bytes were to come, not {figures}")
    if any("timestamp" in operator for operator in operators) and figures["timed"] != lines.records:
        raise SystemExit(f"{row}: only {figures['timed']} of {lines.records} records have a time")
    emit(f"{row}_mb_per_s_core", speed)
    emit(f"{row}_peak_mb", peak)
    ratios = [f"{row}: {speed:.0f} MB/s/core, bar {bar}: {speed / bar:.2f}"]
    for name, command in peers:
        other, other_peak, _ = move(command, folder, lines.piece, lines.piece_records, operators)
        emit(f"{row}_{name}_mb_per_s_core", other)
        emit(f"{row}_{name}_peak_mb", other_peak)
        ratios.append(f"{speed / other:.1f} times {name}")
    lines.path.unlink()
    return ", ".join(ratios)


def measure_otlp(folder, megabytes, peers):
    """OTLP/HTTP in, batch, OTLP/HTTP out."""
    speeds = {}
    for name, command in [("native", NATIVE), *peers]:
        sink, port = Sink(), free_port()
        receiver = {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{port}"}}}}
        collector = Collector(command, folder, config(receiver, sink, {"batch": {}}))
        sink.wait(lambda: not port_is_free(port), 30, collector)
        before = cpu_seconds(collector.pid)
        wanted = round((megabytes if name == "native" else megabytes / 10) * 1e6)
        done = subprocess.run(["taskset", "-c", SINK_CORE, TOOL, "send", f"http://127.0.0.1:{port}/v1/logs", str(wanted)],
                              stdout=subprocess.PIPE, check=True)
        sent = json.loads(done.stdout)
        sink.wait(lambda: sink.figures()["records"] >= sent["records"], 60, collector)
        speeds[name] = sent["bytes"] / 1e6 / (cpu_seconds(collector.pid) - before)
        emit(f"otlp_{name}_mb_per_s_core", speeds[name])
        collector.close()
        if sink.figures()["records"] != sent["records"] or sink.figures()["body_bytes"] != sent["body_bytes"]:
            raise SystemExit(f"otlp: {sent} was sent, {sink.figures()} came")
        sink.close()
    ratios = [f"{speeds['native'] / speed:.1f} times {name}" for name, speed in speeds.items() if name != "native"]
    return ", ".join([f"otlp: {speeds['native']:.0f} MB/s/core, bar 800: {speeds['native'] / 800:.2f}", *ratios])


def idle(count, folder, seconds):
    """(share of a core, resident MB) of a collector that watches files nobody writes to."""
    for number in range(count):
        (folder / f"{number}.log").write_text(f"the only line of file {number}, which nobody writes to any more\n")
    sink = Sink()
    collector = Collector(NATIVE, folder, config(file_log(folder / "*.log"), sink))
    sink.wait(lambda: sink.figures()["records"] >= count, 300, collector)
    time.sleep(5)  # checkpoints, fingerprints
    before = cpu_seconds(collector.pid)
    time.sleep(seconds)
    used = cpu_seconds(collector.pid) - before
    resident = int(open(f"/proc/{collector.pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    collector.close()
    sink.close()
    return used / seconds, resident


def measure_idle(count, folder, quick):
    (folder / "idle").mkdir()
    share, resident = idle(count, folder / "idle", 20 if quick else 60)
    shutil.rmtree(folder / "idle")
    most, memory = (0.5, 30) if count <= 1000 else (1, 150)
    emit(f"idle_{count}_core_percent", share * 100)
    emit(f"idle_{count}_resident_mb", resident)
    return f"{count} idle files: {share:.2%} of a core, bar {most} %; {resident:.0f} MB, bar {memory}"


def measure_latency(folder, quick):
    """A line appended → at the sink, one every 50 ms."""
    sink = Sink()
    path = folder / "latency.log"
    path.write_text("first\n")
    collector = Collector(NATIVE, folder, config(file_log(path), sink))
    sink.wait(lambda: sink.figures()["records"] >= 1, 30, collector)
    times = []
    with open(path, "a", buffering=1) as out:
        for number in range(100 if quick else 1000):
            time.sleep(0.05)
            written = time.monotonic_ns()
            out.write(f"line {number}\n")
            sink.wait(lambda: sink.figures()["records"] >= number + 2, 10, collector, 0.001)
            times.append((sink.figures()["last_ns"] - written) / 1e6)
    collector.close()
    sink.close()
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    emit("latency_p50_ms", p50)
    emit("latency_p99_ms", p99)
    return f"line appended to line at the sink: p50 {p50:.1f} ms, bar 20; p99 {p99:.1f} ms, bar 100"


def measure_row(row, folder, arguments, peers):
    if row.startswith("idle_"):
        return measure_idle(int(row.removeprefix("idle_")), folder, arguments.quick)
    if row == "otlp":
        return measure_otlp(folder, 200 if arguments.quick else 2000, peers)
    if row == "latency":
        return measure_latency(folder, arguments.quick)
    return measure(row, folder, 200 if arguments.quick else 2000, peers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rows = [*ROWS, "otlp", "idle_1000", "idle_100000", "latency"]
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(rows)}; all unless told")
    parser.add_argument("--quick", action="store_true", help="200 MB instead of 2 GB")
    arguments = parser.parse_args()
    peers = [("otelcol", [os.environ["OC_OTELCOL"]])] if os.environ.get("OC_OTELCOL") else []
    folder = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-bench-"))
    try:
        print("\n".join([measure_row(row, folder, arguments, peers) for row in arguments.rows or rows]))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
