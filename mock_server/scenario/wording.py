"""Says in plain words what a model found wrong with a value."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from mock_server.scenario.where import Where

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "'key: value' lines",
    "model_type": "'key: value' lines",
}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def unknown(kind: str, word: str, known: Iterable[str], *, within: str = "") -> tuple[str, str]:
    """Return message and nearest right word for one that is not known; without a near one, list the known."""
    words = tuple(known)
    nearest = get_close_matches(word, words, n=1)
    message = f"unknown {kind} '{word}'{within and ' '}{within}"
    if nearest:
        return message, nearest[0]
    listed = f"known: {', '.join(words)}" if words else f"there is no {kind}"
    return f"{message} ({listed})", ""


def wording(model: type[BaseModel], detail: ErrorDetails) -> tuple[str, str]:
    """Return message and nearest right word ("" for none) for one finding of pydantic."""
    kind, value = detail["type"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind == "missing":
        return "is required", ""
    if kind == "extra_forbidden":
        return _unknown_key(model, detail["loc"][:-1], str(detail["loc"][-1]))
    if kind in ("enum", "literal_error"):
        return unknown("value", str(value), re.findall(r"'([^']*)'", context["expected"]))
    if kind in _WANTED:
        quotes = ": put it in quotes" if kind == "string_type" and isinstance(value, int | float) else ""
        return f"must be {_WANTED[kind]}, not {_described(value)}{quotes}", ""
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        bound = context[key]
        whole = int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        return f"must be {words} {whole}, not {value}", ""
    return _length(kind, context) or _other(kind, detail, context), ""


def _unknown_key(model: type[BaseModel], loc: Where, key: str) -> tuple[str, str]:
    """Say so in the words of the model there: `KEYS_ARE` names its keys, `NOT_HERE` explains other words."""
    models = _models_at(model, loc)
    kind = "key"
    for each in models:
        kind = getattr(each, "KEYS_ARE", kind)
        elsewhere: Mapping[str, str] = getattr(each, "NOT_HERE", {})
        if key in elsewhere:
            return elsewhere[key], ""
    return unknown(kind, key, _keys_of(models))


def _models_at(model: type[BaseModel], loc: Where) -> list[type[BaseModel]]:
    """Return the models that a place of the document may hold."""
    here: list[Any] = [model]
    for part in loc:
        # Where nothing lies below, the part is none of the document's: the name of a union's branch.
        here = [inner for each in here for inner in _below(each, part)] or here
    return [each for each in here if isinstance(each, type) and issubclass(each, BaseModel)]


def _keys_of(models: Iterable[type[BaseModel]]) -> list[str]:
    """Return the keys of the models, as they name them."""
    fields = (field for each in models for field in each.model_fields.items())
    return list(dict.fromkeys(item.alias or name for name, item in fields))


def _below(here: Any, part: str | int) -> list[Any]:
    """Return every type that may stand under a key or index of a type."""
    if isinstance(here, type) and issubclass(here, BaseModel):
        fields = here.model_fields.items()
        found = [item.annotation for name, item in fields if part in (item.alias or name, name)]
    elif get_origin(here) is dict:
        found = [get_args(here)[1]]
    else:
        found = [*get_args(here)[:1]] if get_origin(here) in (tuple, list) and isinstance(part, int) else []
    return [leaf for each in found for leaf in _leaves(each)]


def _leaves(annotation: Any) -> list[Any]:
    """Return the types that an annotation is made of, its unions taken apart."""
    if get_origin(annotation) is Annotated:
        return _leaves(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [leaf for branch in get_args(annotation) for leaf in _leaves(branch)]
    return [annotation]


def _described(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text '{value}'"
    return "a list" if isinstance(value, list | tuple) else "'key: value' lines"


def _length(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "string_too_short" and context["min_length"] == 1:
        return "must not be empty"
    if kind == "string_too_long":
        return f"must be at most {context['max_length']} characters long"
    if kind == "too_short":
        return f"must have at least {context['min_length']} item(s)"
    if kind == "too_long":
        return f"must have at most {context['max_length']} item(s)"
    return ""


def _other(kind: str, detail: ErrorDetails, context: Mapping[str, Any]) -> str:
    if kind == "string_pattern_mismatch":
        return f"'{detail['input']}' does not look as it should (pattern {context['pattern']})"
    message = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return message[:1].lower() + message[1:]
