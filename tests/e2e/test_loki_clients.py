"""What writes to Loki writes to the backend, what explores Loki explores it, and what is deleted is gone."""
import gzip
import json
import time

import pytest
import requests
from harness import wait_for
from test_loki_api import backend, get, values  # noqa: F401 (a fixture)


def push(url, streams, encoding=None, path="/loki/api/v1/push"):
    body = json.dumps({"streams": streams}).encode()
    headers = {"Content-Type": "application/json"}
    if encoding == "gzip":
        body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
    return requests.post(url + path, data=body, headers=headers, timeout=10)


def stream(lines, metadata=None, seconds_ago=0, **labels):
    now = time.time_ns() - len(lines) - seconds_ago * 10**9
    return {"stream": labels, "values": [[str(now + i), line] + ([metadata] if metadata else []) for i, line in enumerate(lines)]}


def levels(url, query):
    answer = get(url, "query_range", query=query).json()["data"]["result"]
    return {v[1]: s["stream"]["detected_level"] for s in answer for v in s["values"]}


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_push_is_found_with_service_name_and_level(backend, encoding):  # noqa: F811
    assert push(backend, [stream(["level=warn disk", "all is well"], app="shop")], encoding).status_code == 204
    assert levels(backend, '{service_name="shop"}') == {"level=warn disk": "warn", "all is well": "unknown"}


def test_what_a_limit_refuses_is_named_and_the_rest_is_kept(backend):  # noqa: F811
    answer = push(backend, [stream(["x" * 300_000, "short"], app="shop")])
    assert answer.status_code == 400 and answer.text.startswith("max entry size '262144' bytes exceeded for stream")
    assert values(get(backend, "query_range", query='{app="shop"}')) == ["short"]


def test_a_push_that_is_sent_again_doubles_nothing(backend):  # noqa: F811
    one = stream(["a", "b"], app="shop")
    for _ in range(3):
        assert push(backend, [one]).status_code == 204
    assert sorted(values(get(backend, "query_range", query='{app="shop"}'))) == ["a", "b"]


def test_refusals_of_the_server_are_worded_as_lokis(backend):  # noqa: F811
    assert requests.put(backend + "/loki/api/v1/push", timeout=10).status_code == 405
    coded = requests.post(backend + "/loki/api/v1/push", data=b"x", headers={"Content-Encoding": "br"}, timeout=10)
    assert (coded.status_code, coded.text) == (400, 'Content-Encoding "br" not supported\n')


def test_logs_drilldown_finds_its_way(backend):  # noqa: F811
    push(backend, [stream([f"order {i} was paid in {i}ms by customer" for i in range(20)], {"trace": "t1"}, app="shop", env="prod"),
                   stream(['{"user":{"id":7},"took":"5ms"}'], app="api", env="prod")])
    volume = get(backend, "index/volume", query='{service_name=~".+"}', limit=5000).json()["data"]["result"]
    assert {v["metric"]["service_name"] for v in volume} == {"shop", "api"}
    labels = get(backend, "detected_labels", query='{env="prod"}').json()["detectedLabels"]
    assert {l["label"]: l["cardinality"] for l in labels} == {"app": 2, "env": 1, "service_name": 2}
    fields = get(backend, "detected_fields", query='{app="api"}').json()["fields"]
    assert {f["label"]: (f["type"], f["parsers"]) for f in fields} == {
        "detected_level": ("string", None), "user_id": ("int", ["json"]), "took": ("duration", ["json"])}
    assert get(backend, "detected_field/trace/values", query='{app="shop"}').json()["values"] == ["t1"]
    patterns = get(backend, "patterns", query='{app="shop"}').json()["data"]
    assert [p["pattern"] for p in patterns] == ["order <_> was paid in <_> by customer"]
    assert sum(n for _, n in patterns[0]["samples"]) == 20
    assert get(backend, "index/stats", query='{app="shop"}').json()["entries"] == 20
    assert get(backend, "drilldown-limits").json()["limits"]["volume_enabled"] is True


def test_a_delete_hides_at_once_and_can_be_taken_back(backend):  # noqa: F811
    # A delete ends with a whole second, which may not lie in the future.
    push(backend, [stream(["secret", "plain"], seconds_ago=5, app="shop")])
    asked = requests.post(backend + "/loki/api/v1/delete", timeout=10,
                          params={"query": '{app="shop"} |= "secret"', "start": int(time.time()) - 3600, "end": int(time.time())})
    assert asked.status_code == 204
    assert values(get(backend, "query_range", query='{app="shop"}')) == ["plain"]
    assert get(backend, "index/stats", query='{app="shop"}').json()["entries"] == 1
    request = get(backend, "delete").json()[0]
    assert request["status"] == "received"
    assert requests.delete(backend + "/loki/api/v1/delete", params={"request_id": request["request_id"]}, timeout=10).status_code == 204
    wait_for(lambda: len(values(get(backend, "query_range", query='{app="shop"}'))) == 2, 5)
