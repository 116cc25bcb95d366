"""Records as nobody should send them: stored or refused, and every answer about them is valid JSON."""
import json
import time

import pytest
import requests
from log_store import LogStore, ago

YEAR = 365 * 86_400 * 10**9


@pytest.fixture(scope="module")
def store():
    made = LogStore().start()
    yield made
    made.stop()
    made.destroy()


def push(store, entries, **labels):
    """By Loki's own form, which takes any line."""
    values = [[str(at), line, *more] for at, line, *more in entries]
    return requests.post(store.url + "/loki/api/v1/push", timeout=30,
                         json={"streams": [{"stream": {k: str(v) for k, v in labels.items()}, "values": values}]})


def answers(store, selector, **bounds):
    """What each of the questions a client may ask is answered; each is JSON."""
    questions = {
        "query_range": {"query": selector, "limit": 5000}, "labels": {}, "series": {"match[]": selector},
        "index/stats": {"query": selector}, "index/volume": {"query": selector}, "detected_labels": {"query": selector},
        "detected_fields": {"query": selector}, "patterns": {"query": selector},
        "query": {"query": f"count_over_time({selector}[1h])"}}
    said = {}
    for path, parameters in questions.items():
        answer = store.ask(path, **parameters, **({} if path == "query" else bounds))
        assert answer.status_code == 200, f"{path} {answer.text}"
        said[path] = json.loads(answer.content.decode("utf-8", errors="strict"))
    return said


def rows(said):
    return [value for stream in said["query_range"]["data"]["result"] for value in stream["values"]]


@pytest.mark.parametrize("line", ["\0", "a\0b", "\x1b[31mred\x1b[0m", "\u2028\u2029\ufeff", "\U0001F600" * 1000, "\\\"/\b\f\n\r\t", "{" * 5000,
                                  "[" * 5000, '{"a":' * 300, "%s%n{{.x}}", " ", "\n\n", "a" * 200_000, "\x7f\x80\x9f"],
                         ids=lambda line: repr(line[:8]))
def test_a_line_comes_back_as_it_was_sent(store, line):
    app = f"line{abs(hash(line))}"
    assert push(store, [(ago(1), line)], app=app).status_code == 204
    said = answers(store, f'{{app="{app}"}}')
    assert [value[1] for value in rows(said)] == [line]


def test_bytes_that_are_no_utf8_are_stored_and_shown_as_replaced(store):
    body = b'{"streams":[{"stream":{"app":"bytes"},"values":[["%d","bad \xff\xc3 bytes"]]}]}' % ago(1)
    answer = requests.post(store.url + "/loki/api/v1/push", data=body, headers={"Content-Type": "application/json"}, timeout=10)
    assert answer.status_code == 204, answer.text
    said = answers(store, '{app="bytes"}')
    assert [value[1] for value in rows(said)] == ["bad \ufffd\ufffd bytes"]


def test_a_line_beyond_the_limit_is_refused_and_its_neighbours_are_stored(store):
    answer = push(store, [(ago(2), "before"), (ago(1), "x" * (1 << 20)), (ago(1), "after")], app="long")
    assert answer.status_code == 400 and "longer" in answer.text or "exceed" in answer.text, answer.text
    assert sorted(value[1] for value in rows(answers(store, '{app="long"}'))) == ["after", "before"]


@pytest.mark.parametrize("at", [0, 1, -1, -YEAR, -(1 << 63), (1 << 63) - 1, 1 << 63, 1 << 70, 400 * YEAR])
def test_a_time_far_away_is_stored_or_refused_with_a_reason(store, at):
    app = f"time{at}".replace("-", "m")
    answer = push(store, [(at, "when?"), (ago(1), "now")], app=app)
    assert answer.status_code in (204, 400), answer.text
    assert answer.status_code == 204 or answer.text.strip()
    said = answers(store, f'{{app="{app}"}}')
    assert [value[1] for value in rows(said)] in (["now"], [])
    if answer.status_code == 204 and at in (0, 1):
        bounds = {"start": "1969-12-31T23:59:59Z", "end": "1970-01-01T00:00:01Z"}
        assert store.lines(f'{{app="{app}"}}', **bounds) == ["when?"]


@pytest.mark.parametrize("labels", [{f"l{i}": i for i in range(10_000)}, {"x" * 3000: "1"}, {"app": "v" * 100_000}, {"ünï": "1"}, {"a b": "1"},
                                    {"": "1"}, {"1x": "1"}, {"__name__": "1"}, {"app": ""}, {}], ids=lambda labels: str(labels)[:20])
def test_odd_labels_are_stored_or_refused_with_a_reason(store, labels):
    answer = push(store, [(ago(1), "x")], **labels)
    assert answer.status_code == 204 or answer.status_code in (400, 422) and answer.text.strip()
    answers(store, '{service_name=~".+"}')


def test_of_two_equal_names_one_counts(store):
    for body in ('{"streams":[{"stream":{"app":"first","app":"twice"},"values":[["%d","x"]]}]}' % ago(1),
                 '{"streams":[{"stream":"{app=\\"twice\\",app=\\"twice\\"}","values":[["%d","x"]]}]}' % ago(1)):
        answer = requests.post(store.url + "/loki/api/v1/push", data=body, headers={"Content-Type": "application/json"}, timeout=10)
        assert answer.status_code in (204, 400), answer.text
    answers(store, '{app=~"first|twice"}')


def test_ten_thousand_attributes_of_a_record_are_stored(store):
    attributes = [{"key": f"attribute.{i}", "value": {"stringValue": str(i)}} for i in range(10_000)]
    record = {"timeUnixNano": str(ago(1)), "body": {"stringValue": "much"}, "attributes": attributes}
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "much"}}]}
    answer = requests.post(store.url + "/otlp/v1/logs", timeout=30,
                           json={"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]})
    assert answer.status_code in (204, 400), answer.text
    if answer.status_code == 204:
        assert store.lines('{service_name="much"} | attribute_9999="9999"') == ["much"]
    answers(store, '{service_name="much"}')
