"""What becomes of costs as a store grows: many streams, one stream, many attribute names, text without structure.

After each step the store is asked the same questions; nothing may grow faster than what is stored.
"""
import dataclasses
import json
import re
import time

from log_store.figures import emit, plot
from log_store.process import Store

LINE_BYTES = 137  # of the raw shape, about


@dataclasses.dataclass
class Growth:
    """Lines that come in equal steps, a store for each kind."""
    shape: str = "raw"
    lines: int = 10_000_000
    steps: int = 10
    streams: int = 0
    names: int = 0


GROWTHS = {
    "streams": Growth(streams=100_000),
    "one_stream": Growth(streams=1),
    "attributes": Growth(lines=2_000_000, streams=6, names=10_000),
    "words": Growth(shape="text", lines=2_000_000),
}


class Grown:
    """The store of a growth and what was sent to it so far."""

    def __init__(self, store, growth):
        self.store, self.growth = store, growth
        self.first_ms = self.last_ms = (int(time.time()) - 5 * 86_400) * 1000
        self.records, self.step = 0, 0

    def grow(self):
        """A step's lines; how many MB of them a second of the store's processor."""
        before, growth = self.store.cpu_seconds(), self.growth
        self.step += 1
        sent = self.store.send(growth.shape, growth.lines * LINE_BYTES // growth.steps, self.last_ms, streams=growth.streams,
                               names=growth.names, seed=self.step)
        self.store.settled()
        self.records += sent["records"]
        self.last_ms += sent["records"]
        return sent["body_bytes"] / 1e6 / (self.store.cpu_seconds() - before)

    def span(self):
        return {"start": self.first_ms * 1_000_000, "end": (self.last_ms + 1) * 1_000_000}

    def some_line(self):
        """One of the newest, with its labels."""
        stream = self.store.ask("query_range", query='{service_name=~".+"}', limit=1, **self.span())[1][0]
        return stream["values"][0][1], stream["stream"]["service_name"]

    def count_ms(self):
        took, result = self.store.ask("query", query=f'sum(count_over_time({{service_name=~".+"}}[{self.last_ms - self.first_ms + 1}ms]))',
                                      time=(self.last_ms + 1) * 1_000_000)
        if int(result[0]["value"][1]) != self.records:
            raise SystemExit(f"{result[0]['value'][1]} of {self.records} lines are there")
        return took

    def ask_ms(self, path, **parameters):
        took, result = self.store.ask(path, **parameters, **self.span())
        if not result:
            raise SystemExit(f"{path} {parameters}: nothing came")
        return took


def figures(grown, ingest):
    line, service = grown.some_line()
    needle = json.dumps(max(re.findall(r"\w+", line), key=len))
    return {
        "ingest_mb_per_s_core": ingest,
        "resident_mb": grown.store.resident_mb(),
        "peak_mb": grown.store.peak_mb(),
        "disk_bytes_a_line": grown.store.disk_mb() * 1e6 / grown.records,
        "count_ms": grown.count_ms(),
        "needle_ms": grown.ask_ms("query_range", query=f'{{service_name=~".+"}} |= {needle}'),
        "last_100_of_one_ms": grown.ask_ms("query_range", query=f'{{service_name="{service}"}}', limit=100),
        "labels_ms": grown.ask_ms("labels"),
        "values_ms": grown.ask_ms("label/service_name/values"),
        "series_ms": grown.ask_ms("series", **{"match[]": '{service_name=~".+"}'}),
    }


def measure_growth(folder, name, growth):
    store = Store(folder / name)
    grown, curve = Grown(store, growth), {}
    for step in range(growth.steps):
        for figure, value in figures(grown, grown.grow()).items():
            curve.setdefault(figure, []).append((grown.records, value))
            emit(f"{name}_{figure}_at_{grown.records}", float(value))
    store.stop()
    for figure, points in curve.items():
        print(plot(f"{name}: {figure}", points))


def growth_row(name):
    def measure(folder, size, bars):
        del bars  # the curve is what is looked at
        growth = GROWTHS[name]
        measure_growth(folder, name, dataclasses.replace(growth, lines=int(growth.lines * size)))
    return measure
