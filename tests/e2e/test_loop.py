"""The closed loop: a change of policy is tried, proven by delivered lines, or taken back by itself; nothing is lost."""
import http.server
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import SOAK, Host, alive, wait_for

KILLS = 200 if SOAK else 8


class Receiver(http.server.ThreadingHTTPServer):
    """An HTTP server that keeps what is posted to it and answers as told: a status, or "hang"."""

    daemon_threads = True

    def __init__(self, answer=200):
        self.answer, self.bodies, self.released = answer, [], threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
                self.bodies.append(body)
                if self.answer == "hang":
                    self.released.wait(120)
                handler.send_response(200 if self.answer == "hang" else self.answer)
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(handler, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def alerts(self):
        return [json.loads(body) for body in self.bodies]

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()


def host_that_alerts(webhook):
    machine = Host()
    machine.config.write_text(f"discovery: {{filesystem: {{roots: [{machine.logs}]}}, docker: {{enabled: false}}, journald: {{enabled: false}}}}\n"
                              f"alerts: {{webhook: {{url: '{webhook.url}/alerts'}}}}\n")
    return machine


@pytest.fixture
def webhook():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def host(request, webhook):
    machine = host_that_alerts(webhook)
    yield machine
    if getattr(request.node, "failed", False) and machine.process:
        print(machine.story())
    machine.destroy()


class Writer(threading.Thread):
    """Writes numbered lines to some files until told to stop."""

    def __init__(self, folder, files=3):
        super().__init__(daemon=True)
        self.paths = [folder / f"app-{i}.log" for i in range(files)]
        self.written = {path: [] for path in self.paths}
        self.stopped = threading.Event()

    def run(self):
        number = 0
        while not self.stopped.wait(0.01):
            for path in self.paths:
                line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} INFO {path.stem} line {number}"
                with open(path, "a") as file:
                    file.write(line + "\n")
                self.written[path].append(line)
            number += 1

    def finish(self, host, seconds=60):
        """Stops, and waits until each line is in the store, once."""
        self.stopped.set()
        self.join()
        expected = {path: Counter(lines) for path, lines in self.written.items()}

        def missing():
            return {path.name: sum((lines - Counter(host.delivered(path))).values())
                    for path, lines in expected.items()}

        wait_for(lambda: not any(missing().values()), seconds, lambda: f"missing: {missing()} {host.story()}", every=0.2)
        for path, lines in expected.items():
            assert Counter(host.delivered(path)) == lines, f"{path.name}: lines are doubled"


def start_with_a_writer(host):
    writer = Writer(host.logs)
    writer.start()
    time.sleep(0.2)
    host.start()
    return writer


@pytest.fixture
def writer(host):
    writer = start_with_a_writer(host)
    yield writer
    writer.stopped.set()


def apply(host, overlay, name="overlay.yaml", seconds=120):
    path = host.root / name
    path.write_text(overlay)
    return host.cli("apply", path, timeout=seconds)


def policies(host):
    return host.api("/policies")["policies"]


def told(webhook, text):
    """Some alert that holds this text."""
    return wait_for(lambda: [a for a in webhook.alerts() if text in json.dumps(a)], 30,
                    lambda: f"no alert with '{text}' in {webhook.alerts()}")


EXPORTER = "exporters: {{otlp_http/logs: {{endpoint: '{}'}}}}\n"
FILTER = """
processors:
  filter/all: {{error_mode: ignore, logs: {{log_record: ['{}']}}}}
service: {{pipelines: {{logs: {{processors: [memory_limiter, filter/all]}}}}}}
"""


def test_a_good_policy_is_promoted_and_can_be_taken_back_by_hand(host, writer):
    done = apply(host, "exporters: {otlp_http/logs: {compression: gzip}}\n")
    assert done.returncode == 0, done.stdout + done.stderr + host.story()
    assert "promoted" in done.stdout
    assert policies(host)[0]["state"] == "current"
    back = host.cli("rollback", "--reason", "not wanted after all")
    assert back.returncode == 0, back.stdout + back.stderr
    assert "not wanted after all" in policies(host)[0]["broken_reason"]
    assert [p["state"] for p in policies(host)] == ["broken", "current"]
    again = apply(host, "exporters: {otlp_http/logs: {compression: gzip}}\n")
    assert again.returncode == 1 and "broken" in again.stderr
    writer.finish(host)


