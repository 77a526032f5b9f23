"""An app of which nothing is known but its lens: no contract, no versions, no word of the server's."""

from __future__ import annotations

from typing import Any

from history import History, result_of, said

from harness.checkers import CHECKERS, CONTRACTUAL, converged, exactly_once, latency, one_socket, reconnect
from harness.checkers.judge import judge
from harness.journal.entries import EntryKind

ADDRESS = "http://127.0.0.1:4000/lists/home?mine=1"


class AnyApp(History):
    """Two people at one list; its events and payloads are nobody's but the app's."""

    def __init__(self, address: str = ADDRESS) -> None:
        super().__init__(server=False, keeps_contract=False, project_path="/lists/home")
        self.address = address
        self.arrive("alice", "bob")

    def arrive(self, *names: str) -> None:
        for name in names:
            self.people[name] = name
            self.add(name, EntryKind.CLIENT, person=name, engine="chromium")
            self.add(name, EntryKind.NAVIGATION, url=self.address)
            self.connect(name)
            self.badge(name, "all is well")
            self.boards[name] = {"": [{"id": "k1", "text": "Milk", "got": "no"}]}
            self.show(name)

    def put_on(
        self, name: str, key: str, text: str, *, shown_ms: float = 4.0, to: tuple[str, ...] = ()
    ) -> None:
        """`name` adds something, and everybody in `to` (default: all) shows it when told."""
        self.sent(name, "put", text)
        row = {"key": key, "label": text}
        for each in to or ("alice", "bob"):
            self.received(each, "added", row, after_ms=2)
            self.boards[each][""].append({"id": key, "text": text, "got": "no"})
            self.show(each, after_ms=shown_ms)

    def end(self) -> None:
        self.wait(0.6)
        self.settled(truth=False, exact=False)
        self.wait(0.1)


def test_a_correct_app_passes_and_only_what_holds_for_any_app_is_judged() -> None:
    h = AnyApp()
    h.put_on("alice", "k2", "Bread")
    h.lose("bob")
    h.failed_attempt("bob", after_ms=900)
    h.wait(0.4)
    h.connect("bob")
    h.show("bob")
    h.put_on("bob", "k3", "Eggs and ham")
    h.end()
    judgement = judge(h.view())
    assert judgement.outcome == "passed", judgement.findings
    judged = {result.checker for result in judgement.results if result.judged}
    assert judged == {"converged", "exactly_once", "one_socket", "reconnect", "latency", "health"}
    for result in judgement.results:
        told = any("keeps no contract" in note for note in result.notes)
        assert told == (result.checker in CONTRACTUAL)
    assert CHECKERS.keys() > CONTRACTUAL


def test_boards_of_one_address_that_differ_are_found_by_id_and_by_what_is_read() -> None:
    h = AnyApp()
    h.put_on("alice", "k2", "Bread", to=("alice",))
    h.boards["bob"][""][0]["got"] = "yes"
    h.show("bob")
    h.end()
    found = said(converged.check, h)
    assert [message.partition(" (when")[0] for message in found] == [
        "the list is [k1, k2] on alice's board and [k1] on bob's board",
        "got of 'Milk' (k1) is 'no' on alice's board and 'yes' on bob's board",
    ]


def test_boards_of_different_addresses_are_not_compared() -> None:
    h = AnyApp()
    h.add("bob", EntryKind.NAVIGATION, url=ADDRESS.replace("home", "work"), same_document=True)
    h.boards["bob"][""].clear()
    h.show("bob")
    h.end()
    assert said(converged.check, h) == []


def test_a_client_that_is_not_connected_is_not_held_to_the_others() -> None:
    h = AnyApp()
    h.lose("bob")
    h.put_on("alice", "k2", "Bread", to=("alice",))
    h.end()
    result = result_of(converged.check, h)
    assert result.verdict == "passed"
    assert any("bob's board" in note and "it is not connected" in note for note in result.notes)


def test_an_event_kept_back_by_a_fault_is_made_good_for_by_the_next_session() -> None:
    h = AnyApp()
    h.received("bob", "added", {"key": "k2", "label": "Bread"}, fate="dropped")
    h.put_on("alice", "k2", "Bread", to=("alice",))
    h.end()
    assert said(converged.check, h) == []
    h.lose("bob")
    h.connect("bob")
    h.show("bob")
    h.end()
    assert any(
        "[k1, k2] on alice's board and [k1] on bob's board" in each for each in said(converged.check, h)
    )


def test_an_item_that_stands_twice_and_a_second_socket_are_found() -> None:
    h = AnyApp()
    h.put_on("alice", "k2", "Bread")
    h.boards["bob"][""].append(dict(h.boards["bob"][""][-1]))
    h.show("bob")
    h.connect("bob")
    h.end()
    assert any("card k2 was on bob's board twice" in each for each in said(exactly_once.check, h))
    assert any("bob's page had two sockets" in each for each in said(one_socket.check, h))


def test_what_its_events_are_called_is_no_reason_for_a_finding() -> None:
    """Names of the contract in an app that does not keep it."""
    h = AnyApp()
    h.sent("alice", "task:create", {"title": "Bread"}, ack=1)
    h.sent("alice", "task:create", {"title": "Bread"}, ack=2)
    h.received("bob", "task:deleted", {"id": "k1", "projectId": "elsewhere"})
    h.end()
    assert judge(h.view()).outcome == "passed"


def test_a_change_that_is_painted_late_is_found_by_what_the_payloads_share() -> None:
    h = AnyApp()
    h.put_on("alice", "k2", "Bread", shown_ms=1300)  # at alice's, then at bob's
    h.end()
    (message,) = said(latency.check, h)
    assert message.startswith("changes took 26")
    assert "added Bread at bob: sent -> received" in message


def test_an_event_that_nobody_asked_for_is_no_measure_of_the_way() -> None:
    h = AnyApp()
    h.sent("alice", "typing", True)
    h.received("bob", "tick", {"now": 12345})
    h.boards["bob"][""][0]["text"] = "Milk 12345"
    h.show("bob", after_ms=1500)
    h.end()
    assert result_of(latency.check, h).judged == 0


def lost_by_a_fault(after_s: float) -> History:
    h = AnyApp()
    fault: dict[str, Any] = {"id": "cut-1@bob", "name": "unreachable", "edge": "page", "params": {}}
    h.add("bob", EntryKind.FAULT, phase="start", fault="cut-1", **fault)
    h.add("bob", EntryKind.FAULT, phase="touch", **fault)
    h.lose("bob")
    h.failed_attempt("bob", after_ms=900)
    h.add("bob", EntryKind.FAULT, phase="end", fault="cut-1", **fault)
    h.wait(after_s)
    h.end()
    return h


def test_a_page_that_stays_away_after_a_fault_at_its_own_edge_is_found() -> None:
    assert said(reconnect.check, lost_by_a_fault(5.0)) == []
    (message,) = said(reconnect.check, lost_by_a_fault(15.0))
    assert message.startswith("bob's page did not come back for 16.0 s, though nothing stood")
