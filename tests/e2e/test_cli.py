"""The client commands: what they print, and their exit codes."""
import json
import re
import signal
import subprocess
import time

import pytest
import yaml
from harness import BINARY, free_port_offset, run, wait_for

COMMANDS = [["up"], ["status"], ["sources"], ["sources", "label"], ["sources", "delete"], ["sources", "history"],
            ["events"], ["explain"], ["agents"], ["configs"], ["configs", "show"], ["configs", "diff"],
            ["policies"], ["policies", "list"], ["policies", "show"], ["plan"], ["apply"], ["rollback"], ["query"], ["tail"],
            ["workflows"], ["workflows", "list"], ["workflows", "show"], ["workflows", "watch"], ["workflows", "cancel"],
            ["activities"], ["activities", "show"], ["activities", "run"],
            ["infer"], ["config"], ["config", "schema"], ["config", "check"], ["control-plane"], ["agent"], ["backend"],
            ["collector"], ["collector", "validate"], ["collector", "components"]]


@pytest.fixture
def running(host):
    with open(host.logs / "shop.log", "w") as file:
        for i in range(50):
            file.write(json.dumps({"level": "error" if i % 10 == 0 else "info", "order": i, "msg": "order placed"}) + "\n")
    return host.start()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command):
    result = run(*command, "--help")
    assert result.returncode == 0
    assert "Example:" in result.stdout and f"onecollector {command[0]}" in result.stdout


def test_wrong_arguments_end_with_2():
    assert run().returncode == 2
    assert run("nonsense").returncode == 2
    assert run("status", "--output", "xml").returncode == 2
    misspelt = run("qurey", '{service_name="shop"}')
    assert misspelt.returncode == 2
    assert "no command is called 'qurey'" in misspelt.stderr and "did you mean 'query'?" in misspelt.stderr
    assert "did you mean 'list'?" in run("policies", "lst").stderr


def test_status_is_0_when_all_is_delivered_and_says_so(running):
    result = running.cli("status")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "all delivered" in result.stdout and "probe    found in" in result.stdout


def test_a_client_without_a_server_ends_with_3_and_says_how_to_start_one(host):
    result = run("status", "--data-dir", host.root / "none", "--port-offset", free_port_offset())
    assert result.returncode == 3
    assert "onecollector up" in result.stderr


def test_sources_agree_in_table_json_and_yaml(running):
    table = running.cli("sources").stdout
    assert str(running.logs / "shop.log") in table and "ndjson" in table
    as_json = json.loads(running.cli("sources", "--output", "json").stdout)
    as_yaml = yaml.safe_load(running.cli("sources", "--output", "yaml").stdout)
    paths = lambda answer: sorted(s["source"]["log_path"] for s in answer["sources"])
    assert paths(as_json) == paths(as_yaml) and str(running.logs / "shop.log") in paths(as_json)


def test_sources_can_be_searched(running):
    found = json.loads(running.cli("sources", "--search", "shop", "--output", "json").stdout)["sources"]
    assert [s["labels"]["service.name"] for s in found] == ["shop"]


def test_explain_prints_the_whole_chain(running):
    for name in (running.logs / "shop.log", "shop"):
        result = running.cli("explain", name)
        assert result.returncode == 0, result.stdout + result.stderr
        steps = re.findall(r"✓ (\w+)", result.stdout)
        assert steps == ["discovered", "registered", "rendered", "applied", "read", "sent", "stored"]


def test_explain_of_an_unknown_source_says_what_to_do(running):
    result = running.cli("explain", "/no/such.log")
    assert result.returncode == 1 and "next:" in result.stderr


def test_configs_show_is_the_yaml_that_runs(running):
    config = yaml.safe_load(running.cli("configs", "show").stdout)
    assert any(str(running.logs / "shop.log") in r["include"] for r in config["receivers"].values())
    assert config["service"]["pipelines"]["logs"]["processors"][0] == "memory_limiter"
    assert "v1" in running.cli("configs").stdout


def test_the_collector_validates_the_rendered_config(running):
    path = running.root / "shown.yaml"
    path.write_text(running.cli("configs", "show").stdout)
    result = run("collector", "validate", "--config", path)
    assert result.returncode == 0, result.stderr
    path.write_text(path.read_text().replace("include_file_path", "include_file_pth"))
    result = run("collector", "validate", "--config", path)
    assert result.returncode != 0 and re.search(r"shown\.yaml:\d+:\d+", result.stderr), result.stderr


def test_query_finds_filters_parses_and_counts(running):
    assert len(running.cli("query", '{service_name="shop"}').stdout.splitlines()) == 50
    assert len(running.cli("query", '{service_name="shop"} |= "error"').stdout.splitlines()) == 5
    assert len(running.cli("query", '{service_name="shop"} | json | order >= 40').stdout.splitlines()) == 10
    answer = json.loads(running.cli("query", 'sum by (level) (count_over_time({service_name="shop"} | json [1h]))',
                                    "--output", "json").stdout)
    assert {r["metric"]["level"] for r in answer["data"]["result"]} == {"error", "info"}


def test_a_mistake_in_a_query_is_shown_with_its_place(running):
    result = running.cli("query", '{service_name="shop"')
    assert result.returncode == 1 and "parse error" in result.stderr


def test_tail_follows_new_lines(running):
    tail = subprocess.Popen([BINARY, "tail", '{service_name="shop"}', "--lines", "2", "--data-dir", str(running.data),
                             "--server", running.url("ui")], stdout=subprocess.PIPE, text=True)
    try:
        assert '"order": 48' in tail.stdout.readline()
        assert '"order": 49' in tail.stdout.readline()
        time.sleep(0.3)
        with open(running.logs / "shop.log", "a") as file:
            file.write("a new line\n")
        assert "a new line" in tail.stdout.readline()
    finally:
        tail.send_signal(signal.SIGINT)
        assert tail.wait(5) == 0


def test_infer_says_what_a_file_is_and_why(host):
    path = host.logs / "x.log"
    path.write_text('{"ts":"2026-11-23T01:02:03Z","level":"info","msg":"a"}\n' * 20)
    result = run("infer", path)
    assert result.returncode == 0 and "ndjson" in result.stdout
    answer = json.loads(run("infer", "--output", "jsonl", path).stdout)
    assert answer["shape"] == "ndjson" and answer["reason"] and answer["record_starts"] == list(range(1, 21))
    result = run("infer", host.logs / "missing.log")
    assert result.returncode == 1 and "missing.log" in result.stderr


def test_the_schema_of_the_config_is_printed():
    schema = json.loads(run("config", "schema").stdout)
    assert schema["properties"]["discovery"]["properties"]["filesystem"]["properties"]["roots"]["type"] == "array"


def test_components_are_listed():
    components = yaml.safe_load(run("collector", "components").stdout)
    assert "file_log" in str(components["receivers"]) and "otlp_http" in str(components["exporters"])
