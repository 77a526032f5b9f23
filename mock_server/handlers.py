"""Python handlers of rules, `handler: my_rules.py:on_update`: loads them, calls them, and survives them."""

import sys
import traceback
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from mock_server.errors import DocumentError, Problem
from mock_server.events import ServerEvent
from mock_server.request import Request
from mock_server.scenario.any_app import check_emitted, check_keys, check_receiver
from mock_server.scenario.handler_names import split_handler
from mock_server.scenario.located import Located, parse, shown
from mock_server.scenario.model import Answer, Scenario

_RECEIVERS = ("sender", "others")
_ROOMS = ("project:", "sprint:")

Handler = Callable[[Request], Any]
"""Gets the request; returns a mapping with the keys of an answer, or None for the built-in one."""


class HandlerError(Exception):
    """Raised when a handler fails or returns what is no answer; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    file: Path
    function: Handler


class Handlers:
    """The handlers of one scenario: each file is run once, so what it keeps lives as long as the rules.

    Raises DocumentError, with the line in the Python file, when one cannot be loaded.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._people = tuple(scenario.people)
        self._any_app = not scenario.keeps_to_contract
        self._loaded: dict[str, _Loaded] = {}
        modules: dict[Path, ModuleType] = {}
        for name in scenario.handlers():
            file, function = _file_of(scenario, name)
            if file not in modules:
                modules[file] = _module(file)
            self._loaded[name] = _Loaded(file=file, function=_function(modules[file], file, function))

    def answer(self, name: str, request: Request) -> Answer:
        """Call a handler and return its answer; raises HandlerError."""
        loaded = self._loaded[name]
        try:
            returned = loaded.function(deepcopy(request))  # what it changes is its own
        except BaseException as error:  # whatever somebody's code comes up with, the stub lives on
            raise HandlerError(f"{_place(error, loaded.file)}: {_said(error)} (handler {name})") from None
        if returned is None:
            return Answer()
        located = Located(file=f"what {name} returned", value=returned)
        answer, problems = parse(Answer, located)
        problems = (*problems, *self._check_emits(located))
        if answer is None or problems:
            line = getattr(getattr(loaded.function, "__code__", None), "co_firstlineno", 1)
            wrong = "; ".join(str(each) for each in problems)
            raise HandlerError(f"{shown(loaded.file)}:{line}: {wrong}")
        return answer

    def _check_emits(self, answer: Located) -> Iterator[Problem]:
        """Yield what would go to nobody; rooms may have come about since the scenario was read."""
        if not self._any_app:
            yield from check_keys(answer)
        known = (*_RECEIVERS, *self._people)
        for emit in answer.get("emit").each():
            event, to = emit.get("event"), emit.get("to")
            if self._any_app:
                yield from check_emitted(event)
                yield from check_receiver(to, self._people, is_timed=False)
                continue
            if event.text() not in (None, *ServerEvent):
                yield event.unknown("event", ServerEvent)
            text = to.text()
            if text is not None and text not in known and not text.startswith(_ROOMS):
                yield to.unknown("receiver", (*known, *(f"{room}<id>" for room in _ROOMS)))


def _file_of(scenario: Scenario, name: str) -> tuple[Path, str]:
    file, function = split_handler(name)
    assert scenario.path is not None, "the check of the scenario asks for a file"
    return scenario.path.parent / file, function


def _module(file: Path) -> ModuleType:
    """Run a Python file; not by import, so that no stale bytecode is used and none is left beside it."""
    module = ModuleType(f"lockstep_handlers_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    try:
        exec(_code(file), module.__dict__)
    except BaseException as error:
        line = _line(error, file)
        raise DocumentError([_problem(file, line, f"cannot be loaded: {_said(error)}")]) from None
    return module


def _code(file: Path) -> CodeType:
    try:
        return compile(file.read_bytes(), str(file), "exec")
    except SyntaxError as error:
        raise DocumentError([_problem(file, error.lineno, f"not Python: {error.msg}")]) from None
    except (OSError, ValueError) as error:
        raise DocumentError([_problem(file, 1, f"cannot be read: {error}")]) from None


def _function(module: ModuleType, file: Path, name: str) -> Handler:
    function = getattr(module, name, None)
    if not callable(function):
        raise DocumentError([_problem(file, 1, f"'{name}' is no function")])
    handler: Handler = function
    return handler


def _problem(file: Path, line: int | None, message: str) -> Problem:
    return Problem(file=shown(file), line=line, path="", message=message)


def _place(error: BaseException, file: Path) -> str:
    return f"{shown(file)}:{_line(error, file)}"


def _line(error: BaseException, file: Path) -> int:
    """Return the innermost line of the file that an error went through."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file) and frame.lineno is not None]
    return lines[-1] if lines else 1


def _said(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
