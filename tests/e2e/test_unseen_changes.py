"""Logs on a file system whose changes the kernel does not see (NFS, SMB, FUSE …): polled, and said so. FUSE stands for all
of them: what is written below a bindfs mount is reported to no inotify on it, as what other machines write to NFS."""
import os
import shutil
import subprocess
from collections import Counter

import pytest

from harness import wait_for
from test_files import expect, write


@pytest.fixture
def shared(host):
    """(what the host sees, the folder behind it)"""
    if not os.path.exists("/dev/fuse") or not shutil.which("bindfs"):
        pytest.skip("no FUSE file system can be mounted here: /dev/fuse or bindfs is missing")
    mounted, behind = host.logs / "shared", host.root / "behind"
    mounted.mkdir()
    behind.mkdir()
    done = subprocess.run(["bindfs", behind, mounted], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"bindfs cannot mount here: {done.stderr.strip()}")
    yield mounted, behind
    subprocess.run(["fusermount", "-u", "-z", mounted], check=True)


def test_files_of_a_network_file_system_are_found_and_followed(host, shared):
    mounted, behind = shared
    write(behind / "before.log", "one")
    host.start()
    expect(host, mounted / "before.log", ["one"])
    write(behind / "before.log", "two")
    expect(host, mounted / "before.log", ["one", "two"])
    write(behind / "new.log", "a", "b")
    expect(host, mounted / "new.log", ["a", "b"], seconds=15)  # sooner than all is listed anyway, every 30 s
    # Through the mount: bindfs knows files by path, and for a second takes one renamed behind it for its successor.
    (mounted / "new.log").rename(mounted / "new.log.1")
    write(behind / "new.log.1", "c")
    write(behind / "new.log", "d")
    expect(host, mounted / "new.log", ["a", "b", "c", "d"])


def test_it_is_said_which_folders_are_polled_and_why(host, shared):
    mounted, behind = shared
    (behind / "a").mkdir()
    write(host.logs / "local.log", "one")
    host.start()
    note = "2 folders are polled: inotify does not report changes on fuse"
    wait_for(lambda: note in host.api("/agents")["agents"][0]["notes"], 10, lambda: str(host.api("/agents")))
    assert Counter(host.delivered(host.logs / "local.log")) == Counter(["one"])
