"""Containers whose log driver is journald: each is a source of its own, under the names and labels that its engine tells.

Where no journald runs, its socket is served by the test, and what Docker's and Podman's log drivers send there becomes entries of
a journal."""
import os
import time

import pytest
from conftest import started_docker, started_podman
from harness import wait_for
from journal_writer import WRITER, Journal, JournalSocket

pytestmark = pytest.mark.skipif(not os.path.exists(WRITER), reason=f"{WRITER} is not installed (systemd-journal-remote)")
IDS = [digits * 32 for digits in ("5f", "a1", "c3")]


@pytest.fixture
def journal(host):
    made = Journal(host.root / "journal")
    yield made
    made.close()


def follow(host, socket=None):
    docker = f"{{sockets: [{socket}]}}" if socket else "{enabled: false}"
    host.config.write_text(f"discovery: {{filesystem: {{roots: [{host.logs}]}}, docker: {docker}, "
                           f"journald: {{directory: {host.root / 'journal'}}}}}\n")


def states(host):
    """Of the journal's sources, by their service."""
    return {s["source"]["metadata"]["service_name"]: s["verification"]["state"] for s in host.sources().values()
            if s["source"]["source_type"] == "journald"}


def verified(host, *services):
    wait_for(lambda: all(states(host).get(service) == "verified" for service in services), 40,
             lambda: f"{states(host)} {host.story()}")


def notes(host):
    return [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]


def test_one_that_no_engine_knows_is_collected_under_the_name_that_its_entries_give(host, journal):
    follow(host)
    journal.say("docker.service", "engine", SYSLOG_IDENTIFIER="dockerd")
    journal.say_in(IDS[0], "hello")
    journal.add(at=time.time() - 3600, _SYSTEMD_UNIT="docker.service", CONTAINER_ID_FULL=IDS[1], CONTAINER_NAME="stale",
                PRIORITY="6", MESSAGE="long gone")
    host.start()
    verified(host, "docker", "web")
    journal.say_in(IDS[2], "of a pod", "pod", _SYSTEMD_UNIT="libpod-conmon.scope", _SYSTEMD_SLICE="machine.slice")
    verified(host, "docker", "web", "pod")
    assert host.lines('{service_name="docker"}') == ["engine"]
    assert host.lines('{service_name="web", container_name="web"}') == ["hello"]
    assert host.entries('{service_name="web"}')[0][2]["container_id"] == IDS[0]
    assert host.lines('{service_name="pod"}') == ["of a pod"]
    assert set(states(host)) == {"docker", "web", "pod"}, "no slice, and nothing of a container that is over"
    assert f"container web ({IDS[0][:12]})" in host.cli("sources").stdout


@pytest.fixture(scope="module")
def docker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docker")
    served = JournalSocket(folder / "journald", _SYSTEMD_UNIT="docker.service", _SYSTEMD_SLICE="system.slice")
    made = started_docker(folder, served.prefix)
    made.served = served
    yield made
    made.clear()
    made.stop()


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    folder = tmp_path_factory.mktemp("podman")
    served = JournalSocket(folder / "journald", _SYSTEMD_UNIT="libpod-conmon.scope", _SYSTEMD_SLICE="machine.slice")
    made = started_podman(folder, served.prefix)
    made.served = served
    yield made
    made.clear()
    made.stop()


@pytest.fixture
def engine(request, host, journal):
    """The engine that the test names, without containers, whose log driver journald writes to the journal."""
    made = request.getfixturevalue(request.param)
    made.served.journal = journal
    follow(host, made.socket)
    yield made
    made.clear()
    made.served.journal = None


def run(engine, script, *options):
    return engine.run(script, "--log-driver", "journald", *options)


both = pytest.mark.parametrize("engine", ["docker", "podman"], indirect=True, scope="function")


