import pytest

import podman_engine
from docker_engine import Engine, missing_parts
from harness import Host, wait_for


def ended(machine, request):
    """Its story is printed when the test fails."""
    if getattr(request.node, "failed", False) and machine.process:
        print(machine.story())
    machine.destroy()


@pytest.fixture
def host(request):
    """A host that is not started yet; ended and removed after the test."""
    machine = Host()
    yield machine
    ended(machine, request)


def started_docker(folder, prefix=()):
    if missing_parts():
        pytest.skip(f"no Docker engine can be started here: {', '.join(missing_parts())} is missing")
    docker = Engine(folder, prefix)
    if not docker.start():
        pytest.skip(f"dockerd does not run here: {docker.last_words()}")
    docker.load_image()
    return docker


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A Docker engine without containers, for the tests of one file."""
    docker = started_docker(tmp_path_factory.mktemp("docker"))
    yield docker
    docker.clear()
    docker.stop()


def started_podman(folder, prefix=()):
    missing = podman_engine.missing_parts()
    if missing:
        pytest.skip(f"Podman cannot be started here: {', '.join(missing)} is missing")
    podman = podman_engine.Podman(folder, prefix)
    podman.start()
    podman.load_image()
    tried = podman.try_run("echo")
    if tried.returncode != 0:
        podman.stop()
        pytest.skip(f"Podman does not run containers here: {tried.stderr[-300:]}")
    podman.clear()
    return podman


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    """A Podman without containers, for the tests of one file."""
    made = started_podman(tmp_path_factory.mktemp("podman"))
    yield made
    made.clear()
    made.stop()


def start_with_engine(engine):
    machine = Host()
    machine.config.write_text(
        f"discovery: {{filesystem: {{roots: [{machine.logs}]}}, docker: {{sockets: [{engine.socket}]}}, journald: {{enabled: false}}}}\n")
    machine.start()
    # From here on nothing slips through: what a container wrote before we were there it may have taken with it.
    wait_for(lambda: "held_files" in machine.cli("configs", "show").stdout, 20, machine.story)
    return machine


@pytest.fixture
def docker_host(engine, request):
    """A started host with that engine."""
    machine = start_with_engine(engine)
    yield machine
    ended(machine, request)
    engine.clear()


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call" and outcome.get_result().failed:
        item.failed = True
