#!/usr/bin/env python3
"""How fast the loop closes on one host: ./dev bench loop [ROUNDS]

A new file, from its first line to its delivery proven under a config that reads it; a policy, from `apply` to promoted.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests/e2e"))
from harness import Host, wait_for  # noqa: E402


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def proven(host, path):
    source = next((s for s in host.api("/sources?q=" + path.stem)["sources"] if s["source"]["log_path"] == str(path)), None)
    return source and source["verification"]["state"] == "verified"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    host = Host()
    try:
        (host.logs / "first.log").write_text("INFO hello\n")
        host.start()
        sources, policies = [], []
        for number in range(rounds):
            path = host.logs / f"new-{number}.log"
            began = time.monotonic()
            path.write_text("INFO hello\n")
            wait_for(lambda: proven(host, path), 30, host.story, every=0.005)
            sources.append((time.monotonic() - began) * 1000)
        for number in range(max(1, rounds // 10)):
            overlay = host.root / "overlay.yaml"
            overlay.write_text(f"exporters: {{otlp_http/logs: {{compression: gzip}}}}\n# {number}\n")
            began = time.monotonic()
            assert host.cli("apply", overlay).returncode == 0
            policies.append((time.monotonic() - began) * 1000)
        print(f"new_file_to_proven_p50_ms={percentile(sources, 0.5):.0f}")
        print(f"new_file_to_proven_p99_ms={percentile(sources, 0.99):.0f}")
        print(f"new_file_to_proven_worst_ms={max(sources):.0f}")
        print(f"apply_to_promoted_p50_ms={percentile(policies, 0.5):.0f}")
        print(f"apply_to_promoted_worst_ms={max(policies):.0f}")
    finally:
        host.destroy()


main()
