"""Starts and ends one stub server process; it cannot outlive this one, whatever ends it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from harness.errors import StubStartError

_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0


class StubProcess:
    """A running `python -m mock_server` on ports that the system chose.

    The child watches its standard input: when this process ends, even by SIGKILL, the pipe closes and the
    child leaves. Its log goes to `log_path`.

    Raises StubStartError when the stub says that it cannot start, or says nothing for 30 s.
    """

    def __init__(
        self, *, fixtures_dir: Path, log_path: Path, port: int = 0, origin: str | None = None
    ) -> None:
        """`port` 0: the system chooses. `origin` is where a frontend of one's own is."""
        log_path.parent.mkdir(parents=True, exist_ok=True)
        self.log_path = log_path
        self._log: IO[bytes] = log_path.open("ab")
        command = [sys.executable, "-m", "mock_server", "--port", str(port), "--ui-port", "0"]
        command += ["--fixtures", str(fixtures_dir), "--json", "--exit-with-parent"]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
            env={**os.environ, **({"CORS_ORIGIN": origin} if origin else {})},
        )
        try:
            ready = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        self.gateway_url: str = ready["gateway_url"]
        self.ui_url: str = ready["ui_url"]
        self.control_token: str = ready["control_token"]

    def _wait_until_ready(self) -> dict[str, str]:
        stdout = self._process.stdout
        assert stdout is not None
        lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=_START_TIMEOUT_S)
        except queue.Empty:
            raise StubStartError(
                f"the stub did not get ready in {_START_TIMEOUT_S:.0f} s; its log: {self.log_path}"
            ) from None
        if not line:
            self._process.wait(timeout=_STOP_TIMEOUT_S)
            said = self.log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise StubStartError(said[-1] if said else f"the stub ended with code {self._process.returncode}")
        ready: dict[str, str] = json.loads(line)
        return ready

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the process and wait for it; does nothing the second time."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=_STOP_TIMEOUT_S)
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
