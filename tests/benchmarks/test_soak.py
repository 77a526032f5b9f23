"""The soak, in small, and what it takes for growth."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

_BENCHMARKS = Path("benchmarks").resolve()
_TIMEOUT_S = 240


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(_BENCHMARKS)
    return import_module("soak")


def test_clients_come_and_go_and_leave_nothing_behind() -> None:
    command = [sys.executable, str(_BENCHMARKS / "soak.py"), "--minutes", "0"]
    command += ["--clients", "8", "--turns", "2", "--limit-mb", "50"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    *laps, verdict = ran.stdout.splitlines()
    assert len(laps) == 3
    assert all(line.endswith("left over: nothing") for line in laps)
    assert verdict.startswith("3 laps, memory grew by ")


def test_growth_is_that_of_the_laps_after_the_first(soak: Any) -> None:
    def laps(*memory_kb: int) -> list[Any]:
        return [
            soak.Lap(at_s=0.0, rss_kb=each, peak_kb=each, deliveries=1, visits=1, left_over={})
            for each in memory_kb
        ]

    assert soak.growth_kb(laps(50, 90, 91, 90, 89, 91, 90)) == pytest.approx(0, abs=1)
    assert soak.growth_kb(laps(50, 60, 70, 80, 90, 100, 110)) == 40
    assert soak.growth_kb(laps(50, 70)) == 20


def test_what_is_left_over_is_named(soak: Any) -> None:
    lap = soak.Lap(
        at_s=3.0, rss_kb=2048, peak_kb=4096, deliveries=1, visits=1, left_over={"stub_sessions": 2}
    )
    assert soak.row(lap).endswith("memory    2.0 MB (in the lap 4.0)  left over: 2 stub_sessions")
