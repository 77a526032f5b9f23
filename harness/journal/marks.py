"""What the harness itself says in a journal: fences, the server's truth, and what it could not see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.journal.entries import SERVER, SPEC, Entry, Sense
from harness.journal.payloads import Subject, task_of

_SENSES = {
    Sense.WIRE: ("wire", "socket", "sockets", "frame", "frames", "connection", "connections", "worker"),
    Sense.SCREEN: ("screen", "view", "views", "lens", "board", "badge"),
    Sense.HTTP: ("http", "fetch", "rest", "calls"),
    Sense.PAGE: ("page", "console", "errors"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something the harness could not see; `sense` None: nothing can be relied on."""

    seq: int | None
    client: str | None
    sense: Sense | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A moment at which all was quiet; `clients` None: everybody. `ok` False: it did not become quiet."""

    seq: int
    t: float
    ok: bool = True
    exact: bool = True
    clients: frozenset[str] | None = None
    reason: str | None = None

    def covers(self, client: str) -> bool:
        return self.clients is None or client in self.clients


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The server's board of `project` (None: of all) at `t`: `tasks` in the order of their columns."""

    seq: int
    t: float
    tasks: tuple[Subject, ...]
    positions: Mapping[str, float]
    epics: Mapping[str, Mapping[str, object]]
    project: str | None = None


def fence_of(mark: Entry) -> Fence:
    """A `settled` mark."""
    named = mark.get("clients")
    return Fence(
        seq=mark.seq,
        t=mark.t,
        ok=mark.get("ok", True) is not False,
        exact=mark.get("exact", True) is not False,
        clients=frozenset(map(str, named)) if isinstance(named, list) else None,
        reason=mark.get("reason"),
    )


def gap_of(entry: Entry) -> Gap:
    """An `observer` entry that says what was not seen."""
    state = str(entry.get("state")).replace("_", " ")
    return Gap(
        seq=entry.seq,
        client=entry.lane if entry.lane not in (SERVER, SPEC) else None,
        sense=_sense(entry.get("what")),
        reason=f"{entry.get('what')} {state}: {entry.get('reason')}",
    )


def _sense(what: object) -> Sense | None:
    return next((sense for sense, names in _SENSES.items() if what in names), None)


def truth_of(mark: Entry) -> Truth:
    """A `truth` mark; tasks that are none are left out."""
    raw = [each for each in mark.get("tasks") or () if isinstance(each, Mapping)]
    epics = [each for each in mark.get("epics") or () if isinstance(each, Mapping)]
    tasks = [task for task in map(task_of, raw) if task is not None]
    positions = {str(each.get("id")): each.get("position") for each in raw}
    return Truth(
        seq=mark.seq,
        t=mark.t,
        tasks=tuple(tasks),
        positions={key: float(value) for key, value in positions.items() if isinstance(value, int | float)},
        epics={str(each.get("id")): each for each in epics},
        project=mark.get("project"),
    )
