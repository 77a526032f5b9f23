"""A run as read from its directory: frozen records, with whatever was wrong listed beside what was right."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reports.fields import Json
from reports.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one checker has to say, and the journal lines that prove it."""

    checker: str
    verdict: Verdict
    message: str
    seqs: tuple[int, ...] = ()
    entity: str | None = None
    client: str | None = None
    #: The spec said that this would be found: shown, but no reason to be red.
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the chain from cause to effect that explains a finding."""

    t: float
    lane: str
    text: str
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The way of one change: from the action behind it to every board."""

    event: str
    entity: str
    version: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A spec's verdicts.json."""

    outcome: Verdict | None = None
    spec_outcome: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    checkers: dict[str, Verdict] = field(default_factory=dict)
    #: Event -> samples, each with the seconds `action_t`, `sent_t`, `server_t`, `received_t`, `painted_t`.
    latency: dict[str, tuple[Json, ...]] = field(default_factory=dict)
    #: Index of a finding -> the chain that explains it.
    why: dict[int, tuple[Step, ...]] = field(default_factory=dict)
    #: Checker -> how many cases it held to its rule; a checker without a case has passed with 0.
    judged: dict[str, int] = field(default_factory=dict)
    #: Checker -> what it left out, and why.
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The way of each change over all lanes, whether it was a good one or not.
    chains: tuple[Chain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The files beside the journal, as paths; the keys are client names."""

    screenshots: tuple[Path, ...] = ()
    traces: dict[str, Path] = field(default_factory=dict)
    others: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One spec of a run."""

    nodeid: str
    slug: str
    #: Where its files are; need not exist.
    directory: Path
    verdict: Verdict
    duration_s: float
    #: What the runner said of a spec that is not passed.
    message: str | None
    #: The line of the spec file, when the runner said which.
    line: int | None
    judgement: Judgement
    evidence: Evidence
    #: The journal's first line; the rest is read when the spec is written out.
    header: Json
    #: What could not be read, one line each.
    problems: tuple[str, ...]
    #: In a merged run, the run it comes from.
    run: str | None = None
    #: Whether nothing failed but what its checkers said, when it ran.
    by_checkers_alone: bool = False

    @property
    def file(self) -> str:
        return self.nodeid.partition("::")[0]

    @property
    def name(self) -> str:
        """The test's name with its parameters; the whole id when there is no file in it."""
        return self.nodeid.partition("::")[2] or self.nodeid

    @property
    def unexpected(self) -> tuple[Finding, ...]:
        """The findings that made the spec red, worst first."""
        red = [each for each in self.judgement.findings if not each.expected and each.verdict.is_red]
        return tuple(sorted(red, key=lambda each: -each.verdict.severity))

    @property
    def headline(self) -> str | None:
        """In one line, what there is to know about a red spec."""
        if self.unexpected:
            first = self.unexpected[0]
            return f"{first.checker}: {first.message}".splitlines()[0]
        if self.message:
            return self.message.strip().splitlines()[0]
        return self.problems[0] if self.problems and self.verdict.is_red else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run directory."""

    directory: Path
    started: str | None
    ended: str | None
    target: str | None
    seed: int | None
    argv: tuple[str, ...]
    workers: int | None
    specs: tuple[Spec, ...]
    problems: tuple[str, ...]
    #: Names of the runs that were merged into this one.
    merged: tuple[str, ...] = ()
