"""The comparison with the official server, in small: it must run, and count every single delivery."""

import subprocess
import sys
from pathlib import Path

import pytest

_BENCHMARK = Path("benchmarks/stub_vs_node.py").resolve()
_TIMEOUT_S = 240


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_BENCHMARK), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_both_servers_are_measured_and_compared(transport: str) -> None:
    ran = run("--clients", "6", "--deliveries", "600", "--transports", transport, "--generators", "2")
    assert ran.returncode == 0, ran.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in ran.stdout.splitlines()[2:]]
    assert [row[:3] for row in rows] == [[transport, "6", name] for name in ("stub", "node", "**ratio**")]
    for row in rows[:2]:
        assert row[3].endswith(" us")
        assert int(row[4].replace(",", "")) > 0
        assert row[5].endswith(" kB")
        assert row[6].endswith(" us")


def test_a_server_that_does_not_start_is_named_with_its_reason(tmp_path: Path) -> None:
    ran = run("--clients", "2", "--servers", "node", "--node-packages", str(tmp_path))
    assert ran.returncode == 2
    assert "stub_vs_node: node did not start: Error: Cannot find module 'socket.io'" in ran.stderr
