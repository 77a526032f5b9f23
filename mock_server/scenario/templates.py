"""Which texts of a scenario are templates, filled anew for each answer, and what may stand in them."""

import re
from collections.abc import Iterator

from mock_server.scenario.located import Located
from mock_server.scenario.made_up import AT_EACH_ANSWER
from mock_server.scenario.rules import TURNS
from mock_server.scenario.where import Where
from mock_server.scenario.wording import unknown

PLACEHOLDER = re.compile(r"\$(?P<literal>\$+\{)|\$\{(?P<name>[^{}]*)(?P<end>\}?)")
"""`${name}`, or `$${`, which stands for a plain `${`; without its `}` a placeholder is a mistake."""

NOW = "now"
FAKER = "faker"
REQUEST = "request"
_SHORT = {("args",): ("args",), ("handshake", "auth"): ("auth",)}
"""Other ways to write a part of the request."""
ROOTS = frozenset({NOW, FAKER, REQUEST, "args", "handshake"})
OF_EVENT = ("user", "args")
OF_SOCKET = (*OF_EVENT, "auth", "sid")
"""Of an event where the model is not DevMentor's."""
OF_CALL = ("user", "body", "query", "params")
PARTS = tuple(dict.fromkeys((*OF_EVENT, *OF_CALL, *OF_SOCKET)))
_HOLD_MORE = ("args", "auth", "body", "query", "params")
KNOWN = (
    NOW,
    *(".".join(short) for short in _SHORT),
    *(f"{REQUEST}.{part}" for part in PARTS),
    *(f"{FAKER}.{kind}" for kind in AT_EACH_ANSWER),
)
"""The names a template can use; those of `_HOLD_MORE` go on with `.key` or `.0`."""


def is_template(where: Where) -> bool:
    """Tell whether the text at a place is filled at each answer: reply, error texts, emits, rooms."""
    if len(where) < 3 or where[0] != "rules":
        return False
    inside = where[2:]
    if inside[0] in TURNS:
        inside = inside[2:] if len(inside) > 1 and isinstance(inside[1], int) else inside[1:]
    match inside:
        case ("reply", *_) | ("error", "message" | "details", *_) | ("emit", int(), "data" | "to", *_):
            return True
        case ("join" | "leave", *_):
            return True
    return False


def is_late(name: str) -> bool:
    """Tell whether a placeholder's name is one of those that only an answer can fill."""
    return parts_of(name)[0] in ROOTS


def parts_of(name: str) -> list[str]:
    """Split `request.args[0].title` at its dots and brackets; `args` is short for `request.args`."""
    parts = re.sub(r"\[(\d+)\]", r".\1", name).split(".")
    for short, part in _SHORT.items():
        if tuple(parts[: len(short)]) == short:
            return [REQUEST, *part, *parts[len(short) :]]
    return parts


def wrong_with(name: str) -> tuple[str, str] | None:
    """Return message and nearest right word for a late name that is none, else None."""
    root, *rest = parts_of(name)
    if ".".join((root, *rest)) in KNOWN or (
        root == REQUEST and len(rest) > 1 and rest[0] in _HOLD_MORE and all(rest)
    ):
        return None
    if root == REQUEST and rest and rest[0] == "user":
        return f"unknown placeholder '{name}'", f"{REQUEST}.user"
    if root == FAKER:
        same = [kind for kind in AT_EACH_ANSWER if kind.endswith("." + ".".join(rest))]
        if same:
            return f"unknown placeholder '{name}'", f"{FAKER}.{same[0]}"
    return unknown("placeholder", name, [known for known in KNOWN if known.startswith(root)])


def late_names(part: Located) -> Iterator[tuple[Located, str]]:
    """Yield each late name of the templates in a part of a document, with the text it stands in."""
    if isinstance(part.value, str):
        if is_template(part.where):
            for found in PLACEHOLDER.finditer(part.value):
                name = (found["name"] or "").strip()
                if found["end"] and is_late(name):
                    yield part, name
        return
    for _, inner in part.items():
        yield from late_names(inner)
    for inner in part.each():
        yield from late_names(inner)
