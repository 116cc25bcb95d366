"""Proof of delivery against sinks that are not the embedded store: one that takes lines and cannot be asked, one that dies."""
import http.server
import threading

import pytest
from harness import Host, free_port_offset, wait_for


class Sink:
    """Takes OTLP over HTTP and answers no questions."""

    def __init__(self):
        self.status = 200
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(sink.status if self.path.endswith("/v1/logs") else 404)

            def do_GET(self):
                self.answer(404)

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sink():
    server = Sink()
    yield server
    server.close()


@pytest.fixture
def host_of_sink(sink):
    machine = Host(offset=free_port_offset())
    machine.config.write_text(
        f"discovery: {{filesystem: {{roots: [{machine.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\nsinks: {{logs: {{url: '{sink.url}'}}}}\n")
    yield machine
    machine.destroy()


def write(path, text):
    with open(path, "a") as file:
        file.write(text)


def state(host, name):
    found = host.log_sources().get(str(host.logs / name))
    return (found["verification"]["state"], found["verification"]["reason"]) if found else (None, "")


def test_a_sink_that_cannot_be_asked_ends_the_proof_at_its_acknowledgement(host_of_sink):
    host = host_of_sink
    write(host.logs / "a.log", "one\ntwo\n")
    host.start(wait=False)
    wait_for(lambda: host.settled() or None, 60, host.story)
    wait_for(lambda: state(host, "a.log")[0] == "acknowledged", 20, lambda: f"{state(host, 'a.log')}\n{host.story()}")
    assert "by a sink that cannot be asked" in state(host, "a.log")[1]
    status = host.api("/status")
    assert status["stores"]["logs"]["kind"] == "otlp"
    assert status["summary"]["acknowledged"] >= 1 and status["summary"]["failed"] == 0
    assert host.cli("status").returncode == 0


def test_a_sink_that_fails_later_turns_its_sources_within_a_minute_and_back(host_of_sink, sink):
    host = host_of_sink
    write(host.logs / "a.log", "one\n")
    host.start(wait=False)
    wait_for(lambda: host.settled() and state(host, "a.log")[0] == "acknowledged", 60, host.story)
    sink.status = 503
    write(host.logs / "a.log", "two\n")
    wait_for(lambda: state(host, "a.log")[0] == "not_delivered", 60, lambda: f"{state(host, 'a.log')}\n{host.story()}")
    assert "not delivered since" in state(host, "a.log")[1] and "503" in state(host, "a.log")[1]
    assert any(check["check"] == "check_loki_push_errors" and check["state"] in ("warning", "failing")
               for check in host.api("/status")["health"])
    sink.status = 200
    wait_for(lambda: state(host, "a.log")[0] == "acknowledged", 60, lambda: f"{state(host, 'a.log')}\n{host.story()}")
    assert "was late by" in state(host, "a.log")[1]
