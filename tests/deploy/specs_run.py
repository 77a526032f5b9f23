"""`lockstep` against a deployment, as people call it: a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from as_a_user import user_environment

from harness.deployment import Deployment

PROJECT = Path(__file__).resolve().parents[2]
#: A run of a few specs takes ten seconds on an idle machine.
DEADLINE_S = 180.0


def environment(deployment: Deployment, **more: str) -> dict[str, str]:
    """What a shell would have after `eval "$(lockstep deploy env)"`."""
    return user_environment("LOCKSTEP_", **{**deployment.environment, **more})


def start(
    deployment: Deployment, *arguments: str | Path, more: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start `lockstep ARGUMENTS`; both its outputs are in `stdout`."""
    return subprocess.Popen(
        [sys.executable, "-m", "harness.cli", *map(str, arguments)],
        cwd=PROJECT,
        env=environment(deployment, **(more or {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def lockstep(
    deployment: Deployment, *arguments: str | Path, more: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run `lockstep ARGUMENTS`; returns its exit code and what it said."""
    process = start(deployment, *arguments, more=more)
    try:
        said, _ = process.communicate(timeout=DEADLINE_S)
    finally:
        process.kill()
    return process.returncode, said


def run_spec(
    deployment: Deployment, spec: str, runs_dir: Path, *options: str, more: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run one spec against the target `cluster`."""
    common = ("--target", "cluster", "--runs-dir", runs_dir, "--tracing", "off")
    return lockstep(deployment, "run", spec, *common, *options, more=more)


def verdicts(runs_dir: Path) -> list[dict[str, Any]]:
    """What was judged in the one run of `runs_dir`."""
    found = sorted(runs_dir.glob("2*/*/verdicts.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in found]
