"""The checkers: each rule in a file of its own, from a history to a verdict with evidence."""

from collections.abc import Callable, Mapping

from harness.checkers import (
    acks,
    badge_truth,
    converged,
    exactly_once,
    faults_hit,
    health,
    isolation,
    latency,
    no_regression,
    no_resurrection,
    nothing_lost,
    one_socket,
    polling,
    reconnect,
    rooms,
)
from harness.checkers.verdicts import Finding, Result, Verdict
from harness.journal.view import JournalView

Check = Callable[[JournalView], Result]

#: Name -> checker. A new one is a file with `NAME` and `check`, and a line here.
CHECKERS: Mapping[str, Check] = {
    converged.NAME: converged.check,
    exactly_once.NAME: exactly_once.check,
    nothing_lost.NAME: nothing_lost.check,
    no_resurrection.NAME: no_resurrection.check,
    no_regression.NAME: no_regression.check,
    isolation.NAME: isolation.check,
    badge_truth.NAME: badge_truth.check,
    polling.NAME: polling.check,
    rooms.NAME: rooms.check,
    one_socket.NAME: one_socket.check,
    reconnect.NAME: reconnect.check,
    acks.NAME: acks.check,
    latency.NAME: latency.check,
    health.NAME: health.check,
    faults_hit.NAME: faults_hit.check,
}

#: Those that hold what the contract says; the others hold what is true of any realtime app.
CONTRACTUAL = frozenset(
    module.NAME
    for module in (nothing_lost, no_resurrection, no_regression, isolation, badge_truth, polling, rooms, acks)
)

__all__ = ["CHECKERS", "CONTRACTUAL", "Check", "Finding", "Result", "Verdict"]
