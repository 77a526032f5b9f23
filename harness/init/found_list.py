"""Finds the list that changes with the events: its items, their ids and texts, and the columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from harness.init.selectors import alike, selector_of_all, simple_selectors, unique_selector
from harness.init.tree import Node

_NOT_FIELDS = re.compile(
    r"describedby|labelledby|rfd|radix|react|index|position|order|testid|data-test|state$|controls"
)
_FIELDS_MAX = 3
_FIELD_LENGTH_MAX = 40


@dataclass(slots=True, kw_only=True)
class FoundList:
    """A lens, and what it is not sure of. Reads are in the lens' short form, such as `@data-key`."""

    board: str
    item: str
    id: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    column: str | None = None
    column_name: str | None = None
    doubts: list[str] = field(default_factory=list)
    #: How many items there are on the page.
    count: int = 0

    def document(self) -> dict[str, object]:
        """As it stands in a target file."""
        columns = {"column": self.column, "column_name": self.column_name}
        said: dict[str, object] = {"board": self.board, **{name: css for name, css in columns.items() if css}}
        return {**said, "item": self.item, "id": self.id, "fields": {"text": self.text, **self.fields}}


def find_list(
    page: Node, other: Node, texts: Sequence[str], *, on_the_wire: Collection[str] = ()
) -> FoundList | None:
    """The list of `page` in which the items stand that read `texts`; None when there is none.

    `other` is the same page at somebody else's: what has another value there is of that browser only.
    `on_the_wire` are the values in the payloads of events: an id is among them.
    """
    holders = [_holder(page, text) for text in texts]
    if any(holder is None for holder in holders):
        return None
    items = _items(page, [holder for holder in holders if holder is not None])
    if not items:
        return None
    siblings = [node for node in (items[0].parent or page).children if alike(node, items[0])]
    items = [*items, *(node for node in siblings if node not in items)]
    container = items[0].parent or page
    found = FoundList(board="body", item="", id="", text="")
    _name_items(found, page, container, items)
    _read_text(found, items, texts)
    _read_id(found, items, other, texts, on_the_wire)
    _read_fields(found, items, other, texts)
    return found


def _holder(page: Node, text: str) -> Node | None:
    """The innermost element with the text; one on a board, not in a dialog or message."""
    found = [node for node in page.holders(text) if not _in_passing(node)]
    exact = [node for node in found if node.text == text]
    return next(iter([*exact, *found]), None)


def _in_passing(node: Node) -> bool:
    return any(
        above.attributes.get("role") in ("alert", "status", "dialog", "log-entry") for above in node.path
    )


def _items(page: Node, holders: Sequence[Node]) -> list[Node]:
    """What holds each text and nothing of the others: the children of the innermost element around all."""
    paths = [holder.path for holder in holders]
    if len(paths) > 1:
        shared = 0
        while (
            all(len(path) > shared + 1 for path in paths) and len({id(path[shared]) for path in paths}) == 1
        ):
            shared += 1
        depth = shared if len({id(path[shared]) for path in paths}) > 1 else None
        return [path[depth] for path in paths] if depth else []
    for node in reversed(paths[0][1:]):
        same = [child for child in (node.parent.children if node.parent else ()) if alike(child, node)]
        if len(same) > 1 or node.tag in ("li", "tr", "article"):
            return [node]
    return []


# -- items and columns -----------------------------------------------------------------------------------


def _name_items(found: FoundList, page: Node, container: Node, items: Sequence[Node]) -> None:
    column = _column_of(page, container, items[0])
    if column is None:
        found.board = unique_selector(page, container)
        found.item = selector_of_all(items, within=container) or items[0].tag
        found.count = len(items)
        if not any(simple.css == found.board for simple in simple_selectors(container)):
            found.doubts.append(f"board: {found.board} names the list by its place on the page")
        return
    columns, name = column
    board = columns[0].parent or page
    found.board = unique_selector(page, board) if board is not page else "body"
    found.column = selector_of_all(columns, within=board) or columns[0].tag
    found.column_name = name
    found.item = selector_of_all(items, within=page, siblings=False) or items[0].tag
    found.count = sum(1 for node in board.walk() if any(s.css == found.item for s in simple_selectors(node)))


