"""Starts a target's own frontend for as long as specs run, and waits until it answers."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from harness.backend.api import trust
from harness.errors import EnvironmentTrouble, TargetError, UsageError
from harness.target import Start, Target

_LOOK_S = 0.1
_STOP_S = 10.0
_LAST_LINES = 8


@contextmanager
def served(target: Target, log_path: Path) -> Iterator[None]:
    """The frontend is there while the block runs; what it prints goes to `log_path`.

    Does nothing for a target that starts none. Raises UsageError when something answers at its URL already,
    EnvironmentTrouble when the command ends or the URL does not answer in time.
    """
    start = target.frontend.start
    if start is None:
        yield
        return
    if _answers(target):
        raise UsageError(
            f"{target.app_url} answers before `{' '.join(start.command)}` was started: stop what runs there, "
            f"or leave out frontend.start of target {target.name} to use it"
        )
    process = _launch(target, start, log_path)
    try:
        _wait(target, start, process, log_path)
        yield
    finally:
        _stop(process)


def _launch(target: Target, start: Start, log_path: Path) -> subprocess.Popen[bytes]:
    folder = target.folder / start.folder
    if not folder.is_dir():
        raise TargetError(f"{target.file}: frontend.start.folder: there is no folder {folder}")
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "harness.backend.keeper", *start.command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": _import_path(), "PATH": _program_path(), **start.environment},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _import_path() -> str:
    """Where this package is imported from, for a keeper that runs in another folder."""
    own = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH")]))


def _program_path() -> str:
    """With the node that this Python brings behind the machine's own programs."""
    return os.pathsep.join(filter(None, [os.environ.get("PATH"), sysconfig.get_path("scripts")]))


def _wait(target: Target, start: Start, process: subprocess.Popen[bytes], log_path: Path) -> None:
    deadline = time.monotonic() + start.ready_timeout_ms / 1000
    while not _answers(target):
        said = "\n".join(log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:])
        command = " ".join(start.command)
        if process.poll() is not None:
            raise EnvironmentTrouble(
                f"the frontend of target {target.name} did not start: `{command}` ended with code "
                f"{process.returncode}\n{said}"
            )
        if time.monotonic() > deadline:
            raise EnvironmentTrouble(
                f"the frontend of target {target.name} did not answer at {target.app_url} within "
                f"{start.ready_timeout_ms} ms of `{command}`\n{said}"
            )
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_LOOK_S)


def _answers(target: Target) -> bool:
    try:
        with httpx.Client(verify=trust(target), timeout=2.0, trust_env=False) as http:
            return http.get(target.app_url + "/").status_code < 500
    except httpx.HTTPError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The keeper ends the command when its input closes."""
    assert process.stdin is not None
    process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_STOP_S)
    if process.poll() is None:
        process.kill()
        process.wait()
