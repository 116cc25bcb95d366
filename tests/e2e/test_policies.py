"""Policies against the collector's own validation: plan, errors with places, versions and their difference."""
import json

import pytest
from harness import run, wait_for


@pytest.fixture
def running(host):
    for name in ("shop", "desk"):
        with open(host.logs / f"{name}.log", "w") as file:
            file.writelines(f"line {i}\n" for i in range(20))
    return host.start()


def plan(host, text, *arguments):
    (host.root / "overlay.yaml").write_text(text)
    return host.cli("plan", host.root / "overlay.yaml", *arguments)


def test_a_plan_shows_the_difference_and_changes_nothing(running):
    versions = lambda: [(config["version"], config["hash"]) for config in
                        json.loads(running.cli("configs", "--output", "json").stdout)["configs"]]
    before = versions()
    result = plan(running, "receivers:\n  file_log/*: {poll_interval: 1s}\n")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "+    poll_interval: 1s\n" in result.stdout and "Nothing was changed." in result.stdout
    assert versions() == before


@pytest.mark.parametrize("overlay, place, words", [
    ("receivers:\n  file_log/*:\n    pol_interval: 1s\n", ":3:5: receivers::file_log/",
     "unknown key 'pol_interval' (did you mean 'poll_interval'?)"),
    ("exporters:\n  otlp_http/logs:\n    compression: brotli\n", ":3:18: exporters::otlp_http/logs: ", "not supported"),
    ("exporters:\n  otlp_http/logs: {headers: {Authorization: abc}}\n", ":2:45: ", "secret"),
    ("processors: {nothing_like_it: {}}\n", ":1:14: processors::nothing_like_it: ", "unknown type"),
    ("service: {pipelines: {logs: {processors: []}}}\n", ":1:30: service::pipelines::logs: ", "memory_limiter"),
    ("receivers: [\n", ":2:1: ", ""),
])
def test_what_is_refused_is_told_with_the_overlays_own_place(running, overlay, place, words):
    result = plan(running, overlay)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{running.root}/overlay.yaml{place}" in result.stdout and words in result.stdout, result.stdout
    assert result.stdout.count("overlay.yaml:") == 1, "a fault in file_log/* is told once"
    assert "Refused." in result.stdout
    problems = json.loads(plan(running, overlay, "--output", "json").stdout)
    assert problems["refused"]


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_an_overlay_that_is_no_text_is_refused_in_words(running, command):
    overlay = running.root / "overlay.yaml"
    overlay.write_bytes(b"exporters: \xb2\xff\n")
    refused = running.cli(command, overlay)
    assert refused.returncode != 0
    assert "bytes that are not UTF-8" in refused.stderr and "json.exception" not in refused.stderr


def test_two_versions_can_be_compared(running):
    with open(running.logs / "new.log", "w") as file:
        file.write("first line\n")
    versions = lambda: json.loads(running.cli("configs", "--output", "json").stdout)["configs"]
    wait_for(lambda: any("new" in c["reason"] for c in versions()), what="the new source's version")
    newest = max(c["version"] for c in versions())
    result = running.cli("configs", "diff", 1, newest)
    assert result.returncode == 0, result.stderr
    assert "added: receivers::file_log/" in result.stdout and f"+    include: [{running.logs}/new.log]\n" in result.stdout
    assert "\x1b[" not in result.stdout
    assert running.cli("configs", "diff", 1, newest + 100).returncode == 1


def test_policies_are_listed_and_shown(running):
    assert "current" in running.cli("policies").stdout
    assert running.cli("policies", "list").returncode == 0
    assert running.cli("policies", "show", 1).stdout == ""
    assert running.cli("policies", "show", 2).returncode == 1


def test_validate_tells_every_mistake(tmp_path):
    config = tmp_path / "c.yaml"
    config.write_text("receivers:\n  file_log/a: {include: [/a], x: 1}\n  file_log/b: {include: [/b], y: 1}\n"
                      "exporters: {otlp_http: {endpoint: 'http://h:1'}}\n"
                      "service: {pipelines: {logs: {receivers: [file_log/a, file_log/b], exporters: [otlp_http]}}}\n")
    result = run("collector", "validate", "--config", config)
    assert result.returncode == 1
    assert f"{config}:2:31: receivers::file_log/a: " in result.stderr
    assert f"{config}:3:31: receivers::file_log/b: " in result.stderr
    answer = json.loads(run("collector", "validate", "--config", config, "--output", "json").stdout)
    assert [p["component"] for p in answer["problems"]] == ["receivers::file_log/a", "receivers::file_log/b"]
    assert answer["left_out"] == 0
