"""Fixture files are found where they were named, else here, else in the installation."""

from pathlib import Path

import pytest

from harness.settings import fixtures_dir


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCKSTEP_FIXTURES", raising=False)


def test_named_directory_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fixtures" / "scenarios").mkdir(parents=True)
    monkeypatch.setenv("LOCKSTEP_FIXTURES", "/elsewhere")
    assert fixtures_dir(tmp_path) == Path("/elsewhere")


def test_directory_of_the_project_comes_next(tmp_path: Path) -> None:
    (tmp_path / "fixtures" / "scenarios").mkdir(parents=True)
    assert fixtures_dir(tmp_path) == tmp_path / "fixtures"


def test_folder_of_that_name_without_scenarios_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    assert (fixtures_dir(tmp_path) / "scenarios" / "demo.yaml").is_file()
