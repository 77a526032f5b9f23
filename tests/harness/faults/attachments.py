"""A world in which bob's bytes come back to him, and what his app's own library makes of them."""

from __future__ import annotations

from typing import Any

from pages.devmentor import DevMentor

from harness.scenario import Scenario, read_scenario
from tests.harness.conftest import PROJECT

#: The stub tells everybody in the room what it is sent, bytes as bytes.
_TELL = {
    "on": "task:create",
    "reply": {"ok": True},
    "emit": [{"event": "system:notification", "to": "project:atlas", "data": "${args.0}"}],
}
LISTEN = """() => {
  globalThis.heard = [];
  const shown = (value) => (value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value);
  websocketService.on("system:notification", ({ title, blob }) => heard.push([title, shown(blob)]));
}"""
_SEND = """([title, bytes]) => {
  const change = { projectId: "atlas", title, blob: bytes && new Uint8Array(bytes) };
  websocketService.send("task:create", change);
}"""


def read(name: str) -> Scenario:
    """The scenario `name`, and a stub that tells."""
    document = read_scenario(name, PROJECT / "fixtures" / "scenarios", seed=None).document()
    return Scenario.from_document({**document, "rules": [_TELL]})


def send(client: DevMentor, *told: tuple[str, list[int] | None]) -> None:
    """Events with a title, and bytes or none."""
    for each in told:
        client.page.evaluate(_SEND, list(each))


def heard(client: DevMentor, count: int) -> list[Any]:
    """What the app has heard, title and bytes, once that is `count` of them."""
    client.page.wait_for_function("(count) => heard.length >= count", arg=count)
    found: list[Any] = client.page.evaluate("heard")
    return found
