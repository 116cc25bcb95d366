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


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A Docker engine without containers, for the tests of one file."""
    if missing_parts():
        pytest.skip(f"no Docker engine can be started here: {', '.join(missing_parts())} is missing")
    docker = Engine(tmp_path_factory.mktemp("docker"))
    if not docker.start():
        pytest.skip(f"dockerd does not run here: {docker.last_words()}")
    docker.load_image()
    yield docker
    docker.clear()
    docker.stop()


@pytest.fixture(scope="module")
def podman(tmp_path_factory):
    """A Podman without containers, for the tests of one file."""
    if podman_engine.missing_parts():
        pytest.skip(f"Podman cannot be started here: {', '.join(podman_engine.missing_parts())} is missing")
    engine = podman_engine.Podman(tmp_path_factory.mktemp("podman"))
    engine.start()
    engine.load_image()
    tried = engine.try_run("echo")
    if tried.returncode != 0:
        engine.stop()
        pytest.skip(f"Podman does not run containers here: {tried.stderr[-300:]}")
    engine.clear()
    yield engine
    engine.clear()
    engine.stop()


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
