"""The JSON Schema of scenario files, made from the model, for editors to complete and check by."""

from typing import Any

from mock_server.scenario.model import Scenario

NAME = "scenario.schema.json"

Schema = dict[str, Any]

_FILLED_IN = {
    "Person": ("id", "name", "email", "password"),
    "ProjectSpec": ("name",),
    "EpicSpec": ("id",),
    "SprintSpec": ("id",),
    "TaskSpec": ("id", "position"),
}
"""What the model requires and `completion` adds where the file leaves it out."""


def scenario_schema() -> Schema:
    """Return the schema of a file as people write it: less is required than the model does."""
    schema = Scenario.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema["$defs"]
    for name, keys in _FILLED_IN.items():
        _no_longer_required(definitions[name], keys)
    _no_longer_required(schema, ("name",))
    # `alice:` with nothing behind it is a person.
    people = schema["properties"]["people"]
    people["additionalProperties"] = {"anyOf": [people["additionalProperties"], {"type": "null"}]}
    plain = _plain(schema)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Lockstep scenario"}
    return {**head, **{key: value for key, value in plain.items() if key != "title"}}


def _no_longer_required(definition: Schema, keys: tuple[str, ...]) -> None:
    left = [key for key in definition.pop("required", []) if key not in keys]
    if left:
        definition["required"] = left


def _plain(value: Any, *, is_names: bool = False) -> Any:
    """Return a schema without the titles that only repeat names; below `is_names`, keys are names."""
    if isinstance(value, dict):
        return {
            key: _plain(part, is_names=key in ("properties", "$defs") and not is_names)
            for key, part in value.items()
            if is_names or key != "title"
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value
