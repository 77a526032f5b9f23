"""A stage whose scenario has faults, and what can be seen of it without the harness's own word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from pages.devmentor import DevMentor

from harness.stage import Stage

#: The app's own subscription hears what its library gives it: `[event, title, when]`.
_LISTEN = """(events) => {
  globalThis.heard = [];
  for (const event of events) {
    websocketService.on(event, (data) => heard.push([event, data.title, performance.now()]));
  }
}"""
#: Settles to the order in which these were answered, and by what; the first is begun first.
_IN_TURN = """async (asked) => {
  const answered = [];
  const ask = ({ event, data, url }) =>
    (url ? fetch(url) : websocketService.request(event, data)).then(() => "ok", ({ code }) => code);
  const all = asked.map((one) => ask(one).then((what) => answered.push([one.name, what])));
  await Promise.race([Promise.all(all), all.at(-1)]);
  return answered;
}"""
_EVENTS = (
    "epic:created", "epic:updated", "epic:deleted", "project:created", "project:updated", "sprint:started",
    "task:created", "task:updated", "system:notification",
)  # fmt: skip


class World:
    """A stage whose scenario has `faults`; bob's page is opened when it is first asked for."""

    def __init__(self, stage: Stage[DevMentor]) -> None:
        self.stage = stage
        self.stub = stage.stub
        self._bob: DevMentor | None = None

    @property
    def bob(self) -> DevMentor:
        if self._bob is None:
            self._bob = self.stage.client("bob")
            self._bob.page.evaluate(_LISTEN, list(_EVENTS))
        return self._bob

    def heard(self, event: str, *titles: str) -> list[float]:
        """Until bob's app has heard exactly these titles of `event`, in this order; returns when."""
        of_it = f"heard.filter(([event]) => event === '{event}')"
        self.bob.page.wait_for_function(f"(count) => {of_it}.length >= count", arg=len(titles))
        # Whatever the server sent before this has come too, or never will.
        self.emit("system:notification", event)
        self.bob.page.wait_for_function("(mark) => heard.some(([, title]) => title === mark)", arg=event)
        found = self.bob.page.evaluate(of_it)
        assert [title for _, title, _ in found] == list(titles), event
        return [when for _, _, when in found]

    def emit(self, event: str, *titles: str) -> None:
        for title in titles:
            self.stub.emit(event, {"id": "x", "title": title}, user="bob")

    def now(self) -> float:
        """By the clock of bob's page, in ms."""
        found: float = self.bob.page.evaluate("performance.now()")
        return found

    def in_turn(self, *asked: Mapping[str, Any]) -> list[list[str]]:
        found: list[list[str]] = self.bob.page.evaluate(_IN_TURN, list(asked))
        return found

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One REST call with bob's token, made by nobody's page."""
        headers = {"Authorization": f"Bearer {self.stub.people['bob'].token}"}
        return httpx.request(
            method, f"{self.stub.gateway_url}{path}", headers=headers, trust_env=False, **more
        )
