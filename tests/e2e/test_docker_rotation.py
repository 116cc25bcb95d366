"""Docker's own rotation of its logs, and where else engines keep them: every line exactly once."""
import collections

from docker_engine import Engine
from harness import Host, wait_for

LINES = 30_000
# Some 120 bytes a line as Docker writes it: a few thousand lines a file, a dozen files.
ROTATED = ["--log-opt", "max-size=300k", "--log-opt", "max-file=3"]
# At most some 30,000 lines a second: a file of 300 kB then lives for 100 ms, which a busy machine's scheduler leaves us.
LOAD = (f"sleep 1; i=0; while [ $((i+=1)) -le {LINES} ]; do echo line $i of a program that says a lot; "
        "[ $((i % 300)) = 0 ] && usleep 10000; done; sleep 1000")


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
    here = engine.run("echo where; sleep 1000", "--name", "here")
    there = second.run("echo where; sleep 1000", "--name", "there")
    assert host.lines_of_container(here, 1) == host.lines_of_container(there, 1) == ["where"]
    second.stop()
    wait_for(lambda: any(str(second.socket) in note for agent in host.api("/agents")["agents"] for note in agent["notes"]),
             20, host.story)
    still = engine.run("echo still here; sleep 1000")
    assert host.lines_of_container(still, 1) == ["still here"]
    assert second.start(), second.last_words()
    again = second.run("echo and back; sleep 1000")
    assert host.lines_of_container(again, 1) == ["and back"]


def proven(host, container):
    return any(source["verification"]["state"] == "verified" for source in host.api("/sources")["sources"]
               if source["source"]["metadata"].get("container.id") == container)


def test_dockers_driver_local_is_read_like_json_file(docker_host, engine):
    long = "0123456789abcdefghij" * 2000
    script = ("echo first; echo trouble >&2; "
              "i=0; while [ $((i+=1)) -le 2000 ]; do echo -n 0123456789abcdefghij; done; echo; "
              "echo -e 'caf\\303\\251 \\377'; sleep 1000")
    container = engine.run(script, "--log-driver", "local", "--name", "web")
    assert sorted(docker_host.lines_of_container(container, 4)) == sorted(["first", "trouble", long, "café \ufffd"])
    assert docker_host.lines('{service_name="web", container_name="web"} | log_iostream="stderr"') == ["trouble"]
    wait_for(lambda: proven(docker_host, container), 20, docker_host.story)
    engine.call("restart", "-t", "0", container)
    assert len(docker_host.lines_of_container(container, 8)) == 8
    wait_for(lambda: proven(docker_host, container), 20, docker_host.story)


def test_dockers_driver_local_is_rotated_and_compressed_under_load(docker_host, engine):
    container = engine.run(LOAD, "--log-driver", "local", *ROTATED)
    expect_each_once(docker_host, container, [line(n) for n in range(1, LINES + 1)])
    # After a burst of rotations the agent's next look at the folder may be the one that finds the last file.
    wait_for(lambda: proven(docker_host, container), 90, lambda: f"{docker_host.api('/sources')}\n{docker_host.story()}")


def test_traces_of_both_streams_of_a_container_stay_apart(docker_host, engine):
    trace = "for i in $(seq 40); do echo \"2026-11-25 10:00:00 ERROR $s $i\"; echo \"  at $s.a\"; echo \"  at $s.b\"; done"
    script = f"(s=out; {trace}) & (s=err; {trace}) >&2 & wait; sleep 1000"
    expected = sorted(f"2026-11-25 10:00:00 ERROR {stream} {n}\n  at {stream}.a\n  at {stream}.b"
                      for n in range(1, 41) for stream in ("out", "err"))
    for driver in ("json-file", "local"):
        container = engine.run(script, "--log-driver", driver, "--label", "onecollector.shape=^\\d{4}-")
        wait_for(lambda of=container: len(lines_of(docker_host, of)) >= len(expected), 20, docker_host.story)
        assert sorted(lines_of(docker_host, container)) == expected, driver


def test_what_a_killed_collector_had_under_way_is_there_once(docker_host, engine):
    slowly = ("i=0; while [ $((i+=1)) -le 3000 ]; do echo line $i of a program that says a lot; "
              "[ $((i%100)) = 0 ] && sleep 0.1; done; sleep 1000")
    containers = [engine.run(slowly, "--log-driver", driver) for driver in ("json-file", "local")]
    for reached in (500, 1500):
        wait_for(lambda least=reached: all(len(lines_of(docker_host, each)) > least for each in containers), 30,
                 docker_host.story)
        docker_host.kill("collector")
    for container in containers:
        expect_each_once(docker_host, container, [line(n) for n in range(1, 3001)])
        wait_for(lambda of=container: proven(docker_host, of), 20, docker_host.story)
