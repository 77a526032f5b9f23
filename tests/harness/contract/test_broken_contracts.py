"""Every file in fixtures/broken/contract says in its first lines what is to be said about it."""

from pathlib import Path

import pytest

from harness.checkers import CHECKERS
from harness.contract import load_contract
from harness.errors import ContractError

FIXTURES = Path(__file__).parents[3] / "fixtures"
BROKEN = sorted((FIXTURES / "broken" / "contract").glob("*.yaml"))
MARK = "# expect: "


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_problem_of_a_broken_contract_is_named_and_no_other(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]

    with pytest.raises(ContractError) as caught:
        load_contract(path, checkers=CHECKERS)

    said = str(caught.value).splitlines()
    assert expected, f"{path} does not say what is expected"
    assert len(said) == len(expected), said
    for line, end in zip(said, expected, strict=True):
        assert line.endswith(f"{path.name}{end}")


def test_a_suite_without_rules_says_which_file_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"contract\.yaml:1: there is no such file"):
        load_contract(tmp_path / "contract.yaml", checkers=CHECKERS)
