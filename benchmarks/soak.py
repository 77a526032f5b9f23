"""Lets clients come and go for minutes on both transports, and shows whether the stub's memory stays flat.

    python benchmarks/soak.py [--minutes 10] [--clients 200]

In laps: clients connect on both transports, a task is changed, a part of them leaves (half of those without
a word) and others come; at the end all leave, and what is left is asked of `/metrics`: connections, sessions,
tasks and open files must be back to where they were; then the world is reset, which lets its journal go, and
memory is read. Exit code 1: something was left, or memory grew by more than the limit between the first third
of the laps and the last.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from processes import BenchmarkError, Process, ServerProcess, start_generators, start_stub

_TRANSPORTS = ("websocket", "polling")
_PING_INTERVAL_MS, _PING_TIMEOUT_MS = 1_000, 2_000
_QUIET_S = 60.0
_LEFT_OVERS = ("websocket_connections", "stub_sessions", "stub_tasks", "process_open_fds")


@dataclass(frozen=True, kw_only=True)
class Lap:
    """What was seen at the end of one lap, after the reset."""

    at_s: float
    rss_kb: int
    peak_kb: int
    deliveries: int
    visits: int
    left_over: dict[str, int]


def ask(server: ServerProcess, path: str, body: object = None) -> str:
    """Return the text of an answer of the stub, each on a connection of its own."""
    headers = {"X-Stub-Token": server.token, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(server.url + path, data, headers), timeout=30
    ) as answer:
        return str(answer.read().decode())


def left_over(server: ServerProcess) -> dict[str, int]:
    """Return what the stub holds at this moment: connections, sessions, tasks, open files."""
    words = (line.split() for line in ask(server, "/metrics").splitlines())
    held = {name: int(float(value)) for name, value, *_ in words if name in _LEFT_OVERS}
    if missing := set(_LEFT_OVERS) - set(held):
        raise BenchmarkError(f"/metrics does not tell {', '.join(sorted(missing))}")
    return held


def wait_until_quiet(server: ServerProcess, quiet: dict[str, int]) -> dict[str, int]:
    """Return what is left as soon as it is no more than `quiet`, or after a minute whatever is left then."""
    deadline_s = time.monotonic() + _QUIET_S
    while True:
        now = left_over(server)
        if all(now[name] <= most for name, most in quiet.items()) or time.monotonic() > deadline_s:
            return now
        time.sleep(0.2)


def lap(
    server: ServerProcess, generators: Sequence[Process], clients: int, turns: int, dice: random.Random
) -> tuple[int, int, int]:
    """Fill the room, let clients come and go, empty it; returns (deliveries, visits, peak memory in kB)."""
    deliveries = visits = peak_kb = 0
    present = [0] * len(generators)
    for _ in range(turns):
        for index, (generator, transport) in enumerate(zip(generators, _TRANSPORTS, strict=True)):
            coming = clients // len(generators) - present[index]
            generator.order(do="connect", count=coming, transport=transport)
            present[index] = generator.answer()["connected"]
            visits += coming
        count = dice.randint(1, 5)
        generators[1].order(do="listen", deliveries=count * present[1])
        generators[0].order(do="broadcast", count=count, in_flight=2, deliveries=count * present[0])
        deliveries += sum(each.answer()["deliveries"] for each in generators)
        peak_kb = max(peak_kb, server.rss_kb())
        for index, generator in enumerate(generators):
            generator.order(do="leave", count=dice.randint(1, present[index]))
            present[index] = generator.answer()["connected"]
    for index, generator in enumerate(generators):
        generator.order(do="leave", count=present[index])
        generator.answer()
    return deliveries, visits, peak_kb


def soak(server: ServerProcess, *, minutes: float, clients: int, turns: int, seed: int) -> list[Lap]:
    """Run laps until the time is over, at least three; prints each."""
    started_s, dice, laps = time.monotonic(), random.Random(seed), list[Lap]()
    quiet = left_over(server)
    while len(laps) < 3 or time.monotonic() - started_s < minutes * 60:
        with ExitStack() as stack:
            generators = start_generators(server.url, len(_TRANSPORTS))
            for each in generators:
                stack.callback(each.stop)
            deliveries, visits, peak_kb = lap(server, generators, clients, turns, dice)
        left = wait_until_quiet(server, quiet)
        ask(server, "/__stub__/reset", {"scenario": "benchmark"})
        laps.append(
            Lap(
                at_s=time.monotonic() - started_s,
                rss_kb=server.rss_kb(),
                peak_kb=peak_kb,
                deliveries=deliveries,
                visits=visits,
                left_over={name: left[name] - quiet[name] for name in quiet if left[name] > quiet[name]},
            )
        )
        sys.stdout.write(row(laps[-1]) + "\n")
        sys.stdout.flush()
    return laps


def row(done: Lap) -> str:
    """Return a lap as one line."""
    left = ", ".join(f"{count} {name}" for name, count in done.left_over.items()) or "nothing"
    return (
        f"{done.at_s:6.0f} s  {done.visits:6} visits  {done.deliveries:7} deliveries  "
        f"memory {done.rss_kb / 1024:6.1f} MB (in the lap {done.peak_kb / 1024:.1f})  left over: {left}"
    )


def growth_kb(laps: Sequence[Lap]) -> float:
    """Return by how much memory grew: the median of the last third of the laps over that of the first.

    The first lap of all is left out where there are enough: what a process loads once is no growth.
    """
    counted = laps[1:] if len(laps) > 3 else laps
    third = max(1, len(counted) // 3)
    return median(each.rss_kb for each in counted[-third:]) - median(each.rss_kb for each in counted[:third])


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak a stub of its own; returns the exit code (1: it is not flat, 2: it could not be measured)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--turns", type=int, default=20, help="comings and goings of a lap (default: 20)")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--limit-mb", type=float, default=5, help="memory may grow so much (default: 5)")
    options = parser.parse_args(arguments)
    try:
        with (
            tempfile.TemporaryDirectory() as scratch,
            start_stub(
                Path(scratch), ping_interval_ms=_PING_INTERVAL_MS, ping_timeout_ms=_PING_TIMEOUT_MS
            ) as server,
        ):
            laps = soak(
                server,
                minutes=options.minutes,
                clients=options.clients,
                turns=options.turns,
                seed=options.seed,
            )
    except BenchmarkError as error:
        sys.stderr.write(f"soak: {error}\n")
        return 2
    grown_mb = growth_kb(laps) / 1024
    held = [name for each in laps for name in each.left_over]
    sys.stdout.write(f"{len(laps)} laps, memory grew by {grown_mb:.1f} MB, left over: {len(held)} times\n")
    return int(grown_mb > options.limit_mb or bool(held))


if __name__ == "__main__":
    sys.exit(main())
