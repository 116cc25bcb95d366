"""Docker's own rotation of its logs, and where else engines keep them: every line exactly once."""
import collections

from docker_engine import Engine
from harness import Host, wait_for

LINES = 30_000
# Some 120 bytes a line as Docker writes it: a few thousand lines a file, a dozen files.
ROTATED = ["--log-opt", "max-size=300k", "--log-opt", "max-file=3"]
LOAD = f"sleep 1; i=0; while [ $((i+=1)) -le {LINES} ]; do echo line $i of a program that says a lot; done; sleep 1000"


def line(number):
    return f"line {number} of a program that says a lot"


def lines_of(host, container):
    return host.lines(f'{{service_name=~".+"}} | container_id="{container}"')


def expect_each_once(host, container, expected):
    def differences():
        got, want = collections.Counter(lines_of(host, container)), collections.Counter(expected)
        return f"missing {sum((want - got).values())}, too many {sum((got - want).values())}\n{host.story()}"
    wait_for(lambda: len(lines_of(host, container)) >= len(expected), 60, differences, every=0.5)
    assert lines_of(host, container) == expected, differences()


def files_of(engine, container):
    return sorted(path.name[len(container):] for path in (engine.folder / "data/containers" / container).glob("*.log*"))


def test_lines_are_there_once_when_docker_rotates_and_compresses_under_load(docker_host, engine):
    container = engine.run(LOAD, *ROTATED, "--log-opt", "compress=true")
    expect_each_once(docker_host, container, [line(n) for n in range(1, LINES + 1)])
    assert files_of(engine, container) == ["-json.log", "-json.log.1.gz", "-json.log.2.gz"]


def test_two_engines_with_folders_of_their_own_are_one_host(request, engine, tmp_path):
    second = Engine(tmp_path)
    assert second.start(), second.last_words()
    request.addfinalizer(second.stop)
    second.load_image()
    host = Host()
    request.addfinalizer(host.destroy)
    request.addfinalizer(engine.clear)
    request.addfinalizer(second.clear)
    host.config.write_text(f"discovery: {{filesystem: {{roots: [{host.logs}]}}, "
                           f"docker: {{sockets: [{engine.socket}, {second.socket}]}}}}\n")
    host.start()
    here, there = (each.run("echo where; sleep 1000", "--name", name) for each, name in ((engine, "here"), (second, "there")))
    assert host.lines_of_container(here, 1) == host.lines_of_container(there, 1) == ["where"]
    second.stop()
    wait_for(lambda: any(str(second.socket) in note for agent in host.api("/agents")["agents"] for note in agent["notes"]),
             20, host.story)
    still = engine.run("echo still here; sleep 1000")
    assert host.lines_of_container(still, 1) == ["still here"]
    assert second.start(), second.last_words()
    again = second.run("echo and back; sleep 1000")
    assert host.lines_of_container(again, 1) == ["and back"]
