"""Writes junit.xml for CI servers: a finding is a <failure> with its history, no verdict an <error>."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree as xml

from reports.account import Account
from reports.places import shown_path
from reports.run_model import Run, Spec
from reports.story import story_of
from reports.verdict import Verdict

NAME = "junit.xml"
#: What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: No verdict on the app: for JUnit, an error.
_ERRORS = (Verdict.ERROR, Verdict.UNKNOWN, Verdict.ENVIRONMENT)


def write_junit(run: Run, accounts: Sequence[Account], out: Path) -> Path:
    """One suite per run: several when runs were merged."""
    root = xml.Element("testsuites", {"name": "lockstep", **_totals(accounts)})
    for name in dict.fromkeys(account.spec.run for account in accounts):
        mine = [account for account in accounts if account.spec.run == name]
        root.append(_suite(name or run.directory.name, run, mine))
    path = out / NAME
    xml.indent(root)
    path.write_bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True))
    return path


def _totals(accounts: Iterable[Account]) -> dict[str, str]:
    specs = [account.spec for account in accounts]
    verdicts = [spec.verdict for spec in specs]
    return {
        "tests": str(len(specs)),
        "failures": str(verdicts.count(Verdict.FAILED)),
        "errors": str(sum(map(verdicts.count, _ERRORS))),
        "skipped": str(verdicts.count(Verdict.SKIPPED)),
        "time": f"{sum(spec.duration_s for spec in specs):.3f}",
    }


def _suite(name: str, run: Run, accounts: Sequence[Account]) -> xml.Element:
    started = {"timestamp": _clean(run.started)} if run.started else {}
    suite = xml.Element("testsuite", {"name": _clean(name), **_totals(accounts), **started})
    properties = xml.SubElement(suite, "properties")
    known = {"target": run.target, "seed": run.seed, "workers": run.workers}
    for key, value in known.items():
        if value is not None:
            xml.SubElement(properties, "property", name=key, value=_clean(str(value)))
    for account in accounts:
        suite.append(_case(account))
    return suite


def _case(account: Account) -> xml.Element:
    spec = account.spec
    case = xml.Element(
        "testcase",
        classname=_clean(spec.file.removesuffix(".py").replace("/", ".")),
        name=_clean(spec.name),
        file=_clean(spec.file),
        time=f"{spec.duration_s:.3f}",
    )
    _add_result(case, account)
    lines = [f"[[ATTACHMENT|{shown_path(path)}]]" for path in _attachments(spec)]
    if lines:
        xml.SubElement(case, "system-out").text = _clean("\n".join(lines))
    return case


def _add_result(case: xml.Element, account: Account) -> None:
    spec = account.spec
    if spec.verdict is Verdict.SKIPPED:
        xml.SubElement(case, "skipped", message=_clean(spec.message or ""))
    elif spec.verdict.is_red:
        tag = "failure" if spec.verdict is Verdict.FAILED else "error"
        kind = account.red_findings[0].finding.checker if account.red_findings else spec.verdict
        message = _clean(spec.headline or spec.verdict)
        xml.SubElement(case, tag, message=message, type=_clean(kind)).text = _clean(story_of(account))


def _attachments(spec: Spec) -> Iterable[Path]:
    return (*spec.evidence.screenshots, *spec.evidence.traces.values())


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
