"""The example app, which was not written with Lockstep in mind: green as it is, red with a bug in it.

The spec asserts nothing: what is found, the checkers find, and they know nothing of the app but its lens.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from app_copy import OWN_APP, AppCopy

_SPEC = """
def test_two_people(stage):
    alice, bob = stage.clients("alice", "bob", project="planted")
    alice.put("Milk")
    bob.tick("Milk")
    stage.settled()
    before = bob.sid
    with stage.faults.cut(bob):
        alice.put("Bread")
        stage.settled()
    stage.wait_joined(bob, project="planted", newer_than=before)
    alice.put("Eggs")
    stage.settled()
    bob.tick("Eggs")
    stage.settled()
"""
_BLIND = """
def test_an_empty_list(stage):
    alice, bob = stage.clients("alice", "bob", project="empty")
    bob.expect_badge("online")

def test_blind(stage):
    alice, bob = stage.clients("alice", "bob", project="blind")
    alice.put("Milk")
    stage.settled()
"""
_CONNECTS = 'socket.on("connect", () => {\n'
_ADDED = """socket.on("added", (row) => {
  rows.push(row);
  draw();
});
"""
_CHANGED = """  rows = rows.map((one) => (one.key === row.key ? row : one));
  draw();
"""
_TICKS = 'box.addEventListener("change", () => ask('
_DISCONNECTS = 'socket.on("disconnect", () => badge("offline", false));'
_SYNCS = """    rows = all;
    draw();
"""


def test_its_specs_pass_in_a_folder_outside_the_checkout(own_app: Callable[[], AppCopy]) -> None:
    app = own_app()
    app.add_spec(_SPEC)
    ran = app.run()
    assert ran.code == 0, ran.output
    assert "4 of 4 specs passed" in ran.output
    assert [told["outcome"] for told in ran.verdicts()] == ["passed"] * 4
    judged = {name for told in ran.verdicts() for name, count in told["judged"].items() if count}
    assert judged == {
        "converged",
        "exactly_once",
        "faults_hit",
        "health",
        "latency",
        "one_socket",
        "reconnect",
    }


def test_its_target_lens_and_specs_are_under_sixty_lines() -> None:
    written = [path for path in (OWN_APP / "lockstep").rglob("*") if path.suffix in (".py", ".yaml")]
    lines = [line for path in written for line in path.read_text().splitlines() if line.strip()]
    assert len(lines) < 60
    assert {path.name for path in written} == {"conftest.py", "own_app.yaml", "test_lists.py"}


@pytest.mark.parametrize(
    ("patches", "checker", "message"),
    [
        pytest.param(
            {_ADDED: "", _CONNECTS: _CONNECTS + _ADDED},
            "exactly_once",
            "was on bob's board twice",
            id="a handler more with each connection",
        ),
        pytest.param(
            {
                _CHANGED: "",
                _TICKS: 'box.addEventListener("change", () => (row.got = box.checked, draw(), ask)(',
            },
            "converged",
            "got of 'Milk'",
            id="the changes of others are dropped",
        ),
        pytest.param(
            {_DISCONNECTS: _DISCONNECTS + 'socket.io.on("reconnect", () => io({ forceNew: true }));'},
            "one_socket",
            "bob's page had two sockets",
            id="a second socket",
        ),
        pytest.param(
            {_SYNCS: "    if (!rows.length) {\n      rows = all;\n      draw();\n    }\n"},
            "converged",
            "on alice's board",
            id="no catching up",
        ),
    ],
)
def test_a_bug_in_it_is_found_though_the_spec_asserts_nothing(
    own_app: Callable[[], AppCopy], patches: dict[str, str], checker: str, message: str
) -> None:
    app = own_app()
    app.plant("public/app.js", patches)
    app.add_spec(_SPEC, alone=True)
    ran = app.run()
    assert ran.code == 1, ran.output
    assert checker in ran.found_by(), ran.output
    assert message in ran.messages()
    assert Path(ran.run / "report.html").is_file()


def test_a_lens_that_matches_nothing_is_told_with_what_is_there(own_app: Callable[[], AppCopy]) -> None:
    app = own_app()
    app.plant("lockstep/own_app.yaml", {"li.row": "li.rows"})
    app.add_spec(_BLIND, alone=True)
    ran = app.run()
    assert ran.code == 3, ran.output
    assert [told["outcome"] for told in ran.verdicts()] == ["passed", "unknown"]  # an empty list may be empty
    assert (
        "lens.item: li.rows matches nothing.\n"
        f"http://127.0.0.1:{app.port}/l/blind ('blind') has: "
        '[role="status"] (1), [role="alert"] (1), h1 (1), ul (1), li (1)\n'
        "'Milk', which the events tell of, stands in li.row (1)"
    ) in ran.messages()
