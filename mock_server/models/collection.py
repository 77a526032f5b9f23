"""`model: collection`: named collections, kept by the server; each change is told. Rules come first."""

from collections.abc import Mapping
from typing import Any

from mock_server.auth import Actor
from mock_server.connections import Audience, without_echo
from mock_server.entities import Json
from mock_server.journal import Kind
from mock_server.models.bare import Bare
from mock_server.models.items import Items
from mock_server.scenario.collections import EVERYBODY, ROOM, VERSION, CollectionSpec, filled
from mock_server.store.change import Op
from mock_server.world import World


class Collection(Bare):
    """A bare server with things to keep. Implements `models.model.Model`."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._specs: Mapping[str, CollectionSpec] = world.scenario.collections
        self._kept = {name: Items(name, spec, world.scenario.seed) for name, spec in self._specs.items()}

    def snapshot(self) -> Json:
        return {name: items.all() for name, items in self._kept.items()}

    # -- calls: all raise CallError, and then nothing changed ------------------------------------------------

    def items(self, name: str) -> list[Json]:
        return self._kept[name].all()

    def item(self, name: str, key: str) -> Json:
        return self._kept[name].get(key)

    def create(self, name: str, body: Any, actor: Actor) -> Json:
        item = self._kept[name].add(body)
        self._tell(Op.CREATED, name, actor, item)
        return item

    def change(self, name: str, key: str, body: Any, actor: Actor, *, whole: bool) -> Json:
        before, after = self._kept[name].change(key, body, whole=whole)
        self._tell(Op.UPDATED, name, actor, after, before)
        return after

    def delete(self, name: str, key: str, version: int | None, actor: Actor) -> Json:
        item = self._kept[name].remove(key, version)
        self._tell(Op.DELETED, name, actor, item)
        return item

    def _tell(self, op: Op, name: str, actor: Actor, item: Json, before: Json | None = None) -> None:
        """Journal a change and send its event; an item that moves is heard of in both rooms."""
        spec, world = self._specs[name], self._world
        version = item.get(VERSION) if spec.versions else None
        world.journal.append(Kind.STORE, op=op.value, entity=name, id=str(item[spec.key]), version=version)
        event = filled(spec.events, {"collection": name, "verb": op.value})
        namespace = next(iter(self.namespaces))
        if spec.to == EVERYBODY:
            due = Audience(everyone=True, namespace=namespace)
        else:
            seen_as = (item,) if before is None else (before, item)
            rooms = [filled(spec.to.removeprefix(ROOM), each) for each in seen_as]
            due = Audience(rooms=frozenset(rooms), namespace=namespace)
        user = None if actor.anonymous else actor.id
        world.send(event, [item], without_echo(due, world.settings.echo, None, user), version=version)


def collection(world: World) -> Collection:
    """Return the collection model of a world that has it."""
    assert isinstance(world.model, Collection), "only its own routes ask for it"
    return world.model
