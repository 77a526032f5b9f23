"""Writes every key of a scenario file as tables, for fixtures/README.md, from the JSON Schema."""

import json
from collections.abc import Iterator
from typing import Any

from mock_server.scenario.schema import Schema, every_key

_HEADINGS = {
    "Scenario": "A scenario",
    "Person": "people.<key>",
    "ProjectSpec": "projects[]",
    "EpicSpec": "projects[].epics[]",
    "SprintSpec": "projects[].sprints[]",
    "TaskSpec": "projects[].tasks[]",
    "Generate": "projects[].generate",
    "CollectionSpec": "collections.<key>",
    "GatewaySettings": "gateway",
    "RateLimit": "gateway.rate_limit",
    "FrontendSettings": "frontend",
    "Rule": "rules[]",
    "Answer": "rules[].first, .then, .afterwards",
    "RuleError": "error",
    "Emit": "emit[]",
    "Spread": "delay_ms",
    "Body": "body",
    "Dribble": "body.dribble",
    "ScenarioFault": "faults[]",
    "PacketFault": "faults[].hold, .drop",
    "DelayFault": "faults[].delay",
    "DuplicateFault": "faults[].duplicate",
    "ReorderFault": "faults[].reorder",
    "AlterFault": "faults[].alter",
    "OversizeFault": "faults[].oversize",
    "BlockWebsocketFault": "faults[].block_websocket",
    "ConnectionFault": "faults[].unreachable, .starve_ping",
    "HttpErrorFault": "faults[].http_error",
    "HttpDelayFault": "faults[].http_delay",
    "RefuseFault": "faults[].refuse",
    "RefuseUpgradeFault": "faults[].refuse_upgrade",
    "SlowFault": "faults[].slow",
    "MisrouteFault": "faults[].misroute",
    "AckFault": "faults[].swallow_ack",
    "AckErrorFault": "faults[].ack_error",
    "AckDelayFault": "faults[].ack_delay",
    "RestFault": "faults[].rest_abort",
    "RestErrorFault": "faults[].rest_error",
}
_LONGEST = 90
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true, false",
    "null": "",
}


def reference() -> str:
    """Return the tables as Markdown."""
    schema = every_key()
    definitions = schema["$defs"]
    parts: dict[str, Schema] = {"Scenario": schema, **definitions}
    known = [name for name in _HEADINGS if name in parts]
    others = [name for name, each in parts.items() if name not in _HEADINGS and "properties" in each]
    return "\n\n".join("\n".join(_table(name, parts[name], definitions)) for name in (*known, *others))


def _table(name: str, part: Schema, definitions: dict[str, Schema]) -> Iterator[str]:
    yield f"### `{_HEADINGS[name]}`" if name != "Scenario" else f"### {_HEADINGS[name]}"
    yield ""
    yield _line(part.get("description", "").split("\n\n")[0])
    yield ""
    yield "| key | value | default | |"
    yield "|---|---|---|---|"
    required = part.get("required", [])
    for key, field in part["properties"].items():
        default = "*required*" if key in required else _default(field)
        meaning = _line(field.get("description", ""))
        yield f"| `{key}` | {_value(field, definitions)} | {default} | {meaning} |"


def _default(field: Schema) -> str:
    default = field.get("default")
    return "" if default in (None, [], {}) or isinstance(default, dict) else f"`{json.dumps(default)}`"


def _value(field: Any, definitions: dict[str, Schema]) -> str:
    """Say in words what may stand there."""
    if "enum" in field:
        words = ", ".join(f"`{word}`" for word in field["enum"])
        return words if len(words) <= _LONGEST else f"a word like `{field['enum'][0]}`"
    if "$ref" in field:
        return _named(field["$ref"].rsplit("/", 1)[1], definitions)
    for union in ("anyOf", "oneOf"):
        if union in field:
            said = [_value(branch, definitions) for branch in field[union]]
            return " or ".join(dict.fromkeys(each for each in said if each))
    if field.get("type") == "array":
        inner = field.get("items") or {"anyOf": field.get("prefixItems", [{}])}
        return f"list of {_value(inner, definitions)}"
    if field.get("type") == "object":
        return "`key: value` lines"
    return _WORDS.get(field.get("type", ""), "anything") + _bounds(field)


def _named(name: str, definitions: dict[str, Schema]) -> str:
    if name in _HEADINGS:
        return f"[{_HEADINGS[name]}](#{_anchor(_HEADINGS[name])})"
    return _value(definitions[name], definitions) if definitions.get(name) else "anything"


def _bounds(field: Schema) -> str:
    low, high, below = field.get("minimum"), field.get("maximum"), field.get("exclusiveMaximum")
    above = field.get("exclusiveMinimum")
    if above is not None:
        return f", over {above:g} to {high:g}" if high is not None else f", over {above:g}"
    if high is not None:
        return f", {low:g} to {high:g}"
    if below is not None:
        return f", {low:g} to under {below:g}"
    return f" from {low:g}" if low is not None else ""


def _anchor(heading: str) -> str:
    return "".join(
        letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "-_"
    )


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
