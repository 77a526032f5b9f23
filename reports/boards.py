"""Compares two readings of a board: which cards came, went, moved, changed, or stood there twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from reports import fields
from reports.fields import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardChange:
    """What one view shows that the one before did not, in words, and the ids of the cards concerned."""

    words: tuple[str, ...]
    changed: tuple[str, ...]
    doubled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    column: str
    index: int
    text: str
    version: str


def change(before: Json | None, now: Json) -> BoardChange:
    """Compare two view entries; `before` is None for the first view of a client."""
    if now.get("columns") is None:
        return BoardChange(words=("no board in sight", *_around(before or {}, now)), changed=(), doubled=())
    doubled = _doubled(now)
    words = [f"{identity} {_times(count)} on the board" for identity, count in doubled.items()]
    changed = list(doubled)
    if before is None:
        words.append(f"{_counted(sum(map(len, columns(now).values())), 'card')} shown")
    else:
        for identity, said in _differences(_places(before), _places(now)).items():
            words.append(said)
            changed.append(identity)
        words += [f"{identity} no longer twice" for identity in _doubled(before) if identity not in doubled]
        words += _order(before, now) if not changed else []
    words += _around(before or {}, now)
    return BoardChange(
        words=tuple(words) or ("nothing changed",),
        changed=tuple(dict.fromkeys(changed)),
        doubled=tuple(doubled),
    )


def columns(view: Json) -> dict[str, tuple[Json, ...]]:
    """Column -> its cards, top first."""
    table = fields.table(view, "columns")
    return {name: fields.tables(table, name) for name in table}


def _places(view: Json) -> dict[str, _Place]:
    return {
        str(card.get("id")): _Place(
            column=column, index=index, text=str(card.get("text", "")), version=str(card.get("version", ""))
        )
        for column, cards in columns(view).items()
        for index, card in enumerate(cards)
    }


def _doubled(view: Json) -> dict[str, int]:
    counts = Counter(str(card.get("id")) for cards in columns(view).values() for card in cards)
    return {identity: count for identity, count in counts.items() if count > 1}


def _differences(before: dict[str, _Place], now: dict[str, _Place]) -> dict[str, str]:
    said = {}
    for identity, place in now.items():
        was = before.get(identity)
        if was is None:
            said[identity] = f"{identity} appears in {place.column}"
        elif was.column != place.column:
            said[identity] = f"{identity} {was.column} → {place.column}"
        elif was.text != place.text:
            said[identity] = f"{identity} “{was.text}” → “{place.text}”"
        elif was.version != place.version:
            said[identity] = f"{identity} v{was.version} → v{place.version}"
    for identity, was in before.items():
        if identity not in now:
            said[identity] = f"{identity} gone from {was.column}"
    return said


def _order(before: Json, now: Json) -> list[str]:
    def ids(view: Json, column: str) -> list[str]:
        return [str(card.get("id")) for card in columns(view).get(column, ())]

    return [f"new order in {column}" for column in columns(now) if ids(before, column) != ids(now, column)]


def _around(before: Json, now: Json) -> list[str]:
    """What the page shows beside its cards: toasts and a dialog."""
    old = [str(toast.get("text", "")) for toast in fields.tables(before, "toasts")]
    new = [str(toast.get("text", "")) for toast in fields.tables(now, "toasts")]
    words = [f"toast “{text}”" for text in new if text not in old]
    words += [f"toast gone “{text}”" for text in old if text not in new]
    was, dialog = fields.table(before, "dialog").get("name"), fields.table(now, "dialog").get("name")
    if was != dialog:
        words.append(f"dialog “{dialog}” open" if dialog else f"dialog “{was}” closed")
    return words


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
