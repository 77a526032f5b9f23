"""Whether a load balancer keeps each long-polling session at the node that opened it: sticky sessions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress

import httpx

from harness.backend.api import trust
from harness.protocol.unknown_session import is_unknown_session
from harness.target import Target, origin_of

_TIMEOUT_S = 10.0
_SESSIONS = 6
_REQUESTS = 3


def sticky_problem(target: Target) -> str | None:
    """What is wrong with the target's sticky sessions, by that name; None when nothing is seen to be.

    Opens a few long-polling sessions as a browser with cookies does, and where pages of another origin come
    without cookies, as these do too.
    """
    lost = _lost_sessions(target, cookies=True)
    if lost:
        return _words(target, lost, "")
    if origin_of(target.app_url) != origin_of(target.gateway_url):
        lost = _lost_sessions(target, cookies=False)
        if lost:
            return _words(
                target, lost, f", since pages of {target.app_url} send no cookies there (withCredentials)"
            )
    return None


def _words(target: Target, lost: int, why: str) -> str:
    return (
        f"sticky sessions are off at {target.gateway_url} (target {target.name}){why}: {lost} of {_SESSIONS} "
        "long-polling sessions were unknown (400, code 1) to the node that answered next. Let the load "
        "balancer send all requests of a session to the node that opened it, by a cookie or the address"
    )


def _lost_sessions(target: Target, *, cookies: bool) -> int:
    """How many of the sessions were unknown right behind their handshake."""
    return sum(_is_lost(target, cookies=cookies) for _ in range(_SESSIONS))


def _is_lost(target: Target, *, cookies: bool) -> bool:
    url = f"{target.gateway_url}{target.gateway.path}"
    query = {"EIO": "4", "transport": "polling"}
    try:
        with httpx.Client(verify=trust(target), timeout=_TIMEOUT_S, trust_env=False) as http:
            opened = http.get(url, params=query)
            if opened.status_code != 200 or not opened.text.startswith("0{"):
                return False  # no long-polling, or turned away: another trouble than this
            query["sid"] = str(json.loads(opened.text[1:])["sid"])
            try:
                return any(_asks(http, url, query, cookies=cookies) for _ in range(_REQUESTS))
            finally:
                with suppress(httpx.HTTPError):
                    http.post(url, params=query, content="1")  # Engine.IO's close
    except (httpx.HTTPError, ValueError, KeyError):
        return False


def _asks(http: httpx.Client, url: str, query: Mapping[str, str], *, cookies: bool) -> bool:
    """Whether a pong, which servers take at any time, finds nobody who knows the session."""
    if not cookies:
        http.cookies.clear()
    answer = http.post(url, params=dict(query), content="3")
    return answer.status_code == 400 and is_unknown_session(answer.text)
