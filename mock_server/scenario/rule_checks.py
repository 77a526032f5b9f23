"""Checks one rule of a scenario: that it can fire, does something, and does not contradict itself."""

from collections.abc import Iterator, Sequence

from mock_server.errors import Problem
from mock_server.events import ClientEvent, ServerEvent
from mock_server.scenario.located import Located
from mock_server.scenario.wording import unknown

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_EFFECTS = ("reply", "error", "swallow", "emit", "delay_ms")
_NOTHING: tuple[object, ...] = (False, 0, [], {})
_NEEDS_A_CALL = ("from", "when", "reply", "error", "swallow", "delay_ms")


def check_rule(rule: Located, people: Sequence[str], rooms: Sequence[str]) -> Iterator[Problem]:
    """Yield every problem of one rule; `people` and `rooms` are the names it may use."""
    if not isinstance(rule.value, dict):
        return
    on, at_ms = rule.get("on"), rule.get("at_ms")
    if (on.value is None) == (at_ms.value is None):
        yield rule.problem("needs either 'on' or 'at_ms', and only one of them")
    yield from _check_on(on)
    yield from _check_contradictions(rule)
    sender = rule.get("from")
    if sender.text() not in (None, *people):
        yield sender.unknown("person", people)
    for emit in rule.get("emit").each():
        event, to = emit.get("event"), emit.get("to")
        if event.text() not in (None, *ServerEvent):
            yield event.unknown("event", ServerEvent)
        yield from _check_to(to, people, rooms, has_sender=at_ms.value is None)


def _check_on(on: Located) -> Iterator[Problem]:
    text = on.text()
    if text is None or text in tuple(ClientEvent):
        return
    if " " not in text and "/" not in text:
        if text in tuple(ServerEvent):
            yield on.problem(f"'{text}' is what the server sends; a rule answers what a client sends")
        else:
            yield on.unknown("event", ClientEvent)
        return
    method, _, path = text.partition(" ")
    if not path:
        yield on.problem("a rule on a path names the method first, like 'PATCH /api/tasks/*'")
    elif method.upper() not in _METHODS:
        yield on.problem(*unknown("method", method.upper(), _METHODS))
    elif not path.startswith("/") or " " in path:
        yield on.problem(f"'{path}' is not a path; it begins with '/' and holds no blank")


def _check_contradictions(rule: Located) -> Iterator[Problem]:
    given = {key for key, value in rule.value.items() if key == "reply" or value not in _NOTHING}
    given -= {key for key in given if rule.value[key] is None}
    if {"reply", "error"} <= given:
        yield rule.get("error").problem("a rule answers with 'reply' or with 'error', not both")
    if "swallow" in given and given & {"reply", "error"}:
        yield rule.get("swallow").problem("a rule that swallows the call cannot answer it too")
    if "swallow" in given and "/" in (rule.get("on").text() or ""):
        yield rule.get("swallow").problem("only a socket event can be swallowed, a REST call cannot")
    if "at_ms" in rule.value:
        for key in sorted(given & set(_NEEDS_A_CALL)):
            yield rule.get(key).problem(f"'{key}' needs a call to act on, so it cannot stand beside 'at_ms'")
    if not given & set(_EFFECTS):
        yield rule.problem(f"does nothing; give it one of {', '.join(_EFFECTS)}")


def _check_to(
    to: Located, people: Sequence[str], rooms: Sequence[str], *, has_sender: bool
) -> Iterator[Problem]:
    senders = ("sender", "others")
    text = to.text()
    if text in senders and not has_sender:
        yield to.problem(f"'{text}' needs a call to act on, so it cannot stand beside 'at_ms'")
    elif text not in (None, *senders, *people, *rooms):
        yield to.unknown("receiver", (*rooms, *people, *(senders if has_sender else ())))
