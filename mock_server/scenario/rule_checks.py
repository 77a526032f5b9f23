"""Checks one rule of a scenario: that it can fire, does something, and does not contradict itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mock_server.errors import Problem
from mock_server.events import ClientEvent, ServerEvent
from mock_server.scenario.any_app import (
    check_coming_and_going,
    check_devmentor_event,
    check_emitted,
    check_event,
    check_keys,
    check_namespace,
    check_receiver,
    check_rooms,
)
from mock_server.scenario.handler_names import check_handler
from mock_server.scenario.located import Located
from mock_server.scenario.rules import COMING_AND_GOING, METHODS, SPREADS, TURNS
from mock_server.scenario.templates import OF_CALL, OF_EVENT, OF_SOCKET, PARTS, REQUEST, late_names, parts_of
from mock_server.scenario.wording import unknown
from mock_server.secret_keys import is_secret

_EFFECTS = ("reply", "error", "swallow", "emit", "delay_ms", "body", "handler")
_ANY_APP_EFFECTS = ("join", "leave")
_NOTHING: tuple[object, ...] = (False, 0, [], {})
_MAY_BE_EMPTY = ("reply", "body", "first", "then", "afterwards")
_NEEDS_A_CALL = (
    "from", "who", "when", "reply", "error", "swallow", "delay_ms", "body", "handler", *TURNS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the rules of a scenario may name."""

    people: Sequence[str]
    rooms: Sequence[str]
    namespaces: Sequence[str]
    any_app: bool
    """Any event and room: the model is not DevMentor's."""

    @property
    def effects(self) -> tuple[str, ...]:
        return (*_EFFECTS, *(_ANY_APP_EFFECTS if self.any_app else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What fires the rule that an answer belongs to, and the names it may use."""

    names: Names
    folder: Path | None
    is_timed: bool
    is_call: bool


def check_rule(rule: Located, names: Names, folder: Path | None) -> Iterator[Problem]:
    """Yield every problem of one rule."""
    if not isinstance(rule.value, dict):
        return
    on, at_ms = rule.get("on"), rule.get("at_ms")
    if (on.value is None) == (at_ms.value is None):
        yield rule.problem("needs either 'on' or 'at_ms', and only one of them")
    yield from _check_on(on, names)
    yield from _check_people(rule, names.people)
    if names.any_app:
        yield from check_namespace(rule, names.namespaces)
    moment = _Moment(
        names=names,
        folder=folder,
        is_timed=at_ms.value is not None,
        is_call=_is_call(on.text() or "") if names.any_app else "/" in (on.text() or ""),
    )
    if "at_ms" in rule.value:
        for key in sorted(_given(rule) & set(_NEEDS_A_CALL)):
            yield rule.get(key).problem(f"'{key}' needs a call to act on, so it cannot stand beside 'at_ms'")
    turns = list(_turns(rule))
    yield from _check_turns(rule, turns)
    if not turns and not _given(rule) & {*names.effects, *_ANY_APP_EFFECTS}:
        yield rule.problem(f"does nothing; give it one of {', '.join((*names.effects, TURNS[0]))}")
    for answer in (rule, *turns):
        yield from _check_answer(answer, moment)
        if names.any_app:
            yield from check_coming_and_going(rule, answer)
            yield from check_rooms(answer, has_socket=not moment.is_timed and not moment.is_call)
        else:
            yield from check_keys(answer)


def _given(answer: Located) -> set[str]:
    """Return the keys of a rule or answer that say something."""
    if not isinstance(answer.value, dict):
        return set()
    said = {key for key, value in answer.value.items() if key in _MAY_BE_EMPTY or value not in _NOTHING}
    return {key for key in said if answer.value[key] is not None}


def _check_on(on: Located, names: Names) -> Iterator[Problem]:
    text = on.text()
    if text is None or text in tuple(ClientEvent):
        return
    if names.any_app and not _is_call(text):
        yield from check_event(on)
        return
    if " " not in text and "/" not in text:
        if text in COMING_AND_GOING:
            yield from check_devmentor_event(on)
        elif text in tuple(ServerEvent):
            yield on.problem(f"'{text}' is what the server sends; a rule answers what a client sends")
        else:
            yield on.unknown("event", ClientEvent)
        return
    method, _, path = text.partition(" ")
    if not path:
        yield on.problem("a rule on a path names the method first, like 'PATCH /api/tasks/*'")
    elif method.upper() not in METHODS:
        yield on.problem(*unknown("method", method.upper(), METHODS))
    elif not path.startswith("/") or " " in path:
        yield on.problem(f"'{path}' is not a path; it begins with '/' and holds no blank")


def _is_call(on: str) -> bool:
    """Tell whether a rule is on a REST call, where events may have any name: `GET /x`, `/x`, `get x/y`."""
    return on.startswith("/") or " /" in on or on.partition(" ")[0].upper() in METHODS


def _check_people(rule: Located, people: Sequence[str]) -> Iterator[Problem]:
    sender, who = rule.get("from"), rule.get("who")
    if sender.value is not None and who.value is not None:
        yield sender.problem("'from' is the same as 'who'; write one of them")
    for each in (sender, who, *who.each()):
        if each.text() not in (None, *people):
            yield each.unknown("person", people)


def _turns(rule: Located) -> Iterator[Located]:
    for key in TURNS:
        turn = rule.get(key)
        if isinstance(turn.value, dict):
            yield turn
        yield from turn.each()


def _check_turns(rule: Located, turns: Sequence[Located]) -> Iterator[Problem]:
    if not turns:
        return
    if rule.get("first").value is None:
        yield turns[0].problem("needs a 'first' before it")
    for key in sorted(_given(rule) & {*_EFFECTS, *_ANY_APP_EFFECTS}):
        yield rule.get(key).problem(
            f"'{key}' stands inside 'first', 'then' or 'afterwards' where there is one"
        )
    if rule.get("then").value is None and rule.get("afterwards").value is None:
        yield rule.get("first").problem("needs a 'then' or an 'afterwards' behind it")


def _check_answer(answer: Located, moment: _Moment) -> Iterator[Problem]:
    yield from _check_contradictions(answer, moment)
    yield from _check_delay(answer.get("delay_ms"))
    yield from _check_body(answer.get("body"), moment)
    yield from check_handler(answer.get("handler"), moment.folder)
    yield from _check_templates(answer, moment)
    for emit in answer.get("emit").each():
        event = emit.get("event")
        if moment.names.any_app:
            yield from check_emitted(event)
            yield from check_receiver(emit.get("to"), moment.names.people, is_timed=moment.is_timed)
        else:
            if event.text() not in (None, *ServerEvent):
                yield event.unknown("event", ServerEvent)
            yield from _check_to(emit.get("to"), moment)
        yield from _check_delay(emit.get("delay_ms"))


def _check_contradictions(answer: Located, moment: _Moment) -> Iterator[Problem]:
    given = _given(answer)
    if {"reply", "error"} <= given:
        yield answer.get("error").problem("a rule answers with 'reply' or with 'error', not both")
    for key in sorted(given & {"reply", "error", "swallow"}) if "handler" in given else ():
        yield answer.get(key).problem(f"the handler answers, so '{key}' cannot stand beside it")
    if "swallow" in given and given & {"reply", "error"}:
        yield answer.get("swallow").problem("a rule that swallows the call cannot answer it too")
    if "swallow" in given and moment.is_call:
        yield answer.get("swallow").problem("only a socket event can be swallowed, a REST call cannot")


def _check_delay(delay: Located) -> Iterator[Problem]:
    if not isinstance(delay.value, dict):
        return
    if sum(value is not None for value in delay.value.values()) != 1:
        yield delay.problem(f"needs one of {', '.join(SPREADS)}")
    bounds = delay.get("uniform").value
    if isinstance(bounds, list) and len(bounds) == 2 and all(isinstance(each, int) for each in bounds):
        low, high = bounds
        if low > high:
            yield delay.get("uniform").problem(f"begins with the smaller number: [{high}, {low}]")


def _check_body(body: Located, moment: _Moment) -> Iterator[Problem]:
    if body.value is None:
        return
    if not moment.is_call and not moment.is_timed:
        yield body.problem("only a REST answer has a body; a rule on an event has none")
    if body.value == {}:
        yield body.problem("does nothing; give it dribble or cut_after")


def _check_templates(answer: Located, moment: _Moment) -> Iterator[Problem]:
    of_event = OF_SOCKET if moment.names.any_app else OF_EVENT
    known = OF_CALL if moment.is_call else of_event
    for key in ("reply", "error", "emit", "join", "leave"):
        for text, name in late_names(answer.get(key)):
            root, part, *_ = (*parts_of(name), "")
            if is_secret(parts_of(name)[-1]):
                yield text.problem(f"'${{{name}}}' would give a secret away")
            if root != REQUEST or not part or part not in PARTS:
                continue
            if moment.is_timed:
                yield text.problem(f"'${{{name}}}' needs a call to read, so it cannot stand beside 'at_ms'")
            elif part not in known:
                there = " and ".join(f"{REQUEST}.{each}" for each in known)
                which = "a REST call" if moment.is_call else "an event"
                yield text.problem(f"{which} has no '{REQUEST}.{part}'; it has {there}")


def _check_to(to: Located, moment: _Moment) -> Iterator[Problem]:
    senders = ("sender", "others")
    text = to.text()
    if text in senders and moment.is_timed:
        yield to.problem(f"'{text}' needs a call to act on, so it cannot stand beside 'at_ms'")
    elif text not in (None, *senders, *moment.names.people, *moment.names.rooms):
        known = (*moment.names.rooms, *moment.names.people)
        yield to.unknown("receiver", (*known, *(() if moment.is_timed else senders)))
