"""What a clause is: one sentence, and a function that asks a server whether it is so."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from conformance.wire import Wire

Check = Callable[..., Awaitable[None]]

TRANSPORTS = ("polling", "websocket")

#: A world without a model: two namespaces, and one rule, which gives back what it is sent.
BARE: dict[str, Any] = {
    "name": "conformance",
    "model": "none",
    "namespaces": ["/", "/other"],
    "rules": [
        {"on": "echo", "reply": "${args}", "emit": [{"event": "echo", "to": "sender", "data": "${args}"}]}
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing that the protocol or the official server fixes.

    `document` is the scenario that both servers are started with; `check` raises when a server differs.
    """

    section: str
    name: str
    sentence: str
    check: Callable[[Wire], Awaitable[None]]
    document: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.section}/{self.name}"


def given(*, people: bool = False, bare: bool = False, **gateway: Any) -> Callable[[Check], Check]:
    """Say what world a clause needs: with people, and so tokens; with rules alone; with gateway settings."""

    def mark(check: Check) -> Check:
        check.__dict__["document"] = document(people=people, bare=bare, **gateway)
        return check

    return mark


def on_both_transports(check: Check) -> Check:
    """Make two clauses of a function `(wire, transport)`."""
    check.__dict__["transports"] = TRANSPORTS
    return check


def document(*, people: bool = False, bare: bool = False, **gateway: Any) -> dict[str, Any]:
    """The world of a clause: one project, an event that is answered with its arguments, and no people."""
    if bare:
        return BARE
    members = ["alice"] if people else []
    return {
        "name": "conformance",
        "people": dict.fromkeys(members),
        "projects": [{"id": "atlas", "name": "Atlas", "members": members}],
        "rules": [{"on": "task:update", "reply": "${request.args}"}],
        "gateway": gateway,
    }


def clauses_of(module: ModuleType) -> Iterator[Clause]:
    """Every public coroutine function that a module defines is a clause; its docstring is the sentence."""
    section = module.__name__.rpartition(".")[2]
    for name, check in vars(module).items():
        if name.startswith("_") or not inspect.iscoroutinefunction(check):
            continue
        if check.__module__ != module.__name__:
            continue
        yield from _expanded(section, name, check)


def _expanded(section: str, name: str, check: Check) -> Iterator[Clause]:
    sentence = " ".join((check.__doc__ or "").split())
    world = check.__dict__.get("document", document())
    transports = check.__dict__.get("transports")
    if transports is None:
        yield Clause(section=section, name=name, sentence=sentence, check=check, document=world)
        return
    for transport in transports:
        yield Clause(
            section=section,
            name=f"{name}-{transport}",
            sentence=f"{sentence} ({transport})",
            check=_bound(check, transport),
            document=world,
        )


def _bound(check: Check, transport: str) -> Callable[[Wire], Awaitable[None]]:
    async def bound(wire: Wire) -> None:
        await check(wire, transport)

    return bound
