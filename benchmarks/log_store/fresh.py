"""How long a line takes from being sent until a query finds it."""
import http.client
import json
import random
import time
import urllib.parse

from log_store.figures import emit, percentile
from log_store.process import ENOUGH, Store

PROBES = 500


class Probe:
    """Sends a line by itself and asks until it is found, over connections that stay open."""

    def __init__(self, store):
        self.push = http.client.HTTPConnection("127.0.0.1", store.port, timeout=60)
        self.query = http.client.HTTPConnection("127.0.0.1", store.port, timeout=60)
        self.number = 0

    def body(self, line):
        record = {"timeUnixNano": str(time.time_ns()), "body": {"stringValue": line}}
        service = {"key": "service.name", "value": {"stringValue": "fresh"}}
        return json.dumps({"resourceLogs": [{"resource": {"attributes": [service]}, "scopeLogs": [{"logRecords": [record]}]}]})

    def found(self, line):
        asked = {"query": f'{{service_name="fresh"}} |= "{line}"', "limit": 10, "since": "5m"}
        self.query.request("GET", "/loki/api/v1/query_range?" + urllib.parse.urlencode(asked))
        return bool(json.loads(self.query.getresponse().read())["data"]["result"])

    def once(self):
        """Milliseconds until it is found, from the request's sending and from its answer."""
        self.number += 1
        line = f"probe {self.number} of a line that is looked for"
        begin = time.monotonic()
        self.push.request("POST", "/otlp/v1/logs", self.body(line), {"Content-Type": "application/json"})
        answer = self.push.getresponse()
        answer.read()
        answered = time.monotonic()
        if answer.status // 100 != 2:
            raise SystemExit(f"the probe was answered {answer.status}")
        while not self.found(line):
            pass
        end = time.monotonic()
        return (end - begin) * 1000, (end - answered) * 1000


def measure_probes(store, count, name):
    probe, dice = Probe(store), random.Random(1)
    probe.once()  # connects
    times = []
    for _ in range(count):
        time.sleep(dice.uniform(0, 0.02))  # not in step with what else goes on
        times.append(probe.once())
    sent, answered = zip(*times)
    for what, values in (("sent", sent), ("answered", answered)):
        for share, label in ((0.5, "p50"), (0.99, "p99"), (1, "worst")):
            emit(f"{name}_from_{what}_{label}_ms", percentile(values, share))
    return percentile(sent, 0.99)


def measure_fresh(folder, size, bars):
    store = Store(folder / "fresh")
    bars.add("found after sending, idle, p99 ms", measure_probes(store, int(PROBES * size), "fresh_idle"), 50)
    beside = store.sender("raw", ENOUGH, (int(time.time()) - 86_400) * 1000)
    time.sleep(2)
    bars.add("found after sending, ingest beside, p99 ms", measure_probes(store, int(PROBES * size), "fresh_busy"), 50)
    emit("fresh_busy_push_p99_ms", percentile(beside.end()["took_ms"], 0.99))
    store.stop()
