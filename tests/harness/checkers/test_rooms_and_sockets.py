"""Rooms and sockets: in the room that is shown and in no other, over one socket."""

from __future__ import annotations

from typing import Any

import pytest
from history import History, blind, result_of, said

from harness.checkers import one_socket, rooms
from harness.journal.entries import EntryKind


def opened(**header: Any) -> History:
    h = History(**header)
    h.open("bob")
    h.wait(1)
    return h


def reconnected(h: History) -> None:
    h.lose("bob")
    h.wait(0.5)
    h.connect("bob")


# -- rooms -----------------------------------------------------------------------------------------------


def test_rejoin_after_a_reconnect_is_right() -> None:
    h = opened()
    reconnected(h)
    h.join("bob", "atlas")
    h.wait(3)
    result = result_of(rooms.check, h)
    assert (result.verdict, result.judged) == ("passed", 3)


def test_room_that_is_not_joined_again_is_found() -> None:
    h = opened()
    reconnected(h)
    h.wait(3)
    h.settled()
    (finding,) = result_of(rooms.check, h).findings
    assert finding.message.startswith(
        "bob's page connected again and never asked to join project:atlas, for 3."
    )
    assert (finding.client, finding.entity) == ("bob", "project:atlas")


def test_join_that_is_refused_is_no_fault_of_the_page() -> None:
    h = opened()
    reconnected(h)
    h.join("bob", "atlas", answer={"ok": False, "error": {"code": "FORBIDDEN"}})
    h.wait(3)
    assert said(rooms.check, h) == []


def test_join_that_is_not_answered_has_to_be_sent_again() -> None:
    h = opened(frontend={"ack_timeout_ms": 500, "reconnection_delay_ms": 100})
    reconnected(h)
    h.sent("bob", "join:project", "atlas", ack=99)
    h.wait(3)
    h.settled()
    (message,) = said(rooms.check, h)
    assert "asked once, got no answer, and never asked again to join" in message
    h = opened(frontend={"ack_timeout_ms": 500, "reconnection_delay_ms": 100})
    reconnected(h)
    for ack in (98, 99):
        h.sent("bob", "join:project", "atlas", ack=ack, after_ms=600)
    h.wait(3)
    assert said(rooms.check, h) == []


def test_room_that_is_not_left_is_found() -> None:
    h = opened()
    h.navigate("bob", "borealis", same_document=True)
    h.join("bob", "borealis")
    h.wait(3)
    h.settled()
    (message,) = said(rooms.check, h)
    assert message.startswith("bob's page was in project:atlas for 3.")
    assert message.endswith(" s without showing it")


def test_fence_shows_sooner_that_a_room_was_not_left() -> None:
    h = opened()
    h.navigate("bob", "borealis", same_document=True)
    h.join("bob", "borealis")
    h.settled(after_ms=700)
    h.wait(0.1)
    assert len(said(rooms.check, h)) == 1


def test_room_that_is_left_is_right() -> None:
    h = opened()
    h.navigate("bob", None, same_document=True)
    h.leave("bob", "atlas")
    h.wait(3)
    assert said(rooms.check, h) == []


def test_sprint_room_goes_with_the_filter_where_the_lens_tells_it() -> None:
    h = opened()
    h.show("bob", filter="s1")
    h.join("bob", "s1", kind="sprint")
    h.wait(3)
    h.show("bob", filter=None)
    h.leave("bob", "s1", kind="sprint")
    h.wait(3)
    assert said(rooms.check, h) == []
    h = opened()
    h.show("bob", filter="s1")
    h.join("bob", "s1", kind="sprint")
    h.show("bob", filter=None)
    h.wait(3)
    h.settled()
    assert len(said(rooms.check, h)) == 1


def test_sprint_room_is_nobodys_business_without_a_filter_in_the_lens() -> None:
    h = opened()
    h.join("bob", "s1", kind="sprint")
    h.wait(3)
    assert said(rooms.check, h) == []


def test_rooms_that_the_spec_names_count() -> None:
    h = opened(rooms_expected={"bob": ["project:other"]})
    h.wait(3)
    h.settled()
    assert len(said(rooms.check, h)) == 1
    h = opened(rooms_expected=["project:atlas"])
    h.wait(3)
    assert said(rooms.check, h) == []


