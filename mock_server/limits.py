"""The rate limit: how many calls one caller may make in a window."""

import math
from collections import deque
from collections.abc import Callable

from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.model import RateLimit


class RateLimiter:
    """Counts calls per key (a sid, a user) over a sliding window; `now_s` is a monotonic clock in seconds.

    A key whose calls have all left the window is forgotten, so that sockets that come and go leave nothing.
    """

    def __init__(self, settings: RateLimit, now_s: Callable[[], float]) -> None:
        self._settings = settings
        self._now_s = now_s
        self._calls: dict[str, deque[float]] = {}
        self._swept_s = now_s()

    def check(self, key: str) -> None:
        """Count one call; raises RATE_LIMITED with `retryAfter` in whole seconds when it is one too many."""
        if not self._settings.enabled:
            return
        now_s, window_s = self._now_s(), self._settings.window_ms / 1000
        if now_s - self._swept_s >= window_s:
            self._sweep(now_s - window_s)
        calls = self._calls.setdefault(key, deque())
        while calls and now_s - calls[0] >= window_s:
            calls.popleft()
        if len(calls) >= self._settings.max:
            retry_after_s = max(1, math.ceil(calls[0] + window_s - now_s))
            raise CallError(
                ErrorCode.RATE_LIMITED,
                f"more than {self._settings.max} calls in {self._settings.window_ms} ms",
                details={"retryAfter": retry_after_s},
            )
        calls.append(now_s)

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._calls)

    def _sweep(self, before_s: float) -> None:
        self._swept_s = self._now_s()
        self._calls = {key: calls for key, calls in self._calls.items() if calls[-1] > before_s}
