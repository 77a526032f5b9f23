"""The processes of a benchmark: the stub, the official Node server, load generators; ended by their ids."""

from __future__ import annotations

import json
import os
import queue
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NODE_SERVER = HERE / "node_server" / "server.cjs"
#: Where `scripts/setup` installs the official server for the conformance tests.
NODE_PACKAGES = ROOT / "tests" / "conformance" / "official"

_START_S = 30.0
_ANSWER_S = 150.0
_STOP_S = 5.0
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_SCENARIO = """\
description: One task that everybody may change
projects:
  - {{id: atlas, name: Atlas, tasks: [{{id: t1, title: First}}]}}
gateway:
  require_auth: false
  recovery: {recovery}
  max_connections: 100000
  ping_interval_ms: {ping_interval_ms}
  ping_timeout_ms: {ping_timeout_ms}
"""


class BenchmarkError(Exception):
    """Raised when a process does not start or does not do what a benchmark needs; says why."""


class Process:
    """One child that says a line of JSON for each thing asked of it, ending with its standard input."""

    def __init__(self, command: list[str], *, cwd: Path | None = None, log: Path | None = None) -> None:
        self._log = log.open("wb") if log is not None else None
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            preexec_fn=_allow_many_files,
        )
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line)
        self._said.put("")

    @property
    def pid(self) -> int:
        return self._process.pid

    def answer(self, timeout_s: float = _ANSWER_S) -> Any:
        """Return the next line it says; raises BenchmarkError when it is an error, or none comes."""
        try:
            line = self._said.get(timeout=timeout_s)
        except queue.Empty:
            raise BenchmarkError(f"no answer in {timeout_s:.0f} s from {self._process.args}") from None
        if not line:
            raise BenchmarkError(f"ended with code {self._process.wait(_STOP_S)}: {self._process.args}")
        said = json.loads(line)
        if "error" in said:
            raise BenchmarkError(said["error"])
        return said

    def order(self, **what: Any) -> None:
        """Ask for something without waiting."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def cpu_s(self) -> float:
        """Return the CPU seconds it has used, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def rss_kb(self) -> int:
        """Return its resident memory in kB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:", 1)[1].split(None, 1)[0])

    def stop(self) -> None:
        """End it and wait; does nothing the second time."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=_STOP_S)
        if self._log is not None:
            self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class ServerProcess(Process):
    """A server under load. `token` is that of the stub's control API, empty for Node."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        super().__init__(command, cwd=ROOT, log=log)
        self.name = name
        try:
            said = self.answer(_START_S)
        except BenchmarkError as error:
            self.stop()
            errors = [line for line in log.read_text().splitlines() if "rror" in line]
            raise BenchmarkError(f"{name} did not start: {errors[0] if errors else error}") from None
        self.url: str = said["gateway_url"]
        self.token: str = said.get("control_token", "")


def start_stub(
    scratch: Path, *, recovery: bool = False, ping_interval_ms: int = 25_000, ping_timeout_ms: int = 20_000
) -> ServerProcess:
    """Start `python -m mock_server` with a world of one task; `scratch` gets its scenario and its log."""
    scenarios = scratch / "scenarios"
    scenarios.mkdir(exist_ok=True)
    text = _SCENARIO.format(
        recovery=str(recovery).lower(), ping_interval_ms=ping_interval_ms, ping_timeout_ms=ping_timeout_ms
    )
    (scenarios / "benchmark.yaml").write_text(text)
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--ui-port", "0", "--json"]
    command += ["--exit-with-parent", "--fixtures", str(scratch), "--scenario", "benchmark"]
    return ServerProcess("stub", command, scratch / "stub.log")


def start_node(
    scratch: Path, packages: Path = NODE_PACKAGES, *, recovery: bool = False, ping_interval_ms: int = 25_000
) -> ServerProcess:
    """Start the official server, `socket.io` found from the folder `packages`."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None:
        raise BenchmarkError("node not found: scripts/setup brings one")
    settings = [str(packages), str(ping_interval_ms), "20000", str(recovery).lower()]
    return ServerProcess("node", [node, str(NODE_SERVER), *settings], scratch / "node.log")


def start_generators(url: str, count: int) -> list[Process]:
    """Start `count` load generators for the server at `url`."""
    return [Process([sys.executable, "-m", "load", url], cwd=HERE) for _ in range(count)]


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
