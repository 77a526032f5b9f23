"""Turns what is to be told into messages that python-socketio's Redis managers understand."""

import json
from collections.abc import Iterable
from typing import Any

from socketio.async_pubsub_manager import AsyncPubSubManager

from deploy.gateway.telling import Emit, Telling

CHANNEL = "socketio"


class _Collecting(AsyncPubSubManager):  # type: ignore[misc]  # python-socketio ships no types
    """A manager without a server of its own, which keeps its messages instead of publishing them.

    Its id is no node's, so every node acts on them, the one that made them too: all hear them in one order.
    """

    def __init__(self) -> None:
        super().__init__(channel=CHANNEL, write_only=True)
        self.messages: list[str] = []

    async def _publish(self, data: Any) -> None:
        self.messages.append(json.dumps(data))


async def messages(told: Iterable[Telling]) -> list[str]:
    """Return one message for each telling, to be published on `CHANNEL`."""
    manager = _Collecting()
    await deliver(manager, told)
    return manager.messages


async def deliver(manager: Any, told: Iterable[Telling]) -> None:
    """Tell it by a manager of python-socketio."""
    for each in told:
        if isinstance(each, Emit):
            await manager.emit(each.event, each.payload, namespace="/", room=list(each.rooms))
        else:
            await manager.close_room(each.room, "/")