@both
def test_labels_name_the_service_or_keep_it_out(host, engine):
    loop = "for i in 1 2 3; do echo before $i; done; sleep 4; for i in 1 2 3; do echo after $i >&2; done; sleep 1000"
    run(engine, loop, "--name", "orders-1", "--label", "onecollector.service=orders")
    run(engine, "echo secret; sleep 1000", "--name", "private", "--label", "onecollector.enabled=false")
    host.start()
    verified(host, "orders")
    run(engine, "while true; do echo secret; sleep 0.5; done", "--name", "late", "--label", "onecollector.enabled=false")
    run(engine, "for i in 1 2 3; do echo plain $i; done; sleep 1000", "--name", "plain", "-e", "OTEL_SERVICE_NAME=checkout")
    wait_for(lambda: len(host.lines('{service_name="orders"}')) >= 6, 20, host.story)
    verified(host, "orders", "checkout")
    expected = [f"{when} {number}" for when in ("before", "after") for number in (1, 2, 3)]
    assert host.lines('{service_name="orders", container_name="orders-1"}') == expected
    assert host.lines('{service_name="checkout", container_name="plain"}') == [f"plain {number}" for number in (1, 2, 3)]
    host.kill("agent")  # what is kept out stays so while the engine has not spoken again
    wait_for(lambda: sum("onecollector.enabled=false" in note for note in notes(host)) == 2, 20, lambda: str(notes(host)))
    time.sleep(7)  # longer than an engine's word is waited for
    assert set(states(host)) - {"machine"} == {"orders", "checkout"}  # Podman tells the journal of its own doings
    assert host.lines('{service_name=~".+"} |= "secret"') == []
    assert not any("journald" in note for note in notes(host)), notes(host)


@both
def test_one_that_is_removed_at_once_is_collected_in_full_and_goes(host, engine):
    host.start()
    job = run(engine, "echo one line", "--rm", "--name", "job", "--label", "onecollector.service=nightly")
    verified(host, "nightly")
    assert host.lines('{service_name="nightly"}') == ["one line"]
    wait_for(lambda: "nightly" not in states(host), 150, host.story, every=0.2)
    wait_for(lambda: job not in host.cli("configs", "show").stdout, 30, host.story, every=0.2)
    assert host.lines('{service_name="nightly"}') == ["one line"]


@pytest.mark.parametrize("engine", ["docker"], indirect=True, scope="function")
def test_a_closed_socket_loses_nothing_and_the_engines_word_holds_when_it_comes(host, engine):
    web = run(engine, "i=0; while [ ! -e /end ]; do echo line $i; i=$((i+1)); sleep 0.2; done; echo end; sleep 1000",
              "--name", "web", "--label", "onecollector.service=shop")
    os.chmod(engine.socket, 0)
    try:
        host.start()
        verified(host, "web")
    finally:
        os.chmod(engine.socket, 0o660)
    wait_for(lambda: host.lines('{service_name="shop"}'), 30, host.story)
    engine.call("exec", web, "touch", "/end")
    wait_for(lambda: "end" in host.lines('{service_name="shop"}'), 20, host.story)
    got = host.lines_of_container(web, 1)
    assert got == [*(f"line {number}" for number in range(len(got) - 1)), "end"]
    assert host.lines('{service_name="web"}')[0] == "line 0"


@pytest.mark.parametrize("engine", ["docker"], indirect=True, scope="function")
def test_at_the_first_start_the_last_day_of_each_is_read_and_nothing_of_those_that_are_gone(host, engine, journal):
    quiet = run(engine, "sleep 1000", "--name", "quiet")
    for hours, message in ((72, "days ago"), (1, "an hour ago")):
        for container, name in ((quiet, "quiet"), (IDS[0], "gone")):
            journal.add(at=time.time() - hours * 3600, _SYSTEMD_UNIT="docker.service", CONTAINER_ID_FULL=container,
                        CONTAINER_NAME=name, PRIORITY="6", MESSAGE=message)
    host.start()
    verified(host, "quiet")
    time.sleep(7)  # longer than an engine's word is waited for
    assert set(states(host)) == {"quiet"}
    assert host.lines('{service_name="quiet"}') == ["an hour ago"]
    host.kill("agent")
    run(engine, "echo new; sleep 1000", "--name", "new")
    verified(host, "quiet", "new")
    assert host.lines('{service_name="new"}') == ["new"] and host.lines('{service_name="quiet"}') == ["an hour ago"]
