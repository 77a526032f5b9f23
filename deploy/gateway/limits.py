"""The contract's rate limit, counted in Redis, so that all nodes share one count."""

import math

from redis.asyncio import Redis
from redis.exceptions import RedisError

from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.model import RateLimit


class SharedRateLimit:
    """At most `max` calls of one caller in a window, which begins with the first call."""

    def __init__(self, redis: Redis, settings: RateLimit) -> None:
        self._redis = redis
        self._settings = settings

    async def check(self, caller: str) -> None:
        """Count one call; raises RATE_LIMITED with `retryAfter` in whole seconds when it is one too many."""
        if not self._settings.enabled:
            return
        key = f"lockstep:calls:{caller}"
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(key)
                pipe.pexpire(key, self._settings.window_ms, nx=True)
                pipe.pttl(key)
                count, _, left_ms = await pipe.execute()
        except (RedisError, OSError):
            raise CallError(ErrorCode.UNAVAILABLE, "the store cannot be reached") from None
        if count > self._settings.max:
            raise CallError(
                ErrorCode.RATE_LIMITED,
                f"more than {self._settings.max} calls in {self._settings.window_ms} ms",
                details={"retryAfter": max(1, math.ceil(left_ms / 1000))},
            )
