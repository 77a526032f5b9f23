"""Every file in fixtures/broken/targets says in its first lines what is to be said about it."""

from pathlib import Path

import pytest

from harness.errors import TargetError
from harness.target import load_target

FIXTURES = Path(__file__).parents[3] / "fixtures"
BROKEN = sorted((FIXTURES / "broken" / "targets").glob("*.yaml"))
MARK = "# expect: "


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_problem_of_a_broken_target_is_named_and_no_other(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]

    with pytest.raises(TargetError) as caught:
        load_target(str(path), FIXTURES / "targets", environment={})

    said = str(caught.value).splitlines()
    assert expected, f"{path} does not say what is expected"
    assert len(said) == len(expected), said
    for line, end in zip(said, expected, strict=True):
        assert line.endswith(f"{path.name}{end}")


def test_there_are_broken_targets() -> None:
    assert len(BROKEN) >= 18
