"""As root, `up` has the file systems of the roots watched as a whole: no folder costs a watch, and none is polled."""
import os
import pathlib
import subprocess
import time

import pytest

from harness import SOAK, Host, wait_for
from test_files import expect, write
from test_large_trees import watches

LIMIT = int(pathlib.Path("/proc/sys/fs/inotify/max_user_watches").read_text())
MOST_FOLDERS = 2_000_000  # a file system in memory takes 1 GB for them
NOTE = "folders on 1 file system are watched by fanotify, whatever their number"


@pytest.fixture
def host():
    """Its logs lie on a file system of their own, so that the rest of the machine is not watched."""
    machine = Host()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,nr_inodes=0", "logs", machine.logs],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        machine.destroy()
        pytest.skip(f"needs the right to mount: {mounted.stderr}")
    try:
        yield machine
    finally:
        machine.stop()
        subprocess.run(["umount", "--lazy", machine.logs], check=False)
        machine.destroy()


def notes(host):
    return [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]


def start(host):
    if tuple(map(int, os.uname().release.split(".")[:2])) < (5, 9):
        pytest.skip("needs Linux 5.9")
    if pathlib.Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]:
        pytest.skip("needs CAP_SYS_ADMIN in the initial user namespace")
    host.start()
    assert NOTE in notes(host), notes(host)


def write_below(folder, name):
    folder.mkdir(parents=True)
    write(folder / name, "one")


def fanotify_groups(pid):
    return [fd for fd in os.listdir(f"/proc/{pid}/fd") if "fanotify" in os.readlink(f"/proc/{pid}/fd/{fd}")]


def status(pid, name):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(line for line in text.splitlines() if line.startswith(f"{name}:")).split()[1]


def test_the_agent_alone_reads_the_news_and_needs_no_right_for_it(host):
    start(host)
    pids = host.pids()
    assert len(fanotify_groups(pids["agent"])) == 1
    assert not fanotify_groups(pids["collector"]) and not fanotify_groups(pids["control-plane"])
    if status(pids["agent"], "Uid") != "0":  # else a folder above the test's is closed to other users
        assert not int(status(pids["agent"], "CapPrm"), 16) & 1 << 21, "CAP_SYS_ADMIN"
    assert watches(pids["agent"]) < 10, "no log, no watch"
    write_below(host.logs / "new" / "folder", "a.log")
    expect(host, host.logs / "new" / "folder" / "a.log", ["one"])


def test_an_agent_that_is_started_again_goes_on_with_the_marks(host):
    start(host)
    before = host.pids()["agent"]
    host.kill("agent")
    write(host.logs / "while-away.log", "one")
    wait_for(lambda: host.pids()["agent"] not in (0, before), 20, host.story)
    expect(host, host.logs / "while-away.log", ["one"])
    assert len(fanotify_groups(host.pids()["agent"])) == 1
    write_below(host.logs / "afterwards", "a.log")
    expect(host, host.logs / "afterwards" / "a.log", ["one"])


@pytest.mark.skipif(not SOAK or LIMIT > MOST_FOLDERS, reason="soak: makes more folders than fs.inotify.max_user_watches")
def test_a_tree_of_more_folders_than_inotify_can_watch_is_not_polled(host):
    folders = LIMIT // 1_000 * 1_000 + 1_000
    for folder in range(folders):
        os.makedirs(host.logs / f"{folder // 1_000:04}" / f"{folder % 1_000:03}")
    deepest = host.logs / "0000/000/a/b/c/d/e/f/g/h"  # listed last: inotify's watches are used up by then
    deepest.mkdir(parents=True)
    start(host)
    assert not any("polled" in note for note in notes(host)), notes(host)
    assert watches(host.pids()["agent"]) < 100
    for attempt in range(5):
        path, began = deepest / f"new-{attempt}.log", time.monotonic()
        write(path, "a new one")
        wait_for(lambda: str(path) in host.log_sources(), 20, host.story)
        print(f"folders={folders} new_log_is_a_source_after_s={time.monotonic() - began:.3f}")
        expect(host, path, ["a new one"])
