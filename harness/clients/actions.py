"""Marks what a spec does at a client for the timeline: `@action` on the methods of page objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

from playwright.sync_api import Page

from harness.clients.recorder import recorder_of

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def acting(page: Page, name: str, /, **args: Any) -> Iterator[None]:
    """The block is the action `name` (`board.drag`) with `args`, done on `page`."""
    __tracebackhide__ = True
    recorder = recorder_of(page)
    if recorder is None:
        yield
        return
    with recorder.action(name, **args):
        yield


def action(method: Callable[P, R]) -> Callable[P, R]:
    """Each call of this page object's method is an action in the timeline, with the arguments it was given.

    The page object keeps its page as `self._page`, or is a client itself. It may say as `part` what it is
    called (`part = "board"`); else its class' name is taken. For a method that is itself a context manager
    use `acting`.
    """
    parameters = signature(method)

    @wraps(method)
    def acted(*args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        owner: Any = args[0]
        given = parameters.bind(*args, **kwargs).arguments
        told = {name: value for name, value in list(given.items())[1:] if value is not None}
        part = getattr(owner, "part", type(owner).__name__.lower())
        page: Page = owner._page if hasattr(owner, "_page") else owner.page
        with acting(page, f"{part}.{method.__name__}", **told):
            return method(*args, **kwargs)

    return acted
