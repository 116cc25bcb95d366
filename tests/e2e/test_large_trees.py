"""A tree of very many files, a few of which are logs: watches, descriptors and memory are those of its folders and logs."""
import os
import re
import time

import pytest

from harness import SOAK, Host, wait_for
from test_files import expect, write

FILES, PER_FOLDER, LOGS = (1_000_000, 1_000, 250) if SOAK else (100_000, 1_000, 50)
FOLDERS = FILES // PER_FOLDER
AGENT_MEMORY_KB = 300 << 10
DESCRIPTORS = 1_000


@pytest.fixture
def host(request):
    machine = Host()
    machine.config.write_text(
        f"discovery: {{filesystem: {{roots: [{machine.logs}], include: ['**/*.log']}}, docker: {{enabled: false}}}}\n")
    yield machine
    if getattr(request.node, "failed", False) and machine.process:
        print(machine.story())
    machine.destroy()


def fill(root):
    for folder in range(FOLDERS):
        path = root / f"{folder // 100:03}" / f"{folder % 100:02}"
        path.mkdir(parents=True)
        for file in range(PER_FOLDER):
            os.close(os.open(path / f"object-{file:04}.dat", os.O_CREAT | os.O_WRONLY, 0o644))
        if folder % (FOLDERS // LOGS) == 0:
            write(path / f"app-{folder:04}.log", "hello")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def watches(pid):
    count = 0
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            with open(f"/proc/{pid}/fdinfo/{fd}") as info:
                count += sum(line.startswith("inotify wd") for line in info)
        except FileNotFoundError:  # closed since it was listed
            pass
    return count


def resident_kb(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def print_idle(agent, collector, seconds=60):
    """For docs/performance.md: ./dev soak -rP tests/e2e/test_large_trees.py"""
    print(f"agent_cpu_s_at_start={cpu_seconds(agent)} agent_resident_kb={resident_kb(agent)} "
          f"agent_descriptors={descriptors(agent)} agent_watches={watches(agent)} "
          f"collector_descriptors={descriptors(collector)} collector_watches={watches(collector)}")
    before = cpu_seconds(agent), cpu_seconds(collector)
    time.sleep(seconds)
    print(f"idle_s={seconds} agent_cpu_s={cpu_seconds(agent) - before[0]:.2f} "
          f"collector_cpu_s={cpu_seconds(collector) - before[1]:.2f}")


def test_what_is_no_log_costs_nothing_but_its_folder(host):
    fill(host.logs)
    host.start()
    assert len(host.log_sources()) == LOGS
    agent, collector = host.pids()["agent"], host.pids()["collector"]
    assert watches(agent) <= FOLDERS + FOLDERS // 100 + LOGS + 20, "one a folder, two where logs are"
    assert watches(collector) <= LOGS + 10
    assert descriptors(agent) < DESCRIPTORS and descriptors(collector) < DESCRIPTORS
    assert resident_kb(agent) < AGENT_MEMORY_KB

    if SOAK:
        print_idle(agent, collector)
    path, began = host.logs / "000" / "05" / "new.log", time.monotonic()
    write(path, "a new one")
    wait_for(lambda: str(path) in host.log_sources(), 20, host.story)
    print(f"new_log_is_a_source_after_s={time.monotonic() - began:.2f}")
    expect(host, path, ["a new one"])
    (host.logs / "new" / "folder").mkdir(parents=True)
    write(host.logs / "new" / "folder" / "other.log", "another")
    expect(host, host.logs / "new" / "folder" / "other.log", ["another"])
