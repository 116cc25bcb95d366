"""Ingest and queries at the same time: neither may starve the other."""
import random
import threading
import time

from log_store.figures import emit, percentile
from log_store.lines import Lines, needle_of
from log_store.process import ENOUGH, Store

FAIR = 5  # who waits for five takers of one core takes five times as long


class QueryClient(threading.Thread):
    """Asks one question, as soon as it has the answer again, until told to stop."""

    def __init__(self, store, name, path, parameters):
        super().__init__(daemon=True)
        self.store, self.name, self.path, self.parameters = store, name, path, parameters
        self.times, self.ended = [], threading.Event()

    def run(self):
        while not self.ended.is_set():
            self.times.append(self.store.ask(self.path, **self.parameters)[0])


def clients(store, needle, span):
    everything = '{service_name=~".+"}'
    return [QueryClient(store, *question) for question in (
        ("needle", "query_range", {"query": f'{everything} |= "{needle}"', **span}),
        ("count", "query_range", {"query": f"sum by (service_name) (count_over_time({everything}[1m]))", "step": "60s", **span}),
        ("json", "query_range", {"query": 'sum(sum_over_time({service_name="json"} | json | status >= 400 | unwrap duration_ms [1m]))',
                                 "step": "60s", **span}),
        ("last_100", "query_range", {"query": '{service_name="payments"}', "limit": 100}))]


def ask_for(seconds, asking, name):
    for client in asking:
        client.start()
    time.sleep(seconds)
    for client in asking:
        client.ended.set()
    for client in asking:
        client.join()
        emit_times(f"{name}_{client.name}", client.times)
    return {client.name: percentile(client.times, 0.5) for client in asking}


def emit_times(name, times):
    emit(f"{name}_p50_ms", percentile(times, 0.5))
    emit(f"{name}_p99_ms", percentile(times, 0.99))
    emit(f"{name}_worst_ms", max(times))


def pushing(store, seconds, name, meanwhile):
    """Requests one after the other at full speed while `meanwhile` is done."""
    begin = time.monotonic()
    sender = store.sender("raw", ENOUGH, int(time.time() - 86_400) * 1000, seed=int(seconds))
    answer = meanwhile()
    sent = sender.end()
    emit_times(f"{name}_push", sent["took_ms"])
    emit(f"{name}_push_mb_per_s", sent["body_bytes"] / 1e6 / (time.monotonic() - begin))
    return answer, percentile(sent["took_ms"], 0.5)


def measure_both(folder, size, bars):
    first_ms = int(time.time() - 7200) // 60 * 60 * 1000
    store, seconds = Store(folder / "both"), 20 * size
    lines = Lines(folder, "raw", 50_000_000, first_ms)
    lines.keep(store.send("raw", 50_000_000, first_ms)["records"])
    store.send("json", 20_000_000, first_ms)
    span = {"start": first_ms * 1_000_000, "end": (first_ms + lines.count) * 1_000_000}
    needle = needle_of(lines, random.Random(1), "hex").decode()
    store.settled()
    alone = ask_for(seconds, clients(store, needle, span), "alone")
    _, push_alone = pushing(store, seconds, "alone", lambda: time.sleep(seconds))
    store.settled()
    beside, push_beside = pushing(store, seconds, "both", lambda: ask_for(seconds, clients(store, needle, span), "both"))
    bars.add("push p50 beside 4 queries, times alone", push_beside / push_alone, FAIR)
    for name, took in beside.items():
        bars.add(f"{name} p50 beside ingest, times alone", took / alone[name], FAIR)
    store.stop()
