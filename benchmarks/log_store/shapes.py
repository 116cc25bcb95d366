"""Lines as other programs write them: disk against zstd -19 of the plain text."""
import re
import shutil
import subprocess
import time

from log_store.figures import emit
from log_store.lines import Lines
from log_store.process import Store

SHAPES = ("nginx", "json", "kubernetes", "hdfs", "requests", "text")


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
    bars.add(f"{shape}: disk to zstd -19", ratio, 1.0)
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
    bars.add("json sum ms a million", took, 400)