def test_an_unknown_key_is_refused_with_its_place_and_nothing_changes(host, writer, webhook):
    before = host.api("/configs")["configs"][0]["version"]
    done = apply(host, "exporters:\n  otlp_http/logs:\n    endpoit: http://127.0.0.1:9\n")
    assert done.returncode == 1
    assert "overlay.yaml:3:5: exporters::otlp_http/logs: unknown key 'endpoit' (did you mean 'endpoint'?)" in done.stdout
    assert host.api("/configs")["configs"][0]["version"] == before
    assert policies(host)[0]["state"] == "broken"
    told(webhook, "unknown key 'endpoit'")
    writer.finish(host)


def left_again(answer):
    """On a host of its own: a policy whose store answers so is tried, taken back and told; nothing is lost."""
    webhook, bad = Receiver(), Receiver(answer)
    host = host_that_alerts(webhook)
    try:
        writer = start_with_a_writer(host)
        done = apply(host, EXPORTER.format("http://127.0.0.1:9/otlp" if answer == "nobody listens" else bad.url))
        late = host.logs / "late.log"  # a source that is found while the bad policy runs is not forgotten
        late.write_text("INFO a line of a source that is found late\n")
        assert done.returncode == 1, done.stdout + done.stderr
        assert "rolled_back" in done.stdout
        assert [p["state"] for p in policies(host)] == ["broken", "current"]
        told(webhook, "config_rolled_back")
        wait_for(lambda: host.delivered(late), 20, "the late source is delivered")
        writer.finish(host)
        return ""
    except Exception as error:
        return f"a store that answers {answer}: {error!r}\n{host.story()}"
    finally:
        bad.close()
        host.destroy()
        webhook.close()


def test_a_store_that_does_not_take_logs_is_left_again():
    answers = [400, 429, 503, "hang", "nobody listens"]
    with ThreadPoolExecutor(len(answers)) as hosts:  # each waits for the proof's whole time: side by side
        assert not "".join(hosts.map(left_again, answers))


def test_a_filter_that_drops_everything_is_refused_by_the_canary(host, writer, webhook):
    done = apply(host, FILTER.format("true"))
    assert done.returncode == 1 and "refused" in done.stdout, done.stdout + done.stderr
    assert "left out by filter/all" in done.stdout
    told(webhook, "filter/all")
    writer.finish(host)


def test_an_operator_that_drops_everything_is_refused_by_the_canary(host, writer, webhook):
    done = apply(host, "receivers: {'file_log/*': {operators: [{type: filter, id: noise, expr: 'true'}]}}\n")
    assert done.returncode == 1 and "refused" in done.stdout, done.stdout + done.stderr
    assert "left out by" in done.stdout
    writer.finish(host)


def test_a_regex_that_fits_none_of_one_sources_lines_leaves_the_others_alone(host, writer, webhook):
    victim = next(s["source"]["source_id"] for path, s in host.log_sources().items() if path.endswith("app-1.log"))
    operator = "{type: regex_parser, regex: '^(?P<never>NEVER)$', on_error: drop}"
    done = apply(host, f"receivers: {{file_log/{victim}: {{operators: [{operator}]}}}}\n")
    assert done.returncode == 1, done.stdout + done.stderr
    others = [s["source"]["source_id"] for path, s in host.log_sources().items() if not path.endswith("app-1.log")]
    assert f"file_log/{victim}" in done.stdout and not any(other in done.stdout for other in others)
    broken = apply(host, f"receivers:\n  file_log/{victim}:\n    operators: [{{type: regex_parser, regex: '(?P<x>['}}]\n")
    assert broken.returncode == 1 and "overlay.yaml:3:" in broken.stdout, broken.stdout + broken.stderr
    writer.finish(host)


