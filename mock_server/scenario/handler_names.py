"""Checks `handler: file.py:function` without running the file: that both are there, and fit to be called."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from mock_server.errors import Problem
from mock_server.scenario.located import Located, shown

_NAME = re.compile(r"(?P<file>[^:/\\]+\.py):(?P<function>[^\W\d]\w*)")


def split_handler(name: str) -> tuple[str, str]:
    """Return file and function of a name that has been checked."""
    file, _, function = name.partition(":")
    return file, function


def check_handler(handler: Located, folder: Path | None) -> Iterator[Problem]:
    """Yield what is wrong with a handler's name; `folder` is that of the scenario, None without a file."""
    text = handler.text()
    if text is None:
        return
    found = _NAME.fullmatch(text)
    if found is None:
        yield handler.problem(f"'{text}' is not like 'my_rules.py:on_update', a file beside the scenario")
        return
    if folder is None:
        yield handler.problem("a handler stands beside the scenario's file, and this scenario has none")
        return
    file = folder / found["file"]
    if not file.is_file():
        known = sorted(each.name for each in folder.glob("*.py"))
        yield handler.with_value(found["file"]).unknown("file", known)
        return
    yield from _check_function(handler, file, found["function"])


def _check_function(handler: Located, file: Path, name: str) -> Iterator[Problem]:
    try:
        tree = ast.parse(file.read_bytes())
    except SyntaxError as error:
        message = f"not Python: {error.msg}"
        yield Problem(file=shown(file), line=error.lineno, path="", message=message)
        return
    except ValueError:
        yield Problem(file=shown(file), line=1, path="", message="not Python: it holds a null character")
        return
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    waiting = {each.name for each in tree.body if isinstance(each, ast.AsyncFunctionDef)}
    if name in waiting:
        yield handler.problem(f"'{name}' is an 'async def'; a handler is a plain 'def'")
    elif name not in functions:
        within = f"in {file.name}"
        yield handler.with_value(name).unknown("function", functions, within=within)
    elif not _takes_one(functions[name].args):
        yield handler.problem(f"'{name}' must take one argument, the request")


def _takes_one(arguments: ast.arguments) -> bool:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    keywords = [default for default in arguments.kw_defaults if default is None]
    return required <= 1 and (bool(positional) or arguments.vararg is not None) and not keywords
