"""A full disk under offsets and under the queue of pushed data: told, survived, and over when there is room again."""
import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

import pytest
from harness import SOAK, wait_for
from standalone import Collector, Sink, expect_marks, free_port
from test_files import expect, write
from test_kill import Writer

DISK_KB = 4096
FULL_SECONDS = 60 if SOAK else 3
STORAGE_OF_UP = "agent/collector/storage"


class SmallDisk:
    """A file system of its own at `folder`, which can be filled."""

    def __init__(self, folder, kilobytes=DISK_KB):
        self.folder, self.ballast = folder, folder / "ballast"
        options = f"size={kilobytes}k,mode=755"
        if folder.exists():  # what is there goes on, and belongs to whom it belonged to
            owner = folder.stat()
            options += f",uid={owner.st_uid},gid={owner.st_gid}"
        folder.mkdir(parents=True, exist_ok=True)
        kept = {path.name: (path.read_bytes(), path.stat()) for path in folder.iterdir() if path.is_file()}
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "small", folder], capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip(f"needs the right to mount: {mounted.stderr}")
        for name, (content, status) in kept.items():
            (folder / name).write_bytes(content)
            os.chown(folder / name, status.st_uid, status.st_gid)

    def fill(self):
        """To the last byte: others may have taken room meanwhile."""
        with open(self.ballast, "ab", buffering=0) as ballast:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while ballast.write(b"x" * size):
                        pass
                except OSError:
                    pass

    def free(self):
        self.ballast.unlink()

    def unmount(self):
        subprocess.run(["umount", "--lazy", self.folder], check=False)


@pytest.fixture
def disks():
    made = []

    def make(folder, **options):
        made.append(SmallDisk(folder, **options))
        return made[-1]

    yield make
    for disk in made:
        disk.unmount()


def test_offsets_that_cannot_be_saved_lose_and_double_nothing_in_the_embedded_store(host, disks):
    write(host.logs / "app-0.log", "first")
    host.start()
    expect(host, host.logs / "app-0.log", ["first"])
    host.stop()
    disk = disks(host.data / STORAGE_OF_UP)
    host.start()
    writer = Writer(host.logs)
    writer.written[host.logs / "app-0.log"].append("first")
    disk.fill()
    writer.start()  # three of its files are new: what they are known by cannot be saved
    for _ in range(2):
        time.sleep(FULL_SECONDS / 2)
        host.kill("collector")
        disk.fill()
    time.sleep(FULL_SECONDS / 2)
    disk.free()
    writer.stop()
    expected = {path: Counter(lines) for path, lines in writer.written.items()}
    for path, lines in expected.items():
        expect(host, path, lines.elements(), seconds=60)
    told = "\n".join(path.read_text(errors="replace") for path in (host.data / "own-logs").glob("*.log"))
    assert "No space left on device (free disk space; it goes on by itself)" in told
    assert "can be written again" in told


def test_reading_goes_on_while_offsets_cannot_be_saved(tmp_path, disks):
    disk = disks(tmp_path / "storage")
    sink = Sink()
    collector = Collector(tmp_path, sink, f"  file_log: {{include: ['{tmp_path}/*.log'], start_at: beginning, storage: file_storage}}")
    write(tmp_path / "old.log", "##old 0##")
    collector.start()
    try:
        expect_marks(sink, collector, {b"old 0"})
        disk.fill()
        # An offset fits, perhaps, into what was cut off to make room; many do not.
        lines = [f"##old {i}##" for i in range(1, 2000)]
        for at in range(0, len(lines), 100):
            write(tmp_path / "old.log", *lines[at:at + 100])
            time.sleep(0.05)
            disk.fill()  # what a rewrite gave back
        expect_marks(sink, collector, {line.strip("#").encode() for line in lines} | {b"old 0"})
        for number in range(50):
            write(tmp_path / f"new-{number}.log", f"##new {number}##")
            if number % 2:
                time.sleep(0.02)
        wait_for(lambda: collector.metric("onecollector_file_storage_failed_writes_total") > 0, 10, collector.story)
        wait_for(lambda: collector.metric("onecollector_file_storage_waiting_writes") > 0, 10, collector.story)
        time.sleep(FULL_SECONDS)
        assert collector.metric("onecollector_file_storage_waiting_writes") < 100
        (tmp_path / "new-7.log").unlink()  # it was readable when it was found: it is held
        disk.free()
        expected = {line.strip("#").encode() for line in lines} | {b"old 0"} | {b"new %d" % i for i in range(50)}
        expect_marks(sink, collector, expected)
        assert "No space left on device (free disk space; it goes on by itself)" in collector.story()
        wait_for(lambda: "can be written again" in collector.story(), 10, collector.story)
        assert collector.metric("onecollector_file_storage_waiting_writes") == 0
        collector.stop()
        write(tmp_path / "old.log", "##old last##")
        collector.start()
        expect_marks(sink, collector, expected | {b"old last"})  # what was saved late is where it goes on
    finally:
        collector.kill()
        sink.close()


def push(port, body):
    """The status that the collector answered; 200: it took the record."""
    record = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": body}}]}]}]}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/logs", json.dumps(record).encode(),
                                     {"Content-Type": "application/json"})
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:  # nobody is there
        return 0


class Clients:
    """Push numbered records from several threads, each again until it is taken; know what was answered."""

    def __init__(self, port, threads=4):
        self.taken, self.answers, self.stopped = set(), Counter(), threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(port, i), daemon=True) for i in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, port, client):
        number = 0
        while not self.stopped.is_set():
            mark = f"client {client} record {number}"
            status = push(port, f"##{mark}## {'x' * 10_000}")
            self.answers[status] += 1
            if status == 200:
                self.taken.add(mark.encode())
                number += 1
            else:
                time.sleep(0.05)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def test_what_was_taken_of_pushed_data_outlives_a_full_disk_and_what_was_not_is_refused(tmp_path, disks):
    disk, port, sink = disks(tmp_path / "storage"), free_port(), Sink()
    sink.down = True
    collector = Collector(tmp_path, sink, f"  otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{port}'}}}}}}", "otlp",
                          "    sending_queue: {storage: file_storage}")
    collector.start()
    clients = Clients(port)
    try:
        # The queue itself fills the disk.
        wait_for(lambda: clients.answers[503] > 0, 60, lambda: f"{clients.answers} {collector.story()}")
        assert clients.taken
        time.sleep(FULL_SECONDS)
        before = len(clients.taken)
        collector.kill()
        disk.fill()
        collector.start()
        refused = clients.answers[503]
        wait_for(lambda: clients.answers[503] > refused + 20, 30, lambda: f"{clients.answers} {collector.story()}")
        assert collector.metric("onecollector_file_storage_failed_writes_total") > 0
        assert collector.metric("otelcol_receiver_refused_log_records") > 0
        sink.down = False  # nobody makes room but the queue itself
        wait_for(lambda: len(clients.taken) > before + 100, 60, lambda: f"{clients.answers} {collector.story()}")
        clients.stop()
        wait_for(lambda: clients.taken <= sink.marks.keys(), 30, lambda: f"{len(clients.taken - sink.marks.keys())} lost {collector.story()}")
        assert "No space left on device (free disk space; it goes on by itself)" in collector.log.read_text()
        print(f"answers={dict(clients.answers)} taken={len(clients.taken)}")
        collector.stop()
    finally:
        clients.stopped.set()
        collector.kill()
        sink.close()
