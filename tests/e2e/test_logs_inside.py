"""Log files that containers write inside themselves: found by label or environment, read through no link of theirs."""
import time

import pytest
from harness import wait_for

WRITE = "/bin/busybox mkdir -p {folder}; i=0; while true; do echo line $i >> {folder}/{name}; i=$((i+1)); sleep 0.2; done"


@pytest.fixture(autouse=True)
def storage_driver(engine):
    driver = engine.call("info", "--format", "{{.Driver}}").stdout.strip()
    if driver != "overlay2":
        pytest.skip(f"this engine's storage driver is {driver}: where its layers lie is not said")


def sources_inside(host, container, active_only=False):
    return {s["source"]["metadata"]["container.file"]: s for s in host.sources(active_only).values()
            if s["source"]["metadata"].get("container.id") == container and "container.file" in s["source"]["metadata"]}


def source_of(host, container, path):
    return wait_for(lambda: sources_inside(host, container).get(path), 20, host.story)


def lines_of(host, source, count):
    query = f'{{service_name=~".+"}} | source_id="{source["source"]["source_id"]}"'
    wait_for(lambda: len(host.lines(query)) >= count, 20, lambda: f"{host.lines(query)} {host.story()}")
    return host.lines(query)


def numbers(lines):
    return [int(line.split()[1]) for line in lines]


def verified(host, container, path):
    source = sources_inside(host, container).get(path)
    return source is not None and source["verification"]["state"] == "verified"


def test_a_file_that_the_environment_names_is_collected_beside_what_is_printed(docker_host, engine):
    container = engine.run("echo printed; " + WRITE.format(folder="/app/logs", name="app.log"), "--name", "shop",
                           "-e", "LOG_FILE=/app/logs/app.log", "-e", "PASSWORD=hunter2")
    source = source_of(docker_host, container, "/app/logs/app.log")
    got = lines_of(docker_host, source, 10)
    assert numbers(got) == list(range(len(got)))
    entry = docker_host.entries(f'{{service_name="shop"}} | source_id="{source["source"]["source_id"]}"')[0][2]
    assert entry["container_name"] == "shop" and entry["container_id"] == container
    assert entry["log_file_path"] == "/app/logs/app.log" and entry["log_file_name"] == "app.log"
    wait_for(lambda: verified(docker_host, container, "/app/logs/app.log"), 20, docker_host.story)
    assert f"container shop ({container[:12]}) /app/logs/app.log" in docker_host.cli("sources").stdout
    printed = docker_host.lines(f'{{service_name="shop"}} | container_id="{container}" | log_iostream="stdout"')
    assert printed == ["printed"]
    for file in docker_host.data.rglob("*"):
        assert not file.is_file() or b"hunter2" not in file.read_bytes(), file


def test_a_label_names_files_of_volumes_too_and_the_next_container_goes_on_with_them(docker_host, engine):
    options = ("--label", "onecollector.logs=/data/*.log", "-v", "logs:/data")
    first = engine.run(WRITE.format(folder="/data", name="a.log"), *options)
    before = lines_of(docker_host, source_of(docker_host, first, "/data/a.log"), 10)
    engine.call("rm", "-f", first)
    second = engine.run("while true; do echo line 1000 >> /data/a.log; sleep 0.2; done", *options)
    source = source_of(docker_host, second, "/data/a.log")
    wait_for(lambda: 1000 in numbers(lines_of(docker_host, source, len(before))), 20, docker_host.story)
    old = [number for number in numbers(lines_of(docker_host, source, 1)) if number < 1000]
    assert old == list(range(len(old)))  # of the first container: each once


def test_a_file_is_read_to_its_end_when_its_container_ends_and_on_when_it_is_started_again(docker_host, engine):
    script = "sleep 3; for i in $(seq 0 99); do echo line $i >> /job.log; done"
    container = engine.run(script, "-e", "LOG_FILE=/job.log")
    assert numbers(lines_of(docker_host, source_of(docker_host, container, "/job.log"), 100)) == list(range(100))
    wait_for(lambda: not sources_inside(docker_host, container, active_only=True), 90, docker_host.story, every=0.5)
    engine.call("start", container)
    source = sources_inside(docker_host, container)["/job.log"]
    assert numbers(lines_of(docker_host, source, 200)) == 2 * list(range(100))


def test_links_made_in_a_container_lead_nowhere(docker_host, engine):
    secret = docker_host.root / "secret.log"
    secret.write_text("secret of the host\n" * 10)
    script = (f"/bin/busybox mkdir -p /logs; /bin/busybox ln -s {secret} /logs/a.log; "
              f"/bin/busybox ln -s {secret.parent} /more; echo fine > /logs/b.log; sleep 5; "
              f"/bin/busybox rm /logs/b.log; /bin/busybox ln -s {secret} /logs/b.log; echo harmless > /logs/c.log; sleep 1000")
    container = engine.run(script, "--label", "onecollector.logs=/logs/*.log,/more/*.log")
    assert lines_of(docker_host, source_of(docker_host, container, "/logs/b.log"), 1) == ["fine"]
    assert lines_of(docker_host, source_of(docker_host, container, "/logs/c.log"), 1) == ["harmless"]
    time.sleep(3)
    assert not docker_host.lines('{service_name=~".+"} |= "secret"')
    assert set(sources_inside(docker_host, container)) == {"/logs/b.log", "/logs/c.log"}


def test_what_is_wrong_with_the_label_is_said(docker_host, engine):
    engine.run("sleep 1000", "--label", "onecollector.logs=/*/a.log", "--name", "wrong")
    wait_for(lambda: any("wrong" in note and "folders have no wildcards" in note
                         for agent in docker_host.api("/agents")["agents"] for note in agent["notes"]), 20, docker_host.story)
