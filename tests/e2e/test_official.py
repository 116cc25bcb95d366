"""The official OpenTelemetry Collector in place of the native one: $OC_OTELCOL, else otelcol-contrib or otelcol on PATH."""
import json
import os
import shutil
import signal
import socket
import time

import pytest
from harness import Host, alive, free_port_offset, wait_for

OTELCOL = os.environ.get("OC_OTELCOL") or shutil.which("otelcol-contrib") or shutil.which("otelcol")
pytestmark = pytest.mark.skipif(
    not OTELCOL, reason="no official collector here: set OC_OTELCOL, or put otelcol-contrib or otelcol on PATH")


class OfficialHost(Host):
    def __init__(self, executable=OTELCOL):
        super().__init__(offset=free_port_offset())
        self.config.write_text(f"discovery: {{filesystem: {{roots: [{self.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n"
                               f"agent: {{collector: {{kind: official, executable: {executable}}}}}\n")

    def pids(self):
        pids = super().pids()
        pids["collector"] = collector_of(pids.get("agent"))
        return pids

    def write(self, name, *lines):
        with open(self.logs / name, "a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def verification(self, name):
        found = self.log_sources().get(str(self.logs / name))
        return (found["verification"]["state"], found["verification"]["reason"]) if found else (None, "")

    def is_counted(self, name, lines):
        return self.verification(name)[0] == "counted" and self.held(name) >= set(lines)

    def held(self, name):
        return set(self.delivered(self.logs / name))

    def wait_counted(self, name, lines, seconds=60):
        wait_for(lambda: self.is_counted(name, lines), seconds,
                 lambda: f"{self.verification(name)}, missing {sorted(set(lines) - self.held(name))[:5]}\n{self.story()}")

    def apply(self, overlay):
        path = self.root / "overlay.yaml"
        path.write_text(overlay)
        return self.cli("apply", path, timeout=150)


def collector_of(agent):
    """The child of the agent that is no onecollector."""
    try:
        children = open(f"/proc/{agent}/task/{agent}/children").read().split() if agent else []
        threads = os.listdir(f"/proc/{agent}/task") if agent else []
        for thread in threads:
            children += open(f"/proc/{agent}/task/{thread}/children").read().split()
        for child in children:
            if "--config" in open(f"/proc/{child}/cmdline").read().split("\0"):
                return int(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return None


@pytest.fixture
def host():
    machine = OfficialHost()
    yield machine
    machine.destroy()


@pytest.fixture
def running(host):
    host.write("shop.log", *(f"order {i}" for i in range(100)))
    host.start()
    host.wait_counted("shop.log", [f"order {i}" for i in range(100)])
    return host


def numbered(name, start, count):
    return [f"{name} {i}" for i in range(start, start + count)]


def test_what_is_there_and_what_comes_is_collected_and_counted(running):
    assert len(running.delivered(running.logs / "shop.log")) == 100
    running.write("desk.log", *numbered("desk", 0, 20))
    running.wait_counted("desk.log", numbered("desk", 0, 20))
    running.write("shop.log", *numbered("order", 100, 5))
    running.wait_counted("shop.log", numbered("order", 0, 105))
    assert len(running.delivered(running.logs / "shop.log")) == 105, "a reload doubles nothing"
    wait_for(lambda: "the store counts" in running.verification("shop.log")[1], 20,
             lambda: str(running.verification("shop.log")))


def test_the_tables_say_what_collects_and_what_its_proof_is_worth(running):
    agents = running.cli("agents").stdout
    version = json.loads(running.cli("agents", "--output", "json").stdout)["agents"][0]["collector"]["version"]
    assert f"official {version}" in agents and version.startswith("0.")
    assert "counted, not compared" in running.cli("sources").stdout
    chain = running.cli("explain", running.logs / "shop.log")
    assert chain.returncode == 0, chain.stdout
    assert "records accepted" in chain.stdout and "of one source is not known" in chain.stdout


def test_records_of_several_lines_stay_whole(host):
    lines = []
    for i in range(50):
        lines += [f"2026-11-25 10:00:{i:02d},123 ERROR failed {i}", "  at com.shop.Cart.add(Cart.java:7)",
                  "  at com.shop.Main.main(Main.java:3)"]
    host.write("java.log", *lines)
    host.start()
    records = ["\n".join(line.strip() for line in lines[i:i + 3]) for i in range(0, len(lines), 3)]
    host.wait_counted("java.log", records)


def test_a_killed_collector_is_started_again_and_no_line_is_lost(running):
    for round in range(3):
        pid = running.pids()["collector"]
        running.write("shop.log", *numbered("order", 100 + round * 10, 5))
        os.kill(pid, signal.SIGKILL)
        running.write("shop.log", *numbered("order", 105 + round * 10, 5))
        wait_for(lambda: running.pids()["collector"] not in (None, pid), 30, running.story)
        running.wait_counted("shop.log", numbered("order", 0, 110 + round * 10))


def test_a_killed_agent_takes_its_collector_with_it_and_no_line_is_lost(running):
    pids = running.pids()
    os.kill(pids["agent"], signal.SIGKILL)
    running.write("shop.log", *numbered("order", 100, 20))
    wait_for(lambda: not alive(pids["collector"]), 10, "the collector outlives its agent")
    wait_for(lambda: running.pids()["collector"] not in (None, pids["collector"]), 30, running.story)
    running.wait_counted("shop.log", numbered("order", 0, 120))
    running.write("shop.log", *numbered("order", 120, 5))
    running.wait_counted("shop.log", numbered("order", 0, 125))


def test_a_restart_goes_on_where_it_was_and_what_is_done_stays_proven(running):
    running.stop()
    running.write("shop.log", *numbered("order", 100, 20))
    running.start()
    running.wait_counted("shop.log", numbered("order", 0, 120))
    assert len(running.delivered(running.logs / "shop.log")) == 120
    running.stop()
    running.start()
    wait_for(lambda: running.verification("shop.log")[0] == "counted", 40, lambda: str(running.verification("shop.log")))
    assert "nothing new since the collector was started" in running.verification("shop.log")[1]


@pytest.mark.parametrize("overlay, place, words", [
    ("receivers:\n  file_log/*:\n    pol_interval: 1s\n", ":3:5: receivers::file_log/", "pol_interval"),
    ("processors:\n  batch:\n    no_such_key: 1\n", ":3:5: processors::batch", "no_such_key"),
    ("processors: {nothing_like_it: {}}\n", ":1:14: processors::nothing_like_it: ", "nothing_like_it"),
])
def test_what_the_collector_does_not_know_is_refused_with_the_overlays_own_place(running, overlay, place, words):
    refused = running.apply(overlay)
    assert refused.returncode != 0, refused.stdout
    text = refused.stdout + refused.stderr
    assert f"overlay.yaml{place}" in text and words in text, text
    running.write("shop.log", *numbered("order", 100, 5))
    running.wait_counted("shop.log", numbered("order", 0, 105))


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_overlay_that_sends_to_a_dead_address_is_taken_back_and_no_line_is_lost(running):
    running.write("shop.log", *numbered("order", 100, 5))
    applied = running.apply(f"exporters:\n  otlp_http/logs:\n    endpoint: http://127.0.0.1:{closed_port()}/otlp\n")
    text = applied.stdout + applied.stderr
    assert applied.returncode != 0 and "rolled back" in text.lower().replace("_", " "), text
    running.wait_counted("shop.log", numbered("order", 0, 105))
    running.write("shop.log", *numbered("order", 105, 5))
    running.wait_counted("shop.log", numbered("order", 0, 110))


def test_what_a_filter_leaves_out_is_said_and_no_trouble(running):
    applied = running.apply("processors:\n  filter/noise: {logs: {log_record: ['IsMatch(body, \"noise\")']}}\n"
                            "service: {pipelines: {logs: {processors: [memory_limiter, filter/noise]}}}\n")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    running.write("shop.log", *numbered("noise", 0, 30), *numbered("order", 100, 5))
    running.wait_counted("shop.log", numbered("order", 0, 105))
    left_out = "of all its sources together 30 left out by filter/noise"
    wait_for(lambda: left_out in running.verification("shop.log")[1], 20, lambda: str(running.verification("shop.log")))
    time.sleep(32)  # a difference that outlives 30 s would be a loss
    assert running.verification("shop.log")[0] == "counted", running.verification("shop.log")


def test_an_overlay_that_lets_nothing_through_is_taken_back(running):
    applied = running.apply("processors:\n  filter/all: {logs: {log_record: ['true']}}\n"
                            "service: {pipelines: {logs: {processors: [memory_limiter, filter/all]}}}\n")
    text = applied.stdout + applied.stderr
    assert applied.returncode != 0 and "rolled back" in text.lower().replace("_", " "), text
    running.write("shop.log", *numbered("order", 100, 5))
    wait_for(lambda: running.held("shop.log") >= set(numbered("order", 100, 5)), 60, running.story)


def test_a_program_that_is_none_is_a_clear_error_at_start():
    host = OfficialHost(executable="/nowhere/otelcol")
    try:
        host.start(wait=False)
        host.process.wait(60)
        story = host.story()
        assert "/nowhere/otelcol is no program that can be run" in story
        assert "agent.collector.executable" in story
    finally:
        host.destroy()