def test_evicted_member_and_driven_clock_are_left_alone() -> None:
    h = opened()
    h.server("leave", sid=h.sids["bob"], user="bob", room="project:atlas")
    h.wait(3)
    assert said(rooms.check, h) == []
    h = opened()
    h.mark("clock", virtual=True)
    reconnected(h)
    h.wait(3)
    assert said(rooms.check, h) == []


def test_without_the_server_the_pages_joins_are_judged() -> None:
    h = opened(server=False)
    reconnected(h)
    h.wait(3)
    h.settled()
    assert len(said(rooms.check, h)) == 1


def test_rooms_unknown_when_frames_were_lost() -> None:
    h = opened()
    reconnected(h)
    h.wait(3)
    blind(h, "bob", "frames")
    result = result_of(rooms.check, h)
    assert result.verdict == "unknown"
    assert all(each.verdict == "unknown" for each in result.findings)


# -- sockets ---------------------------------------------------------------------------------------------


def test_one_socket_after_the_other_is_right() -> None:
    h = opened()
    reconnected(h)
    h.navigate("bob", "atlas")
    h.connect("bob")
    h.wait(1)
    result = result_of(one_socket.check, h)
    assert (result.verdict, result.judged) == ("passed", 3)


def test_two_sockets_at_once_are_found() -> None:
    h = opened()
    first = h.sids["bob"]
    second = h.connect("bob")
    h.wait(1)
    h.close("bob")
    (finding,) = result_of(one_socket.check, h).findings
    assert finding.message.startswith("bob's page had two sockets for 100")
    assert finding.message.endswith(f": {first} and {second}")
    assert len(finding.seqs) == 2


@pytest.mark.parametrize(("frozen_before", "found"), [(True, 0), (False, 1)])
def test_socket_that_a_frozen_server_does_not_let_end_is_none_too_many(
    frozen_before: bool, found: int
) -> None:
    h = opened()

    def freeze() -> None:
        h.add("bob", EntryKind.FAULT, id="f1", name="freeze", edge="stub", params={}, phase="start")
        h.wait(0.1)

    if frozen_before:
        freeze()
    h.connect("bob")
    if not frozen_before:
        freeze()
    h.wait(1)
    h.close("bob")
    assert len(result_of(one_socket.check, h).findings) == found


def test_upgrade_and_a_failed_one_are_one_socket() -> None:
    h = opened()
    wire = h.wire("bob")
    h.add("bob", EntryKind.SOCKET, **{**wire, "state": "upgraded"})
    h.connect("bob")
    h.add("bob", EntryKind.SOCKET, **{**wire, "state": "closed"})
    h.frame("bob", "received", transport="polling", packet="EVENT", event="x", data=[1])
    h.add("bob", EntryKind.SOCKET, **{**h.wire("bob"), "state": "error"})
    h.wait(1)
    assert said(one_socket.check, h) == []
    client = h.view().clients["bob"]
    assert [each.closed_seq is None for each in client.wire.sessions] == [False, True]


def test_namespaces_on_one_connection_are_one_socket() -> None:
    h = opened()
    second = {**h.wire("bob"), "namespace": "/other"}
    h.frame("bob", "received", packet="CONNECT", data=[{"sid": "other-sid"}], **second)
    h.add("bob", EntryKind.SOCKET, state="connected", sid="other-sid", **second)
    h.wait(1)
    h.add("bob", EntryKind.SOCKET, state="disconnected", reason="io server disconnect", **second)
    assert said(one_socket.check, h) == []
    sessions = {each.namespace: each for each in h.view().clients["bob"].wire.sessions}
    assert (sessions["/"].closed_seq, sessions["/other"].reason) == (None, "io server disconnect")


def test_two_sockets_of_one_namespace_are_found() -> None:
    h = opened()
    for number in (1, 2):
        more = {"conn": f"other-{number}", "namespace": "/other", "transport": "websocket"}
        h.add("bob", EntryKind.SOCKET, state="connected", sid=f"other-{number}", **more)
    h.wait(1)
    (finding,) = result_of(one_socket.check, h).findings
    assert finding.message.endswith(": other-1 and other-2")


def test_one_socket_unknown_when_it_lives_in_a_worker() -> None:
    h = opened()
    h.add("bob", EntryKind.OBSERVER, state="not_observed", what="worker", reason="a socket of its own")
    assert result_of(one_socket.check, h).verdict == "unknown"
