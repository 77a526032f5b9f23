"""The shared store: one Redis key for each project, each change atomic together with what tells of it.

A change WATCHes its project's key, works on a copy, and writes it back and publishes its events in one
MULTI/EXEC. When another node was quicker, EXEC does nothing and the change is tried on what is there now. So
every node hears the events of a project in the order of its versions, none is lost between the write and the
broadcast, and a node that dies in the middle holds no lock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError, WatchError

from deploy.gateway.documents import ProjectDocument, documents_of, from_json, tables_of, to_json
from deploy.gateway.outbox import CHANNEL, messages
from deploy.gateway.telling import Telling
from mock_server.errors import CallError, ErrorCode
from mock_server.store.tables import Tables

_PROJECTS = "lockstep:projects"
_OWNERS = "lockstep:owners"
_SEEDED = "lockstep:seeded"
_SEEN = "lockstep:seen"
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a change did to its tables."""

    result: Any
    told: list[Telling]
    wrote: bool = True


Run = Callable[[Tables], Step]
"""Changes tables that hold one project (or none); raises CallError, and then nothing happened."""


class Store:
    """What is kept in Redis. Every method raises CallError UNAVAILABLE when Redis cannot be reached."""

    def __init__(self, redis: Redis, *, publishes: bool = True) -> None:
        """`redis` decodes its answers. With `publishes`, what is to be told goes out with the write."""
        self._redis = redis
        self._publishes = publishes

    # -- reading ---------------------------------------------------------------------------------------------

    async def tables(self, project_id: str | None) -> Tables:
        """Return tables with this project in them, or none when there is no such project."""
        with _reached():
            raw = None if project_id is None else await self._redis.get(_key(project_id))
        return tables_of(None if raw is None else from_json(raw))

    async def owner(self, part_id: str) -> str | None:
        """Return the project that a task, epic or sprint belongs to."""
        with _reached():
            raw = await self._redis.hget(_OWNERS, part_id)
        return None if raw is None else str(raw)

    async def documents(self) -> list[ProjectDocument]:
        """Return all projects, the oldest first."""
        with _reached():
            ids = [str(each) for each in await self._redis.lrange(_PROJECTS, 0, -1)]
            raws = await self._redis.mget([_key(each) for each in ids]) if ids else []
        return [from_json(raw) for raw in raws if raw is not None]

    async def ping(self) -> None:
        with _reached():
            await self._redis.ping()

    async def first_seen(self, user: str) -> bool:
        """Note that a user has connected; tell whether it is the first time on any node."""
        with _reached():
            return bool(await self._redis.sadd(_SEEN, user))

    # -- writing ---------------------------------------------------------------------------------------------

    async def change(self, project_id: str | None, run: Run) -> Step:
        """Carry a change out, atomically; `project_id` is None for one that makes a project."""
        with _reached():
            for _ in range(_ATTEMPTS):
                async with self._redis.pipeline(transaction=True) as pipe:
                    try:
                        return await self._attempt(pipe, project_id, run)
                    except WatchError:
                        continue
        raise CallError(ErrorCode.UNAVAILABLE, "too many changes at once")

    async def _attempt(self, pipe: Pipeline, project_id: str | None, run: Run) -> Step:
        raw: bytes | str | None = None
        if project_id is not None:
            await pipe.watch(_key(project_id))
            raw = await pipe.get(_key(project_id))
        before = None if raw is None else from_json(raw)
        tables = tables_of(before)
        step = run(tables)
        if step.wrote:
            _begin(pipe)
            _write(pipe, before, next(iter(documents_of(tables)), None))
            for message in await messages(step.told) if self._publishes else ():
                pipe.publish(CHANNEL, message)
            await pipe.execute()
        return step

    async def seed(self, tables: Tables) -> bool:
        """Put projects into a store that no node has seeded yet; tells whether this node has."""
        with _reached():
            async with self._redis.pipeline(transaction=True) as pipe:
                try:
                    await pipe.watch(_SEEDED)
                    if await pipe.exists(_SEEDED):
                        return False
                    _begin(pipe)
                    pipe.set(_SEEDED, 1)
                    for document in documents_of(tables):
                        _write(pipe, None, document)
                    await pipe.execute()
                except WatchError:
                    return False
        return True


def _begin(pipe: Pipeline) -> None:
    """Queue what follows instead of sending it."""
    pipe.multi()  # type: ignore[no-untyped-call]  # redis ships this one method without types


def _write(pipe: Pipeline, before: ProjectDocument | None, after: ProjectDocument | None) -> None:
    """Queue what makes `after` of `before`; None: there is no such project."""
    parts_before = frozenset() if before is None else before.part_ids
    parts_after = frozenset() if after is None else after.part_ids
    if after is not None:
        project_id = after.project.id
        pipe.set(_key(project_id), to_json(after))
        if before is None:
            pipe.rpush(_PROJECTS, project_id)
        if parts_after - parts_before:
            pipe.hset(_OWNERS, mapping=dict.fromkeys(sorted(parts_after - parts_before), project_id))
    elif before is not None:
        pipe.delete(_key(before.project.id))
        pipe.lrem(_PROJECTS, 0, before.project.id)
    if parts_before - parts_after:
        pipe.hdel(_OWNERS, *sorted(parts_before - parts_after))


def _key(project_id: str) -> str:
    return f"lockstep:project:{project_id}"


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError):
        raise CallError(ErrorCode.UNAVAILABLE, "the store cannot be reached") from None
