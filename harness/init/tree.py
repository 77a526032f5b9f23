"""A page as plain data: elements with their texts, to look for what repeats and what changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from playwright.sync_api import Page


@dataclass(eq=False, slots=True)
class Node:
    """One visible element; two are equal only when they are the same one."""

    tag: str
    classes: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: Its own, without that of the elements in it.
    text: str = ""
    children: tuple[Node, ...] = ()
    parent: Node | None = None

    @classmethod
    def from_json(cls, raw: Mapping[str, Any], parent: Self | None = None) -> Self:
        """What snapshot.js says of a page."""
        node = cls(
            tag=str(raw["tag"]),
            classes=tuple(raw.get("classes", ())),
            attributes=dict(raw.get("attributes", {})),
            text=str(raw.get("text", "")),
            parent=parent,
        )
        node.children = tuple(cls.from_json(child, node) for child in raw.get("children", ()))
        return node

    def walk(self) -> Iterator[Node]:
        """This one and all in it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def path(self) -> tuple[Node, ...]:
        """From the body down to this one."""
        above = self.parent.path if self.parent else ()
        return (*above, self)

    @property
    def whole_text(self) -> str:
        """As it reads, with all that is in it."""
        return " ".join(part for node in self.walk() if (part := node.text))

    def holders(self, text: str) -> list[Node]:
        """The innermost elements in which `text` stands."""
        return [node for node in self.walk() if text in node.text]


def snapshot(page: Page) -> Node:
    """What `page` shows now."""
    return Node.from_json(page.evaluate(_script()))


@cache
def _script() -> str:
    return Path(__file__).with_name("snapshot.js").read_text(encoding="utf-8")
