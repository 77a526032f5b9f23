"""The JSON Schema of scenario files, made from the model, for editors to complete and check by."""

from copy import deepcopy
from typing import Any

from mock_server.events import ClientEvent, ServerEvent
from mock_server.scenario.any_app import NOT_IN_DEVMENTOR
from mock_server.scenario.model import ModelName, Scenario
from mock_server.scenario.rules import METHODS

NAME = "scenario.schema.json"

Schema = dict[str, Any]

_FILLED_IN = {
    "Person": ("id", "name", "email", "password"),
    "ProjectSpec": ("name",),
    "EpicSpec": ("id",),
    "SprintSpec": ("id",),
    "TaskSpec": ("id", "position"),
    "CollectionSpec": ("path",),
}
"""What the model requires and `completion` adds where the file leaves it out."""


_ON: Schema = {
    "anyOf": [
        {"enum": [str(event) for event in ClientEvent]},
        {"type": "string", "pattern": f"^({'|'.join((*METHODS, *map(str.lower, METHODS)))}) /"},
        {"type": "null"},
    ]
}
_EVENT: Schema = {"enum": [str(event) for event in ServerEvent]}
_OF_RULES = ("Rule", "Answer", "Emit")
_ONLY_DEVMENTOR, _NOT_DEVMENTOR = ("projects",), ("namespaces",)


def scenario_schema() -> Schema:
    """Return the schema of a file as people write it; what rules may say hangs on the `model`."""
    schema = every_key()
    definitions, properties = schema["$defs"], schema["properties"]
    definitions.update(_of_contract(definitions))
    rules = properties["rules"]
    contract = {"items": {"$ref": "#/$defs/ContractRule"}}
    any_app = {"items": rules.pop("items")}
    others = [name.value for name in ModelName if name is not ModelName.DEVMENTOR]
    schema["if"] = {"properties": {"model": {"enum": others}}, "required": ["model"]}
    schema["then"] = {"properties": {"rules": any_app, **dict.fromkeys(_ONLY_DEVMENTOR, False)}}
    schema["allOf"] = [_collections_where_kept()]
    schema["else"] = {"properties": {"rules": contract, **dict.fromkeys(_NOT_DEVMENTOR, False)}}
    return schema


def _collections_where_kept() -> Schema:
    kept: Schema = {"properties": {"model": {"const": ModelName.COLLECTION.value}}, "required": ["model"]}
    return {"if": kept, "then": {"required": ["collections"]}, "else": {"properties": {"collections": False}}}


def _of_contract(definitions: dict[str, Schema]) -> dict[str, Schema]:
    """Return rules that name the contract's events alone, and nothing that its model has no use for."""
    text = {f"#/$defs/{name}": f"#/$defs/Contract{name}" for name in _OF_RULES}
    narrow: dict[str, Schema] = {
        f"Contract{name}": _renamed(deepcopy(definitions[name]), text) for name in _OF_RULES
    }
    for part in narrow.values():
        for key in NOT_IN_DEVMENTOR:
            part["properties"].pop(key, None)
    for name, key, words in (("ContractRule", "on", _ON), ("ContractEmit", "event", _EVENT)):
        said = narrow[name]["properties"][key]["description"]
        narrow[name]["properties"][key] = {**words, "description": said}
    return narrow


def _renamed(value: Any, references: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: references.get(part, part) if key == "$ref" else _renamed(part, references)
            for key, part in value.items()
        }
    return [_renamed(item, references) for item in value] if isinstance(value, list) else value


def every_key() -> Schema:
    """Return the schema whatever the `model` is: less is required than the model of the code does."""
    schema = Scenario.model_json_schema(by_alias=True)
    definitions: dict[str, Schema] = schema["$defs"]
    for name, keys in _FILLED_IN.items():
        _no_longer_required(definitions[name], keys)
    _no_longer_required(schema, ("name",))
    # `alice:` with nothing behind it is a person.
    for key in ("people", "collections"):
        named = schema["properties"][key]
        named["additionalProperties"] = {"anyOf": [named["additionalProperties"], {"type": "null"}]}
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
