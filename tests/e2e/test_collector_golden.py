"""What the official collector answered, recorded: the native one gives the same for the cases in passing.txt."""
import os
import pathlib
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def test_the_native_collector_answers_as_the_official_one():
    command = f"{os.environ['ONECOLLECTOR']} collector"
    names = [line.split("#")[0].strip() for line in (GOLDEN / "passing.txt").read_text().splitlines()]
    cases = sorted(name for name in names if name)
    assert cases
    recorded = {path.parent.name for path in (GOLDEN / "collector").glob("*/case.json")}
    assert set(cases) <= recorded
    for start in range(0, len(cases), 40):
        arguments = [argument for name in cases[start:start + 40] for argument in ("--case", name)]
        run = subprocess.run([sys.executable, GOLDEN / "collector_golden.py", "--collector", command,
                              "--cases", GOLDEN / "collector", "--jobs", "8", "--verbose", *arguments],
                             capture_output=True, text=True, timeout=600)
        assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
