"""What the stub saw is put into lines that name the cause."""

from harness.stub.seen import describe, near_misses, why_not_joined

ALICE = {"sid": "a1", "user": "alice"}
BOB_AGAIN = {"sid": "b2", "user": "bob"}


def test_join_that_was_forgotten_is_told_from_a_connection_that_never_came() -> None:
    connected = {"connections": [ALICE, BOB_AGAIN]}
    gone = {"connections": [ALICE]}
    assert why_not_joined("bob", "project:atlas", "b1", connected) == (
        "bob connected again (b2) but did not join project:atlas"
    )
    assert why_not_joined("bob", "project:atlas", "b1", gone) == "bob did not connect again"
    assert why_not_joined("bob", "project:atlas", None, gone) == "bob did not connect"


def test_old_connection_does_not_count_as_a_new_one() -> None:
    assert (
        why_not_joined("bob", "project:atlas", "b2", {"connections": [BOB_AGAIN]})
        == "bob did not connect again"
    )


def test_description_names_who_is_where_and_what_happened_last() -> None:
    entries = [
        {"seq": n, "t": 10.0 + n, "kind": "rest", "user": "bob", "method": "GET", "path": f"/{n}"}
        for n in range(20)
    ]
    seen = {"connections": [ALICE, BOB_AGAIN], "rooms": {"project:atlas": ["alice"]}, "journal": entries}
    told = describe(seen)
    assert "alice is connected (a1), in project:atlas" in told
    assert "bob is connected (b2), in no room" in told
    assert "+0.000s bob rest GET /12" in told
    assert "+7.000s bob rest GET /19" in told
    assert "/11" not in told


def test_description_of_nothing_says_so() -> None:
    assert describe({"connections": [], "rooms": {}, "journal": []}) == "  nobody is connected"


def test_long_entries_are_cut_and_say_so() -> None:
    entry = {
        "t": 1.0,
        "kind": "received",
        "user": "bob",
        "event": "task:update",
        "data": {"title": "x" * 500},
    }
    line = describe({"connections": [], "rooms": {}, "journal": [entry]}).splitlines()[-1]
    assert line.endswith("…")
    assert len(line) < 120


def test_near_misses_are_told_once_and_not_of_rules_that_fired() -> None:
    def missed(index: int, field: str, why: str) -> dict[str, object]:
        return {"kind": "near_miss", "near_miss": {"index": index, "field": field, "why": why}}

    journal = [
        missed(0, "who", "rule 0 wants bob"),
        missed(1, "when.id", "rule 1 wants t1"),
        missed(1, "when.id", "rule 1 wants t1"),
        {"kind": "rule", "index": 0},
        missed(0, "times", "rule 0 has fired"),
    ]
    assert near_misses(journal) == ["rule 1 wants t1", "rule 0 has fired"]
