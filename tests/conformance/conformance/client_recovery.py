"""Recovery as the real socket.io-client 4.8.1 in Node sees it."""

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path

from conformance.clause import Check, given
from conformance.wire import Wire
from harness.frontend import WEBUI, find_node

MODES = ("websocket", "polling", "upgrade")
_CLIENT = Path(__file__).parent.parent / "node_client" / "recovery.mjs"


def _in_every_mode(check: Check) -> Check:
    check.__dict__["transports"] = MODES
    return check


async def _noticed(wire: Wire, mode: str, story: str) -> list[str]:
    """Play a story with the client; returns what it noticed."""
    node = find_node()
    assert node is not None, "scripts/setup brings a node"
    client = await asyncio.create_subprocess_exec(
        *(node.node, str(_CLIENT), wire.url, wire.control.url, wire.control.secret, mode, story),
        cwd=WEBUI,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        said, complaint = await client.communicate()
    finally:
        if client.returncode is None:
            client.kill()
            await client.wait()
    assert client.returncode == 0, complaint.decode()
    noticed: list[str] = json.loads(said)
    wire.heard.append(f"the client noticed {noticed}")
    return noticed


@given(recovery=True)
@_in_every_mode
async def client_that_was_cut_off(wire: Wire, mode: str) -> None:
    """The client hears what it missed, then that it is connected and recovered, and is in its rooms"""
    expected = ["new", "seen", "missed-1", "missed-2", "recovered", "live"]
    assert await _noticed(wire, mode, "cut") == expected


@given(recovery=True)
@_in_every_mode
async def client_that_was_cut_off_thrice(wire: Wire, mode: str) -> None:
    """Cuts in a row are recovered one by one, a last one without anything missed too"""
    expected = [
        "new",
        "seen",
        "missed-1",
        "missed-2",
        "recovered",
        "missed-3",
        "recovered",
        "recovered",
        "live",
    ]
    assert await _noticed(wire, mode, "twice") == expected


@given(recovery=True)
@_in_every_mode
async def client_that_saw_nothing(wire: Wire, mode: str) -> None:
    """A client that has seen no event starts anew, outside of its rooms"""
    assert await _noticed(wire, mode, "nothing_seen") == ["new", "new"]


@given(recovery=True, recovery_ms=200)
@_in_every_mode
async def client_that_is_too_late(wire: Wire, mode: str) -> None:
    """A client that comes back too late starts anew"""
    assert await _noticed(wire, mode, "expired") == ["new", "seen", "new"]


@given(recovery=True)
@_in_every_mode
async def client_of_a_restarted_server(wire: Wire, mode: str) -> None:
    """A client of a server that was restarted starts anew"""
    assert await _noticed(wire, mode, "restarted") == ["new", "seen", "new"]
