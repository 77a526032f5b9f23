"""The error tree: messages a person can act on, and one exit code."""

import pytest

import harness.errors
from harness.errors import EnvironmentTrouble, LockstepError, TargetError, UnknownName


def error_classes() -> list[type[LockstepError]]:
    found = [each for each in vars(harness.errors).values() if isinstance(each, type)]
    return [each for each in found if issubclass(each, LockstepError)]


def test_unknown_name_gives_the_nearest_and_all_known_ones() -> None:
    error = UnknownName("scenario", "bord", ["demo", "board"])
    assert str(error) == "unknown scenario 'bord'. Did you mean 'board'? Known: board, demo."


def test_unknown_name_without_a_near_one_guesses_nothing() -> None:
    assert str(UnknownName("target", "x", [])) == "unknown target 'x'. Known: none."


@pytest.mark.parametrize("error", error_classes())
def test_every_error_is_drawn_in_the_tree_and_ends_with_its_code(error: type[LockstepError]) -> None:
    assert error.exit_code == (3 if error in (EnvironmentTrouble, TargetError) else 2)
    assert harness.errors.__doc__ is not None
    assert f" {error.__name__} " in harness.errors.__doc__.replace("\n", " ")
