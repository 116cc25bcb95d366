"""Containers whose log driver is journald: each is a source of its own, under the names and labels that its engine tells.

Where no journald runs, Docker starts no such container; so the containers are created only, and their lines are written as
Docker's log driver writes them."""
import os
import time

import pytest
from harness import wait_for
from journal_writer import WRITER, Journal

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
    journal.say_in_pod(IDS[2], "of a pod", "pod")
    verified(host, "docker", "web", "pod")
    assert host.lines('{service_name="docker"}') == ["engine"]
    assert host.lines('{service_name="web", container_name="web"}') == ["hello"]
    assert host.entries('{service_name="web"}')[0][2]["container_id"] == IDS[0]
    assert host.lines('{service_name="pod"}') == ["of a pod"]
    assert set(states(host)) == {"docker", "web", "pod"}, "no slice, and nothing of a container that is over"
    assert f"container web ({IDS[0][:12]})" in host.cli("sources").stdout


@pytest.fixture
def create(engine):
    """Creates a container of Docker with the log driver journald; its id."""
    def made(*options):
        done = engine.call("create", "--network", "none", "--log-driver", "journald", *options, "onecollector-test:1", "/bin/sh")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
    yield made
    engine.clear()


def test_labels_name_the_service_or_keep_it_out(host, journal, engine, create):
    follow(host, engine.socket)
    orders = create("--name", "orders-1", "--label", "onecollector.service=orders")
    private = create("--name", "private", "--label", "onecollector.enabled=false")
    for number in range(3):
        journal.say_in(orders, f"before {number}", "orders-1")
        journal.say_in(private, "secret", "private")
    host.start()
    verified(host, "orders")
    late = create("--name", "late", "--label", "onecollector.enabled=false")
    plain = create("--name", "plain", "-e", "OTEL_SERVICE_NAME=checkout")
    for number in range(3):
        journal.say_in(orders, f"after {number}", "orders-1")
        journal.say_in(late, "secret", "late")
        journal.say_in(plain, f"plain {number}", "plain")
    verified(host, "orders", "checkout")
    assert host.lines('{service_name="orders", container_name="orders-1"}') == [
        *(f"before {number}" for number in range(3)), *(f"after {number}" for number in range(3))]
    assert host.lines('{service_name="checkout", container_name="plain"}') == [f"plain {number}" for number in range(3)]
    host.kill("agent")  # what is kept out stays so while the engine has not spoken again
    journal.say_in(late, "secret", "late")
    wait_for(lambda: sum("onecollector.enabled=false" in note for note in notes(host)) == 2, 20, lambda: str(notes(host)))
    time.sleep(7)  # longer than an engine's word is waited for
    assert set(states(host)) == {"orders", "checkout"}
    assert host.lines('{service_name=~".+"} |= "secret"') == []
    assert not any("journald" in note for note in notes(host)), notes(host)


def test_one_that_is_removed_at_once_is_collected_in_full_and_goes(host, journal, engine, create):
    follow(host, engine.socket)
    host.start()
    job = create("--name", "job", "--label", "onecollector.service=nightly")
    journal.say_in(job, "one line", "job")
    verified(host, "nightly")
    engine.call("rm", job)
    assert host.lines('{service_name="nightly"}') == ["one line"]
    wait_for(lambda: "nightly" not in states(host), 150, host.story, every=0.2)
    wait_for(lambda: job not in host.cli("configs", "show").stdout, 30, host.story, every=0.2)
    assert host.lines('{service_name="nightly"}') == ["one line"]


def test_a_closed_socket_loses_nothing_and_the_engines_word_wins_when_it_comes(host, journal, engine, create):
    follow(host, engine.socket)
    web = create("--name", "web", "--label", "onecollector.service=shop")
    os.chmod(engine.socket, 0)
    try:
        host.start()
        journal.say_in(web, "closed")
        verified(host, "web")
    finally:
        os.chmod(engine.socket, 0o660)
    wait_for(lambda: "service.name: shop" in host.cli("configs", "show").stdout and host.settled(), 30, host.story)
    journal.say_in(web, "open")
    wait_for(lambda: host.lines('{service_name="shop"}') == ["open"], 20, host.story)
    assert host.lines('{service_name="web"}') == ["closed"]
