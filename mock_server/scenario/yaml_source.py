"""Reads YAML text into plain values, keeping the line each value was written on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from mock_server.errors import DocumentError, Problem
from mock_server.scenario.where import Where, dotted

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_TIMESTAMP = _TAG + "timestamp"
_MOST_VALUES = 200_000


@dataclass(slots=True, kw_only=True)
class Source:
    """One YAML document: its plain value, the line of each part of it, and what is wrong with it."""

    file: str
    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_source(text: str, *, file: str) -> Source:
    """Read one YAML document; raises `DocumentError` when the text is not YAML at all."""
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
        source = Source(file=file)
        if node is not None:
            source.value = _Reading(yaml, source).value(node, ())
    except YAMLError as error:
        raise DocumentError([_syntax_problem(error, text, file)]) from None
    except RecursionError:
        raise DocumentError([Problem(file=file, line=1, path="", message="nested too deeply")]) from None
    return source


def _syntax_problem(error: YAMLError, text: str, file: str) -> Problem:
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Problem(file=file, line=line, path="", message="a character that YAML does not allow")
    mark = None
    message = "this is not YAML"
    if isinstance(error, MarkedYAMLError):
        mark = error.context_mark if _ends_early(error) else error.problem_mark or error.context_mark
        message = _plain_words(error)
    line = mark.line + 1 if mark is not None else 1
    return Problem(file=file, line=line, path="", message=message)


def _plain_words(error: MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "'\\t'" in problem:
        return "a tab where only spaces may indent"
    if "another document" in problem:
        return "a second document ('---') in one file"
    if problem == "mapping values are not allowed here":
        return "not YAML: a ':' where no key can be (wrong indentation, or text that needs quotes)"
    if _ends_early(error):
        return f"not YAML: the file ends {error.context}"
    begun = error.context_mark
    since = f" ({error.context}, begun in line {begun.line + 1})" if begun is not None else ""
    return f"not YAML: {problem}{since}"


def _ends_early(error: MarkedYAMLError) -> bool:
    return error.context_mark is not None and (error.problem or "").endswith(
        ("end of stream", "'<stream end>'")
    )


class _Reading:
    """Walks the node tree of one document."""

    def __init__(self, yaml: YAML, source: Source) -> None:
        self._yaml = yaml
        self._source = source
        self._open: list[Node] = []
        self._count = 0

    def value(self, node: Node, where: Where) -> Any:
        self._source.lines.setdefault(where, node.start_mark.line + 1)
        self._count += 1
        if any(node is outer for outer in self._open):
            return self._wrong(node, where, "an anchor that holds itself")
        if self._count > _MOST_VALUES:
            raise DocumentError([self._problem(node, where, "too many values, repeated by anchors")])
        if isinstance(node, ScalarNode):
            return self._scalar(node, where)
        self._open.append(node)
        try:
            if isinstance(node, SequenceNode):
                return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
            return self._mapping(node.value, where)
        finally:
            self._open.pop()

    def _mapping(self, entries: list[tuple[Node, Node]], where: Where) -> dict[str, Any]:
        found: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        for key_node, value_node in entries:
            if key_node.tag == _MERGE:
                for merged in self._merged(value_node, where):
                    inherited = {**merged, **inherited}
                continue
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, where, "a key must be text")
                continue
            key = str(key_node.value)
            if key in found:
                first = self._source.lines[*where, key]
                self._wrong(key_node, (*where, key), f"written twice; first in line {first}")
                continue
            self._source.lines[*where, key] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*where, key))
        return {**inherited, **found}

    def _merged(self, node: Node, where: Where) -> Iterator[dict[str, Any]]:
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            value = self.value(source, where)
            if isinstance(value, dict):
                yield value
            else:
                self._wrong(source, where, "'<<' takes in mappings only")

    def _scalar(self, node: ScalarNode, where: Where) -> Any:
        if node.tag == _TIMESTAMP:
            return str(node.value)  # dates stay as written: on the wire they are text
        try:
            value = self._yaml.constructor.construct_object(node, deep=True)
        except (YAMLError, ValueError, ArithmeticError):
            return self._wrong(node, where, f"cannot be read as '{_short(node.tag)}'")
        if isinstance(value, float) and not isfinite(value):
            return self._wrong(node, where, "must be a finite number")
        if isinstance(value, str):
            return self._text(node, where, value)
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._wrong(node, where, f"cannot be read as '{_short(node.tag)}'")

    def _text(self, node: ScalarNode, where: Where, value: str) -> Any:
        try:
            value.encode()
        except UnicodeEncodeError:
            return self._wrong(node, where, "half a surrogate pair, which no text can hold")
        return value

    def _problem(self, node: Node, where: Where, message: str) -> Problem:
        line = node.start_mark.line + 1
        return Problem(file=self._source.file, line=line, path=dotted(where), message=message)

    def _wrong(self, node: Node, where: Where, message: str) -> None:
        self._source.problems.append(self._problem(node, where, message))


def _short(tag: str | None) -> str:
    return str(tag).replace(_TAG, "!!")
