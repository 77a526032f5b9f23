"""Prints what the timeline costs a suite: the same specs with it, without recording, and without judging.

    python benchmarks/suite_cost.py [specs/sync] [--rounds 3]

The ways take turns, so that a busy machine slows all alike; seconds are CPU time of all processes and
wall-clock time of pytest.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

#: Each is a pytest plugin that takes something away; specs that ask the timeline itself are left out.
WAYS = {
    "with the timeline": "",
    "recorded, not judged": """
from harness.stage import Stage

class Nothing:
    lines = recent = ()
    class judgement:
        outcome = None

Stage.judge = lambda self, *a, **k: Nothing
""",
    "neither": """
from harness.clients.recorder import Recorder
from harness.stage import Stage

class Nothing:
    lines = recent = ()
    class judgement:
        outcome = None

Recorder.install = lambda self, context: None
Recorder.watch = lambda self, page: None
Stage.judge = lambda self, *a, **k: Nothing
""",
}


def run(specs: list[str], plugin: str, folder: Path) -> tuple[float, float]:
    """One run; returns its CPU and wall-clock seconds."""
    (folder / "taken_away.py").write_text(plugin)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "taken_away", "-p", "no:cacheprovider", *specs],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    wall_s = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu_s, wall_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("specs", nargs="*", default=["specs/sync"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(1, options.rounds + 1):
            for name, plugin in WAYS.items():
                cpu_s, wall_s = run(options.specs, plugin, Path(scratch))
                seen[name].append((cpu_s, wall_s))
                sys.stdout.write(f"round {number}  {name:<22} {cpu_s:6.1f} s CPU  {wall_s:6.1f} s\n")
    base_cpu, base_wall = (median(pair[index] for pair in seen["neither"]) for index in (0, 1))
    for name, pairs in seen.items():
        cpu_s, wall_s = (median(pair[index] for pair in pairs) for index in (0, 1))
        sys.stdout.write(
            f"median   {name:<22} {cpu_s:6.1f} s CPU ({cpu_s / base_cpu - 1:+.0%})  "
            f"{wall_s:6.1f} s ({wall_s / base_wall - 1:+.0%})\n"
        )


if __name__ == "__main__":
    main()
