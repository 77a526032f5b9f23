"""`rotate_token`: every token that somebody holds has expired from now on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.faults.stub_edge import Json, StubKind
from harness.stub import StubControl


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateToken(StubKind):
    """A live socket stays; the next handshake and the next REST call are refused with TOKEN_EXPIRED."""

    name: ClassVar[str] = "rotate_token"

    def start(self, stub: StubControl, person: str | None) -> None:
        assert person is not None, "the composer names one"
        stub.expire_tokens(person)

    def touched(self, entries: Sequence[Json], started: None) -> Iterator[dict[str, Any]]:
        yield {"did": "token expired"}
