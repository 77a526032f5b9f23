"""The one settings object: where things are, and how long an expectation may take."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_SEED = 42
DEFAULT_TARGET = "stub"
_ROOT = Path(__file__).resolve().parent.parent
#: Where the wheel carries them; a folder named `fixtures` would collide with the package of that name.
_IN_WHEEL = _ROOT / "mock_server" / "_fixtures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run was asked for; every other part is handed this and reads no environment of its own."""

    fixtures_dir: Path
    runs_dir: Path
    target: str = DEFAULT_TARGET
    #: Overrides the seed written in the scenario, when given.
    seed: int | None = None
    headed: bool = False
    #: How many times slower the processor of every page is.
    cpu_slowdown: float = 1.0
    #: Client name -> engine of that client's browser, where it is not to be the run's own.
    browser_for: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenarios_dir(self) -> Path:
        return self.fixtures_dir / "scenarios"

    @property
    def targets_dir(self) -> Path:
        return self.fixtures_dir / "targets"


def fixtures_dir(cwd: Path | None = None) -> Path:
    """Where the fixture files are: `LOCKSTEP_FIXTURES`, else `./fixtures`, else the installed ones."""
    given = os.environ.get("LOCKSTEP_FIXTURES")
    if given:
        return Path(given)
    local = (cwd or Path.cwd()) / "fixtures"
    if (local / "scenarios").is_dir():
        return local
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _ROOT / "fixtures"
