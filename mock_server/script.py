"""Which of the scenario's rules fire on an event or a call, and what they add up to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server.answering import Answering, Due
from mock_server.glob import matches as glob_matches
from mock_server.handlers import HandlerError, Handlers
from mock_server.near_miss import Candidate, NearMiss, differences, nearest
from mock_server.request import Request
from mock_server.scenario.model import Answer, Body, Rule, RuleError, Scenario


@dataclass(slots=True)
class Plan:
    """What the rules that fired ask for: at most one answer instead of the built-in, and things beside it."""

    answer: Answer | None = None
    """Ready to send: nothing left to fill in."""
    swallow: bool = False
    delay_ms: int = 0
    body: Body | None = None
    arguments: list[Any] = field(default_factory=list)
    """Of the acknowledgement when `answer` has a reply and the model no envelope."""
    leaves: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    """Rooms that the sender's socket goes out of, and then into."""
    emits: list[Due] = field(default_factory=list)
    fired: list["Fired"] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What went wrong in a handler, with its file and line."""
    request: Request | None = None
    """What the rules were asked about; None at a moment."""
    near_miss: NearMiss | None = None
    """When no rule fired: the one that came closest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that fired: its index in the scenario, which of its turns, and what it asked for in vain."""

    index: int
    rule: Rule
    turn: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def on(self) -> str:
        return self.rule.on if self.rule.on is not None else f"at {self.rule.at_ms} ms"


class Script:
    """The rules of one world with how often each has fired.

    Raises DocumentError when a Python handler cannot be loaded.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._rules: Sequence[Rule] = scenario.rules
        self._places = [scenario.rule_place(index) for index in range(len(self._rules))]
        self._fired = [0] * len(self._rules)
        spreads = not scenario.keeps_to_contract
        self._answering = [
            Answering(scenario.seed, index, spreads=spreads) for index in range(len(self._rules))
        ]
        self._handlers = Handlers(scenario)

    def timed(self) -> Iterator[tuple[int, int]]:
        """Yield (moment in ms, index) of the rules that fire at a moment."""
        for index, rule in enumerate(self._rules):
            if rule.at_ms is not None:
                yield rule.at_ms, index

    def at_moment(self, index: int) -> Plan:
        """Return what a timed rule asks for."""
        plan = Plan()
        self._fire(plan, index, self._rules[index], None)
        return plan

    def on_event(
        self,
        event: str,
        user: str | None,
        args: Sequence[Any],
        *,
        namespace: str = "/",
        auth: Any = None,
        sid: str | None = None,
    ) -> Plan:
        """Return what the rules make of an event, or of a socket that comes (`connect`) or goes."""
        request = Request(
            user=user or None, event=event, args=tuple(args), namespace=namespace, auth=auth, sid=sid
        )
        candidates = (index for index, rule in enumerate(self._rules) if rule.on == event)
        return self._plan(candidates, request)

    def on_call(
        self,
        method: str,
        path: str,
        user: str | None,
        body: Any,
        query: Mapping[str, str],
        params: Mapping[str, str],
    ) -> Plan:
        """Return what the rules make of a call."""
        request = Request(
            user=user or None, method=method, path=path, body=body, query=dict(query), params=dict(params)
        )
        candidates = (
            index
            for index, rule in enumerate(self._rules)
            if rule.method == method and glob_matches(rule.path_glob or "", path)
        )
        return self._plan(candidates, request)

    def _plan(self, candidates: Iterator[int], request: Request) -> Plan:
        plan = Plan(request=request)
        for index in candidates:
            rule = self._rules[index]
            if next(differences(rule, self._fired[index], request), None) is not None:
                continue
            if rule.turn(self._fired[index]).replaces and plan.answer is not None:
                continue
            self._fire(plan, index, rule, request)
        if not plan.fired and self._rules:
            plan.near_miss = nearest(list(self._candidates()), request)
        return plan

    def _candidates(self) -> Iterator[Candidate]:
        for index, rule in enumerate(self._rules):
            place, line = self._places[index]
            yield Candidate(index=index, rule=rule, place=place, line=line, fired=self._fired[index])

    def _fire(self, plan: Plan, index: int, rule: Rule, request: Request | None) -> None:
        turn = self._fired[index]
        self._fired[index] += 1
        answering = self._answering[index]
        asked = rule.turn(turn)
        written, asked_reply = answering.ready(asked, request), asked.reply
        emits = [answering.due(each, request, rule.namespace) for each in asked.emit]
        plan.leaves += answering.rooms(asked.rooms(asked.leave), request)
        plan.joins += answering.rooms(asked.rooms(asked.join), request)
        missing = tuple(answering.missing)
        plan.fired.append(
            Fired(index=index, rule=rule, turn=None if rule.first is None else turn, missing=missing)
        )
        if asked.handler is not None and request is not None:
            handled = self._handled(plan, asked.handler, request)
            emits += [answering.due(each, request, rule.namespace, as_written=True) for each in handled.emit]
            plan.leaves += handled.rooms(handled.leave)
            plan.joins += handled.rooms(handled.join)
            asked_reply = handled.reply
            plan.delay_ms += answering.delay_ms(handled.delay_ms)
            plan.body = handled.body or plan.body
            plan.swallow = plan.swallow or handled.swallow
            written = handled
        if written.error is not None or written.reply is not None:
            plan.answer = written
            plan.arguments = answering.arguments(asked_reply, written.reply)
        plan.swallow = plan.swallow or asked.swallow
        plan.delay_ms += answering.delay_ms(asked.delay_ms)
        plan.body = asked.body or plan.body
        plan.emits.extend(emits)

    def _handled(self, plan: Plan, name: str, request: Request) -> Answer:
        try:
            return self._handlers.answer(name, request)
        except HandlerError as error:
            plan.failures.append(str(error))
            return Answer(error=RuleError(code="INTERNAL", message=str(error), status=500))