def _column_of(page: Node, container: Node, item: Node) -> tuple[list[Node], str] | None:
    """Several of a kind, one around the list, each with a list of its own: columns, with their name."""
    for node in reversed(container.path[1:]):
        if node.parent is None:
            return None
        same = [child for child in node.parent.children if alike(child, node)]
        if len(same) < 2 or not all(_has_like(one, container, node) for one in same):
            continue
        if name := _name_of(same):
            return same, name
    return None


def _has_like(column: Node, container: Node, own: Node) -> bool:
    return container is own or any(alike(node, container) for node in column.walk())


def _name_of(columns: Sequence[Node]) -> str | None:
    """Where each of them says another name."""
    for name in columns[0].attributes:
        values = [node.attributes.get(name) for node in columns]
        if all(values) and len(set(values)) == len(values) and _is_plain(name):
            return f"@{name}"
    for heading in ("h1", "h2", "h3", "h4", "header", "legend"):
        texts = [
            next((each.whole_text for each in node.walk() if each.tag == heading), "") for node in columns
        ]
        if all(texts) and len(set(texts)) == len(texts):
            return heading
    return None


def _is_plain(name: str) -> bool:
    return name.startswith(("data-", "aria-label")) and "labelledby" not in name and "rfd" not in name


# -- what is read of an item -----------------------------------------------------------------------------


def _read_text(found: FoundList, items: Sequence[Node], texts: Sequence[str]) -> None:
    own = next(item for item in items if _reads(item, texts))
    text = next(text for text in texts if text in own.whole_text)
    labels = [name for name in ("aria-label", "title") if own.attributes.get(name) == text]
    if labels:
        found.text = f"@{labels[0]}"
        return
    holder = next((node for node in own.walk() if node.text == text), None) or next(
        node for node in own.walk() if text in node.text
    )
    found.text = "" if holder is own else unique_selector(own, holder)
    if holder.text != text:
        found.doubts.append(f"fields.text: the element says more than the text: {holder.text!r}")
    elif holder.children:
        found.doubts.append(f"fields.text: {found.text or 'the item'} has more in it than the text")


def _reads(item: Node, texts: Sequence[str]) -> bool:
    return any(text in item.whole_text for text in texts)


def _read_id(
    found: FoundList, items: Sequence[Node], other: Node, texts: Sequence[str], on_the_wire: Collection[str]
) -> None:
    """An attribute that each item has, that no two share, and that is the same in both browsers."""
    candidates = []
    for name in items[0].attributes:
        values = [item.attributes.get(name, "") for item in items]
        telling = all(values) and len(set(values)) == len(values) and not set(values) & set(texts)
        if telling and "label" not in name and _same_at(other, items, name, texts):
            wired = all(
                value in on_the_wire
                for item in items
                if _reads(item, texts)
                for value in [item.attributes[name]]
            )
            candidates.append((not wired, "id" not in name, not name.startswith("data-"), len(name), name))
    if candidates:
        not_wired, *_, name = min(candidates)
        found.id = f"@{name}"
        if not_wired:
            found.doubts.append(f"id: {name} is on every item and differs, but no event speaks of it")
        return
    found.id = found.text
    found.doubts.append(
        "id: items have no attribute that tells one from another, so the text does: two of one text "
        "count as one that is there twice"
    )


def _same_at(other: Node, items: Sequence[Node], name: str, texts: Sequence[str]) -> bool:
    mine = {item.attributes[name] for item in items if _reads(item, texts)}
    return mine <= {node.attributes[name] for node in other.walk() if name in node.attributes}


def _read_fields(found: FoundList, items: Sequence[Node], other: Node, texts: Sequence[str]) -> None:
    """Further attributes of each item, short, and the same in both browsers."""
    for name in items[0].attributes:
        values = [item.attributes.get(name) for item in items]
        short = all(value is not None and len(value) <= _FIELD_LENGTH_MAX for value in values)
        told = name.startswith("data-") or name in ("aria-checked", "aria-pressed")
        is_id = values[0] in (items[0].attributes.get(found.id.removeprefix("@")), *texts)
        if not short or not told or is_id or _NOT_FIELDS.search(name) or len(found.fields) >= _FIELDS_MAX:
            continue
        if _same_at(other, items, name, texts):
            plain = re.sub(r"\W+", "_", name.removeprefix("data-").removeprefix("aria-"))
            if plain not in ("k", "id", "version", "column", "text"):
                found.fields[plain] = f"@{name}"
