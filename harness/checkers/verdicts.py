"""What a checker says: a verdict of three, how much it judged, and findings with their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.journal.entries import Sense
from harness.journal.marks import Gap
from harness.journal.view import JournalView


class Verdict(StrEnum):
    """`unknown`: there was something to judge and it could not be seen; never a quieter word for `failed`."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong or cannot be told, in one line, with the entries (`seqs`) that prove it."""

    checker: str
    verdict: Verdict
    message: str
    seqs: tuple[int, ...] = ()
    entity: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that one checker says of a history.

    `judged` counts what was held to the rule: a checker whose subject never occurred has passed with 0.
    `notes` say what was left out and why, such as a page on a driven clock.
    """

    checker: str
    verdict: Verdict
    judged: int = 0
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


class Judging:
    """Collects what one checker finds; `senses` are those without which it is blind."""

    def __init__(self, view: JournalView, checker: str, *, senses: Iterable[Sense]) -> None:
        self._view = view
        self._checker = checker
        self._senses = tuple(senses)
        self._findings: dict[tuple[object, ...], Finding] = {}
        self._notes: dict[str, None] = {}
        self._count = 0

    def judged(self, count: int = 1) -> None:
        """So many more cases were held to the rule, whatever came of it."""
        self._count += count

    def note(self, text: str) -> None:
        self._notes[text] = None

    def found(
        self,
        message: str,
        seqs: Iterable[int | None],
        *,
        client: str | None = None,
        entity: str | None = None,
        rule: str = "",
    ) -> None:
        """Something was seen that must not be; said once for each client, entity and `rule`."""
        self._add(Verdict.FAILED, message, seqs, client, entity, rule)

    def missed(
        self,
        message: str,
        seqs: Iterable[int | None],
        *,
        client: str | None = None,
        entity: str | None = None,
        rule: str = "",
    ) -> None:
        """Something was not seen that must be: unknown when it may have been there out of our sight."""
        gap = next(iter(self._view.gaps(client, self._senses)), None)
        if gap is None:
            self._add(Verdict.FAILED, message, seqs, client, entity, rule)
        else:
            self._add(
                Verdict.UNKNOWN, f"{message}; or it was not seen: {gap.reason}", seqs, client, entity, rule
            )

    def unclear(
        self, message: str, seqs: Iterable[int | None] = (), *, client: str | None = None, rule: str = ""
    ) -> None:
        """There was something to judge, and what it takes to judge it is missing."""
        self._add(Verdict.UNKNOWN, message, seqs, client, None, rule)

    def result(self) -> Result:
        """The verdict: failed by any failure, else unknown when anything was out of sight, else passed."""
        for gap in self._relevant_gaps():
            self.unclear(gap.reason, [gap.seq], client=gap.client, rule=f"gap {gap.reason}")
        findings = tuple(self._findings.values())
        verdicts = {finding.verdict for finding in findings}
        worst = next((each for each in (Verdict.FAILED, Verdict.UNKNOWN) if each in verdicts), Verdict.PASSED)
        return Result(
            checker=self._checker,
            verdict=worst,
            judged=self._count,
            findings=findings,
            notes=tuple(self._notes),
        )

    def _relevant_gaps(self) -> list[Gap]:
        """Those that matter here: a client that never came to a board had nothing to show."""
        return [
            gap
            for gap in self._view.gaps(senses=self._senses)
            if gap.client is None
            or gap.client not in self._view.clients
            or self._view.clients[gap.client].opened_a_board
        ]

    def _add(
        self,
        verdict: Verdict,
        message: str,
        seqs: Iterable[int | None],
        client: str | None,
        entity: str | None,
        rule: str,
    ) -> None:
        proof = tuple(dict.fromkeys(seq for seq in seqs if seq is not None))
        key = (verdict, client, entity, rule) if entity or rule else (verdict, client, message)
        self._findings.setdefault(
            key,
            Finding(
                checker=self._checker,
                verdict=verdict,
                message=message,
                seqs=proof,
                entity=entity,
                client=client,
            ),
        )


def span_words(seconds: float) -> str:
    """A length of time as people say it: `148 ms`, `2.4 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 2 else f"{seconds:.1f} s"
