"""Events, labels and history, from the shell: what is told, and what is still there after a restart."""
import json
import signal
import subprocess

import pytest
import requests
from harness import BINARY, wait_for


@pytest.fixture
def running(host):
    (host.logs / "shop.log").write_text("2026-11-23T01:02:03Z INFO order placed\n")
    return host.start()


class Follower:
    """`onecollector events --follow --output json` with its lines so far."""

    def __init__(self, host, *arguments):
        self.out = open(host.root / "events.out", "w+")
        self.err = open(host.root / "events.err", "w+")
        self.process = subprocess.Popen(
            [BINARY, "events", "--follow", "--output", "json", "--data-dir", str(host.data), "--server", host.url("ui"),
             *arguments], stdout=self.out, stderr=self.err)

    def events(self):
        return [json.loads(line) for line in open(self.out.name) if line.endswith("\n")]

    def notes(self):
        return open(self.err.name).read()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


def test_events_are_listed_as_table_and_json(running):
    listed = json.loads(running.cli("events", "--type", "log_source_registered", "--output", "json").stdout)["events"]
    assert str(running.logs / "shop.log") in [event["data"]["log_path"] for event in listed]
    assert all(event["type"] == "log_source_registered" for event in listed)
    table = running.cli("events").stdout
    assert "new_log_source_discovered" in table and str(running.logs / "shop.log") in table
    last = max(event["seq"] for event in listed)
    assert running.cli("events", "--after", str(last + 1000)).stdout == "No events.\n"
    wrong = running.cli("events", "--type", "nonsense")
    assert wrong.returncode == 1 and "next:" in wrong.stderr


def test_a_follower_misses_nothing_over_a_restart_of_the_control_plane(running):
    follower = Follower(running, "--after", "0", "--type", "log_source_registered")
    paths = lambda: [event["data"]["log_path"] for event in follower.events() if event["data"]["change"] == "new"]
    wait_for(lambda: str(running.logs / "shop.log") in paths(), 20, follower.notes)
    before = running.pids()["control-plane"]
    running.kill("control-plane")
    (running.logs / "while-away.log").write_text("2026-11-23T01:02:03Z INFO hello\n")
    wait_for(lambda: running.pids()["control-plane"] != before, 30)
    wait_for(lambda: str(running.logs / "while-away.log") in paths(), 30, follower.notes)
    assert "connecting again" in follower.notes() and "connected again" in follower.notes()
    seqs = [event["seq"] for event in follower.events()]
    assert seqs == sorted(set(seqs)), "each once, in order"
    assert follower.stop() == 0


def test_following_nobody_ends_with_3(host):
    result = host.cli("events", "--follow")
    assert result.returncode == 3 and "onecollector up" in result.stderr


def test_a_label_reaches_the_lines_soon(running):
    path = running.logs / "shop.log"
    assert running.cli("sources", "label", path, "team=payments").returncode == 0

    def labelled():
        with path.open("a") as log:
            log.write("INFO one more\n")
        return running.entries('{service_name="shop"} | team="payments"')
    wait_for(labelled, 15, running.story, every=0.3)  # the scheduler's own round comes each 20 s


def test_a_killed_control_plane_loses_no_label(running):
    labelled = running.cli("sources", "label", running.logs / "shop.log", "team=payments", "tier=2")
    assert labelled.returncode == 0, labelled.stderr
    assert "team=payments" in labelled.stdout
    running.cli("sources", "label", "shop", "--remove", "tier")
    refused = running.cli("sources", "label", "shop", "request_id=1")
    assert refused.returncode == 1 and "next:" in refused.stderr
    assert running.cli("sources", "label", "shop", "team").returncode == 2
    before = running.pids()["control-plane"]
    running.kill("control-plane")
    wait_for(lambda: running.pids()["control-plane"] != before, 30)
    source = wait_for(lambda: running.settled() and running.log_sources().get(str(running.logs / "shop.log")), 60)
    assert source["user_labels"] == {"team": "payments"}
    history = running.cli("sources", "history", "shop").stdout
    assert "registered" in history and "labels" in history and "payments" in history


def test_a_deleted_source_is_gone_but_for_its_history(running):
    shop = running.logs / "shop.log"
    source_id = running.sources()[str(shop)]["source"]["source_id"]
    assert running.cli("sources", "delete", shop).returncode == 0
    assert str(shop) not in running.sources(active_only=False)
    history = json.loads(running.cli("sources", "history", source_id, "--output", "json").stdout)["history"]
    assert [change["change"] for change in history] == ["deleted", "registered"]
    assert history[1]["author"].startswith("agent ") and not history[0]["author"].startswith("agent ")
    assert running.cli("sources", "delete", shop).returncode == 1


def test_the_stream_is_plain_server_sent_events(running):
    with requests.get(running.url("ui") + "/api/v1/events?follow=true&after=0", stream=True, timeout=20) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        lines = stream.iter_lines(decode_unicode=True)
        assert next(lines) == ": events after 0"
        assert next(lines) == ""
        assert next(lines) == "id: 1"
        assert next(lines).startswith("event: ")
        assert json.loads(next(lines).removeprefix("data: "))["seq"] == 1
