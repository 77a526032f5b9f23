"""The files that `lockstep init` writes: a target with its lens, a page object, and first specs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from harness.init.findings import Findings
from harness.init.recipe import quoted

_HEAD = """# Written by `lockstep init`; yours from now on. Check it: lockstep target check {path}
"""
_CONFTEST = '''"""What people do on the page. The lens tells what is on it: items, expect_item."""

import pytest

from harness import Client, action


class {name}(Client):
    """One person at work."""

    @action
    def add(self, text: str) -> None:
{add}
{remove}

@pytest.fixture(scope="session")
def client_type() -> type[{name}]:
    return {name}
'''
_REMOVE = """
    @action
    def remove(self, text: str) -> None:
        self.item(text).locator({selector}).first.click()
"""
_SYNC = '''"""What one person does, the other sees."""

from harness import Stage


def test_what_{one}_adds_shows_at_{other}s(stage: Stage) -> None:
    {one}, {other} = stage.clients("{one}", "{other}")
    text = stage.marked("From {one}")  # other than in any run before
    {one}.add(text)
    {other}.expect_item(text)
    stage.converged({one}, {other})
{tidy}'''
_RECONNECT = '''"""Who was cut off catches up."""

from harness import Stage


def test_{other}_catches_up_after_being_cut_off(stage: Stage) -> None:
    {one}, {other} = stage.clients("{one}", "{other}")
    away, back = stage.marked("While {other} was away"), stage.marked("When {other} was back")
    before = {other}.sid
    with stage.faults.cut({other}):
        {one}.add(away)
        {one}.expect_item(away)
    stage.wait_joined({other}, newer_than=before)
    {other}.expect_item(away)
    stage.converged({one}, {other})
    {one}.add(back)
    {other}.expect_item(back)
{tidy}'''
_TIDY = """    {one}.remove({text})
    {other}.expect_no_item({text})
"""
_BADGE = '''"""The badge tells whether the page is connected."""

from harness import Stage


def test_badge_tells_that_{one}_is_cut_off(stage: Stage) -> None:
    {one} = stage.client("{one}")
    {one}.expect_badge({connected})
    with stage.faults.cut({one}):
        {one}.expect_badge({cut})
    {one}.expect_badge({connected})
'''


def files(name: str, target: Mapping[str, Any], found: Findings, people: list[str]) -> dict[str, str]:
    """Path below the folder -> contents; `target` is what was known before anything was found."""
    one, other = people[:2]
    tidy, away, back = (
        _TIDY.format(one=one, other=other, text=text) if found.removes else ""
        for text in ("text", "away", "back")
    )
    path = f"targets/{name}.yaml"
    written = {
        path: _HEAD.format(path=path) + target_file(target, found),
        "specs/conftest.py": _conftest(name, found),
        "specs/test_sync.py": _SYNC.format(one=one, other=other, tidy=tidy),
        "specs/test_reconnect.py": _RECONNECT.format(one=one, other=other, tidy=away + back),
    }
    if found.badge:
        written["specs/test_badge.py"] = _BADGE.format(
            one=one, connected=quoted(found.badge.connected), cut=quoted(found.badge.cut)
        )
    return written


def target_file(target: Mapping[str, Any], found: Findings) -> str:
    """The target with all that was found, and what is not sure as comments."""
    lens = found.items.document()
    if found.badge:
        lens["badge"] = found.badge.selector
    gateway = {**target.get("gateway", {}), **found.gateway}
    said = {
        **target,
        **({"gateway": gateway} if gateway else {}),
        "contract": "none",
        "paths": {**target.get("paths", {}), "project": found.path.replace("{", "").replace("}", "")},
        "writes": {"allowed": True},
        "timeouts": {"expect_ms": 15_000},
        "lens": lens,
    }
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(said, stream)
    return "".join(f"# {line}\n" for line in _remarks(found)) + stream.getvalue()


def _remarks(found: Findings) -> Iterator[str]:
    yield f"Events sent: {_counted(found.sent)}; received: {_counted(found.received)}."
    yield f"Carried by {', then '.join(found.transports)}."
    yield f"The lens was read off {found.items.count} items."
    for doubt in found.items.doubts:
        yield f"Not sure: lens.{doubt}."
    if not found.items.column:
        yield "Not sure: one list was found. If the page has several, give lens.column and lens.column_name."
    if found.badge is None:
        yield "No badge was found: nothing turned when the socket was cut. If there is one: lens.badge."
    for text in found.left:
        yield f"Left on the list, for want of a button that removes it: {text}"
    yield "To have Lockstep start the app: frontend.start, such as {command: [npm, start], folder: ../app}."


def _counted(events: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in events.items()) or "none"


def _conftest(name: str, found: Findings) -> str:
    remove = _REMOVE.format(selector=quoted(found.removes)) if found.removes else ""
    lines = "\n".join(f"        {line}" for line in found.adds.lines())
    return _CONFTEST.format(name=class_name(name), add=lines, remove=remove)


def class_name(name: str) -> str:
    """`shopping-list` -> `ShoppingList`."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[:1].upper() + word[1:] for word in words) or "App"
    return joined if joined[0].isalpha() else f"App{joined}"
