"""Every file in fixtures/broken says in its first lines what is to be said about it."""

from pathlib import Path

import pytest

from mock_server.errors import DocumentError
from mock_server.scenario.load import load_scenario

BROKEN = sorted((Path(__file__).parents[3] / "fixtures" / "broken").glob("*.yaml"))
MARK = "# expect: "


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_problem_of_a_broken_file_is_named_and_no_other(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]

    with pytest.raises(DocumentError) as caught:
        load_scenario(path)

    said = str(caught.value).splitlines()
    assert expected, f"{path} does not say what is expected"
    assert len(said) == len(expected), said
    for line, end in zip(said, expected, strict=True):
        assert line.endswith(f"{path.name}{end}")


def test_there_are_broken_files() -> None:
    assert len(BROKEN) > 40
