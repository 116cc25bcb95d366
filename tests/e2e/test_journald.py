"""The systemd journal: its units are sources, found, named, collected once and proven."""
import os
import pathlib
import shutil
import subprocess
import time

import pytest

from harness import alive, wait_for
from journal_writer import WRITER, Journal

pytestmark = pytest.mark.skipif(not os.path.exists(WRITER), reason=f"{WRITER} is not installed (systemd-journal-remote)")


@pytest.fixture
def folder(host):
    path = host.root / "journal"
    host.config.write_text(f"discovery: {{filesystem: {{roots: [{host.logs}]}}, docker: {{enabled: false}}, "
                           f"journald: {{directory: {path}}}}}\n")
    return path


@pytest.fixture
def journal(folder):
    made = Journal(folder)
    yield made
    made.close()


def by_service(host):
    return {s["source"]["metadata"]["service_name"]: s for s in host.sources().values()
            if s["source"]["source_type"] == "journald"}


def verified(host, *services):
    wait_for(lambda: all(by_service(host).get(s, {"verification": {"state": None}})["verification"]["state"] == "verified"
                         for s in services), 30, lambda: f"{by_service(host)} {host.story()}")


def test_units_users_and_the_kernel_are_sources_that_are_proven(host, journal):
    journal.say("shop.service", "hello", PRIORITY="3", _PID="42", _COMM="shopd", SYSLOG_IDENTIFIER="shop")
    journal.add(_TRANSPORT="kernel", PRIORITY="4", MESSAGE="oom")
    journal.add(_SYSTEMD_UNIT="session-3.scope", _SYSTEMD_SLICE="user-1000.slice", PRIORITY="6", MESSAGE="typed")
    host.start()
    verified(host, "shop", "kernel", "user-1000")
    assert host.lines('{service_name="shop"}') == ["hello"]
    labels = host.entries('{service_name="shop"}')[0][2]
    assert labels["severity_text"] == "ERROR" and labels["severity_number"] == "17" and labels["process_pid"] == "42"
    assert labels["process_executable_name"] == "shopd" and labels["systemd_unit"] == "shop.service"
    assert host.lines('{service_name="kernel"}') == ["oom"] and host.lines('{service_name="user-1000"}') == ["typed"]
    assert "journald:shop.service" in host.cli("sources").stdout
    journal.say("late.service", "first words")
    verified(host, "late")
    assert host.lines('{service_name="late"}') == ["first words"]
    assert set(by_service(host)) == {"shop", "kernel", "user-1000", "late"}
    only = host.api("/sources?type=journald")["sources"]
    assert len(only) == 4 and all(s["source"]["source_type"] == "journald" for s in only)


def test_what_was_written_before_the_last_day_is_left_where_it_is(host, journal):
    for number in range(5):
        journal.say("shop.service", f"old {number}")
        journal.add(at=time.time() - 3 * 86400, _SYSTEMD_UNIT="ancient.service", MESSAGE=f"ancient {number}", PRIORITY="6")
    host.start()
    verified(host, "shop")
    assert host.lines('{service_name="shop"}') == [f"old {number}" for number in range(5)]
    assert host.lines('{service_name="ancient"}') == []
    journal.say("ancient.service", "alive")
    wait_for(lambda: host.lines('{service_name="ancient"}') == ["alive"], 20, host.story)
    verified(host, "ancient")


def test_kills_lose_and_double_nothing(host, journal):
    host.start()
    written = 0

    def say(count):
        nonlocal written
        for _ in range(count):
            journal.say(f"unit-{written % 3}.service", f"line {written}")
            written += 1
    for kill in range(6):
        say(500)
        role = ("collector", "agent", "backend", "control-plane")[kill % 4]
        pid = host.pids().get(role)
        host.kill(role)
        if pid:
            wait_for(lambda pid=pid: not alive(pid), 5, f"{role} is gone")
        say(500)
    wait_for(lambda: host.settled(), 60, host.story)
    verified(host, "unit-0", "unit-1", "unit-2")
    got = sorted(int(line.split()[1]) for line in host.lines('{service_name=~"unit-.*"}'))
    assert got == list(range(written)), f"{len(got)} of {written}, {len(set(got))} different"


def test_a_restart_goes_on_and_rotated_files_are_read(host, journal, folder):
    journal.say("shop.service", "one")
    host.start()
    verified(host, "shop")
    host.stop()
    journal.say("shop.service", "two")
    host.start()
    wait_for(lambda: host.lines('{service_name="shop"}') == ["one", "two"], 20, host.story)
    verified(host, "shop")


def test_the_file_of_a_syslog_daemon_wins(host, journal):
    syslog = host.logs / "syslog"
    syslog.write_text("Nov 26 10:00:00 host shop[1]: hello\n")
    daemon = host.root / "rsyslogd"
    shutil.copy("/bin/sleep", daemon)
    journal.say("shop.service", "hello")
    with open(syslog, "a") as held:
        process = subprocess.Popen([daemon, "600"], stdout=held)
        try:
            host.start()
            time.sleep(1)
            assert by_service(host) == {}
            notes = [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]
            assert f"the journal is left out: rsyslogd writes it to {syslog}" in notes, notes
        finally:
            process.kill()
            process.wait()
    verified(host, "shop")  # it is read once nobody copies it


def test_a_journal_that_cannot_be_read_is_said(host, folder):
    host.start()
    notes = lambda: [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]
    wait_for(lambda: any("the journal cannot be read" in note and str(folder) in note for note in notes()), 10,
             lambda: str(notes()))
    folder.mkdir()  # and empty at first
    time.sleep(2)
    made = Journal(folder)
    made.say("shop.service", "hello")
    verified(host, "shop")
    assert not any("the journal cannot be read" in note for note in notes())
    made.close()
