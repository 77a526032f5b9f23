"""Starting a process, knowing it again by its pid, and ending it, in this command or a later one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from harness.errors import DeploymentError

_POLL_S = 0.02
_KILLED_S = 10.0
#: The kernel ties a process to the thread that started it: this one lives as long as the program does.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lockstep-deployment")


class Running(BaseModel):
    """A process that was started: its pid, and when it began, since pids are given again."""

    model_config = ConfigDict(frozen=True)

    pid: int
    started_ticks: int
    """Clock ticks from the machine's start to the process's (field 22 of /proc/<pid>/stat)."""

    @property
    def is_alive(self) -> bool:
        """Whether this very process runs; a zombie does not."""
        seen = _stat(self.pid)
        return seen is not None and seen[0] not in "ZX" and seen[1] == self.started_ticks

    def send(self, number: signal.Signals) -> None:
        """Send a signal; does nothing when the process is gone."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, timeout_s: float) -> bool:
        """Wait until the process is gone; False when it is still there after the time."""
        deadline_s = time.monotonic() + timeout_s
        while self.is_alive:
            if time.monotonic() > deadline_s:
                return False
            time.sleep(_POLL_S)
        _reap(self.pid)
        return True

    def end(self, grace_s: float) -> None:
        """End it by SIGTERM, and by SIGKILL when that takes longer than `grace_s`."""
        self.send(signal.SIGTERM)
        if not self.wait(grace_s):
            self.kill()

    def kill(self) -> None:
        """End it by SIGKILL."""
        self.send(signal.SIGKILL)
        self.wait(_KILLED_S)


def start(
    command: Sequence[str], *, environment: Mapping[str, str], cwd: Path, log: Path, tied: bool
) -> Running:
    """Start a process with its output in `log`; when `tied`, it is told to end when this one ends.

    It has a session of its own: Ctrl-C in a terminal does not reach it. Raises DeploymentError.
    """
    words = list(command)
    if tied:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise DeploymentError("setpriv not found: sudo apt-get install util-linux")
        # Told by the kernel, so that a crash of this process leaves none of them behind.
        words = [setpriv, "--pdeathsig", "TERM", "--", *words]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        spawn = partial(
            subprocess.Popen[bytes],
            words,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        spawned = _SPAWNER.submit(spawn)
        try:
            process = spawned.result()
        except BaseException:  # Ctrl-C at this moment: nobody would know of the process
            with suppress(OSError):
                spawned.result().kill()
            raise
    seen = _stat(process.pid)
    # From here on the pid and its start are all that is known of it, here and in later commands alike.
    process.returncode = 0
    if seen is None:
        raise DeploymentError(f"{words[0]} ended at once; its log: {log}")
    return Running(pid=process.pid, started_ticks=seen[1])


def _stat(pid: int) -> tuple[str, int] | None:
    """Return a process's state and start."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[19])


def _reap(pid: int) -> None:
    """Take the exit code of a child that has ended, so that it does not stay as a zombie."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
