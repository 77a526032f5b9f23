"""A copy of the example app, as it is or with a bug in it, and runs of its specs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from as_a_user import user_environment

PROJECT = Path(__file__).resolve().parents[2]
OWN_APP = PROJECT / "examples" / "own_app"
_RUN_DEADLINE_S = 120


@dataclass(frozen=True)
class Ran:
    """A finished run: its exit code, what it printed, its directory."""

    code: int
    output: str
    run: Path

    def verdicts(self) -> list[dict[str, Any]]:
        """Those of all specs."""
        return [json.loads(path.read_text()) for path in sorted(self.run.glob("*/verdicts.json"))]

    def found_by(self) -> set[str]:
        """The checkers that found something."""
        return {finding["checker"] for told in self.verdicts() for finding in told["findings"]}

    def messages(self) -> str:
        return "\n".join(finding["message"] for told in self.verdicts() for finding in told["findings"])


@dataclass(frozen=True)
class AppCopy:
    """The example, in a folder of its own outside the checkout, on a port of its own."""

    folder: Path
    port: int

    def plant(self, file: str, patches: Mapping[str, str]) -> None:
        """Replace texts of a file; each must be there once."""
        path = self.folder / file
        source = path.read_text()
        for old, new in patches.items():
            assert source.count(old) == 1, f"{file} has {source.count(old)} of {old!r}"
            source = source.replace(old, new)
        path.write_text(source)

    def add_spec(self, source: str, *, alone: bool = False) -> None:
        """Another spec beside its own, or in place of them."""
        specs = self.folder / "lockstep" / "specs"
        for path in specs.glob("test_*.py") if alone else ():
            path.unlink()
        (specs / "test_it.py").write_text(source)

    def run(self, *options: str) -> Ran:
        """`lockstep run` in the copy's folder, as its owner would."""
        where = ("lockstep/specs", "--target", "lockstep/own_app.yaml")
        return run_in(self.folder, *where, *options, OWN_APP_PORT=str(self.port))


def run_in(folder: Path, *options: str, **env: str) -> Ran:
    """`lockstep run` in `folder`."""
    ran = subprocess.run(
        lockstep("run", *options),
        cwd=folder,
        env=environment() | env,
        capture_output=True,
        text=True,
        timeout=_RUN_DEADLINE_S,
    )
    return Ran(code=ran.returncode, output=ran.stdout + ran.stderr, run=folder / "runs" / "latest")


def lockstep(*words: str) -> list[str]:
    return [sys.executable, "-m", "harness.cli", *words]


def environment() -> dict[str, str]:
    """That of a user who has activated the project's environment, with no word of where fixtures are."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return user_environment("LOCKSTEP_FIXTURES", PATH=path)
