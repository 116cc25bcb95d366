"""kill -9 of the log store at any moment of ingest, seals, merges and retention, with heads of full size: every
acknowledged request is there as a whole, once."""
import random
import threading
import time

import pytest
import requests
from harness import SOAK, wait_for
from log_store import LogStore

KILLS = 500 if SOAK else 6
LINES = 5_000  # a request
FIRST_NS = (int(time.time()) - 86_400) * 10**9  # of whole seconds; request n has the n-th one from here on
DELIVERY = "X-OneCollector-Delivery"
REQUEST = ('{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"kill"}}]},'
           '"scopeLogs":[{"logRecords":[%s]}]}]}')
RECORD = ('{"timeUnixNano":"%d","body":{"stringValue":"%d %s"},'
          '"attributes":[{"key":"log.file.record_offset","value":{"intValue":"%d"}}]}')


class Pusher(threading.Thread):
    """Sends requests one after the other, each again until it is acknowledged, as a collector does."""

    def __init__(self, store):
        super().__init__(daemon=True)
        self.store, self.stopped, self.acknowledged = store, threading.Event(), 0
        dice = random.Random(3)
        self.texts = [f"user {dice.randrange(10**9)} did {dice.choice(('this', 'that'))} {dice.randbytes(60).hex()}" for _ in range(12 * LINES)]

    def body(self, number):
        """Lines of one file, as if each took a byte."""
        start = number * LINES
        first_ns = FIRST_NS + number * 10**9 + 1
        texts = self.texts[number % 12 * LINES:][:LINES]
        records = (RECORD % (first_ns + i * 1_000, number, text, start + i) for i, text in enumerate(texts))
        return REQUEST % ",".join(records), {DELIVERY: f"v1 s/f={start}-{start + LINES}", "Content-Type": "application/json"}

    def run(self):
        while not self.stopped.is_set():
            body, headers = self.body(self.acknowledged)
            while True:
                try:
                    if requests.post(self.store.url + "/otlp/v1/logs", data=body, headers=headers, timeout=60).status_code < 300:
                        break
                except requests.RequestException:  # killed before it answered
                    time.sleep(0.005)
            self.acknowledged += 1

    def stop(self):
        self.stopped.set()
        self.join()


def rows_of_requests(store, count):
    """How many rows of each request are there."""
    counts = {}
    for first in range(0, count, 10_000):
        until = min(first + 10_000, count)
        # At each second, of what is between it and the one before.
        answer = store.ask("query_range", query='sum(count_over_time({service_name="kill"}[1s]))', step="1s",
                           start=FIRST_NS + (first + 1) * 10**9, end=FIRST_NS + until * 10**9)
        assert answer.status_code == 200, answer.text
        for series in answer.json()["data"]["result"]:
            for second, value in series["values"]:
                counts[int(second) - FIRST_NS // 10**9 - 1] = int(value)
    return [counts.get(number, 0) for number in range(count)]


def killed_again_and_again(config=None):
    store, dice = LogStore(config).start(), random.Random(11)
    pusher = Pusher(store)
    pusher.start()
    for _ in range(KILLS):
        # While it starts, or when some more requests were stored.
        enough = pusher.acknowledged + dice.choice((0, dice.randrange(1, 15)))
        wait_for(lambda: pusher.acknowledged >= enough, 120, lambda: store.log.read_text()[-2000:])
        time.sleep(dice.uniform(0, 0.1))
        store.kill()
        store.start(wait=False)
    store.wait_until_ready()
    pusher.stop()
    return store, pusher


def test_every_acknowledged_request_is_there_once():
    store, pusher = killed_again_and_again()
    try:
        counts = rows_of_requests(store, pusher.acknowledged)
        wrong = {number: count for number, count in enumerate(counts) if count != LINES}
        assert pusher.acknowledged > KILLS and not wrong
        print(f"{KILLS} kills, {pusher.acknowledged} requests, {store.metric('onecollector_store_parts'):.0f} parts")
    finally:
        store.destroy()


@pytest.mark.skipif(not SOAK, reason="retention needs more data than a short test sends")
def test_retention_takes_the_oldest_and_nothing_else():
    store, pusher = killed_again_and_again("retention: {bytes: 64MiB}\n")
    try:
        counts = rows_of_requests(store, pusher.acknowledged)
        oldest = next(number for number, count in enumerate(counts) if count == LINES)
        assert oldest > 0 and set(counts[oldest:]) == {LINES}
        print(f"{KILLS} kills, {pusher.acknowledged} requests, from {oldest} on they are kept")
    finally:
        store.destroy()
