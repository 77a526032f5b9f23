"""Finds out what there is to test: the socket, the list that changes with its events, the badge."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator

from harness.errors import UsageError
from harness.init.findings import Findings
from harness.init.found_badge import FoundBadge, find_badge
from harness.init.found_list import FoundList, find_list
from harness.init.recipe import Recipe, controls, learn, try_out
from harness.init.selectors import unique_selector
from harness.init.tree import Node, snapshot
from harness.init.watched import Watched

#: How a person is asked to do something at the page, where it is not to be tried out.
Ask = Callable[[str], None]
Say = Callable[[str], None]

_CONNECT_MS, _ARRIVE_MS, _TURN_MS, _BACK_MS, _GONE_MS = 10_000, 2500, 4000, 20_000, 4000
_REMOVES = re.compile(
    r"delete|remove|discard|trash|drop|clear|^[\u00d7\u2715\u2716\u2717\U0001f5d1x]$", re.IGNORECASE
)


def explore(watched: Watched, *, marker: str, say: Say, ask: Ask | None) -> Findings:
    """Acts at the first person's page, or asks for it to be done (`ask`), and looks at both.

    Raises UsageError, with what to do, where there is no Socket.IO, or no list that changes.
    """
    _wait_for_socket(watched)
    say(f"socket      connected ({' then '.join(watched.transports()) or 'transport not told'})")
    watched.settle()
    texts = [f"{number} probe {marker}" for number in ("First", "Second")]
    if ask is None:
        adds = _try(watched, texts)
    else:
        adds, texts = _learn(watched, ask)
    say(f"add         {'; '.join(adds.lines()).replace('self.page.', '')}")
    found = _find_list(watched, texts)
    say(f"list        {found.item} in {found.board}; id {found.id}, text {found.text or 'the item itself'}")
    removes = _remove(watched, found, texts)
    say(f"remove      {removes or 'no button found in the items'}")
    badge = _find_badge(watched)
    say(f"badge       {_words(badge)}")
    url = urlsplit(watched.one.page.url)
    sent, received = watched.events()
    return Findings(
        path=url._replace(scheme="", netloc="").geturl() or "/",
        gateway=watched.gateway(),
        transports=watched.transports(),
        sent=sent,
        received=received,
        items=found,
        adds=adds,
        removes=removes,
        badge=badge,
        left=[] if removes else texts,
    )


def _words(badge: FoundBadge | None) -> str:
    if badge is None:
        return "none: no text turned when the socket was cut, and back again"
    return f"{badge.selector}: {badge.connected!r}, and {badge.cut!r} when cut off"


# -- the socket ------------------------------------------------------------------------------------------


def _wait_for_socket(watched: Watched) -> None:
    if watched.wait(watched.is_connected, _CONNECT_MS):
        return
    page = watched.one.page
    if controls(page)["passwords"]:
        raise UsageError(
            f"{page.url} asks to sign in: say how, with --sign-in form or --sign-in token, and give each "
            "person an email and a password in the environment (see --help)"
        )
    other = " It has a WebSocket that carries no Socket.IO." if watched.plain_sockets() else ""
    raise UsageError(
        f"no Socket.IO traffic was seen at {page.url} within {_CONNECT_MS // 1000} s.{other} Give the "
        "address of a page that is live: one on which two people see each other's changes"
    )


# -- adding ----------------------------------------------------------------------------------------------


def _try(watched: Watched, texts: list[str]) -> Recipe:
    adds = try_out(watched.one.page, texts[0], lambda text: _arrived(watched, text))
    if adds is None:
        raise UsageError(
            f"no list found at {watched.one.page.url}: nothing that was typed in and sent there came to "
            "the other person's page. Open the page with the list itself, or show how something is added: "
            "--headed instead of --try"
        )
    for text in texts[1:]:
        with suppress(Error):
            adds.follow(watched.one.page, text)
        if not _arrived(watched, text):
            raise UsageError(
                f"something was added at {watched.one.page.url} once and not a second time: "
                f"{'; '.join(adds.lines())}. Show how it is done: --headed instead of --try"
            )
    return adds


def _learn(watched: Watched, ask: Ask) -> tuple[Recipe, list[str]]:
    """From somebody who adds two things by hand."""
    name = watched.one.name
    with learn(watched.one.page) as lesson:
        ask(f"In {name}'s window, add two things to the list, one after the other; then press Enter here.")
        adds, texts = lesson.learnt(lambda text: _arrived(watched, text))
    if adds is None or len(texts) < 2:
        raise UsageError(
            f"no list found: {len(texts)} of what was typed into {name}'s window came to the other person's "
            "page, and it takes two. Is the list on that page?"
        )
    return adds, texts


def _arrived(watched: Watched, text: str) -> bool:
    """Whether the other's page shows it because of an event, not because it was loaded again."""
    return watched.wait(lambda: bool(snapshot(watched.other.page).holders(text)), _ARRIVE_MS)


