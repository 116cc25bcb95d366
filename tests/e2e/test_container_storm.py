"""Many containers at once and one after another: every line of theirs exactly once, under the right names, in time."""
import concurrent.futures
import datetime
import time

from harness import SOAK, wait_for

STORM_SECONDS = 300 if SOAK else 20
A_MINUTE = 100
TRACE = "2026-11-25 10:00:00 ERROR boom\\n  at shop.Order.place(Order.java:7)\\n  at shop.Main.main(Main.java:3)\\n"
LONG = "i=0; while [ $i -lt 3277 ]; do echo -n 0123456789abcdefghij; i=$((i+1)); done; echo"

# Name → what it runs, with which options, and the lines that must be stored of it.
KINDS = {
    "one-line-and-exit": ("echo only", [], ["only"]),
    "removed-at-once": ("echo gone", ["--rm"], ["gone"]),
    "removed-after-a-second": ("echo early; sleep 1; echo late", ["--rm"], ["early", "late"]),
    "traces": (f"for i in 1 2 3; do echo -ne '{TRACE}'; done; sleep 600", ["--label", "onecollector.shape=^\\d{4}-"],
               ["2026-11-25 10:00:00 ERROR boom\n  at shop.Order.place(Order.java:7)\n  at shop.Main.main(Main.java:3)"] * 3),
    "json": ("for i in 1 2 3; do echo \"{\\\"level\\\":\\\"info\\\",\\\"n\\\":$i}\"; done; sleep 600", [],
             [f'{{"level":"info","n":{n}}}' for n in (1, 2, 3)]),
    "long-lines": (f"{LONG}; {LONG}; sleep 600", [], ["0123456789abcdefghij" * 3277] * 2),
    "colours": ("echo -e '\\033[31mred\\033[0m'; sleep 600", [], ["\x1b[31mred\x1b[0m"]),
    "both-streams": ("for i in 1 2 3; do echo out $i; echo err $i >&2; done; sleep 600", [],
                     [f"{stream} {n}" for n in (1, 2, 3) for stream in ("out", "err")]),
    "named": ("echo mine; sleep 600", ["--label", "onecollector.service=orders"], ["mine"]),
}
OUT = {"kept-out": ("echo secret; sleep 600", ["--label", "onecollector.enabled=false"])}


def stored(host):
    """Lines by container id."""
    found = {}
    for _, line, labels in host.entries('{service_name=~".+"} | container_id=~".+"'):
        found.setdefault(labels["container_id"], []).append(line)
    return found


def services(host):
    return {labels["container_id"]: labels["service_name"]
            for _, _, labels in host.entries('{service_name=~".+"} | container_id=~".+"')}


def source_of(host, container):
    """What is known of its source, for people."""
    return [(source["source"]["log_path"], source["verification"]) for source in host.api("/sources?limit=1000")["sources"]
            if source["source"]["metadata"].get("container.id") == container]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def print_curve(took):
    """From the engine's event to the first line proven."""
    print(f"\ncontainers={len(took)} event_to_proven_p50_s={percentile(took, .5):.3f} "
          f"p90_s={percentile(took, .9):.3f} p99_s={percentile(took, .99):.3f} worst_s={max(took):.3f}")
    for share in (.01, .1, .25, .5, .75, .9, .95, .99, 1):
        seconds = percentile(took, share)
        print(f"{share:>5.0%} within {seconds:6.3f} s  {'#' * min(60, round(seconds * 40))}")


class Proofs:
    """When each container's lines were first proven, in seconds, by its id. Asked for seldom: it slows what is measured."""

    def __init__(self, host):
        self.host, self.at, self.stopping = host, {}, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stopping = True

    def watch(self):
        while not self.stopping:
            for source in self.host.api("/sources?limit=1000&status=active")["sources"]:
                container, proof = source["source"]["metadata"].get("container.id"), source["verification"]
                if container and proof["state"] == "verified":
                    at = datetime.datetime.fromisoformat(proof["verified_at"].replace("Z", "+00:00"))
                    self.at.setdefault(container, at.timestamp())
            time.sleep(2)


def test_twenty_containers_of_all_kinds_at_once(docker_host, engine):
    runs = [(name, *KINDS[name]) for name in KINDS for _ in range(2)]
    runs += [(name, script, options, []) for name, (script, options) in OUT.items() for _ in range(2)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda run: (engine.run(run[1], *run[2]), run[0], run[3]), runs))
        garbage = engine.run("head -c 20000 /dev/urandom; echo; echo after; sleep 600")
    expected = {container: sorted(lines) for container, _, lines in started if lines}

    def complete():
        found = stored(docker_host)
        return all(sorted(found.get(container, [])) == lines for container, lines in expected.items())
    wait_for(complete, 60, lambda: {name: (found, want) for container, name, want in started
                                    if sorted(found := stored(docker_host).get(container, [])) != sorted(want)})
    names = services(docker_host)
    assert all(names[container] == "orders" for container, name, _ in started if name == "named")
    assert all(container not in names for container, name, _ in started if name in OUT)
    wait_for(lambda: stored(docker_host).get(garbage, [""])[-1] == "after", 20, docker_host.story)


def test_a_hundred_containers_a_minute_lose_and_double_nothing(docker_host, engine):
    expected, started = {}, {}
    proofs, starts = Proofs(docker_host), engine.follow_starts(started)
    with concurrent.futures.ThreadPoolExecutor(9) as pool, proofs:
        pool.submit(proofs.watch)

        def run(number):
            lines = [f"run {number} line {n}" for n in range(3)]
            container = engine.run("; ".join(f"echo {line}" for line in lines), *(["--rm"] if number % 2 else []))
            expected[container] = lines
        end, runs = time.monotonic() + STORM_SECONDS, []
        while time.monotonic() < end:
            runs.append(pool.submit(run, len(runs)))
            time.sleep(60 / A_MINUTE)
        for done in runs:
            done.result()
        wait_for(lambda: expected.keys() <= stored(docker_host).keys(), 30, lambda: {
            c: source_of(docker_host, c) for c in expected.keys() - stored(docker_host).keys()})
        wait_for(lambda: expected.keys() <= proofs.at.keys(), 60, lambda: {
            c: source_of(docker_host, c) for c in expected.keys() - proofs.at.keys()}, every=1)
    found = stored(docker_host)
    assert {container: found[container] for container in expected} == expected
    starts.kill()
    starts.wait()
    print_curve([proofs.at[container] - started[container] for container in expected])