def test_a_filter_that_only_bites_after_the_canary_is_taken_back_and_its_lines_are_read_again(host, webhook):
    """Nothing is in the files when it is tried: the lines that come later are what it fails by."""
    path = host.logs / "quiet.log"
    path.touch()
    host.start()
    wait_for(lambda: str(path) in host.sources(), 10, "the empty file is a source")
    done = apply(host, FILTER.format('IsMatch(body, "^payment")'))
    assert done.returncode == 0, done.stdout + done.stderr  # the probe came through, and nothing else was written
    lines = [f"payment {number} accepted" for number in range(50)]
    path.write_text("".join(line + "\n" for line in lines))
    wait_for(lambda: policies(host)[0]["state"] == "broken", 90, lambda: f"{policies(host)} {host.story()}", every=0.2)
    assert "filter/all" in policies(host)[0]["broken_reason"]
    wait_for(lambda: Counter(host.delivered(path)) == Counter(lines), 30,
             lambda: f"{len(host.delivered(path))} of {len(lines)} {host.story()}")
    told(webhook, "config_rolled_back")


def test_a_filter_that_drops_some_is_a_policy_like_any_other(host, writer):
    # Of each file there is more to try it on than a line that it drops.
    wait_for(lambda: all(len(writer.written[path]) > 20 for path in writer.paths), 20, "lines are written")
    done = apply(host, FILTER.format('IsMatch(body, "7$")'))
    assert done.returncode == 0 and "left out" in done.stdout, done.stdout + done.stderr
    writer.stopped.set()
    writer.join()
    path = writer.paths[0]
    wanted = lambda: [line for line in writer.written[path] if not line.endswith("7")]
    wait_for(lambda: set(wanted()) <= set(host.delivered(path)), 20, "what is not left out is delivered")
    assert len(host.delivered(path)) < len(writer.written[path])


def test_changes_of_many_sources_become_few_configs(host):
    host.start()
    for number in range(200):
        (host.logs / f"burst-{number}.log").write_text("INFO one line\n")
    wait_for(lambda: len(host.log_sources()) == 200, 20, "all sources")
    wait_for(lambda: host.settled() and host.api("/status")["summary"]["verified"] >= 200, 30,
             lambda: str(host.api("/status")))
    assert len(host.api("/configs")["configs"]) <= 10


def test_kill_9_anywhere_in_a_rollout_ends_proven_or_taken_back(host, writer):
    dice = random.Random(11)
    refusing = Receiver(400)
    for number in range(KILLS):
        good = number % 2 == 0
        # One that is dead takes the proof's whole time; one that refuses is found out at once.
        bad = "http://127.0.0.1:9/otlp" if number % 20 == 1 else refusing.url
        endpoint = host.url("logs") + "/otlp" if good else bad
        overlay = host.root / "overlay.yaml"
        overlay.write_text(EXPORTER.format(endpoint) + f"# {number}\n")
        host.cli("apply", overlay, "--no-wait")
        time.sleep(dice.uniform(0, 0.7))
        pid = host.pids()["control-plane"]
        host.kill("control-plane")
        wait_for(lambda pid=pid: not alive(pid), 5, "the control plane is gone")

        def ended():
            try:
                newest = policies(host)[0]
                return newest["state"] not in ("proposed",) and newest["overlay_name"]
            except Exception:  # on its way up
                return None

        wait_for(ended, 120, lambda: f"rollout {number} does not end: {host.story()}", every=0.1)
        state = policies(host)[0]["state"]
        assert state == ("current" if good else "broken"), (number, policies(host)[0])
    writer.finish(host)
    refusing.close()


def canaries(host):
    """What the canaries of the changes so far said, newest first."""
    runs = [host.api(f"/workflows/{run['run_id']}") for run in host.api("/workflows?limit=20")["runs"]]
    return [step["output"] for run in runs for step in run["steps"]
            if step["name"] == "canary_reload_activity" and step["output"]]


def test_of_a_change_of_sources_the_canary_runs_those_that_came(host):
    for name in ("a", "b", "c"):
        (host.logs / f"{name}.log").write_text("INFO hello\n")
    host.start()
    (host.logs / "d.log").write_text("INFO hello\n")
    wait_for(lambda: host.delivered(host.logs / "d.log"), 20, host.story)
    wait_for(lambda: canaries(host), 20, host.story)
    assert canaries(host)[0]["sources"] == 1, canaries(host)
    (host.logs / "d.log").unlink()
    wait_for(lambda: canaries(host)[0]["sources"] == 0, 90, host.story)
    assert canaries(host)[0]["passed"] and "only sources went" in canaries(host)[0]["reason"]
