"""Questions that ask for as much as a question can: each ends soon, with an answer or with what is wrong with it."""
import random
import time

import pytest
import requests
from log_store import LogStore, ago

SHOP = '{service_name="shop"}'
FROM_ID = f"{SHOP} | regexp `id=(?P<id>\\w+)`"
BODY_OF_COUNT = f"sum(count_over_time({SHOP}[1h]))"


def texts(count):
    return [f"zq{i:05x}" for i in range(count)]


QUERIES = {
    "1,900 texts": f"{SHOP} |= " + " or ".join(f'"{text}"' for text in texts(1_900)),
    "1,900 filters": f"{SHOP} " + " ".join(f'!= "{text}"' for text in texts(1_900)),
    "alternation of 8,000": f'{SHOP} |~ "{"|".join(texts(8_000))}"',
    "90 expressions": f"{SHOP} |~ " + " or ".join(f'"z.*{i:05x}"' for i in range(90)),
    "greedy groups": f"sum(count_over_time({SHOP} | regexp `(?P<a>.*)(?P<b>.*)(?P<c>.*)(?P<d>.*)(?P<e>.*)` [1h]))",
    "nested repeats": f"{SHOP} |~ `((((a+)+)+)+)+$`",
    "counted repeats": f"{SHOP} |~ `((x{{1,100}}){{1,100}}){{1,100}}`",
    "many dots": f"{SHOP} |~ `.*.*.*.*.*.*.*.*=.*x$`",
    "a series a line": f"sum by (id) (count_over_time({FROM_ID} [1h]))",
    "the largest of a series a line": f"topk(10, sum by (id) (count_over_time({FROM_ID} [1h])))",
    "a quantile of all": f"quantile_over_time(0.99, {SHOP} | regexp `took (?P<t>\\d+)` | unwrap t [1h])",
    "300 operands": "+".join([BODY_OF_COUNT] * 300),
    "parentheses": "(" * 120 + BODY_OF_COUNT + ")" * 120,
    "deeper parentheses": "(" * 5_000 + BODY_OF_COUNT + ")" * 5_000,
    "a template that repeats": f"{SHOP} | line_format `{{{{ repeat 1000000 (repeat 1000 __line__) }}}}`",
    "labels that double": f'count(label_replace(sum by (id) (count_over_time({FROM_ID} [1h])), "x", "$1$1$1$1", "id", "(.*)"))',
    "99 matchers": "{" + ", ".join(f'l{i}!~"(a|b|c|d)+x{i}"' for i in range(99)) + ', service_name="shop"}',
    "parsers in a row": f"{SHOP} | json | logfmt" + " | json | logfmt" * 40,
}


def words(dice):
    return (f"{dice.choice(('INFO', 'ERROR'))} user {dice.randrange(10**9)} path=/api/{dice.randrange(1000)} "
            f"id={dice.randbytes(12).hex()} took {dice.randrange(999)} ms " + "word " * dice.randrange(10))


@pytest.fixture(scope="module")
def store():
    """With 30,000 lines, half of them in a part."""
    made, dice = LogStore().start(), random.Random(1)
    for request in range(6):
        first = ago(300) + request * 10**9
        assert made.push([(first + i * 1_000, words(dice)) for i in range(5_000)]).status_code == 204
        if request == 2:
            made.stop()
            made.start()
    yield made
    made.stop()
    made.destroy()


@pytest.mark.parametrize("name", QUERIES)
def test_it_ends_soon(store, name):
    begin = time.monotonic()
    answer = requests.post(store.url + "/loki/api/v1/query_range", timeout=60,
                           data={"query": QUERIES[name], "start": ago(3600), "end": ago(-10), "step": "30s"})
    assert answer.status_code in (200, 400), answer.text
    assert answer.status_code == 200 or len(answer.text.strip()) > 10
    assert time.monotonic() - begin < 15
    assert store.memory_mb("VmHWM") < 600


def test_others_are_answered_meanwhile(store):
    assert len(store.lines(SHOP, limit=5)) == 5


def test_volumes_of_more_series_and_times_than_fit_are_refused(store):
    streams = [{"stream": {"service_name": "pods", "pod": f"p{i}"}, "values": [[str(ago(60)), "up"]]} for i in range(500)]
    assert requests.post(store.url + "/loki/api/v1/push", json={"streams": streams}, timeout=60).status_code == 204

    def volumes(query, start, end, **more):
        return requests.get(store.url + "/loki/api/v1/index/volume_range", timeout=60,
                            params={"query": query, "start": start, "end": end, **more})
    refused = volumes('{pod=~".+"}', ago(3600), ago(0), step="0.33")
    assert refused.status_code == 400 and "64 MiB" in refused.text
    assert volumes('{pod=~".+"}', ago(3600), ago(0), step="0.33", targetLabels="service_name").status_code == 200
    assert volumes(SHOP, -2**63 + 1, 2**63 - 1).json()["data"]["result"][0]["metric"] == {"service_name": "shop"}
    assert store.memory_mb("VmHWM") < 600
