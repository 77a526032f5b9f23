"""Runs pytest in a session of its own, so that Ctrl-C reaches pytest alone and it can close the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import FrameType

#: Run by a fresh interpreter: only while harness is not yet imported can pytest rewrite its asserts.
_PYTEST = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"

NO_VERDICT = 2
#: pytest's codes for wrong usage and for no spec chosen: no run, so no verdict either.
_MEANS_NO_VERDICT = frozenset({4, 5})


def run_pytest(args: list[str]) -> int:
    """Runs pytest to its end and returns the exit code: 0 passed, 1 failed, 2 no verdict, 3 a bug in pytest.

    A terminal sends Ctrl-C to its whole foreground group: the browsers' driver would die under pytest's
    hands, and its teardown would be a heap of tracebacks. So pytest gets a session of its own, and each
    SIGINT, SIGTERM or SIGHUP is handed on from here to pytest only, as the SIGINT that it cleans up after.
    """
    pytest: list[subprocess.Popen[bytes]] = []

    def hand_on(number: int, frame: FrameType | None) -> None:
        if not pytest:
            raise SystemExit(NO_VERDICT)
        pytest[0].send_signal(signal.SIGINT)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hand_on)
    pytest.append(subprocess.Popen([sys.executable, "-c", _PYTEST, *args], start_new_session=True))
    code = pytest[0].wait()
    return NO_VERDICT if code < 0 or code in _MEANS_NO_VERDICT else code
