"""Finds the selector that a person would write for an element, and counts what it matches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.init.tree import Node

#: Made by a build or a library, and another with the next one.
_MADE_UP = re.compile(
    r"^(css|sc|jss|emotion|svelte|astro)-|__[A-Za-z0-9_-]{5,}$|^_|[0-9a-f]{6,}|^[a-z]{1,3}[A-Z0-9][A-Za-z0-9]{2,4}$|\d{3,}|^:r"
)
#: Says how something looks or stands at the moment, not what it is.
_LOOKS = re.compile(
    r"[:/\[\]]|^(active|selected|hover|focus|open|closed|done|checked|got|new|first|last|odd|even|hidden|show|up|down|"
    r"completed|dragging|is-|has-|flex|grid|block|inline|p[xytblr]?-|m[xytblr]?-|w-|h-|text-|bg-|border|rounded|gap-|"
    r"items-|justify-|font-|shadow|transition|cursor-|space-|min-|max-|col-|row-|d-)"
)
_TEST_IDS = ("data-testid", "data-test-id", "data-test", "data-cy", "data-qa")


@dataclass(frozen=True, slots=True)
class Simple:
    """One compound: `li.row`, `#rows`, `[data-key]`, `[role="status"]`."""

    css: str
    matches: Callable[[Node], bool]


def simple_selectors(node: Node) -> Iterator[Simple]:
    """What may be said of this one element, the most lasting first."""
    for name in _TEST_IDS:
        if value := node.attributes.get(name):
            yield _attribute(name, value)
    if (own := node.attributes.get("id")) and not _MADE_UP.search(own):
        yield Simple(
            f"#{own}" if re.fullmatch(r"[A-Za-z][\w-]*", own) else f"[id={json.dumps(own)}]", _has_id(own)
        )
    for name in node.classes:
        if re.fullmatch(r"-?[A-Za-z_][\w-]*", name) and not _MADE_UP.search(name) and not _LOOKS.search(name):
            yield Simple(f"{node.tag}.{name}", _has_class(node.tag, name))
    for name in ("role", "aria-label", "name", "placeholder"):
        if value := node.attributes.get(name):
            yield _attribute(name, value, tag=node.tag)
    yield Simple(node.tag, lambda one: one.tag == node.tag)


def unique_selector(root: Node, node: Node) -> str:
    """A selector that finds `node` first in `root`, with as few words as will do."""
    for simple in simple_selectors(node):
        if _first(root, simple) is node:
            return simple.css
    for above in reversed(node.path[:-1]):
        for outer in simple_selectors(above):
            if outer.css != above.tag and _first(root, outer) is above:
                for inner in simple_selectors(node):
                    if _first(above, inner) is node:
                        return f"{outer.css} {inner.css}"
    return _by_place(root, node)


def selector_of_all(nodes: Sequence[Node], *, within: Node, siblings: bool = True) -> str | None:
    """A selector for all of `nodes` and, in `within`, for nothing but their like; None when there is none.

    Others that stand beside them may match too.
    """
    parents = {id(node.parent) for node in nodes}
    for simple in simple_selectors(nodes[0]):
        if not all(map(simple.matches, nodes)):
            continue
        hits = [node for node in within.walk() if node is not within and simple.matches(node)]
        nested = any(simple.matches(above) for hit in hits for above in hit.path[:-1] if above in hits)
        if not nested and (not siblings or all(id(hit.parent) in parents for hit in hits)):
            return simple.css
    attributes = [name for name in nodes[0].attributes if all(name in node.attributes for node in nodes)]
    for name in attributes:
        hits = [node for node in within.walk() if name in node.attributes and node is not within]
        if name.startswith("data-") and all(id(hit.parent) in parents for hit in hits):
            return f"{nodes[0].tag}[{name}]"
    return None


def alike(one: Node, other: Node) -> bool:
    """Whether two elements are of one kind: the same tag, and no lasting name that only one has."""
    return one.tag == other.tag and _kinds(one) == _kinds(other)


def _kinds(node: Node) -> frozenset[str]:
    return frozenset(
        simple.css
        for simple in simple_selectors(node)
        if simple.css.startswith((f"{node.tag}.", "[data-test"))
    )


def _attribute(name: str, value: str, *, tag: str | None = None) -> Simple:
    def matches(one: Node) -> bool:
        return one.attributes.get(name) == value and tag in (None, one.tag)

    return Simple(f"{tag or ''}[{name}={json.dumps(value, ensure_ascii=False)}]", matches)


def _has_id(value: str) -> Callable[[Node], bool]:
    return lambda one: one.attributes.get("id") == value


def _has_class(tag: str, name: str) -> Callable[[Node], bool]:
    return lambda one: one.tag == tag and name in one.classes


def _first(root: Node, simple: Simple) -> Node | None:
    return next((node for node in root.walk() if node is not root and simple.matches(node)), None)


def _by_place(root: Node, node: Node) -> str:
    steps = []
    for one in node.path[len(root.path) :]:
        assert one.parent is not None
        same = [child for child in one.parent.children if child.tag == one.tag]
        steps.append(one.tag if len(same) == 1 else f"{one.tag}:nth-of-type({same.index(one) + 1})")
    return " > ".join(steps)
