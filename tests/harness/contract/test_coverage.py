"""The rules of the contract, each held by a spec, and the table of them in docs/."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from as_a_user import user_environment

from harness.checkers import CHECKERS
from harness.contract import Contract, Group, Holder, Rule, coverage_table, load_contract
from harness.rule_marks import WRITE

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "contract-coverage.md"
_DEADLINE_S = 90


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    """As the specs make it that are there now."""
    written = tmp_path_factory.mktemp("coverage") / "table.md"
    options = ["-m", "pytest", "specs", "--collect-only", "-q", "--contract-coverage", str(written)]
    ran = subprocess.run(
        [sys.executable, *options],
        cwd=ROOT,
        env=user_environment(),
        capture_output=True,
        text=True,
        timeout=_DEADLINE_S,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return written.read_text(encoding="utf-8")


def test_every_rule_is_held_by_a_spec(table: str) -> None:
    assert [line for line in table.splitlines() if "**no spec**" in line] == []


def test_the_document_is_up_to_date(table: str) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table, f"run .venv/bin/{WRITE}"


def test_every_rule_is_in_the_table(table: str) -> None:
    contract = load_contract(ROOT / "fixtures" / "contract.yaml", checkers=CHECKERS)
    assert len(contract.ids()) > 100
    assert [name for name in contract.ids() if f"`{name}`" not in table] == []


def test_a_rule_shows_its_specs_their_variants_and_its_checkers() -> None:
    rule = Rule(id="badge.live", rule="It says Live | or not.", checkers=("badge_truth",))
    alone = Rule(id="badge.one", rule="There is one.")
    holder = Holder(path="specs/a/test_a.py", name="test_it_says_live", variants=("websocket", "polling"))
    contract = Contract(groups=(Group(name="Badge", rules=(rule, alone)),))

    table = coverage_table(contract, {"badge.live": [holder]}, command="it")

    assert "2 rules, held by 1 specs. **1 have none yet.** Written by `it`." in table
    held = "[it says live](../specs/a/test_a.py) (websocket, polling)"
    checked = "in every spec: the checker `badge_truth`"
    assert f"| It says Live \\| or not.<br>`badge.live` | {held}<br>{checked} |" in table
    assert "| There is one.<br>`badge.one` | **no spec** |" in table


MISNAMED = """
import pytest

@pytest.mark.rule("badge.one", "badge.hlaf-open")
def test_it() -> None:
    pass
"""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_mark_that_names_no_rule_ends_the_run_with_the_nearest(
    run_specs: Callable[..., Any], workers: str
) -> None:
    ran = run_specs(MISNAMED, "--workers", workers)
    assert ran.code == 2, ran.output
    said = "test_it.py:4: test_it: there is no rule 'badge.hlaf-open'. Did you mean 'badge.half-open'?"
    assert said in ran.output


def test_a_mark_without_a_rule_is_no_mark(run_specs: Callable[..., Any]) -> None:
    ran = run_specs(MISNAMED.replace('"badge.one", "badge.hlaf-open"', ""))
    assert ran.code == 2, ran.output
    assert "test_it.py:4: test_it: mark.rule names no rule" in ran.output
