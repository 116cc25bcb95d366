"""The backend alone: OTLP in, Loki's API out, bad input of every kind, over HTTP."""
import json
import os
import signal
import socket
import subprocess
import time

import pytest
import requests
from harness import BINARY, Host, wait_for


@pytest.fixture
def backend():
    machine = Host()
    log = open(machine.root / "backend.log", "w")
    process = subprocess.Popen([BINARY, "backend", "--data-dir", str(machine.data), "--listen-logs",
                                f"127.0.0.1:{machine.port('logs')}"], stderr=log, stdout=log)
    url = machine.url("logs")

    def ready():
        try:
            return requests.get(url + "/ready", timeout=1).status_code == 200
        except requests.RequestException:
            return False
    wait_for(ready, 10, lambda: (machine.root / "backend.log").read_text())
    yield url
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    machine.destroy()


def string(value):
    return {"stringValue": value}


def push(url, lines, service="shop", headers=None, time_ns=None, **attributes):
    now = time_ns or time.time_ns()
    records = [{"timeUnixNano": str(now + i), "body": string(line),
                "attributes": [{"key": k, "value": string(v)} for k, v in attributes.items()]} for i, line in enumerate(lines)]
    body = {"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": string(service)}]},
                              "scopeLogs": [{"logRecords": records}]}]}
    return requests.post(url + "/otlp/v1/logs", json=body, headers=headers or {}, timeout=10)


def get(url, path, **parameters):
    return requests.get(f"{url}/loki/api/v1/{path}", params=parameters, timeout=10)


def values(answer):
    assert answer.status_code == 200, answer.text
    return [v[1] for s in answer.json()["data"]["result"] for v in s["values"]]


def test_grafanas_health_check_gets_one_sample_of_2(backend):
    answer = get(backend, "query", query="vector(1)+vector(1)", time="4000000000").json()
    assert [r["value"][1] for r in answer["data"]["result"]] == ["2"]


def test_what_was_acknowledged_is_found_at_once(backend):
    assert push(backend, ["hello", "world"]).status_code in (200, 204)
    assert sorted(values(get(backend, "query_range", query='{service_name="shop"}'))) == ["hello", "world"]


def test_labels_values_and_series(backend):
    push(backend, ["x"], service="a")
    push(backend, ["x"], service="b")
    assert "service_name" in get(backend, "labels").json()["data"]
    assert get(backend, "label/service_name/values").json()["data"] == ["a", "b"]
    assert get(backend, "series", **{"match[]": '{service_name="a"}'}).json()["data"] == [{"service_name": "a"}]


def test_direction_limit_and_time_bounds(backend):
    base = time.time_ns() - 60 * 10**9
    push(backend, [f"line {i}" for i in range(10)], time_ns=base)
    ask = lambda **more: values(get(backend, "query_range", query='{service_name="shop"}', **more))
    assert ask(limit=2, direction="forward", start=base) == ["line 0", "line 1"]
    assert ask(limit=2, direction="backward", start=base) == ["line 9", "line 8"]
    assert ask(start=base + 3, end=base + 5, direction="forward") == ["line 3", "line 4"]


def test_filters_parsers_and_metrics(backend):
    push(backend, [json.dumps({"level": "error" if i < 3 else "info", "n": i}) for i in range(10)])
    push(backend, ["level=error code=7", "level=info code=8"], service="web")
    assert len(values(get(backend, "query_range", query='{service_name="shop"} |= "error"'))) == 3
    assert len(values(get(backend, "query_range", query='{service_name="shop"} != "error" |~ "n\\": [4-6]"'))) == 3
    assert len(values(get(backend, "query_range", query='{service_name="web"} | logfmt | code > 7'))) == 1
    result = get(backend, "query", query='sum by (level) (count_over_time({service_name="shop"} | json [5m]))').json()
    assert {r["metric"]["level"]: r["value"][1] for r in result["data"]["result"]} == {"error": "3", "info": "7"}
    rate = get(backend, "query", query='sum(rate({service_name="web"}[10s]))').json()["data"]["result"]
    assert rate[0]["value"][1] == "0.2"


def test_structured_metadata_can_be_filtered(backend):
    push(backend, ["one"], source_id="s1")
    push(backend, ["two"], source_id="s2")
    assert values(get(backend, "query_range", query='{service_name="shop"} | source_id="s2"')) == ["two"]


