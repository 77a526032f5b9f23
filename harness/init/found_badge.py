"""Finds the badge: what says one thing while the socket is connected, and another while it is cut."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.init.selectors import unique_selector
from harness.init.tree import Node

_LONGEST = 40
_NAMED = re.compile(r"status|badge|connect|online|live|link|network|presence|socket", re.IGNORECASE)
_SAYS = re.compile(r"connect|live|online|offline|poll|reconnect|lost|sync", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBadge:
    """Where it is, and its two words."""

    selector: str
    connected: str
    cut: str


def find_badge(connected: Node, cut: Node, again: Node) -> FoundBadge | None:
    """The likeliest element that turned when the socket was `cut` and turned back; None when none did."""
    found: list[tuple[int, int, FoundBadge]] = []
    still = {node.whole_text for node in cut.walk()}
    for node in connected.walk():
        said = node.whole_text
        if not said or len(said) > _LONGEST or node.parent is None or said in still:
            continue
        selector = unique_selector(connected, node)
        then, back = _text_at(cut, selector), _text_at(again, selector)
        if then and then != said and len(then) <= _LONGEST and back == said:
            badge = FoundBadge(selector=selector, connected=said, cut=then)
            found.append((_score(node, badge), len(found), badge))
    return max(found, key=lambda each: (each[0], -each[1]))[2] if found else None


def _score(node: Node, badge: FoundBadge) -> int:
    names = " ".join([*node.classes, *node.attributes.values()])
    words = bool(_SAYS.search(badge.connected)) + bool(_SAYS.search(badge.cut))
    return (
        2 * words
        + 2 * (node.attributes.get("role") == "status")
        + bool(_NAMED.search(names))
        + (not node.children)
    )


def _text_at(root: Node, selector: str) -> str | None:
    """The text of the element that has this selector there."""
    for node in root.walk():
        if node.parent is not None and unique_selector(root, node) == selector:
            return node.whole_text
    return None
