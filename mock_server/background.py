"""Tasks that belong to a world and end with it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """Starts tasks in order and keeps hold of them; `failed` hears of every exception that escapes one."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def later(self, delay_s: float, work: Callable[[], None]) -> None:
        """Call `work` after `delay_s` seconds, or at once when that is 0."""
        if delay_s <= 0:
            work()
        else:
            self.start(_after(delay_s, work))

    async def end(self) -> None:
        """Cancel all and wait until they are gone; nothing can be left behind."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failed(error)


async def _after(delay_s: float, work: Callable[[], None]) -> None:
    await asyncio.sleep(delay_s)
    work()
