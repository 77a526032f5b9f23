"""How long pages, their browser and the stub waited for a processor, by the kernel's own account."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
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
        self._processes = Processes(os.getpid())
        self._waited = self._processes.waits()
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
        now, waited = self._now_s(), self._processes.waits()
        last, seconds = self._last, delay_between(self._waited, waited)
        self._last, self._waited = now, waited
        if seconds >= _WORTH_TELLING_S:
            self._tell(last, now, seconds)


#: Process -> (is it a page's?, seconds waited so far).
Waits = Mapping[int, tuple[bool, float]]


def delay_between(before: Waits, after: Waits) -> float:
    """Seconds waited from one `Processes.waits` to the next; one that is new has waited since then."""
    grown = [(page, waited - before.get(pid, (page, 0.0))[1]) for pid, (page, waited) in after.items()]
    pages = max((waited for page, waited in grown if page), default=0.0)
    return pages + sum(waited for page, waited in grown if not page)


class Processes:
    """The processes below `root` that an app depends on; asks of those it knows only how long they waited."""

    def __init__(self, root: int, proc: Path = Path("/proc")) -> None:
        self._root = root
        self._proc = proc
        self._parents: dict[int, int] = {}
        self._is_page: dict[int, bool] = {}

    def waits(self) -> Waits:
        """What each has waited; empty where the kernel does not tell."""
        self._look_around()
        found = {}
        for pid in filter(self._is_below, self._parents):
            try:
                if pid not in self._is_page:
                    self._recognise(pid)
                if pid in self._is_page:
                    told = (self._proc / str(pid) / "schedstat").read_text()
                    found[pid] = self._is_page[pid], int(told.split()[1]) / 1e9
            except (OSError, IndexError, ValueError):
                continue  # it is gone, or this is no Linux
        return found

    def _look_around(self) -> None:
        try:
            there = {int(name) for name in os.listdir(self._proc) if name.isdigit()}
        except OSError:
            there = set()
        for gone in self._parents.keys() - there:
            del self._parents[gone]
            self._is_page.pop(gone, None)
        for pid in there - self._parents.keys():
            try:
                told = (self._proc / str(pid) / "stat").read_text(errors="replace")
                self._parents[pid] = int(told.rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue

    def _is_below(self, pid: int) -> bool:
        # Numbers are given again, so two may seem each other's parent: no further than there are any.
        for _ in self._parents:
            pid = self._parents.get(pid, 0)
            if pid == self._root:
                return True
        return False

    def _recognise(self, pid: int) -> None:
        """By its command line, which a process that was just forked has yet to get."""
        command = (self._proc / str(pid) / "cmdline").read_bytes().decode(errors="replace")
        program = command.split("\0", 1)[0].lower()
        browser = any(name in program for name in ("chrom", "firefox", "headless_shell", "msedge"))
        if "--type=renderer" in command or "-contentproc" in command:
            self._is_page[pid] = True
        # Of the browser's other helpers only threads have work, and those this cannot see.
        elif "mock_server" in command or (browser and "--type=" not in command):
            self._is_page[pid] = False
