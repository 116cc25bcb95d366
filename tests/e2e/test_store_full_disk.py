"""A full disk under the log store: pushes are refused with a reason, questions are answered, and it goes on by itself."""
import pytest
from harness import wait_for
from log_store import LogStore, ago
from test_full_disks import disks  # noqa: F401  (a fixture)

DISK_KB = 64 << 10


@pytest.fixture
def store(disks):  # noqa: F811
    made = LogStore()
    made.disk = disks(made.machine.data, kilobytes=DISK_KB)
    made.start()
    yield made
    made.destroy()


def push_until_refused(store, service):
    """How many lines were taken, and the refusal."""
    for number in range(2_000):
        answer = store.push([(ago(1), f"{number}")], service)
        if answer.status_code != 204:
            return number, answer
    pytest.fail("never refused")


def test_pushes_are_refused_while_it_is_full_and_taken_when_there_is_room(store):
    assert store.push([(ago(1), "before")], "disk").status_code == 204
    store.disk.fill()
    taken, refusal = push_until_refused(store, "meanwhile")  # room is looked for once a second
    assert refusal.status_code == 503 and "Retry-After" in refusal.headers
    assert "free disk space" in refusal.text or "No space left" in refusal.text
    assert store.lines('{service_name="disk"}') == ["before"]
    assert store.ready()
    store.disk.free()
    wait_for(lambda: store.push([(ago(1), "after")], "disk").status_code == 204, 10, "taken again")
    assert sorted(store.lines('{service_name="disk"}')) == ["after", "before"]
    assert len(store.lines('{service_name="meanwhile"}', limit=5000)) == taken


def test_what_was_acknowledged_before_is_there_after_a_kill_on_a_full_disk(store):
    for number in range(50):
        assert store.push([(ago(1), f"line {number}")], "disk").status_code == 204
    store.disk.fill()
    taken, _ = push_until_refused(store, "disk")
    store.kill()
    store.disk.fill()
    started = starts_or_says_why_not(store)
    store.disk.free()
    if not started:
        store.start()
    assert len(store.lines('{service_name="disk"}', limit=5000)) == 50 + taken


def starts_or_says_why_not(store):
    store.start(wait=False)
    wait_for(lambda: store.ready() or store.process.poll() is not None, 20, lambda: store.log.read_text()[-2000:])
    if store.process.poll() is None:
        return True
    assert "No space left" in store.log.read_text()
    return False
