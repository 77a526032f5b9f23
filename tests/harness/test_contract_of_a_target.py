"""Which targets are held to the contract, and which only to what is true of any app."""

from __future__ import annotations

from typing import Any

import pytest

from harness.target import Target

_DEPLOYMENT = {"name": "x", "kind": "deployment", "frontend": {"url": "http://127.0.0.1:4000"}}


@pytest.mark.parametrize(
    ("said", "keeps"),
    [
        ({"name": "x", "kind": "stub"}, True),
        ({"name": "x", "kind": "stub", "contract": "none"}, False),
        (_DEPLOYMENT, False),
        (_DEPLOYMENT | {"contract": {}}, True),
        (_DEPLOYMENT | {"contract": "none", "world": {"by": "rest"}}, False),
        (_DEPLOYMENT | {"world": {"by": "rest"}}, True),
    ],
)
def test_a_deployment_without_a_world_of_ours_keeps_a_contract_only_if_it_says_so(
    said: dict[str, Any], keeps: bool
) -> None:
    assert Target.model_validate(said).keeps_contract is keeps


def test_none_is_the_only_word_for_no_contract() -> None:
    with pytest.raises(ValueError, match="contract"):
        Target.model_validate(_DEPLOYMENT | {"contract": "nothing"})
