"""How long pages, their browser and the stub waited for a processor, by the kernel's own account."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

_EVERY_S = 0.5
#: Less is what a machine with nothing else to do shows too.
_WORTH_TELLING_S = 0.05


class RunDelay:
    """Tells, every half second, how long what stands between an app and its server was kept waiting.

    A page, its browser and the stub take their turns, so what each waited adds up; pages run side by side, so
    of those the one that waited longest counts. Linux only (`/proc/<pid>/schedstat`, the run delay of a
    process' main thread): elsewhere nothing is told. What a page spends on its own work is no waiting.
    """

    def __init__(self, tell: Callable[[float, float, float], object], *, now_s: Callable[[], float]) -> None:
        """`tell(start, end, seconds)` is called from a thread of its own, from now until `stop`."""
        self._tell = tell
        self._now_s = now_s
        self._over = threading.Event()
        self._last = now_s()
        self._waited = waits_of(os.getpid())
        self._thread = threading.Thread(target=self._run, name="run delay", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tells the rest; harmless when repeated."""
        if not self._over.is_set():
            self._over.set()
            self._thread.join()
            self._look()

    def _run(self) -> None:
        while not self._over.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        now, waited = self._now_s(), waits_of(os.getpid())
        last, seconds = self._last, delay_between(self._waited, waited)
        self._last, self._waited = now, waited
        if seconds >= _WORTH_TELLING_S:
            self._tell(last, now, seconds)


Waits = Mapping[int, tuple[bool, float]]


def delay_between(before: Waits, after: Waits) -> float:
    """Seconds waited from one `waits_of` to the next; a process that is new has waited since then."""
    grown = [(page, waited - before.get(pid, (page, 0.0))[1]) for pid, (page, waited) in after.items()]
    pages = max((waited for page, waited in grown if page), default=0.0)
    return pages + sum(waited for page, waited in grown if not page)


def waits_of(root: int, proc: Path = Path("/proc")) -> Waits:
    """Process -> (is it a page's?, seconds waited so far), of those below `root` that an app depends on."""
    found = {}
    for pid in _below(root, proc):
        try:
            command = (proc / str(pid) / "cmdline").read_bytes().decode(errors="replace")
            waited_ns = int((proc / str(pid) / "schedstat").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            continue  # it is gone, or this is no Linux
        page = "--type=renderer" in command or "-contentproc" in command
        if page or _is_between(command):
            found[pid] = page, waited_ns / 1e9
    return found


def _is_between(command: str) -> bool:
    """The browser itself and the stub; its other helpers have their work in threads that this cannot see."""
    program = command.split("\0", 1)[0].lower()
    browser = any(name in program for name in ("chrom", "firefox", "headless_shell", "msedge"))
    return "mock_server" in command or (browser and "--type=" not in command)


def _below(root: int, proc: Path) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for each in proc.glob("[0-9]*/stat"):
        try:
            told = each.read_text(errors="replace").rpartition(")")[2].split()
            parents.setdefault(int(told[1]), []).append(int(each.parent.name))
        except (OSError, IndexError, ValueError):
            continue
    todo = list(parents.get(root, ()))
    while todo:
        pid = todo.pop()
        yield pid
        todo += parents.get(pid, ())
