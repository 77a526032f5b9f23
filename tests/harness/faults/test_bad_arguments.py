"""A misspelt word, a value of another type, a name that none has: refused at the call; nothing is armed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages.devmentor import DevMentor

from harness.errors import UnknownName, UsageError
from harness.journal.entries import EntryKind
from harness.journal.reader import read_journal
from harness.stage import Stage

#: Of `faults` and `bob`, as a spec without types says it.
Make = Callable[[Any, DevMentor], object]

WORDS: list[tuple[Make, str]] = [
    (
        lambda f, b: f.drop(evnt="task:deleted", to=b),
        "unknown argument of drop 'evnt'. Did you mean 'event'? "
        "Known: by, direction, entity, event, may_miss, nth, probability, to.",
    ),
    (lambda f, b: f.hold(client=b), "unknown argument of hold 'client'. Known: by,"),
    (lambda f, b: f.alter(sett={"a": 1}), "unknown argument of alter 'sett'. Did you mean 'set'?"),
    (lambda f, b: f.http_error(503, to=b), "unknown argument of http_error 'to'. "),
    (lambda f, b: f.http_hold(pth="/x"), "unknown argument of http_hold 'pth'. Did you mean 'path'?"),
    (lambda f, b: f.swallow_ack(evnt="x"), "unknown argument of swallow_ack 'evnt'. Did you mean 'event'?"),
    (lambda f, b: f.rest_error(503, nth=1), "unknown argument of rest_error 'nth'. "),
    (lambda f, b: f.swallow_ack(event="task:updatd"), "unknown event 'task:updatd'. Did you mean "),
    (lambda f, b: f.misroute(b, event="task:updatd"), "unknown event 'task:updatd'. Did you mean "),
    (lambda f, b: f.rest_error(method="FETCH"), "unknown HTTP method 'FETCH'."),
]

VALUES: list[tuple[Make, str]] = [
    (lambda f, b: f.drop(to=[]), "drop: the list of clients is empty: leave it out for everybody"),
    (lambda f, b: f.ack_error(by=[]), "ack_error: the list of clients is empty: leave it out for everybody"),
    (
        lambda f, b: f.hold(to="bob"),
        "hold: 'bob' is a name: give the client that stage.client('bob') returned",
    ),
    (lambda f, b: f.hold(to=5), "hold: 5 is no client: pass what stage.client returned"),
    (lambda f, b: f.delay("300ms"), "delay: delay_ms is '300ms': give milliseconds as a number"),
    (lambda f, b: f.delay(float("nan")), "delay: delay_ms is nan: give milliseconds as a number"),
    (lambda f, b: f.slow("2s"), "slow: delay_ms is '2s': give milliseconds as a whole number"),
    (lambda f, b: f.slow(60_001), "slow: delay_ms is 60001: give 60000 or less"),
    (lambda f, b: f.duplicate(True), "duplicate: times is True: give a whole number"),
    (lambda f, b: f.block_websocket(hang="no"), "block_websocket: hang is 'no': give True or False"),
    (lambda f, b: f.drop(nth="2"), "drop: nth is '2': give a whole number, or a list of them"),
    (lambda f, b: f.drop(nth=1.5), "drop: nth is 1.5: give a whole number, or a list of them"),
    (lambda f, b: f.drop(probability="0.5"), "drop: probability is '0.5': give a number"),
    (lambda f, b: f.drop(entity=5), "drop: entity is 5: give a text"),
    (lambda f, b: f.drop(event=5), "drop: event is 5: give a text"),
    (lambda f, b: f.drop(event=""), "drop: event= names no event: leave it out to match all of them"),
    (
        lambda f, b: f.drop(event="task:update?"),
        "drop: event 'task:update?': '?' stands for nothing else in a glob, only * does: 'task:update*' is "
        "all that begins so",
    ),
    (
        lambda f, b: f.rest_hold(path="/api/[ab]"),
        "rest_hold: path '/api/[ab]': '[' stands for nothing else in a glob, only * does: '/api/*' is all "
        "that begins so",
    ),
    (lambda f, b: f.http_error("503"), "http_error: status is '503': give a whole number"),
    (lambda f, b: f.http_error(path=5), "http_error: path is 5: give a text"),
    (
        lambda f, b: f.http_error(body={1, 2}),
        "http_error: body is {1, 2}: give what JSON can say (Object of type set is not JSON serializable)",
    ),
    (lambda f, b: f.alter(unset="version"), "alter: unset is 'version': give a list of texts"),
    (lambda f, b: f.alter(set="x"), "alter: set is 'x': give a dict of values by dotted path"),
    (
        lambda f, b: f.alter(replace=float("inf")),
        "alter: replace is inf: give what JSON can say (Out of range float values are not JSON compliant)",
    ),
    (lambda f, b: f.rest_abort(times=0), "rest_abort: times is 0: give 1 or more"),
    (lambda f, b: f.ack_delay(0), "ack_delay: delay_ms is 0: give 1 or more"),
    (lambda f, b: f.ack_delay(5, times="2"), "ack_delay: times is '2': give a whole number"),
    (lambda f, b: f.unknown_sid(b, times=0), "unknown_sid: times is 0: give 1 or more"),
    (lambda f, b: f.misroute(b, times=-1), "misroute: times is -1: give 1 or more"),
    (lambda f, b: f.rest_error(200), "rest_error: 200 is no error: give a status from 400 to 599"),
    (
        lambda f, b: f.rest_error(path="api/tasks"),
        "rest_error: path 'api/tasks' is to begin with / or *. Did you mean '/api/tasks'?",
    ),
    (
        lambda f, b: f.swallow_ack(event="task:updated"),
        "swallow_ack: event 'task:updated' goes the other way: the server sends it, and what a client sends "
        "is acknowledged",
    ),
    (
        lambda f, b: f.misroute(b, event="task:update"),
        "misroute: event 'task:update' goes the other way: a client sends it, and what the server sends "
        "goes astray",
    ),
    (
        lambda f, b: f.cut(b, code=99),
        "cut: 99 is no close code: give one from 1000 to 1014 or from 3000 to 4999",
    ),
    (
        lambda f, b: f.cut(b, code=1006),
        "cut: code 1006 is never sent: leave the code out, and a client sees 1006",
    ),
]


@pytest.fixture
def world(open_stage: Callable[[str], Stage[DevMentor]]) -> Stage[DevMentor]:
    return open_stage("connection/websocket")


def test_every_wrong_argument_is_refused_and_nothing_is_armed(world: Stage[DevMentor]) -> None:
    bob = world.client("bob")
    for make, message in WORDS:
        with pytest.raises(UnknownName) as unknown:
            make(world.faults, bob)
        assert str(unknown.value).startswith(message)
    for make, message in VALUES:
        with pytest.raises(UsageError) as refused:
            make(world.faults, bob)
        assert str(refused.value) == message
    entries = read_journal(world.timeline.writer.path).entries
    assert [entry for entry in entries if entry.kind is EntryKind.FAULT] == []


def test_answers_of_several_clients_are_spoilt(world: Stage[DevMentor]) -> None:
    alice, bob = world.clients("alice", "bob")
    assert len(world.faults.swallow_ack(by=[alice, bob], may_miss=True).where.split(", ")) == 2
