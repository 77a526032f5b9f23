"""Which of the scenario's rules fire on a call, and what they add up to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_server.glob import matches as glob_matches
from mock_server.scenario.model import Emit, Rule

_MISSING = object()


@dataclass(slots=True)
class Plan:
    """What the rules that fired ask for: at most one answer instead of the built-in, and things beside it."""

    answer: Rule | None = None
    swallow: bool = False
    delay_ms: int = 0
    emits: list[Emit] = field(default_factory=list)
    fired: list[tuple[int, Rule]] = field(default_factory=list)
    """(index in the scenario, rule) of each rule that fired."""


class Script:
    """The rules of one world with how often each has fired."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._fired = [0] * len(rules)

    def timed(self) -> Iterator[tuple[int, Rule]]:
        """Return the rules that fire at a moment, with their index."""
        return ((index, rule) for index, rule in enumerate(self._rules) if rule.at_ms is not None)

    def on_event(self, event: str, user: str, payload: Any) -> Plan:
        """Return what the rules make of an event; a payload that is no object counts as `{id: payload}`."""
        fields = payload if isinstance(payload, dict) else {"id": payload}
        candidates = [
            index for index, rule in enumerate(self._rules) if rule.method is None and rule.on == event
        ]
        return self._plan(candidates, user, fields)

    def on_call(
        self,
        method: str,
        path: str,
        user: str,
        body: Any,
        query: Mapping[str, str],
        params: Mapping[str, str],
    ) -> Plan:
        """Return what the rules make of a call; `when` sees the body's fields, `query.x` and `params.x`."""
        fields = {**(body if isinstance(body, dict) else {}), "query": dict(query), "params": dict(params)}
        candidates = [
            index
            for index, rule in enumerate(self._rules)
            if rule.method == method and glob_matches(rule.path_glob or "", path)
        ]
        return self._plan(candidates, user, fields)

    def _plan(self, candidates: Sequence[int], user: str, fields: Mapping[str, Any]) -> Plan:
        plan = Plan()
        for index in candidates:
            rule = self._rules[index]
            if not self._applies(index, rule, user, fields) or (rule.replaces and plan.answer is not None):
                continue
            self._fired[index] += 1
            plan.fired.append((index, rule))
            plan.answer = rule if rule.replaces else plan.answer
            plan.swallow = plan.swallow or rule.swallow
            plan.delay_ms += rule.delay_ms
            plan.emits.extend(rule.emit)
        return plan

    def _applies(self, index: int, rule: Rule, user: str, fields: Mapping[str, Any]) -> bool:
        if rule.times is not None and self._fired[index] >= rule.times:
            return False
        if rule.from_person is not None and rule.from_person != user:
            return False
        return all(_look_up(fields, path) == value for path, value in rule.when.items())


def _look_up(fields: Any, path: str) -> Any:
    """Return what a dotted path leads to; a key that holds dots itself is tried first."""
    if isinstance(fields, Mapping) and path in fields:
        return fields[path]
    head, _, rest = path.partition(".")
    if not rest or not isinstance(fields, Mapping) or head not in fields:
        return _MISSING
    return _look_up(fields[head], rest)
