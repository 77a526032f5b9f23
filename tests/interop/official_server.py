"""Runs the official Node server of this folder, and reads what it logged by its own parser."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from harness.frontend import WEBUI, find_node

_HERE = Path(__file__).parent
_PACKAGES = _HERE.parent / "conformance" / "official" / "node_modules"
_MODULES = WEBUI / "node_modules"
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the server's log; `data` holds bytes where the packet had them."""

    what: str
    conn: str
    fields: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


class OfficialServer:
    """A running `server.mjs`; it leaves by itself when this process does."""

    def __init__(self, log: Path) -> None:
        node = find_node()
        assert node is not None, "scripts/setup brings a node"
        assert _PACKAGES.is_dir(), "scripts/setup installs the official server"
        assert (_MODULES / "socket.io-client").is_dir(), "scripts/setup installs the official client"
        log.touch()
        self._log = log
        self._process = subprocess.Popen(
            [node.node, str(_HERE / "server.mjs"), str(log), str(_MODULES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        too_late = threading.Timer(_START_TIMEOUT_S, self._process.kill)
        too_late.start()
        line = self._process.stdout.readline()
        too_late.cancel()
        assert line, f"the official server ended with code {self._process.wait()}"
        self.url = f"http://127.0.0.1:{json.loads(line)['port']}"

    def mark(self) -> int:
        """How much is logged by now: pass it to `logged` to see only what came later."""
        return self._log.stat().st_size

    def logged(self, since: int = 0) -> list[Logged]:
        """What the server has logged since."""
        text = self._log.read_bytes()[since:].decode()
        whole, _, _half = text.rpartition("\n")
        lines = [json.loads(line) for line in whole.split("\n") if line]
        return [Logged(line["what"], line["conn"], _with_bytes(line)) for line in lines]

    def wait_for(
        self, met: Callable[[list[Logged]], object], *, since: int, giving_turns: Callable[[], object]
    ) -> list[Logged]:
        """The log since, once `met` holds of it; `giving_turns` lets the browser go on meanwhile."""
        deadline = monotonic() + 10
        while not met(lines := self.logged(since)):
            assert monotonic() < deadline, f"the server logged only {[line.what for line in lines]}"
            giving_turns()
        return lines

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


def _with_bytes(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {name: _with_bytes(each) for name, each in value.items()}
    return [_with_bytes(each) for each in value] if isinstance(value, list) else value
