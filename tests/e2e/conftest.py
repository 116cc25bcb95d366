import pytest

from harness import Host


@pytest.fixture
def host(request):
    """A host that is not started yet; ended and removed after the test. Its story is printed when the test fails."""
    machine = Host()
    yield machine
    failed = getattr(request.node, "failed", False)
    if failed and machine.process:
        print(machine.story())
    machine.destroy()


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call" and outcome.get_result().failed:
        item.failed = True
