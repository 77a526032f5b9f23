"""`lockstep serve --watch`: reads a scenario again when its file, or a Python file beside it, has changed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from mock_server.errors import DocumentError
from mock_server.journal import Kind
from mock_server.log import log
from mock_server.scenario.load import load_scenario
from mock_server.scenario.model import Scenario
from mock_server.world import World

_EVERY_S = 0.2
_FOR_THE_NEXT_RESET = (
    "model", "namespaces", "people", "projects", "collections", "gateway", "frontend", "faults",
)  # fmt: skip

State: TypeAlias = dict[Path, tuple[int, int, int]]
"""Time of change, size and inode of each file that is there."""


class Watch:
    """Keeps the rules of the running world as its scenario's file says, `seed` in place of its own."""

    def __init__(
        self, world: Callable[[], World], *, seed: int | None = None, every_s: float = _EVERY_S
    ) -> None:
        self._world = world
        self._seed = seed
        self._every_s = every_s
        self._path: Path | None = None
        self._known: State = {}
        self._before: State = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Read the scenario again if its files differ from those before, and have come to rest."""
        world = self._world()
        path = world.scenario.path
        if path is None:
            return
        now = await asyncio.to_thread(_state, path)
        if path != self._path:
            self._path, self._known = path, now
        elif now != self._known and now == self._before:
            self._known = now
            await self._read_again(world, path)
        self._before = now

    async def _read_again(self, world: World, path: Path) -> None:
        try:
            scenario = await asyncio.to_thread(load_scenario, path, seed=self._seed)
            world.reload(scenario)
        except DocumentError as error:
            for problem in error.problems:
                log.error(str(problem))
            log.warning("not reloaded: the rules before stay", scenario=world.scenario.name)
            problems = [str(problem) for problem in error.problems]
            world.journal.append(Kind.RELOAD, ok=False, problems=problems)
            return
        more = {"from_the_next_reset": waiting} if (waiting := _waiting(world.scenario, scenario)) else {}
        log.info("reloaded", scenario=scenario.name, rules=len(scenario.rules), **more)
        world.journal.append(Kind.RELOAD, ok=True, rules=len(scenario.rules))


def _state(path: Path) -> State:
    """Return the state of a scenario's file and of the Python files beside it, which its handlers may be."""
    state: State = {}
    for file in (path, *path.parent.glob("*.py")):
        try:
            found = file.stat()
        except OSError:
            continue  # gone, or just being replaced
        state[file] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return state


def _waiting(running: Scenario, read: Scenario) -> str:
    """Name the parts that were changed too, but take effect only when the world begins anew."""
    return ",".join(part for part in _FOR_THE_NEXT_RESET if getattr(running, part) != getattr(read, part))
