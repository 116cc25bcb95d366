"""The log store on one pinned core, its clients on the other: ./dev bench store [--quick | --size N] [ROW …]

raw      500 MB of lines as OTLP/HTTP, 5,000 a request, a stream a service; then each query for the first time over Loki's
         API, its answer compared with the lines. Where $OC_LOKI names a Loki, it does the same in the same run
SHAPE    (nginx, json, kubernetes, hdfs, requests, text) disk against zstd -19 of the plain text
fresh    a line sent until it is found, alone and beside ingest
both     ingest and four query clients at the same time, and each alone
crowd    the last lines and the labels, alone and beside more long queries than run at a time
GROWTH   (streams, one_stream, attributes, words) what each costs as it grows: 10 M lines in 100,000 streams or in one,
         2 M with 10,000 attribute names or of prose
"""
import argparse
import os
import pathlib
import shutil
import tempfile

from log_store.both import measure_both
from log_store.crowd import measure_crowd
from log_store.curves import GROWTHS, growth_row
from log_store.figures import Bars
from log_store.fresh import measure_fresh
from log_store.loki import Loki
from log_store.process import CLIENT_CORE, Store
from log_store.shapes import SHAPES, measure_shape
from log_store.table import measure_raw


def measure_table(folder, size, bars):
    measure_raw(folder, int(500_000_000 * size), Store, "", bars)
    if os.environ.get("OC_LOKI"):
        measure_raw(folder, int(500_000_000 * size), Loki, "loki_", Bars())


def shape_row(shape):
    return lambda folder, size, bars: measure_shape(folder, int(100_000_000 * size), shape, bars)


ROWS = {"raw": measure_table, **{shape: shape_row(shape) for shape in SHAPES}, "fresh": measure_fresh, "both": measure_both,
        "crowd": measure_crowd, **{name: growth_row(name) for name in GROWTHS}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="all unless told")
    parser.add_argument("--size", type=float, default=1, help="so many times the lines and the time")
    parser.add_argument("--quick", action="store_true", help="--size 0.1")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows) - ROWS.keys():
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(ROWS)}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="onecollector-bench-"))
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    bars = Bars()
    try:
        for row in arguments.rows or ROWS:
            ROWS[row](folder, 0.1 if arguments.quick else arguments.size, bars)
    finally:
        bars.show()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