def _find_list(watched: Watched, texts: list[str]) -> FoundList:
    mine, theirs = watched.shown()
    found = find_list(theirs, mine, texts, on_the_wire=watched.heard())
    if found is None:
        raise UsageError(
            f"no list found at {watched.other.page.url}: {texts[0]!r} and {texts[1]!r} came to the other "
            "person's page, but not as two items that stand beside each other"
        )
    return found


# -- removing --------------------------------------------------------------------------------------------


def _remove(watched: Watched, found: FoundList, texts: list[str]) -> str | None:
    """A button inside each item that makes it go at both; tried on what was just added."""
    selector = None
    for text in texts:
        item = watched.one.page.locator(found.board).locator(found.item).filter(has_text=text).first
        selector = selector or _button_in(item, snapshot(watched.one.page), text, found)
        if selector is None:
            return None
        with suppress(Error):
            item.hover(timeout=_GONE_MS)
            item.locator(selector).first.click(timeout=_GONE_MS)
        if not watched.wait(partial(_is_gone, watched, text), _GONE_MS):
            return None
    return selector


def _is_gone(watched: Watched, text: str) -> bool:
    return not snapshot(watched.other.page).holders(text)


def _button_in(item: Locator, page: Node, text: str, found: FoundList) -> str | None:
    holder = next(iter(page.holders(text)), None)
    for node in reversed(holder.path if holder else ()):
        for each in node.walk():
            says = [
                each.whole_text,
                *(each.attributes.get(name, "") for name in ("aria-label", "title", "name")),
            ]
            is_button = each.tag == "button" or each.attributes.get("role") == "button"
            named = any(_REMOVES.search(word.replace(text, "")) for word in (*says, *each.classes) if word)
            if is_button and named:
                selector = unique_selector(node, each)
                # A name that holds the text itself is another for each item.
                return "button" if text in selector else selector
        if item.count() and node.parent and len(node.parent.children) > 1 and node.tag in found.item:
            return None
    return None


# -- the badge -------------------------------------------------------------------------------------------


def _find_badge(watched: Watched) -> FoundBadge | None:
    """By cutting the first person's socket, at the page, and letting it come back."""
    client, stage = watched.one, watched.stage
    connected, before = watched.shown()[0], client.sid
    with stage.faults.cut(client):
        watched.wait(lambda: client.sid is None, _TURN_MS)
        watched.wait(lambda: _differs(connected, snapshot(client.page)), _TURN_MS)
        cut = snapshot(client.page)
    watched.wait(lambda: client.sid not in (None, before), _BACK_MS)
    watched.wait(lambda: find_badge(connected, cut, snapshot(client.page)) is not None, _TURN_MS)
    return find_badge(connected, cut, snapshot(client.page))


def _differs(one: Node, other: Node) -> bool:
    return one.whole_text != other.whole_text
