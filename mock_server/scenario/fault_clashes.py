"""Checks the faults of a scenario together: where one of a kind is in force at a time, a second is lost."""

from collections.abc import Iterator

from mock_server.errors import Problem
from mock_server.scenario.located import Located

_EVERYBODY = "for everybody"
_ONE_FOR_ALL = ("refuse", "refuse_upgrade")
_ONE_EACH = ("slow", "starve_ping", "block_websocket", "unreachable")


def check_clashes(faults: Located) -> Iterator[Problem]:
    """Yield a problem for each item that would take the place of one before it, or do nothing beside it."""
    before: dict[str, list[tuple[list[str], Located]]] = {}
    for item in faults.each():
        for name, fault in item.items():
            mine = _subjects(name, fault)
            for theirs, other in before.setdefault(name, []):
                shared = _shared(name, mine, theirs)
                if shared is not None:
                    yield _clash(name, shared, other, fault)
                    break
            before[name].append((mine, fault))


def _subjects(name: str, fault: Located) -> list[str]:
    """Whatever there can be only one such fault for, in words; nothing when they bear one another."""
    if name in _ONE_FOR_ALL:
        return [_EVERYBODY]
    if name in _ONE_EACH:
        return [f"for {who}" for who in _people(fault.get("who"))] or [_EVERYBODY]
    if name == "misroute":
        event = fault.get("event").text() or "*"
        return [f"of '{event}' to {who}" for who in _people(fault.get("to"))]
    return []


def _people(who: Located) -> list[str]:
    return [each.text() or "" for each in (who, *who.each()) if each.text() is not None]


def _shared(name: str, mine: list[str], theirs: list[str]) -> str | None:
    if name != "slow":  # a line may be slower than everybody's
        if mine == [_EVERYBODY]:
            return theirs[0]
        if theirs == [_EVERYBODY]:
            return mine[0]
    return next((each for each in mine if each in theirs), None)


def _clash(name: str, subject: str, other: Located, fault: Located) -> Problem:
    place = f"line {other.line}" if other.line is not None else "an item before"
    return fault.problem(
        f"{place} has '{name}' {subject} already, and one is in force at a time; write one of the two"
    )
