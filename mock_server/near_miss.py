"""Finds the rule that an event or call came closest to, and says what kept it from firing."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
from typing import Any

from mock_server.entities import Json
from mock_server.events import ClientEvent
from mock_server.glob import matches
from mock_server.journal import REDACTED, redacted
from mock_server.request import Request, look_up
from mock_server.scenario.model import Rule
from mock_server.scenario.rules import COMING_AND_GOING
from mock_server.secret_keys import is_secret

_MISSING = object()
_NEAR = 0.75
_CONTRACT = frozenset(ClientEvent)
_LONGEST = 60
_SOME_PATHS = 12
_MOST_PATHS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which a request differs from what a rule wants."""

    field: str
    """`on`, `method`, `path`, `namespace`, `who`, `times` or `when.<field>`."""
    expected: Any
    got: Any
    words: Callable[[], str]
    """Says it for people; called for the one rule that came closest."""

    @property
    def why(self) -> str:
        return self.words()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule of the scenario, where it stands in its file, and how often it has fired."""

    index: int
    rule: Rule
    place: str
    """Like `board.yaml:12`; empty when the scenario did not come from a file."""
    line: int | None
    fired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """The rule that came closest and in what the request differed from it."""

    candidate: Candidate
    differences: Sequence[Difference]

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody has to hear of it: a rule that has fired before is most likely as it should be."""
        return self.candidate.fired == 0 or self.differences[0].field == "times"

    def entry(self) -> Json:
        """Return it for the journal, free of secrets."""
        first, *more = self.differences
        on = {"on": self.candidate.rule.on}
        rest = {"also": [each.field for each in more]} if more else {}
        return {
            "index": self.candidate.index,
            "line": self.candidate.line,
            **on,
            "field": first.field,
            "expected": first.expected,
            "got": first.got,
            **rest,
            "why": self.why,
        }

    @property
    def why(self) -> str:
        """Say in one line which rule was not used, and what would have to be otherwise."""
        place = f"{self.candidate.place}: " if self.candidate.place else ""
        rule = f"rule {self.candidate.index} (on {self.candidate.rule.on})"
        return f"{place}{rule} was not used: {'; '.join(each.why for each in self.differences)}"


def differences(rule: Rule, fired: int, request: Request) -> Iterator[Difference]:
    """Yield everything but `on` that keeps a rule from firing; nothing: it fires."""
    if request.event is not None and rule.namespace not in (None, request.namespace):
        at = f"it came on namespace {request.namespace}, and the rule is on {rule.namespace}"
        yield Difference(field="namespace", expected=rule.namespace, got=request.namespace, words=lambda: at)
    if rule.people and request.user not in rule.people:
        got = request.user
        wants = " or ".join(rule.people)
        why = f"it came from {got or 'nobody signed in'}, and the rule wants {wants}"
        yield Difference(field="who", expected=list(rule.people), got=got, words=lambda: why)
    fields = request.fields
    for path, expected in rule.when.items():
        got = look_up(fields, path, _MISSING)
        if not same(got, expected):
            yield _differing(path, expected, got, fields)
    if rule.times is not None and fired >= rule.times:
        said = f"it has fired {fired} of {rule.times} time{'s' * (rule.times > 1)} ('times: {rule.times}')"
        yield Difference(field="times", expected=rule.times, got=fired + 1, words=lambda: said)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 1 is 1.0, but neither "1" nor true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def nearest(candidates: Sequence[Candidate], request: Request) -> NearMiss | None:
    """Return the rule that a request, which none of them answers, came closest to; None: none is near."""
    found = [miss for each in candidates if (miss := _near_miss(each, request)) is not None]
    return min(found, key=_distance, default=None)


def _distance(miss: NearMiss) -> tuple[bool, int, bool]:
    spelt = miss.differences[0].field in ("on", "method", "path")
    return spelt, len(miss.differences), miss.differences[0].field != "times"


