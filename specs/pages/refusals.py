"""Servers that a client's library cannot use: what the stub answers is made theirs on its way to the page."""

from __future__ import annotations

from pages.devmentor import DevMentor
from playwright.sync_api import Route

#: A configured origin that is not the page's.
_FOR_OTHERS = {"access-control-allow-origin": "https://elsewhere.example"}


class Refusal:
    """Every Engine.IO request of one client; `count` how many there were."""

    def __init__(self, client: DevMentor, why: str) -> None:
        """`why`: another `version`, or an `origin` that is not let in. Make it before the app is opened."""
        self.count = 0
        answer = {"version": self._of_another_version, "origin": self._for_another_origin}[why]
        client.page.route("**/socket.io/**", answer)

    def _of_another_version(self, route: Route) -> None:
        """As a server that speaks another version answers: 400, `{"code":5}`, with CORS as it should be."""
        self.count += 1
        route.fulfill(response=route.fetch(url=route.request.url.replace("EIO=4", "EIO=3")))

    def _for_another_origin(self, route: Route) -> None:
        """As a server answers that is set up for another frontend: the browser keeps it from the page."""
        self.count += 1
        response = route.fetch()
        route.fulfill(response=response, headers={**response.headers, **_FOR_OTHERS})
