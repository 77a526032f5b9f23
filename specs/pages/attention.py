"""A tab that nobody looks at, and one that somebody looks at again."""

from __future__ import annotations

from pages.devmentor import DevMentor

_LAST_OF_A_LOAD = "/api/projects/atlas/sprints"
_LOAD_MS = 10_000
_BECOME = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def hide(client: DevMentor) -> None:
    """As if the person had gone to another tab."""
    client.page.evaluate(_BECOME, "hidden")


def look_at(client: DevMentor) -> None:
    """As if the person had come back to this one: the app may load its data again."""
    client.page.evaluate(_BECOME, "visible")


def expect_load(client: DevMentor, *, since: int = 0) -> None:
    """Until the page has asked for the last part of a load; the tasks, the first part, are then applied.

    `since` is a mark of the client's calls.
    """
    client.calls.wait("GET", _LAST_OF_A_LOAD, status=200, since=since, timeout_ms=_LOAD_MS)
