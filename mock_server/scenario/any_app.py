"""Checks what a scenario says of its model, and what rules may say where that is not DevMentor's."""

from collections.abc import Iterator, Sequence

from mock_server.errors import Problem
from mock_server.scenario.collection_checks import check_collections
from mock_server.scenario.located import Located
from mock_server.scenario.rules import COMING_AND_GOING
from mock_server.scenario.templates import PLACEHOLDER
from mock_server.scenario.wording import unknown
from mock_server.scenario.words import ModelName

SENDER, OTHERS, EVERYBODY = RECEIVERS = ("sender", "others", "everybody")
ROOM, OTHERS_OF = ROOMS = ("room:", "others:")
NOT_IN_DEVMENTOR = ("namespace", "join", "leave")

_WORDS_OF_SOCKET_IO = ("connect_error", "disconnecting", "newListener", "removeListener")
_NEVER_SENT = (*_WORDS_OF_SOCKET_IO, *COMING_AND_GOING)
_NOT_ACKNOWLEDGED = ("reply", "swallow", "delay_ms")


def is_any_app(document: Located) -> bool:
    """Tell whether the model is none of DevMentor's; a misspelt one counts as DevMentor's."""
    return document.get("model").value in [each.value for each in ModelName if each != ModelName.DEVMENTOR]


def check_model(document: Located) -> Iterator[Problem]:
    """Yield what the scenario says that its model does not have, and namespaces that are none."""
    any_app = is_any_app(document)
    projects, namespaces = document.get("projects"), document.get("namespaces")
    if any_app and projects.value:
        name = document.get("model").value
        yield projects.problem(f"only 'model: devmentor' has projects, and this is 'model: {name}'")
    if not any_app and namespaces.value not in (None, ["/"]):
        yield namespaces.problem(_other_model("namespaces"))
    yield from check_collections(document)
    for each in namespaces.each():
        text = each.text()
        if text is not None and (not text.startswith("/") or "," in text):
            yield each.problem(
                f"'{text}' is not a namespace; it begins with '/' and holds no comma", _slashed(text)
            )


def check_keys(rule: Located) -> Iterator[Problem]:
    """Yield the keys of a rule or answer that DevMentor's model has no use for."""
    for key in NOT_IN_DEVMENTOR:
        if rule.get(key).value is not None:
            yield rule.get(key).problem(_other_model(key))


def check_event(on: Located) -> Iterator[Problem]:
    """Yield what is wrong with the name of an event that a client sends."""
    text = on.text()
    if text in _WORDS_OF_SOCKET_IO:
        yield on.problem(f"'{text}' is a word of Socket.IO that no client can send", *_near(text))
    elif text == "":
        yield on.problem("must not be empty")


def check_emitted(event: Located) -> Iterator[Problem]:
    """Yield what is wrong with the name of an event that the server sends."""
    text = event.text()
    if text in _NEVER_SENT:
        yield event.problem(f"'{text}' is a word of Socket.IO that no server can send")
    elif text == "":
        yield event.problem("must not be empty")


def check_devmentor_event(on: Located) -> Iterator[Problem]:
    """Yield an event that only other models have."""
    yield on.problem(_other_model(f"on: {on.text()}"))


def check_coming_and_going(rule: Located, answer: Located) -> Iterator[Problem]:
    """Yield what a rule on `connect` or `disconnect` cannot do: there is nothing to acknowledge."""
    on = rule.get("on").text()
    if on not in COMING_AND_GOING:
        return
    for key in _NOT_ACKNOWLEDGED:
        if answer.get(key).value not in (None, False, 0):
            yield answer.get(key).problem(f"'{on}' is not acknowledged, so '{key}' cannot stand here")
    for key in ("error", "join", "leave") if on == "disconnect" else ():
        if answer.get(key).value is not None:
            yield answer.get(key).problem(f"the socket has gone already, so '{key}' cannot stand here")


def check_namespace(rule: Located, namespaces: Sequence[str]) -> Iterator[Problem]:
    """Yield a namespace that the scenario does not have."""
    namespace = rule.get("namespace")
    if namespace.text() not in (None, *namespaces):
        yield namespace.unknown("namespace", namespaces)


def check_rooms(answer: Located, *, has_socket: bool) -> Iterator[Problem]:
    """Yield what keeps a socket from joining or leaving a room."""
    for key in ("join", "leave"):
        rooms = answer.get(key)
        if rooms.value is not None and not has_socket:
            yield rooms.problem(f"only a socket is in rooms, so '{key}' needs a rule on an event")
        if rooms.value is not None and answer.get("error").value is not None:
            yield rooms.problem(
                f"a rule that refuses does nothing else, so '{key}' cannot stand beside 'error'"
            )
        for each in (rooms, *rooms.each()):
            if each.text() == "":
                yield each.problem("must not be empty")


def check_receiver(to: Located, people: Sequence[str], *, is_timed: bool) -> Iterator[Problem]:
    """Yield what is wrong with the `to` of an emit."""
    text = to.text()
    if text is None or PLACEHOLDER.match(text):
        return
    if is_timed and (text in (SENDER, OTHERS) or text.startswith(OTHERS_OF)):
        yield to.problem(f"'{text}' needs a call to act on, so it cannot stand beside 'at_ms'")
    elif text in ROOMS:
        yield to.problem(f"'{text}' needs the name of a room behind it")
    elif text not in (*RECEIVERS, *people) and not text.startswith(ROOMS):
        known = (*RECEIVERS, *people, *(f"{room}<name>" for room in ROOMS))
        yield to.unknown("receiver", known)


def _other_model(key: str) -> str:
    return f"'{key}' needs a model other than devmentor, like 'model: none'"


def _near(word: str) -> tuple[str, ...]:
    _, nearest = unknown("event", word, COMING_AND_GOING)
    return (nearest,) if nearest else ()


def _slashed(text: str) -> str:
    return f"/{text}" if not text.startswith("/") and "," not in text else ""