@pytest.mark.parametrize("query", ["{", '{a="b"', "", "{}", '{a=~"("}', 'rate({a="b"})', '{a="b"} | nonsense', "sum by (", "x" * 200_000,
                                   "(" * 5000, '{a="b"} |= "x'], ids=lambda query: query[:20])
def test_a_bad_query_is_a_400_that_says_why(backend, query):
    answer = requests.post(backend + "/loki/api/v1/query_range", data={"query": query}, timeout=10)
    assert answer.status_code == 400 and answer.text.strip()


@pytest.mark.parametrize("parameters", [{"limit": "x"}, {"limit": "-1"}, {"start": "yesterday"}, {"direction": "sideways"}, {"step": "0"},
                                        {"start": "200", "end": "100"}])
def test_a_bad_parameter_is_a_400_that_says_why(backend, parameters):
    answer = get(backend, "query_range", query='count_over_time({a="b"}[1m])', **parameters)
    assert answer.status_code == 400 and answer.text.strip()


@pytest.mark.parametrize("body, kind", [(b"{", "application/json"), (b"[]", "application/json"), (b"\xff\xff\xff", "application/x-protobuf"),
                                        (b'{"resourceLogs":[{"scopeLogs":3}]}', "application/json"), (os.urandom(999), "application/x-protobuf")])
def test_a_bad_push_is_a_400(backend, body, kind):
    answer = requests.post(backend + "/otlp/v1/logs", data=body, headers={"Content-Type": kind}, timeout=10)
    assert answer.status_code == 400


def test_an_unknown_content_type_is_a_400_as_in_loki(backend):
    answer = requests.post(backend + "/otlp/v1/logs", data=b"x", headers={"Content-Type": "text/csv"}, timeout=10)
    assert answer.status_code == 400 and "text/csv" in answer.text


def test_a_gzip_bomb_is_refused(backend):
    import gzip
    bomb = gzip.compress(b"\0" * (200 << 20))
    answer = requests.post(backend + "/otlp/v1/logs", data=bomb, timeout=30,
                           headers={"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"})
    assert answer.status_code == 413


def test_rubbish_on_the_socket_ends_that_connection_only(backend):
    port = int(backend.rsplit(":", 1)[1])
    for rubbish in (b"\0" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"POST /otlp/v1/logs HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n",
                    b"A" * 200_000, os.urandom(5000)):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as peer:
            try:
                peer.sendall(rubbish)
                peer.settimeout(2)
                peer.recv(1000)
            except OSError:
                pass
    assert requests.get(backend + "/ready", timeout=5).status_code == 200


DELIVERY = "X-OneCollector-Delivery"


def push_range(url, lines, start):
    """Lines of one file, each of 10 bytes, from byte `start` on."""
    records = [{"timeUnixNano": str(time.time_ns()), "body": string(line),
                "attributes": [{"key": "log.file.record_offset", "value": {"intValue": str(start + 10 * i)}}]}
               for i, line in enumerate(lines)]
    body = {"resourceLogs": [{"resource": {"attributes": [{"key": "service.name", "value": string("f")}]},
                              "scopeLogs": [{"logRecords": records}]}]}
    return requests.post(url + "/otlp/v1/logs", json=body, timeout=10,
                         headers={DELIVERY: f"v1 s1/f1={start}-{start + 10 * len(lines)}"})


def test_a_range_that_is_held_is_not_stored_twice(backend):
    assert push_range(backend, ["a", "same", "same"], 0).status_code in (200, 204)
    assert push_range(backend, ["same", "same", "d"], 10).status_code in (200, 204)
    assert sorted(values(get(backend, "query_range", query='{service_name="f"}'))) == ["a", "d", "same", "same"]
    marks = requests.get(backend + "/onecollector/v1/watermarks", params={"source_id": "s1"}, timeout=5).json()["watermarks"]
    assert [(m["source_id"], m["file_id"], m["ranges"]) for m in marks] == [("s1", "f1", [[0, 40]])]


@pytest.mark.parametrize("header", ["", "v2 s/f=0-1", "v1", "v1 s/f", "v1 s/f=5-1", "v1 s/f=0-1, t/g=0-1", "v1 s/f=x-y", "v1 " + "s/f=0-1," * 9000],
                         ids=lambda header: header[:20])
def test_a_bad_delivery_header_is_a_400_and_stores_nothing(backend, header):
    answer = push(backend, ["x"], headers={DELIVERY: header})
    assert answer.status_code in (400, 431)
    assert values(get(backend, "query_range", query='{service_name="shop"}')) == []
