"""`onecollector collector dry-run`: a config is tried on the newest records, and nothing is touched."""
import json
import socket

from harness import run


def config_of(folder, sources, more="", port=8888):
    receivers = "".join(f"""
  file_log/{name}:
    include: ['{folder}/{name}.log']
    start_at: beginning
    include_file_record_offset: true
    storage: file_storage
    resource: {{service.name: {name}, source_id: {name}}}{more}""" for name in sources)
    return f"""
extensions:
  file_storage: {{directory: '{folder}/storage'}}
  health_check: {{endpoint: '127.0.0.1:{port}'}}
receivers:{receivers}
processors:
  memory_limiter: {{check_interval: 1s, limit_mib: 500}}
exporters:
  otlp_http: {{endpoint: 'http://127.0.0.1:9'}}
service:
  extensions: [file_storage, health_check]
  telemetry: {{metrics: {{readers: [{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {port}}}}}}}}}]}}}}
  pipelines:
    logs: {{receivers: [{', '.join('file_log/' + name for name in sources)}], processors: [memory_limiter], exporters: [otlp_http]}}
"""


def dry_run(folder, text, *more):
    config = folder / "collector.yaml"
    config.write_text(text)
    return run("collector", "dry-run", "--config", config, "--output", "json", *more)


def write_lines(path, count):
    path.write_text("".join(f"line {i} of some length, as lines have it\n" for i in range(count)))


def test_the_newest_records_go_through_the_pipelines_and_nothing_is_touched(tmp_path):
    names = [f"s{i}" for i in range(10)]
    for name in names:
        write_lines(tmp_path / f"{name}.log", 1000)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    result = dry_run(tmp_path, config_of(tmp_path, names), "--records", "10000")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["ok"] and report["errors"] == [] and not report["sampled"]
    assert [s["read_records"] for s in report["sources"]] == [1000] * 10
    assert [s["emitted_records"] for s in report["sources"]] == [1000] * 10
    assert report["exporters"] == [{"id": "otlp_http", "records": 10000}]
    (tmp_path / "collector.yaml").unlink()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_ports_that_are_taken_do_not_matter(tmp_path):
    write_lines(tmp_path / "a.log", 5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = dry_run(tmp_path, config_of(tmp_path, ["a"], port=taken.getsockname()[1]))
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["sources"][0]["read_records"] == 5


def test_a_config_that_is_refused_says_where(tmp_path):
    write_lines(tmp_path / "a.log", 5)
    result = dry_run(tmp_path, config_of(tmp_path, ["a"], "\n    start_on: end"))
    assert result.returncode == 1
    report = json.loads(result.stdout)
    assert not report["ok"]
    error = report["errors"][0]
    assert error["component"] == "file_log/a"
    assert error["place"].startswith(f"{tmp_path}/collector.yaml:")
    assert "start_on" in error["message"]


def test_wrong_arguments_are_code_2(tmp_path):
    assert run("collector", "dry-run").returncode == 2
    assert run("collector", "dry-run", "--config", tmp_path / "x", "--records", "0").returncode == 2
    assert run("collector", "dry-run", "--config", tmp_path / "x", "--output", "xml").returncode == 2


def test_thousands_of_receivers_are_sampled_within_the_time_limit(tmp_path):
    names = [f"s{i:04}" for i in range(3000)]
    for name in names:
        write_lines(tmp_path / f"{name}.log", 3)
    result = dry_run(tmp_path, config_of(tmp_path, names), "--timeout", "20s")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["ok"], report["errors"]
    assert report["sampled"] and report["known_sources"] == 3000
    assert 0 < sum(s["read_records"] for s in report["sources"]) <= 1000


def test_people_get_a_table(tmp_path):
    write_lines(tmp_path / "a.log", 5)
    config = tmp_path / "collector.yaml"
    config.write_text(config_of(tmp_path, ["a"]))
    result = run("collector", "dry-run", "--config", config)
    assert result.returncode == 0, result.stderr
    assert "file_log/a: 5 records read, 5 emitted" in result.stdout
