"""Watches whether the node still hears what the others tell, and says when it may have missed something."""

import asyncio
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

_EVERY_S = 0.5


class Subscription:
    """The node's subscription at Redis, looked for by its name in Redis' list of connections.

    Published messages are not kept: whoever was not subscribed for a moment does not know what it missed. So
    `missed` is called when the subscription is lost, and when it is another one than before; the sockets are
    then closed, and their clients fetch everything again.
    """

    def __init__(self, redis: Redis, name: str, missed: Callable[[], Awaitable[None]]) -> None:
        self._redis = redis
        self._name = name
        self._missed = missed
        self._connection: str | None = None

    @property
    def hears(self) -> bool:
        """Whether the node hears the others now (as far as known: it is looked twice a second)."""
        return self._connection is not None

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            found = await self._look()
            before, self._connection = self._connection, found
            if before is not None and found != before:
                await self._missed()
            await asyncio.sleep(_EVERY_S)

    async def _look(self) -> str | None:
        try:
            listed = await self._redis.client_list(_type="pubsub")
        except (RedisError, OSError):
            return None
        return next((str(each["id"]) for each in listed if each.get("name") == self._name), None)
