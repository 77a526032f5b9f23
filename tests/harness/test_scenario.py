"""The joint between the harness and the stub's scenarios."""

from harness import scenario


def test_every_name_of_the_joint_is_there_and_in_order() -> None:
    assert scenario.__all__ == sorted(scenario.__all__)
    assert all(hasattr(scenario, name) for name in scenario.__all__)
