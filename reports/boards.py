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
    saving: bool


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
        words=tuple(words) or ("no card changed",),
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
            column=column,
            index=index,
            text=str(card.get("text", "")),
            version=str(card.get("version", "")),
            saving=card.get("saving") in (True, "true", ""),
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
        elif was.saving != place.saving:
            said[identity] = f"{identity} saving" if place.saving else f"{identity} saved"
    for identity, was in before.items():
        if identity not in now:
            said[identity] = f"{identity} gone from {was.column}"
    return said


def _order(before: Json, now: Json) -> list[str]:
    def ids(view: Json, column: str) -> list[str]:
        return [str(card.get("id")) for card in columns(view).get(column, ())]

    return [f"new order in {column}" for column in columns(now) if ids(before, column) != ids(now, column)]


def _around(before: Json, now: Json) -> list[str]:
    """What the page shows beside its cards: toasts, a dialog, and what else the lens reads."""
    old, new = _toasts(before), _toasts(now)
    words = [f"toast “{text}”" for text in new if text not in old]
    words += [f"toast gone “{text}”" for text in old if text not in new]
    was, dialog = _dialog(before), _dialog(now)
    if was != dialog:
        words.append(f"dialog “{dialog}” open" if dialog else f"dialog “{was}” closed")
    return words + _extras(before, now) + (_epics(before, now) if before else [])


def _toasts(view: Json) -> list[str]:
    """A lens tells a toast by its text, or with more about it."""
    return [
        str(each.get("text", "")) if isinstance(each, dict) else str(each)
        for each in fields.items(view, "toasts")
    ]


def _dialog(view: Json) -> str | None:
    told = view.get("dialog")
    name = told.get("name") if isinstance(told, dict) else told
    return str(name) if name else None


def _extras(before: Json, now: Json) -> list[str]:
    """Such as `dragging t4`, and its end."""
    old, new = fields.table(before, "extras"), fields.table(now, "extras")
    words = []
    for name in new:
        was, told = old.get(name) or [], new[name] or []
        if was != told:
            listed = " ".join(str(each) for each in told if each).strip()
            words.append(f"{name} {listed}".strip() if told else f"no longer {name}")
    return words


def _epics(before: Json, now: Json) -> list[str]:
    old = {each.get("id"): each.get("progress") for each in fields.tables(before, "epics")}
    return [
        f"epic {each.get('id')} at {each.get('progress')}%"
        for each in fields.tables(now, "epics")
        if old.get(each.get("id")) != each.get("progress")
    ]


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
