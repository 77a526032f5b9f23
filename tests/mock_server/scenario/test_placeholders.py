"""Placeholders: filled from the seed, in document order, and never found where they were not written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.scenario.located import Located
from mock_server.scenario.made_up import MADE_UP
from mock_server.scenario.placeholders import escape, fill


def filled(value: dict[str, Any], seed: int | None = None) -> Any:
    return fill(Located(file="document", value=value), seed=seed).value


def problems(value: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in fill(Located(file="document", value=value)).problems]


EVERYTHING = {"texts": [f"<${{{name}}}>" for name in MADE_UP]}


def test_every_placeholder_is_filled_with_something() -> None:
    texts = filled(EVERYTHING)["texts"]
    assert all(len(text) > len("<>") and "$" not in text for text in texts)


def test_the_same_seed_gives_the_same_values_and_another_seed_others() -> None:
    assert filled(EVERYTHING, 1) == filled(EVERYTHING, 1)
    assert filled(EVERYTHING, 1)["texts"] != filled(EVERYTHING, 2)["texts"]


def test_the_seed_of_the_document_counts_unless_another_is_given() -> None:
    assert filled({"seed": 7, **EVERYTHING}) == filled(EVERYTHING, 7) | {"seed": 7}
    assert filled({"seed": 7, **EVERYTHING}, 8)["seed"] == 8


def test_values_come_in_document_order() -> None:
    one = filled({"a": "${uuid}", "b": "${uuid}"})
    two = filled({"b": "${uuid}", "a": "${uuid}"})
    assert (one["a"], one["b"]) == (two["b"], two["a"])


def test_several_placeholders_in_one_text_with_blanks_inside() -> None:
    assert (
        filled({"people": {"alice": None}, "a": "${ alice.id } and ${alice.name}"})["a"] == "alice and Alice"
    )


def test_people_can_be_named_wherever_they_are_written() -> None:
    world = filled({"a": "${bob.email} ${bob.name}", "people": {"bob": {"name": "${person.name}"}}})
    name = world["people"]["bob"]["name"]
    assert "$" not in name
    assert world["a"] == f"bob@example.com {name}"


def test_an_unknown_placeholder_is_named_with_the_nearest() -> None:
    assert problems({"people": {"alice": None}, "a": ["${alise.name}"]}) == [
        "document: a[0]: unknown placeholder 'alise.name'. Did you mean 'alice.name'?"
    ]


@pytest.mark.parametrize("text", ["${uuid", "${", "${a{b}", "before ${task.title after"])
def test_a_placeholder_that_is_not_closed_is_a_problem(text: str) -> None:
    assert len(problems({"a": text})) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [("$${uuid}", "${uuid}"), ("$$${uuid}", "$${uuid}"), ("5 $ {x}", "5 $ {x}"), ("$5", "$5"), ("{}", "{}")],
)
def test_two_dollars_write_one(written: str, read: str) -> None:
    assert filled({"a": written})["a"] == read
    assert problems({"a": written}) == []


@given(st.text(alphabet="${}a. ") | st.text())
def test_escaped_text_is_read_back_as_it_was(text: str) -> None:
    value = {"a": [text, {"b": text}], "c": 5}
    again = fill(Located(file="document", value=escape(value)))
    assert again.value == value
    assert again.problems == ()
