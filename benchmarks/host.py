"""One host, all four roles, as the README starts them: start-up, latency, idle cost, many files.

Prints KEY=VALUE lines (units in the key), then each bar with its ratio. --quick is a smoke run.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests/e2e"))
from harness import Host, wait_for  # noqa: E402

CLOCK = os.sysconf("SC_CLK_TCK")


def emit(key, value):
    print(f"{key}={value:.3f}" if isinstance(value, float) else f"{key}={value}", flush=True)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def resident_mb(pids):
    total = 0
    for pid in pids:
        for line in open(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"):  # shared pages of the one binary counted once
                total += int(line.split()[1])
    return total / 1000


def rss_mb(pids):
    return sum(int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") for pid in pids) / 1e6


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / CLOCK


def start_to_table(machine):
    begin = time.monotonic()
    machine.start(wait=False)
    wait_for(lambda: "Search:" in (machine.root / "up.out").read_text(), 60, machine.story, every=0.005)
    return time.monotonic() - begin


def measure_start(runs):
    times = []
    for _ in range(runs):
        machine = Host()
        for i in range(20):
            with open(machine.logs / f"app-{i}.log", "w") as file:
                file.writelines(f"2026-11-23T01:02:03.{n % 1000:03d}Z INFO request {n} served\n" for n in range(1000))
        times.append(start_to_table(machine))
        machine.destroy()
    emit("up_to_table_20_files_seconds_median", statistics.median(times))
    emit("up_to_table_20_files_seconds_max", max(times))
    return max(times)


def measure_latency(machine, samples):
    """From just before write() returns to the first query that finds the line; the store is asked without pause."""
    session = requests.Session()
    url = machine.url("logs") + "/loki/api/v1/query_range"
    path = machine.logs / "latency.log"
    delays = []
    for i in range(samples + 5):
        needle = f"needle-{time.time_ns()}-{i}"
        begin = time.monotonic()
        with open(path, "a") as file:
            file.write(needle + "\n")
        while True:
            answer = session.get(url, params={"query": f'{{service_name="latency"}} |= "{needle}"', "limit": 1}).json()
            if answer["data"]["result"]:
                break
        if i >= 5:  # the first ones wait for the source's config
            delays.append((time.monotonic() - begin) * 1000)
        time.sleep(0.01)
    emit("line_to_queryable_ms_p50", percentile(delays, 0.5))
    emit("line_to_queryable_ms_p99", percentile(delays, 0.99))
    emit("line_to_queryable_ms_max", max(delays))
    return percentile(delays, 0.5), percentile(delays, 0.99)


def measure_new_file(machine, samples):
    """A file that nobody has seen: from its first write to the first query that finds the line."""
    session = requests.Session()
    delays = []
    for i in range(samples):
        needle = f"fresh-{time.time_ns()}-{i}"
        begin = time.monotonic()
        (machine.logs / f"fresh-{i}.log").write_text(needle + "\n")
        while not session.get(machine.url("logs") + "/loki/api/v1/query_range", params={
                "query": f'{{service_name=~".+"}} |= "{needle}"', "limit": 1}).json()["data"]["result"]:
            time.sleep(0.002)
        delays.append((time.monotonic() - begin) * 1000)
    emit("new_file_to_queryable_ms_p50", percentile(delays, 0.5))
    emit("new_file_to_queryable_ms_max", max(delays))


def measure_idle(machine, seconds, prefix):
    pids = machine.pids()
    time.sleep(5)
    before, begin = cpu_seconds(pids.values()), time.monotonic()
    time.sleep(seconds)
    share = (cpu_seconds(pids.values()) - before) / (time.monotonic() - begin) * 100
    for role, pid in pids.items():
        emit(f"{prefix}_{role.replace('-', '_')}_rss_mb", rss_mb([pid]))
    emit(f"{prefix}_all_roles_rss_mb", rss_mb(pids.values()))
    emit(f"{prefix}_all_roles_pss_mb", resident_mb(pids.values()))
    emit(f"{prefix}_all_roles_cpu_percent", share)
    return rss_mb(pids.values()), share


def measure_thousand_files(files, idle_seconds):
    machine = Host()
    for i in range(files):
        with open(machine.logs / f"app-{i}.log", "w") as file:
            file.writelines(f"2026-11-23T01:02:03.{n % 1000:03d}Z INFO request {n} served\n" for n in range(100))
    emit(f"up_to_table_{files}_files_seconds", start_to_table(machine))
    rss, share = measure_idle(machine, idle_seconds, f"files_{files}")
    machine.destroy()
    return rss, share


def bar(name, value, limit):
    print(f"bar {name}: {value:.2f} of {limit} ({value / limit:.2f}) {'ok' if value <= limit else 'MISSED'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    start = measure_start(2 if quick else 7)
    machine = Host().start()
    idle_rss, idle_cpu = measure_idle(machine, 5 if quick else 60, "idle")
    p50, p99 = measure_latency(machine, 30 if quick else 500)
    measure_new_file(machine, 5 if quick else 50)
    machine.destroy()
    many_rss, _ = measure_thousand_files(100 if quick else 1000, 5 if quick else 30)
    bar("up_to_table_seconds", start, 3)
    bar("line_to_queryable_ms_p50", p50, 100)
    bar("line_to_queryable_ms_p99", p99, 500)
    bar("idle_rss_mb", idle_rss, 200)
    bar("idle_cpu_percent", idle_cpu, 1)
    bar("thousand_files_rss_mb", many_rss, 300)


if __name__ == "__main__":
    main()
