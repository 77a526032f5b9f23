"""The words by which a spec says which packets, calls and answers a fault is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypedDict, get_type_hints

from harness.clients.client import Client
from harness.errors import UnknownName
from harness.faults.fault import Kind
from harness.faults.parameters import of_type

Clients = Client | Sequence[Client]
_PLAIN = (str, bool)


class Match(TypedDict, total=False):
    """Which of what a fault at the page is for."""

    by: Clients
    #: Only the n-th matching one, counted from 1 at each client, or those of a list.
    nth: int | Sequence[int]
    #: Each with this chance, drawn from a seed of the fault's own; the plan it drew stands in the journal.
    probability: float
    #: It may touch nothing; without this the verdict is then unknown.
    may_miss: bool


class PacketMatch(Match, total=False):
    """Which events: `to` a client or `by` one (default: to everybody), by name, entity and occurrence."""

    to: Clients
    direction: str
    #: A glob of event names, or several: `task:*`. Acks and control packets are never matched.
    event: str | Sequence[str]
    #: The id or taskId in the payload, or in its task.
    entity: str


class CallMatch(Match, total=False):
    """Which REST calls: `by` whom (default: everybody), by method, glob of the path, and occurrence."""

    method: str
    path: str


class AnswerMatch(TypedDict, total=False):
    """Which answers of the stub."""

    #: Only these clients'; without it everybody's.
    by: Clients
    #: The change is made and told first; only the answer is spoilt.
    after: bool
    #: How many it spoils (default 1); None: all until it is lifted.
    times: int | None
    #: It may touch nothing; without this the verdict is then unknown.
    may_miss: bool


class AckMatch(AnswerMatch, total=False):
    """Which acknowledgements: of which event (a glob), `by` whom, how many."""

    event: str


class RestMatch(AnswerMatch, total=False):
    """Which REST calls: by method and glob of the path, `by` whom, how many."""

    method: str
    path: str


def check_words(kind: type[Kind], match: Mapping[str, Any], words: type) -> None:
    """Raises UnknownName for a word that the fault does not know, UsageError for one of another type."""
    hints = get_type_hints(words)
    for word, value in match.items():
        if word not in hints:
            raise UnknownName(f"argument of {kind.name}", word, {*hints, *_own(kind)})
        if hints[word] in _PLAIN:
            of_type(kind.name, word, value, hints[word])


def _own(kind: type[Kind]) -> Iterable[str]:
    return (each.name for each in fields(kind))
