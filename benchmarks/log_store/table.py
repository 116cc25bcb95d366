"""Ingest, disk and each query of the table for the first time; answers are compared with the lines."""
import json
import shutil
import time

from log_store.figures import emit, percentile
from log_store.lines import Lines, needles

SEED = 20261127


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
    bars.add("ingest MB/s/core", sent["body_bytes"] / 1e6 / cpu, 150, more_is_better=True)
    bars.add("disk MB a 500 MB", store.disk_mb() * 5e8 / sent["body_bytes"], 55)
    last_ms = first_ms + sent["records"] + 1
    span = {"start": first_ms * 1_000_000, "end": last_ms * 1_000_000}
    for row, (query, expected, bar) in aggregations(lines).items():
        # Steps that end where the minutes end, so that no line is counted twice or not at all.
        minutes = {"start": first_ms * 1_000_000 + 59_999_999_999, "end": (last_ms + 60_000) * 1_000_000, "step": "60s"}
        took, result = store.ask("query_range", query=query, **minutes)
        emit(f"{name}{row}_ms", took)
        if total(result) != expected:
            raise SystemExit(f"{row}: the samples add up to {total(result)}, not {expected}")
        bars.add(row + " ms", took, bar)
    took = min(store.ask("query_range", query='{service_name="payments"}', limit=100, **span)[0] for _ in range(3))
    emit(f"{name}last_100_ms", took)
    bars.add("last 100 lines ms", took, 5)
    bars.add("needles p95 ms", measure_needles(store, lines, span, SEED, name + "needles"), 50)
    store.cold_restart()
    bars.add("needles p95 ms, cold", measure_needles(store, lines, span, SEED + 1, name + "cold_needles"), 150)
    emit(f"{name}query_peak_mb", store.peak_mb())
    store.stop()
    shutil.rmtree(store.folder)
