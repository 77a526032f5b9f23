"""Runs one command and ends it, with all that it started, when whoever asked for it is gone.

`python -m harness.backend.keeper COMMAND…`: the command lives until standard input closes, which it does
whatever ends the asking process, or until it ends of itself; its exit code is then this one's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

_GRACE_S = 5.0


def main(command: list[str]) -> int:
    """Returns the command's exit code; 127 when there is no such command."""
    try:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    return child.wait()


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    end_group(child)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End `child` and its children: asked first, killed after a while."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=_GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
