"""Logs that processes write outside of the searched folders: proposed, and collected where they are allowed."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import pytest
from harness import wait_for

WRITER = "import sys, time; f = open(sys.argv[1], 'a', buffering=1)\nfor i in range(10**6): f.write(f'line {i}\\n'); time.sleep(0.1)"


@pytest.fixture
def folder():
    """Where other users may look, and nothing is searched."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="oc-processes-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def start():
    """Starts a program that runs until the test ends."""
    running = []

    def start(*arguments, **options):
        running.append(subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **options))
        return running[-1]
    yield start
    for process in running:
        process.kill()
        process.wait()


def configure(host, **processes):
    host.config.write_text(f"discovery: {{filesystem: {{roots: [{host.logs}]}}, docker: {{enabled: false}}, "
                           f"journald: {{enabled: false}}, processes: {json.dumps(processes)}}}\n")


def proposal_of(host, path):
    proposed = [log for agent in host.api("/agents")["agents"] for log in agent["proposed_logs"]]
    return next((log for log in proposed if log["path"] == str(path)), None)


def test_a_log_that_a_process_writes_is_proposed_and_collected_once_it_is_allowed(host, folder, start):
    path = folder / "app.log"
    writer = start("/usr/bin/python3", "-c", WRITER, path, env={"OTEL_SERVICE_NAME": "shop", "PASSWORD": "hunter2"})
    configure(host)
    host.start()
    proposal = wait_for(lambda: proposal_of(host, path), 60, host.story, every=0.5)
    assert proposal == {"path": str(path), "process": "python3", "pid": writer.pid}
    assert str(path) not in host.sources()
    for command in ("status", "sources"):
        told = host.cli(command).stdout
        assert re.search(rf"{path} +python3 \({writer.pid}\)", told), told
        assert f'"{path}"' in told.split("discovery: {processes: {allow: [")[1], told
    host.stop()
    configure(host, allow=[str(folder / "*.log")])
    host.start()
    source = wait_for(lambda: host.sources().get(str(path)), 60, host.story, every=0.5)
    assert source["labels"]["service.name"] == "shop"
    wait_for(lambda: len(host.delivered(path)) > 100, 20, host.story)
    got = host.delivered(path)
    assert got == [f"line {n}" for n in range(len(got))]
    wait_for(lambda: host.sources()[str(path)]["verification"]["state"] == "verified", 20, host.story)
    assert not proposal_of(host, path)
    host.stop()  # its process ends while nobody looks
    writer.kill()
    writer.wait()
    with open(path, "a") as log:
        log.write("the last line\n")
    (host.data / "agent" / "processes").unlink()
    host.start()
    whole = path.read_text().splitlines()
    wait_for(lambda: sorted(host.delivered(path)) == sorted(whole), 20, lambda: f"{host.delivered(path)[-3:]} of {whole[-3:]}\n{host.story()}")
    for file in host.data.rglob("*"):
        assert not file.is_file() or b"hunter2" not in file.read_bytes(), file


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another user")
def test_processes_of_other_users_are_looked_into_by_one_child_alone(host, folder, start):
    (folder / "named.log").write_text("x\n")
    start("/bin/sleep", "1000", env={"LOG_FILE": str(folder / "named.log")}, user=54321)
    configure(host)
    host.start()
    wait_for(lambda: proposal_of(host, folder / "named.log"), 60, host.story, every=0.5)
    look_into_processes = 1 << 19
    roles = {role: pid for role, pid in host.pids().items() if role != "up"}
    assert roles.keys() >= {"agent", "collector"}
    for role, pid in roles.items():
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        permitted = int(status.split("CapPrm:\t")[1].split()[0], 16)
        assert permitted & look_into_processes == 0, role


def test_what_is_no_longer_there_and_what_is_searched_anyway_is_not_proposed(host, folder, start):
    start("/usr/bin/python3", "-c", WRITER, host.logs / "found.log")
    start("/bin/sh", "-c", f"exec 5>{folder}/gone.log; rm {folder}/gone.log; sleep 1000")
    start("/usr/bin/python3", "-c", WRITER, folder / "seen.log")
    configure(host)
    host.start()
    wait_for(lambda: proposal_of(host, folder / "seen.log"), 60, host.story, every=0.5)
    assert not proposal_of(host, host.logs / "found.log") and not proposal_of(host, folder / "gone.log")
    wait_for(lambda: host.delivered(host.logs / "found.log"), 20, host.story)


def test_processes_are_not_looked_at_when_that_is_not_wanted(host, folder, start):
    start("/usr/bin/python3", "-c", WRITER, folder / "app.log")
    configure(host, enabled=False)
    host.start()
    time.sleep(2)
    assert not (host.data / "agent" / "processes").exists()
