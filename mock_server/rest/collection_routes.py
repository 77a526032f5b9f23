"""The REST routes of `model: collection`."""

from collections.abc import Iterator

from mock_server.entities import Json
from mock_server.errors import ErrorCode
from mock_server.models.collection import collection
from mock_server.rest.calls import Answer, Handler, RestCall
from mock_server.rest.handlers import whole_number
from mock_server.rest.route import Route
from mock_server.scenario.collections import VERSION, CollectionSpec
from mock_server.scenario.model import Scenario

_WRITE = (ErrorCode.INVALID_INPUT, ErrorCode.CONFLICT)


def collection_routes(scenario: Scenario) -> Iterator[Route]:
    """Yield the routes of all collections of a scenario."""
    for name, spec in scenario.collections.items():
        yield from _of_all(name, spec)
        yield from _of_one(name, spec)


def _of_all(name: str, spec: CollectionSpec) -> Iterator[Route]:
    item, fields = name, f"{name}-fields"
    schemas: dict[str, Json] = {item: _item(spec), fields: {"type": "object"}}
    yield Route(
        method="GET",
        template=spec.path,
        summary=f"List every {name}, in the order in which they came",
        handler=lambda call: Answer(data=collection(call.world).items(name)),
        result=item,
        many=True,
        schemas=schemas,
        errors=(),
    )
    yield Route(
        method="POST",
        template=spec.path,
        summary=f"Create a {name}; without `{spec.key}` it is given one",
        handler=lambda call: Answer(
            data=collection(call.world).create(name, call.body, call.actor), status=201
        ),
        body=fields,
        result=item,
        schemas=schemas,
        status=201,
        errors=_WRITE,
    )


def _of_one(name: str, spec: CollectionSpec) -> Iterator[Route]:
    one = f"{spec.path}/{{id}}"
    item, fields = name, f"{name}-fields"
    stale = "; a stale `version` gets 409 with the current one in `details`" if spec.versions else ""
    yield Route(
        method="GET",
        template=one,
        summary=f"Read a {name}",
        handler=lambda call: Answer(data=collection(call.world).item(name, call.params["id"])),
        result=item,
        errors=(ErrorCode.NOT_FOUND,),
    )
    for method, what in (("PATCH", "Change the fields given of"), ("PUT", "Replace")):
        yield Route(
            method=method,
            template=one,
            summary=f"{what} a {name}{stale}",
            handler=_change(name, whole=method == "PUT"),
            body=fields,
            result=item,
            errors=(*_WRITE, ErrorCode.NOT_FOUND) if spec.versions else (_WRITE[0], ErrorCode.NOT_FOUND),
        )
    yield Route(
        method="DELETE",
        template=one,
        summary=f"Delete a {name}, and return it{stale}",
        handler=_delete(name),
        result=item,
        query=(VERSION,) if spec.versions else (),
        errors=(*_WRITE, ErrorCode.NOT_FOUND) if spec.versions else (ErrorCode.NOT_FOUND,),
    )


def _change(name: str, *, whole: bool) -> Handler:
    def handler(call: RestCall) -> Answer:
        model = collection(call.world)
        return Answer(data=model.change(name, call.params["id"], call.body, call.actor, whole=whole))

    return handler


def _delete(name: str) -> Handler:
    def handler(call: RestCall) -> Answer:
        named = whole_number(call, VERSION, 0) if VERSION in call.query else None
        return Answer(data=collection(call.world).delete(name, call.params["id"], named, call.actor))

    return handler


def _item(spec: CollectionSpec) -> Json:
    properties: Json = {spec.key: {"type": ["string", "integer"]}}
    required = [spec.key]
    if spec.versions:
        properties[VERSION] = {"type": "integer", "minimum": 1}
        required.append(VERSION)
    return {"type": "object", "properties": properties, "required": required}
