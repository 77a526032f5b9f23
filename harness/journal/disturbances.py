"""When the harness itself broke something, and for whom: what happens then is no bug of the app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.journal.entries import SERVER, SPEC, Entry, EntryKind, ServerKind

_WHO = ("client", "clients", "user", "users", "person", "who")
#: Faults of the stub that pass in a moment; their consequences are seen on the wire.
_MOMENTARY = frozenset(("cut", "kick", "restart", "expire", "release", "clear", "rotate_token"))
#: Noted when a call is spoilt; in force for as long as that call is held.
_CALLS = frozenset(("ack-fault", "rest-fault"))
#: These take single events and leave the connection be; each frame that one touched says so itself.
_SELECTIVE = frozenset(("hold", "drop", "delay", "duplicate", "reorder", "alter"))
#: With one of these no connection can be made, so nobody can be expected to have one.
_DEAF = frozenset(("offline", "freeze", "block_websocket", "outage", "refuse", "unreachable"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """A fault in force from `start` until `end`; `clients` None: it may have hit anybody."""

    seq: int
    name: str
    edge: str
    start: float
    end: float
    params: Mapping[str, Any]
    clients: frozenset[str] | None = None

    def hits(self, client: str, start: float, end: float) -> bool:
        """Whether it was in force for `client` at some time from `start` to `end`."""
        return (self.clients is None or client in self.clients) and self.start <= end and start <= self.end

    @property
    def selective(self) -> bool:
        """Whether it is told frame by frame, so that everything else can be judged while it lasts."""
        return self.edge == "page" and self.name in _SELECTIVE

    @property
    def deafens(self) -> bool:
        """Whether no connection can be made while it lasts."""
        only_upgrades = self.name == "refuse" and not self.params.get("connections", True)
        return self.name in _DEAF and not only_upgrades


def disturbances_of(
    entries: Iterable[Entry], clients: Mapping[str, str], *, end: float
) -> tuple[Disturbance, ...]:
    """All faults of a history, by start: those of the harness, and those that only the stub tells of.

    `clients` is name -> person; faults name either.
    """
    told = list(entries)
    own = _own([each for each in told if each.kind is EntryKind.FAULT], clients, end)
    kinds = (ServerKind.FAULT, ServerKind.REFUSED)
    stub = [each for each in told if each.lane == SERVER and each.get("what") in kinds]
    return tuple(sorted([*own, *_stubs(stub, clients, end)], key=lambda each: each.start))


def _own(entries: Sequence[Entry], clients: Mapping[str, str], end: float) -> list[Disturbance]:
    ends = {entry.get("id"): entry.t for entry in entries if entry.get("phase") == "end"}
    found = []
    for entry in entries:
        if entry.get("phase") in ("end", "touch"):
            continue
        params = entry.get("params")
        params = params if isinstance(params, Mapping) else {}
        found.append(
            Disturbance(
                seq=entry.seq,
                name=str(entry.get("name")),
                edge=str(entry.get("edge", "page")),
                start=entry.t,
                end=ends.get(entry.get("id"), end),
                params=params,
                clients=_clients_hit(entry, params, clients),
            )
        )
    return found


def _stubs(entries: Sequence[Entry], clients: Mapping[str, str], end: float) -> list[Disturbance]:
    """From the stub's notes, for specs that speak to the stub directly."""
    found: list[Disturbance] = []
    for index, entry in enumerate(entries):
        name = str(entry.get("name"))
        if entry.get("what") != ServerKind.FAULT or _is_an_end(entry):
            continue
        stop = entry.t if name in _MOMENTARY else _stop(entry, entries[index + 1 :], end)
        found.append(
            Disturbance(
                seq=entry.seq,
                name=name,
                edge="stub",
                start=entry.t,
                end=stop,
                params=entry.fields,
                clients=_named(entry.fields, clients),
            )
        )
    return found


def _is_an_end(entry: Entry) -> bool:
    """Whether a note only says that an outage, a refusal or a spoilt line is over."""
    if "on" in entry.fields:
        return not entry.get("on")
    return entry.get("name") == "refuse" and not (entry.get("connections") or entry.get("upgrade"))


def _stop(begun: Entry, later: Sequence[Entry], end: float) -> float:
    """When the stub says that this fault is over."""
    name, left = begun.get("name"), begun.get("connections")
    if name in _CALLS and not begun.get("held"):
        return begun.t
    for entry in later:
        said = entry.get("name") if entry.get("what") == ServerKind.FAULT else None
        if said == "clear" or (said == name and name not in _CALLS):
            return entry.t
        if said == "release" and name in _CALLS and entry.get("id") in (None, begun.get("id")):
            return entry.t
        if name == "refuse" and isinstance(left, int) and entry.get("what") == ServerKind.REFUSED:
            left -= 1
            if left <= 0 and not begun.get("upgrade"):
                return entry.t
    return end


def _clients_hit(
    entry: Entry, params: Mapping[str, Any], clients: Mapping[str, str]
) -> frozenset[str] | None:
    if entry.lane in clients:
        return frozenset([entry.lane])
    return _named(params, clients) if entry.lane in (SPEC, SERVER) else frozenset([entry.lane])


def _named(fields: Mapping[str, Any], clients: Mapping[str, str]) -> frozenset[str] | None:
    named: set[str] = set()
    for key in _WHO:
        value = fields.get(key)
        named.update(map(str, value) if isinstance(value, list | tuple) else [str(value)] if value else [])
    if not named:
        return None
    return frozenset(name for name, person in clients.items() if name in named or person in named)
