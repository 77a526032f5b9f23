"""Starts the two servers, each a process of its own on loopback, and ends them."""

from __future__ import annotations

import json
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from harness.frontend import find_node
from harness.stub import StubProcess

OFFICIAL = Path(__file__).parent.parent / "official"
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server's control API is, and the token it asks for."""

    url: str
    token: str


class OfficialProcess:
    """A running `official/server.mjs`; it leaves by itself when this process does."""

    def __init__(self) -> None:
        node = find_node()
        assert node is not None, "scripts/setup brings a node"
        assert (OFFICIAL / "node_modules").is_dir(), "scripts/setup installs the official server"
        self._process = subprocess.Popen(
            [node.node, "server.mjs"], cwd=OFFICIAL, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        too_late = threading.Timer(_START_TIMEOUT_S, self._process.kill)
        too_late.start()
        line = self._process.stdout.readline()
        too_late.cancel()
        assert line, f"the official server ended with code {self._process.wait()}"
        self.address = Address(f"http://127.0.0.1:{json.loads(line)['control']}", "")

    def stop(self) -> None:
        """End the process and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=_STOP_TIMEOUT_S)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def start_stub(folder: Path) -> StubProcess:
    """Start the stub; its log goes to `folder`."""
    return StubProcess(fixtures_dir=Path("fixtures").resolve(), log_path=folder / "stub.log")
