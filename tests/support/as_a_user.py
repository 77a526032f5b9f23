"""The environment of somebody who starts `lockstep` in a shell: nothing is of the pytest around it."""

from __future__ import annotations

import os

#: Plugins that come with the tools of this project's own tests: a user has none, and they take 2 s to load.
_OURS = ("schemathesis", "hypothesispytest", "anyio", "faker")


def user_environment(*but: str, **more: str) -> dict[str, str]:
    """This process' environment with `more`, without what begins with one of `but` or is pytest's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", *but))}
    return {**kept, "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in _OURS), **more}
