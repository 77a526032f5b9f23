"""Two people at one shopping list. Each spec takes a list of its own: nobody else is on it."""

from harness import Stage


def test_what_alice_does_shows_at_bobs(stage: Stage) -> None:
    alice, bob = stage.clients("alice", "bob", project="sync")
    alice.put("Milk")
    bob.expect_item("Milk", got="no")
    bob.tick("Milk")
    alice.expect_item("Milk", got="yes")


def test_what_is_removed_is_gone_for_everybody(stage: Stage) -> None:
    alice, bob = stage.clients("alice", "bob", project="removed")
    alice.put("Bread")
    bob.remove("Bread")
    alice.expect_no_item("Bread")


def test_bob_catches_up_after_being_cut_off(stage: Stage) -> None:
    alice, bob = stage.clients("alice", "bob", project="reconnect")
    with stage.faults.cut(bob):
        bob.expect_badge("offline")
        alice.put("Eggs")
        alice.expect_item("Eggs")
    bob.expect_badge("online")
    stage.converged(alice, bob)
    alice.put("Salt")
    bob.expect_item("Salt")
