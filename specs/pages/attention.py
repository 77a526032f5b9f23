"""A tab that nobody looks at, and one that somebody looks at again."""

from __future__ import annotations

from pages.devmentor import DevMentor

from harness import Stage

_LAST_OF_A_LOAD = "/api/projects/atlas/sprints"
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


def expect_load(stage: Stage[DevMentor], client: DevMentor, *, since: int = 0) -> None:
    """Until the page has asked for the last part of a load; the tasks, the first part, are then applied."""
    stage.stub.wait_for_entry(
        since=since,
        missing=f"{client.name} did not load all of the board",
        kind="rest",
        method="GET",
        path=_LAST_OF_A_LOAD,
        user=client.person,
    )
