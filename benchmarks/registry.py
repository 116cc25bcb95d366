"""The registry with 1,000,000 sources: insert rate, and p50 and p99 of pages by each filter (bar: 50 ms).

Prints KEY=VALUE lines (units in the key), then each bar with its ratio. --quick is a smoke run of 50,000.
"""
import argparse
import os
import pathlib
import subprocess
import sys

PROGRAM = pathlib.Path(__file__).parents[1] / "build/release/control_plane/control_plane_benchmark"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    environment = dict(os.environ, **({"REGISTRY_BENCHMARK_SOURCES": "50000"} if quick else {}))
    run = subprocess.run([PROGRAM, "--benchmark_filter=^registry"], env=environment, text=True, capture_output=True)
    lines = [line for line in run.stdout.splitlines() if "=" in line.split(" ")[0] or line.startswith("bar ")]
    bars = [line for line in lines if line.startswith("bar ")]
    print("\n".join([line for line in lines if line not in bars] + bars))
    if run.returncode != 0 or not bars:
        sys.exit(run.stderr)


if __name__ == "__main__":
    main()
