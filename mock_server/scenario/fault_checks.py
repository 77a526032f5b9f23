"""Checks one fault of a scenario: that what it names is there, and that it does not contradict itself."""

from collections.abc import Iterator, Sequence

from mock_server.errors import Problem
from mock_server.events import ClientEvent, ServerEvent
from mock_server.glob import foreign_sign, matches
from mock_server.scenario.located import Located
from mock_server.scenario.rules import METHODS
from mock_server.scenario.wording import unknown

_WHOM = ("who", "to", "by")
_ACKS = ("swallow_ack", "ack_error", "ack_delay")
_PACKETS = ("hold", "drop", "delay", "duplicate", "reorder", "alter", "oversize")
_EXAMPLE = "like 'drop: {event: \"task:updated\", to: bob}'"


def check_fault(fault: Located, people: Sequence[str], *, any_app: bool) -> Iterator[Problem]:
    """Yield every problem of one entry of `faults`; `any_app`: events may have any name."""
    if not isinstance(fault.value, dict):
        return
    names = [name for name, _ in fault.items()]
    if not names:
        yield fault.problem(f"names no fault; it is {_EXAMPLE}")
    for extra in names[1:]:
        yield fault.get(extra).problem(f"an item of 'faults' holds one fault: put '-' before '{extra}'")
    for name, given in fault.items():
        yield from _check_people(given, people)
        yield from _check_calls(given)
        yield from _check_globs(given)
        if name in _PACKETS:
            yield from _check_direction(given)
        yield from _check_occurrence(given)
        if name == "alter":
            yield from _check_alter(given)
        if not any_app:
            yield from _check_events(name, given)


def _check_people(given: Located, people: Sequence[str]) -> Iterator[Problem]:
    for key in _WHOM:
        who = given.get(key)
        for each in (who, *who.each()):
            if each.text() not in (None, *people):
                yield each.unknown("person", people)


def _check_direction(given: Located) -> Iterator[Problem]:
    to, by, direction = given.get("to"), given.get("by"), given.get("direction")
    if to.value is not None and by.value is not None:
        yield by.problem("'to' is what a person receives and 'by' what they send; write one of them")
        return
    implied = ("to", "in") if to.value is not None else ("by", "out") if by.value is not None else None
    if implied and direction.text() in {"in", "out"} - {implied[1]}:
        yield direction.problem(f"'{implied[0]}' means direction '{implied[1]}'", implied[1])


def _check_occurrence(given: Located) -> Iterator[Problem]:
    nth, probability = given.get("nth"), given.get("probability")
    if nth.value is not None and probability.value is not None:
        yield probability.problem(
            "'nth' is a fixed plan and 'probability' draws one from the seed; write one of them"
        )


def _check_alter(given: Located) -> Iterator[Problem]:
    replaces = given.get("replace").value is not None
    changes = [key for key in ("set", "unset") if given.get(key).value]
    if replaces and changes:
        yield given.get(changes[0]).problem(
            f"'replace' takes the whole payload away, so '{changes[0]}' changes nothing"
        )
    elif not replaces and not changes and isinstance(given.value, dict):
        yield given.problem("changes nothing; give it one of set, unset, replace")


def _check_calls(given: Located) -> Iterator[Problem]:
    method, path = given.get("method"), given.get("path")
    if method.text() is not None and str(method.value).upper() not in METHODS:
        yield method.problem(*unknown("method", str(method.value).upper(), METHODS))
    text = path.text()
    if text is not None and not text.startswith(("/", "*")):
        yield path.problem(f"'{text}' is not a path; it begins with '/' or '*'", f"/{text}")


def _check_globs(given: Located) -> Iterator[Problem]:
    event = given.get("event")
    for each in (event, *event.each(), given.get("path")):
        sign = foreign_sign(each.text() or "")
        if sign is not None:
            yield each.problem(f"'{sign}' stands for nothing else in a glob, only '*' does")


def _check_events(name: str, given: Located) -> Iterator[Problem]:
    is_ack = name in _ACKS
    goes_out = is_ack or given.get("by").value is not None or given.get("direction").value == "out"
    known: Sequence[str] = tuple(ClientEvent) if goes_out else tuple(ServerEvent)
    others: Sequence[str] = tuple(ServerEvent) if goes_out else tuple(ClientEvent)
    event = given.get("event")
    for each in (event, *event.each()):
        glob = each.text()
        if glob is None or foreign_sign(glob) or _fits(glob, known):
            continue
        if not _fits(glob, others):
            yield each.unknown("event", known)
        elif is_ack:
            yield each.problem(f"'{glob}' is what the server sends; what a client sends is acknowledged")
        elif goes_out:
            yield each.problem(f"'{glob}' is what the server sends: say who receives it with 'to'")
        elif name == "misroute":
            yield each.problem(f"'{glob}' is what a client sends; what the server sends goes astray")
        else:
            yield each.problem(f"'{glob}' is what a client sends: say who sends it with 'by'")


def _fits(glob: str, names: Sequence[str]) -> bool:
    return any(matches(glob, name) for name in names)
