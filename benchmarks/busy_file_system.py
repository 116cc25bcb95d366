#!/usr/bin/env python3
"""What watching costs while something else is busy on the file system of the logs: ./dev bench busy_file_system [SECONDS]

As root: a file system of its own (ext4 in a file) holds the searched folder and, outside of it, what is busy. Once with
fanotify, once without the right to it, which is inotify. Of each load: the agent's and the load's processor time, and
how long a new log takes to be a source. At the end, what the load would pay if writes were asked for, too.
"""
import ctypes
import multiprocessing
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests/e2e"))
import harness  # noqa: E402
from harness import Host, wait_for  # noqa: E402
from test_large_trees import cpu_seconds  # noqa: E402

FILES = 1_000
BATCH = 100  # operations between two looks at the clock
LOADS = {"idle": (None, 0), "writes": ("write", 100_000), "creates_1000": ("create", 1_000), "creates": ("create", 0)}


def load(folder, kind, rate, stop, result):
    """Until told to stop, `rate` operations a second; 0: as fast as it goes."""
    names = [os.path.join(folder, f"file-{number}") for number in range(FILES)]
    files = [os.open(name, os.O_CREAT | os.O_WRONLY) for name in names] if kind == "write" else []
    began, before, count, text = time.monotonic(), time.process_time(), 0, b"x" * 100
    while not stop.is_set():
        for number in range(count, count + BATCH):
            if kind == "write":
                os.pwrite(files[number % FILES], text, number // FILES % FILES * 100)
            else:
                os.close(os.open(names[number % FILES], os.O_CREAT | os.O_WRONLY))
                os.unlink(names[number % FILES])
        count += BATCH
        if rate:
            time.sleep(max(0, began + count / rate - time.monotonic()))
    result.put((count / (time.monotonic() - began), (time.process_time() - before) / count * 1e9))


class Load:
    def __init__(self, folder, kind, rate):
        self.stop, self.result = multiprocessing.Event(), multiprocessing.Queue()
        self.worker = multiprocessing.Process(target=load, args=(folder, kind, rate, self.stop, self.result))
        self.worker.start()

    def end(self, how, name):
        self.stop.set()
        per_second, nanoseconds = self.result.get()
        self.worker.join()
        print(f"{how}_{name}_operations_per_s={per_second:.0f} load_cpu_ns_per_operation={nanoseconds:.0f}", flush=True)


def notes(host):
    return [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]


def new_log_seconds(host, name):
    path, began = host.logs / f"{name}.log", time.monotonic()
    path.write_text("hello\n")
    wait_for(lambda: str(path) in host.log_sources(), 60, host.story, every=0.005)
    return time.monotonic() - began


def measure(host, how, name, seconds):
    kind, rate = LOADS[name]
    busy = Load(host.logs.parent / "busy", kind, rate) if kind else None
    time.sleep(1)
    agent = host.pids()["agent"]
    before = cpu_seconds(agent)
    time.sleep(seconds)
    used = (cpu_seconds(agent) - before) / seconds * 100
    latencies = sorted(new_log_seconds(host, f"{how}-{name}-{number}") for number in range(10))
    print(f"{how}_{name}_agent_percent_of_a_core={used:.2f}")
    print(f"{how}_{name}_new_log_is_a_source_after_s_p50={latencies[5]:.3f} worst={latencies[-1]:.3f}")
    if busy:
        busy.end(how, name)


def run_with(how, point, seconds):
    logs = point / how / "logs"
    logs.mkdir(parents=True)
    (point / how / "busy").mkdir()
    host = Host(f"discovery: {{filesystem: {{roots: [{logs}]}}, docker: {{enabled: false}}, "
                "journald: {enabled: false}, processes: {enabled: false}}\n")
    host.logs = logs
    try:
        host.start()
        assert any("fanotify" in note for note in notes(host)) == (how == "fanotify"), notes(host)
        for name in LOADS:
            measure(host, how, name, seconds)
        print(f"{how}_overflowed={any('overflowed' in note for note in notes(host))}")
    finally:
        host.destroy()


def asking_for_writes(point, seconds):
    """A group as ours with FAN_MODIFY as well, read once a second as the ledger is."""
    libc = ctypes.CDLL(None, use_errno=True)
    class_notif_dfid_name_nonblock, mark_add_filesystem, modify = 0xC02, 0x101, 2
    group = libc.fanotify_init(class_notif_dfid_name_nonblock, 0)
    assert libc.fanotify_mark(group, mark_add_filesystem, ctypes.c_uint64(modify), -100, os.fsencode(point)) == 0
    busy = Load(point, "write", 0)
    for _ in range(seconds):
        time.sleep(1)
        try:
            while os.read(group, 1 << 16):
                pass
        except BlockingIOError:
            pass
    busy.end("asking_for_writes", "writes_at_full_speed")
    os.close(group)
    busy = Load(point, "write", 0)
    time.sleep(seconds)
    busy.end("not_asking", "writes_at_full_speed")


def main():
    if len(sys.argv) < 3:  # with a view of mounts of its own, in which all mounts go when it ends
        again = ["unshare", "-m", sys.executable, __file__, sys.argv[1] if len(sys.argv) > 1 else "20", "inside"]
        os.execvp(again[0], again)
    point = pathlib.Path("/mnt")
    image = Host()
    with open(image.root / "image", "w") as file:
        file.truncate(1 << 30)
    subprocess.run(["mkfs.ext4", "-q", image.root / "image"], check=True)
    subprocess.run(["mount", "-o", "loop", image.root / "image", point], check=True)
    run_with("fanotify", point, int(sys.argv[1]))
    without = image.root / "without-fanotify"
    without.write_text(f'#!/bin/sh\nexec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin {harness.BINARY} "$@"\n')
    without.chmod(0o755)
    harness.BINARY = str(without)  # root, but without CAP_SYS_ADMIN
    run_with("inotify", point, int(sys.argv[1]))
    asking_for_writes(point, int(sys.argv[1]))
    image.destroy()


main()
