"""The OpenAPI document, made from the route table, so that it cannot disagree with it."""

from collections.abc import Sequence
from typing import Any

from mock_server.entities import Json
from mock_server.envelope import API_VERSION
from mock_server.errors import HTTP_STATUS, ErrorCode
from mock_server.rest.route import PARAMETER, Route
from mock_server.scenario.model import Priority, SprintStatus, TaskStatus

_TEXT: Json = {"type": "string"}
_WHOLE: Json = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_VERSION: Json = {"type": "integer", "minimum": 1, "description": "Grows by one with each accepted change"}
_PERCENT: Json = {
    "type": "integer",
    "minimum": 0,
    "maximum": 100,
    "description": "Share of the epic's tasks that is done, in whole percent",
}
_REF = "#/components/schemas/"


def document(routes: Sequence[Route], *, requires_auth: bool = True, enveloped: bool = True) -> Json:
    """Return the OpenAPI 3.1 document for `routes`, as they are served with or without REQUIRE_AUTH.

    When answers are not `enveloped`, neither are errors.
    """
    paths: dict[str, Json] = {}
    schemas = _results()
    if not enveloped:
        schemas["Failure"]["properties"].pop("success")
        schemas["Failure"]["required"] = ["error"]
    for route in routes:
        schemas.update({**_input_schemas(route), **route.schemas})
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(
            route, needs_token=route.needs_token and requires_auth
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lockstep stub gateway",
            "version": API_VERSION,
            "description": "The REST half of the contract. A write does the same as its socket event.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(route: Route, *, needs_token: bool) -> Json:
    operation: Json = {
        "summary": route.summary,
        "operationId": _operation_id(route),
        "responses": {str(route.status): _response(route), **_error_responses(route)},
        "security": [{"bearer": []}] if needs_token else [],
    }
    parameters = [_parameter(name, "path", _TEXT) for name in PARAMETER.findall(route.template)]
    parameters += [_parameter(name, "query", _WHOLE) for name in route.query]
    if parameters:
        operation["parameters"] = parameters
    if route.input is not None:
        name = route.input.__name__
        schema: Json = {"$ref": _REF + name}
        needed = bool(_input_schemas(route)[name]["required"])
        if not needed:
            schema = {"anyOf": [schema, {"type": "null"}]}
        operation["requestBody"] = {"required": needed, "content": {"application/json": {"schema": schema}}}
    if route.body is not None:
        schema = {"$ref": _REF + route.body}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _operation_id(route: Route) -> str:
    words = [word for word in route.template.replace("{id}", "one").split("/") if word not in ("", "api")]
    return "_".join([route.method.lower(), *words]).replace(".", "_")


def _response(route: Route) -> Json:
    if route.result == "Metrics":
        return {"description": route.summary, "content": {"text/plain": {"schema": _TEXT}}}
    data: Json = {"$ref": _REF + route.result}
    if route.many:
        data = {"type": "array", "items": data}
    schema = _object(success={"const": True}, data=data, metadata={"$ref": _REF + "Metadata"})
    content = {"application/json": {"schema": schema if route.enveloped else data}}
    return {"description": route.summary, "content": content}


def _error_responses(route: Route) -> Json:
    codes: dict[int, list[str]] = {}
    for code in route.errors:
        codes.setdefault(HTTP_STATUS[code], []).append(code.value)
    if route.needs_token:
        codes.setdefault(401, []).append(ErrorCode.TOKEN_EXPIRED.value)
    if route.template.startswith("/api/"):
        codes.setdefault(429, [ErrorCode.RATE_LIMITED.value])
    if route.input is not None or route.body is not None:
        codes.setdefault(413, [ErrorCode.TOO_LARGE.value])
    schema = {"$ref": _REF + "Failure"}
    return {
        str(status): {"description": " or ".join(names), "content": {"application/json": {"schema": schema}}}
        for status, names in sorted(codes.items())
    }


def _parameter(name: str, where: str, schema: Json) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _input_schemas(route: Route) -> Json:
    if route.input is None:
        return {}
    schema = route.input.model_json_schema(by_alias=True, ref_template=_REF + "{model}")
    definitions: Json = schema.pop("$defs", {})
    # What the path says need not be in the body.
    in_path = {"id", "projectId"} if PARAMETER.search(route.template) else set()
    schema["required"] = [name for name in schema.get("required", []) if name not in in_path]
    schema["properties"] = {
        name: value for name, value in schema["properties"].items() if name not in in_path
    }
    return {**definitions, route.input.__name__: schema}


def _results() -> Json:
    return {
        "Task": _task(),
        "Epic": _object(
            id=_TEXT,
            projectId=_TEXT,
            title=_TEXT,
            description=_TEXT_OR_NULL,
            status=_TEXT,
            progress=_PERCENT,
            version=_VERSION,
        ),
        "Project": _object(
            id=_TEXT,
            name=_TEXT,
            description=_TEXT_OR_NULL,
            status=_TEXT,
            members={"type": "array", "items": _TEXT},
            version=_VERSION,
        ),
        "Sprint": _object(
            id=_TEXT, projectId=_TEXT, name=_TEXT, status=_one_of(SprintStatus), version=_VERSION
        ),
        "Deleted": _object(id=_TEXT, projectId=_TEXT, version=_VERSION),
        "Session": _object(token=_TEXT, user=_object(id=_TEXT, name=_TEXT, email=_TEXT, role=_TEXT)),
        "Health": _object(status={"const": "healthy"}, connections={"type": "integer"}),
        "OpenApi": {"type": "object"},
        "Metadata": {
            **_object(timestamp=_TEXT, version=_TEXT, requestId=_TEXT, cursor=_TEXT_OR_NULL),
            "required": ["timestamp", "version", "requestId"],
        },
        "Failure": _object(
            success={"const": False},
            error={**_object(code=_TEXT, message=_TEXT, details={}), "required": ["code", "message"]},
        ),
    }


def _task() -> Json:
    position = {"type": "number", "description": "Orders the cards of a column, lowest on top"}
    return _object(
        id=_TEXT,
        projectId=_TEXT,
        sprintId=_TEXT_OR_NULL,
        epicId=_TEXT_OR_NULL,
        title=_TEXT,
        description=_TEXT_OR_NULL,
        status=_one_of(TaskStatus),
        priority=_one_of(Priority),
        assignee=_TEXT_OR_NULL,
        dueDate=_TEXT_OR_NULL,
        position=position,
        version=_VERSION,
        createdAt=_TEXT,
        updatedAt=_TEXT,
    )


def _one_of(words: Any) -> Json:
    return {"type": "string", "enum": [word.value for word in words]}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
