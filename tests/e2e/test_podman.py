"""Containers of a real Podman: found by its socket, collected from its k8s-file logs, each line once."""
import pytest
from conftest import start_with_engine
from harness import wait_for


@pytest.fixture
def podman_host(podman):
    machine = start_with_engine(podman)
    yield machine
    machine.destroy()
    podman.clear()


def test_a_containers_lines_are_stored_under_its_name(podman_host, podman):
    container = podman.run("echo hello; echo trouble >&2; sleep 600", "--name", "web")
    assert sorted(podman_host.lines_of_container(container, 2)) == ["hello", "trouble"]
    assert podman_host.lines('{service_name="web", container_name="web"} | log_iostream="stderr"') == ["trouble"]


def test_a_container_that_is_removed_at_once_is_collected(podman_host, podman):
    container = podman.run("echo gone", "--rm", "--label", "onecollector.service=orders")
    assert podman_host.lines_of_container(container, 1) == ["gone"]
    assert podman_host.lines('{service_name="orders"}') == ["gone"]


def test_long_lines_are_put_together_again(podman_host, podman):
    # In one write: podman logs what it reads at once, and pieces that come seconds apart are not waited for.
    container = podman.run("line=; while [ ${#line} -lt 40000 ]; do line=${line}0123456789abcdefghij; done; echo $line; sleep 600")
    assert podman_host.lines_of_container(container, 1) == ["0123456789abcdefghij" * 2000]


def test_what_is_not_collected_is_said(podman_host, podman):
    podman.run("sleep 600", "--name", "silent", "--log-driver", "none")
    podman.run("sleep 600", "--name", "private", "--label", "onecollector.enabled=false")

    def notes():
        return [note for agent in podman_host.api("/agents")["agents"] for note in agent["notes"]]
    wait_for(lambda: any("silent is left out" in note for note in notes()), 20, podman_host.story)
    wait_for(lambda: any("private is left out" in note for note in notes()), 20, podman_host.story)


def test_rotation_by_size_loses_and_doubles_nothing(podman_host, podman):
    container = podman.run("for i in $(seq 1 3000); do echo line $i; [ $((i % 100)) = 0 ] && sleep 0.05; done; sleep 600",
                           "--log-opt", "max-size=32kb")
    got = podman_host.lines_of_container(container, 3000)
    assert sorted(got, key=lambda line: int(line.split()[1])) == [f"line {number}" for number in range(1, 3001)]


def test_log_files_inside_are_collected_from_mounted_folders_and_from_its_layer(podman_host, podman, tmp_path):
    (tmp_path / "data").mkdir()
    container = podman.run("sleep 2; echo in a folder > /data/a.log; echo in its layer > /own.log; sleep 600",
                           "-v", f"{tmp_path}/data:/data", "-e", "LOG_DIR=/data", "-e", "LOG_FILE=/own.log")
    expected = ["in a folder"]
    if podman.call("info", "--format", "{{.Store.GraphDriverName}}").stdout.strip() == "overlay":
        expected.append("in its layer")
    assert sorted(podman_host.lines_of_container(container, len(expected))) == sorted(expected)