def _near_miss(candidate: Candidate, request: Request) -> NearMiss | None:
    rule = candidate.rule
    if request.event is not None:
        spelling = _event(rule, request.event) if rule.method is None else None
        fits = rule.on == request.event
    else:
        spelling = _call(rule, request) if rule.method is not None else None
        fits = rule.method == request.method and matches(rule.path_glob or "", request.path or "")
    if not fits and (spelling is None or candidate.fired):
        return None
    found = [*([] if fits or spelling is None else [spelling]), *differences(rule, candidate.fired, request)]
    return NearMiss(candidate=candidate, differences=found) if found else None


def _event(rule: Rule, event: str) -> Difference | None:
    wanted = rule.on or ""
    if wanted == event or {wanted, event} <= _CONTRACT or event in COMING_AND_GOING:
        return None
    if _closeness(_letters(wanted), _letters(event)) < _NEAR:
        return None
    why = f"the event is {_shown(event)}, and the rule is on {_shown(wanted)}"
    return Difference(field="on", expected=wanted, got=event, words=lambda: why)


def _call(rule: Rule, request: Request) -> Difference | None:
    glob, path = rule.path_glob or "", request.path or ""
    if matches(glob, path):
        if rule.method == request.method:
            return None
        why = f"the method is {request.method}, and the rule is on {rule.method}"
        return Difference(field="method", expected=rule.method, got=request.method, words=lambda: why)
    if rule.method != request.method or not _near_path(glob, path):
        return None
    why = f"the path is {_shown(path)}, and the rule is on {_shown(glob)}"
    return Difference(field="path", expected=glob, got=path, words=lambda: why)


def _near_path(glob: str, path: str) -> bool:
    """Tell whether a path differs in one part that is nearly spelt the same, or has more before or behind."""
    glob, path = glob.lower().rstrip("/"), path.lower().rstrip("/")
    if any(matches(each, path) for each in (glob, f"*{glob}", f"{glob}/*")):
        return True
    wanted, given = glob.split("/"), path.split("/")
    if len(wanted) != len(given):
        return False
    differing = [(w, g) for w, g in zip(wanted, given, strict=True) if not matches(w, g)]
    return len(differing) == 1 and _closeness(*differing[0]) >= _NEAR


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _closeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if one and other else 0.0


def _differing(path: str, expected: Any, got: Any, fields: Mapping[str, Any]) -> Difference:
    field = f"when.{path}"
    if is_secret(path.rsplit(".", 1)[-1]):
        return Difference(
            field=field, expected=REDACTED, got=REDACTED, words=lambda: f"'{path}' has another value"
        )
    if got is _MISSING:
        return Difference(
            field=field, expected=expected, got=None, words=lambda: _not_sent(path, expected, fields)
        )
    return Difference(
        field=field, expected=expected, got=got, words=lambda: _other_value(path, expected, got)
    )


def _not_sent(path: str, expected: Any, fields: Mapping[str, Any]) -> str:
    there = list(islice(_paths(fields), _MOST_PATHS))
    near = get_close_matches(path, there, n=1)
    more = ", …" if len(there) > _SOME_PATHS else ""
    listed = ", ".join(there[:_SOME_PATHS]) + more or "nothing"
    hint = f"did you mean '{near[0]}'?" if near else f"there is {listed}"
    return f"'{path}' was not sent, and the rule wants {_shown(expected)} ({hint})"


def _other_value(path: str, expected: Any, got: Any) -> str:
    alike = type(got) is not type(expected) and str(got).lower() == str(expected).lower()
    shown = _typed if alike else _shown
    return f"'{path}' is {shown(got)}, and the rule wants {shown(expected)}"


def _paths(fields: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def _shown(value: Any) -> str:
    value = redacted(value)
    text = json.dumps(value, ensure_ascii=False, default=repr)
    if isinstance(value, str):
        text = f"'{value}'"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _typed(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value] + " itself"
    return f"the number {value}" if isinstance(value, int | float) else f"the text {_shown(str(value))}"
