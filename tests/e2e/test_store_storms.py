"""Clients of the log store that break off, do not read, hold connections or send what nobody should: others go on."""
import gzip
import json
import resource
import socket
import threading
import time

import pytest
import requests
from harness import wait_for
from log_store import LogStore, ago, otlp

# As many as a process here may have open, clients and store together.
IDLE = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] // 2 - 200)


@pytest.fixture(scope="module")
def store():
    made = LogStore().start()
    yield made
    assert made.process.poll() is None, made.log.read_text()[-2000:]
    made.stop()
    made.destroy()


def connection(store, first=b""):
    made = socket.create_connection(("127.0.0.1", store.machine.port("logs")), timeout=20)
    made.sendall(first)
    return made


def head(length, more=""):
    return (f"POST /otlp/v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {length}\r\n\r\n").encode()


def expect_it_goes_on(store, service):
    """A push is stored and found."""
    assert store.push([(ago(1), "it goes on")], service).status_code == 204
    assert store.lines(f'{{service_name="{service}"}}') == ["it goes on"]


def test_bodies_that_break_off_store_nothing(store):
    body = otlp([(ago(1), "half")], "broken").encode()
    for sent in range(0, len(body), 7):
        connection(store, head(len(body)) + body[:sent]).close()
    expect_it_goes_on(store, "after_halves")
    assert store.lines('{service_name="broken"}') == []


def test_a_length_that_is_not_the_bodys_is_an_error_or_waited_for(store):
    body = otlp([(ago(1), "x")], "length").encode()
    too_short = connection(store, head(len(body) - 9) + body)
    assert b" 400 " in too_short.recv(1000)
    too_long = connection(store, head(len(body) + 9) + body)  # may still come
    for wrong in ("-1", "1e3", "9" * 30, "0x10"):
        assert b" 400 " in connection(store, head(wrong)).recv(1000)
    assert b" 413 " in connection(store, head(1 << 40)).recv(1000)
    expect_it_goes_on(store, "after_lengths")
    too_long.close()


def test_bombs_of_gzip_and_zstd_are_refused(store):
    bomb = gzip.compress(gzip.compress(b"\0" * (100 << 20)))
    for coding in ("gzip", "gzip, gzip"):
        answer = requests.post(store.url + "/otlp/v1/logs", data=bomb if "," in coding else gzip.decompress(bomb), timeout=60,
                               headers={"Content-Type": "application/json", "Content-Encoding": coding})
        assert answer.status_code in (413, 415), answer.text
    assert store.memory_mb("VmHWM") < 700
    expect_it_goes_on(store, "after_bombs")


def test_idle_connections_keep_nobody_out(store):
    # Of several addresses: the ports of one do not suffice.
    idle = []
    for number in range(IDLE):
        made = socket.socket()
        made.bind((f"127.0.1.{1 + number % 8}", 0))
        made.settimeout(10)
        made.connect(("127.0.0.1", store.machine.port("logs")))
        idle.append(made)
    expect_it_goes_on(store, "beside_idle_ones")
    assert store.memory_mb() < 500
    for made in idle:
        made.close()
    wait_for(lambda: store.descriptors() < 200, 20, lambda: store.descriptors())


def test_a_reader_of_a_byte_a_second_costs_its_answer_and_keeps_nobody_waiting(store):
    line = "x" * 100_000
    for first in range(0, 240, 40):
        assert store.push([(ago(60) + first + i, line) for i in range(40)], "large").status_code == 204
    question = ("GET /loki/api/v1/query_range?query=%7Bservice_name%3D%22large%22%7D&limit=240 HTTP/1.1\r\n"
                "Host: localhost\r\n\r\n").encode()
    assert len(requests.get(store.url + "/loki/api/v1/query_range", params={"query": '{service_name="large"}', "limit": 240},
                            timeout=60).content) > 20 << 20
    before = store.memory_mb()
    slow = [connection(store, question) for _ in range(4)]
    for _ in range(2):
        time.sleep(1)
        for reader in slow:
            reader.recv(1)
    # Each holds its text, what the string that holds it has in reserve, and what the allocator keeps of its making.
    wait_for(lambda: store.memory_mb() < before + 4 * 24 * 4, 20, lambda: f"{before} {store.memory_mb()}")
    begin = time.monotonic()
    expect_it_goes_on(store, "beside_slow_ones")
    assert time.monotonic() - begin < 5
    for reader in slow:
        reader.close()
    wait_for(lambda: store.descriptors() < 100, 10, lambda: store.descriptors())


SLOW = 'sum(count_over_time({service_name="slow"} | regexp `(?P<a>.*)(?P<b>.*)(?P<c>.*)x` | a="" [1h]))'


def fill_for_slow_queries(store):
    line = "a" * 20_000 + " end"
    for first in range(0, 20):
        assert store.push([(ago(60) + first * 50 + i, line) for i in range(50)], "slow").status_code == 204


def outcomes(store, outcome):
    return store.metric(f'onecollector_loki_queries_total{{result="{outcome}"}}')


def test_a_query_ends_when_its_client_goes(store):
    fill_for_slow_queries(store)
    before = outcomes(store, "cancelled")
    question = "GET /loki/api/v1/query?" + requests.models.RequestEncodingMixin._encode_params({"query": SLOW}) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"
    asked = [connection(store, question.encode()) for _ in range(20)]  # more than there are threads
    time.sleep(0.5)
    for one in asked:
        one.close()
    wait_for(lambda: outcomes(store, "cancelled") >= before + 20, 10, lambda: outcomes(store, "cancelled"))
    expect_it_goes_on(store, "after_gone_ones")


def test_pushes_go_on_beside_queries_that_take_long(store):
    ended = threading.Event()

    def ask():
        while not ended.is_set():
            try:
                requests.get(store.url + "/loki/api/v1/query", params={"query": SLOW}, timeout=0.5)
            except requests.RequestException:
                pass
    askers = [threading.Thread(target=ask) for _ in range(12)]
    for asker in askers:
        asker.start()
    times = []
    for number in range(20):
        begin = time.monotonic()
        assert store.push([(ago(1), f"push {number}")], "beside").status_code == 204
        times.append(time.monotonic() - begin)
    ended.set()
    for asker in askers:
        asker.join()
    assert max(times) < 5 and sorted(times)[10] < 1, times
