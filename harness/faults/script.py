"""The faults' half in the page, as an extension of the tap."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "page"
# calls.js puts those before it behind the tap's gate, heartbeat.js itself before that.
_PARTS = ("packets.js", "rules.js", "wire.js", "polls.js", "calls.js", "heartbeat.js", "timers.js")


@cache
def faults_script() -> str:
    """A JavaScript function of the `tap`: `Tap(extensions=[faults_script()])`."""
    sources = (_FOLDER.joinpath(name).read_text(encoding="utf-8").rstrip() for name in _PARTS)
    parts = ",\n".join(f"({source})" for source in sources)
    return f"(tap) => {{ const faults = {{}}; for (const part of [{parts}]) part(tap, faults); }}"
