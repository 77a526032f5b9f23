"""What an Engine.IO session sends through: long-polling or a websocket."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from mock_server.wire.packets import Outgoing


class Transport(Protocol):
    """What a session sends through; tells the session of each packet and of its own end."""

    name: str

    @property
    def writable(self) -> bool: ...

    def send(self, packets: Sequence[Outgoing]) -> None:
        """Only while `writable`."""

    def close(self, done: Callable[[], None] | None = None, *, code: int | None = None) -> None:
        """End in an orderly way; `done` once the other side has been told. `code` is a websocket's."""

    def discard(self) -> None:
        """Another transport has taken over."""

    def tcp(self) -> list[asyncio.Transport]:
        """The TCP connections in use at this moment."""
