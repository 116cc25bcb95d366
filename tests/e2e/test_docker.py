"""Containers of a real Docker engine, started for these tests: found, named, collected, left out where they say so."""
import os
import pathlib
import time

import pytest
from harness import wait_for


def test_a_containers_lines_are_collected_under_its_name_without_dockers_wrapper(docker_host, engine):
    container = engine.run("echo hello; echo trouble >&2; sleep 1000", "--name", "web")
    assert sorted(docker_host.lines_of_container(container, 2)) == ["hello", "trouble"]
    assert docker_host.lines('{service_name="web", container_name="web"} | log_iostream="stderr"') == ["trouble"]
    source = next(s for s in docker_host.api("/sources")["sources"] if s["source"]["metadata"].get("container.id") == container)
    assert source["source"]["source_type"] == "docker"
    wait_for(lambda: docker_host.api(f"/sources/{source['source']['source_id']}")["verification"]["state"] == "verified", 20,
             docker_host.story)
    assert f"container web ({container[:12]})" in docker_host.cli("sources").stdout


def test_labels_name_the_service_or_keep_a_container_out(docker_host, engine):
    named = engine.run("echo mine; sleep 1000", "--label", "onecollector.service=orders")
    secret = engine.run("echo secret; sleep 1000", "--label", "onecollector.enabled=false")
    silent = engine.run("echo nothing; sleep 1000", "--log-driver", "none", "--name", "silent")
    assert docker_host.lines_of_container(named, 1) == ["mine"]
    assert docker_host.lines('{service_name="orders"}') == ["mine"]
    engine.call("exec", secret, "echo", "x")
    time.sleep(1)
    known = [s["source"]["metadata"].get("container.id") for s in docker_host.api("/sources")["sources"]]
    assert secret not in known and silent not in known
    notes = wait_for(lambda: [note for agent in docker_host.api("/agents")["agents"] for note in agent["notes"]], 10)
    assert any("onecollector.enabled=false" in note for note in notes), notes
    assert any("silent is left out: its log driver is none" in note for note in notes), notes


def test_long_lines_and_traces_are_whole(docker_host, engine):
    script = ("for i in $(seq 20); do echo \"2026-11-25 10:00:00 ERROR boom $i\"; echo '  at a'; echo '  at b'; done; "
              "sleep 2; for i in $(seq 21 40); do echo \"2026-11-25 10:00:00 ERROR boom $i\"; echo '  at a'; done; sleep 1000")
    trace = engine.run(script)
    long = engine.run("i=0; while [ $i -lt 2000 ]; do echo -n 0123456789abcdefghij; i=$((i+1)); done; echo; sleep 1000")
    assert docker_host.lines_of_container(long, 1) == ["0123456789abcdefghij" * 2000]
    # The first lines came before their shape was known; what comes then is whole.
    wait_for(lambda: any("boom 40" in line for line in docker_host.lines_of_container(trace, 1)), 20, docker_host.story)
    got = docker_host.lines_of_container(trace, 20)
    assert "2026-11-25 10:00:00 ERROR boom 30\n  at a" in got, got[-5:]


def test_a_restart_of_the_engine_or_of_us_reads_nothing_twice(docker_host, engine):
    container = engine.run("i=0; while true; do echo line $i; i=$((i+1)); sleep 0.2; done", "--restart", "always")
    docker_host.lines_of_container(container, 5)
    docker_host.stop()
    time.sleep(1)
    docker_host.start()
    engine.stop()
    wait_for(lambda: any(note.startswith("containers: ") for agent in docker_host.api("/agents")["agents"] for note in agent["notes"]), 20,
             docker_host.story)
    engine.start()
    before = len(docker_host.lines_of_container(container, 10))
    got = docker_host.lines_of_container(container, before + 5)
    numbers = [int(line.split()[1]) for line in got]
    runs = numbers.count(0)  # each begins again at 0
    assert all(numbers.count(number) <= runs for number in numbers), numbers
    assert set(numbers) >= set(range(before // 2)), numbers


def status_of(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def test_only_the_agent_may_use_the_engine(docker_host, engine):
    group, read_everything = str(os.stat(engine.socket).st_gid), 1 << 2
    pids = docker_host.pids()
    assert group in status_of(pids["agent"])["Groups"].split()
    for role in ("collector", "control-plane", "backend"):
        assert group not in status_of(pids[role])["Groups"].split(), role
        assert int(status_of(pids[role])["CapPrm"], 16) == (read_everything if role == "collector" else 0), role



def notes(host):
    return [note for agent in host.api("/agents")["agents"] for note in agent["notes"]]


@pytest.mark.parametrize("group", ["its own", "root's"])  # root's is joined only while it is open to that
def test_an_engine_whose_socket_is_closed_to_us_is_said_and_tried_again(docker_host, engine, group):
    if group == "root's":
        os.chown(engine.socket, 0, 0)
    before = engine.run("echo before; sleep 1000")
    assert docker_host.lines_of_container(before, 1) == ["before"]
    os.chmod(engine.socket, 0)  # what is connected stays so
    docker_host.kill("agent")
    wait_for(lambda: any("may not be opened" in note for note in notes(docker_host)), 20, docker_host.story)
    os.chmod(engine.socket, 0o660)
    after = engine.run("echo after; sleep 1000")
    assert docker_host.lines_of_container(after, 1) == ["after"]
    wait_for(lambda: not any(note.startswith("containers: ") for note in notes(docker_host)), 20, docker_host.story)


def test_a_container_that_has_ended_leaves_the_config_and_comes_back_when_it_is_started_again(docker_host, engine):
    container = engine.run("[ -e /again ] || echo a day of work; touch /again; sleep 1", "--name", "job")
    assert docker_host.lines_of_container(container, 1) == ["a day of work"]

    def state():
        of_it = (s for s in docker_host.sources().values() if s["source"]["metadata"].get("container.id") == container)
        return next((s["verification"]["state"] for s in of_it), None)
    wait_for(lambda: state() == "verified", 20, docker_host.story)
    wait_for(lambda: state() is None, 90, docker_host.story, every=0.2)
    wait_for(lambda: container not in docker_host.cli("configs", "show").stdout, 30, docker_host.story, every=0.2)
    engine.call("start", container)  # and it says nothing more
    wait_for(lambda: state() == "verified", 20, docker_host.story)
    engine.call("rm", "--force", container)  # once more it is a source until its minute is over, and no longer
    wait_for(lambda: state() is None, 120, docker_host.story, every=0.2)
    for _ in range(20):
        assert state() is None
        time.sleep(0.5)
    assert docker_host.lines_of_container(container, 1) == ["a day of work"]
