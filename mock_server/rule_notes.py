"""Writes down what a world's rules did: those that fired, those that nearly did, handlers that failed."""

from typing import Any

from mock_server.journal import Journal, Kind
from mock_server.log import log
from mock_server.request import Request
from mock_server.scenario.model import Unscripted
from mock_server.script import Plan

_TOLD_OF_ONE_FIELD = 3


class RuleNotes:
    """Journals everything, and logs what somebody should hear of: each near miss once, and no flood."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._told: dict[tuple[int, str], set[str]] = {}

    def fired(self, plan: Plan) -> None:
        """Journal the rules that fired, and what failed in their handlers."""
        for each in plan.fired:
            more: dict[str, Any] = {} if each.turn is None else {"turn": each.turn}
            if each.missing:
                more["missing"] = list(each.missing)
                names = ", ".join(each.missing)
                log.warning(f"rule {each.index} (on {each.on}) asks for what was not sent: {names}")
            self._journal.append(Kind.RULE, index=each.index, on=each.on, **more)
        for message in plan.failures:
            self._journal.append(Kind.ERROR, message=message)
            log.error(f"handler failed: {message}")

    def missed(self, plan: Plan) -> None:
        """Journal the rule that came closest, when none fired but one looked meant for the call."""
        miss, request = plan.near_miss, plan.request
        if miss is None or request is None:
            return
        self._journal.append(Kind.NEAR_MISS, **_named(request), user=request.user, near_miss=miss.entry())
        if not miss.is_suspicious:
            return
        first = miss.differences[0]
        told = self._told.setdefault((miss.candidate.index, first.field), set())
        if len(told) < _TOLD_OF_ONE_FIELD and (got := repr(first.got)) not in told:
            told.add(got)
            last = " (more of this: see the journal)" if len(told) == _TOLD_OF_ONE_FIELD else ""
            log.warning(f"near miss: {request} of {request.user or 'somebody unknown'}: {miss.why}{last}")

    def unscripted(self, plan: Plan, policy: Unscripted, user: str | None) -> None:
        """Journal what neither the contract nor a rule knows, with the rule that came closest."""
        if plan.request is None:
            return
        what = _named(plan.request)
        more = {} if plan.near_miss is None else {"near_miss": plan.near_miss.entry()}
        self._journal.append(Kind.UNSCRIPTED, **what, policy=policy.value, user=user, **more)
        if policy is not Unscripted.IGNORE:
            kind = "event" if plan.request.event is not None else "call"
            log.warning(f"unscripted {kind}", **what, policy=policy.value, user=user)

    def forget(self) -> None:
        """Say everything again that turns up again: the rules are others now."""
        self._told.clear()


def _named(request: Request) -> dict[str, Any]:
    if request.event is not None:
        return {"event": request.event}
    return {"method": request.method, "path": request.path}
