"""Secrets are masked by the same rules in the page and in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.journal.redact import MASK, SECRET_KEYS, Redactor

CASES: list[tuple[str, str]] = json.loads((Path(__file__).parent / "redaction_cases.json").read_text())
SCRIPT = Path(__file__).resolve().parents[3] / "harness" / "tap" / "redact.js"


@pytest.mark.parametrize(("source", "clean"), CASES)
def test_python_masks(source: str, clean: str) -> None:
    assert Redactor().text(source) == clean


def test_the_page_masks_alike(engine_browser: Any) -> None:
    page = engine_browser.new_page()
    mask_all = f"([words, texts]) => texts.map((text) => ({SCRIPT.read_text()})(words).text(text))"
    masked = page.evaluate(mask_all, [list(SECRET_KEYS), [source for source, _ in CASES]])
    assert list(zip([source for source, _ in CASES], masked, strict=True)) == [tuple(case) for case in CASES]
    page.context.close()


@pytest.mark.parametrize(("source", "clean"), CASES)
def test_masking_twice_changes_nothing_more(source: str, clean: str) -> None:
    assert Redactor().text(clean) == clean


keys = st.sampled_from(["token", "title", "authToken", "password", "id", "nested", "Authorization"])
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)


@given(documents)
def test_masked_json_is_the_same_json_with_masks(document: Any) -> None:
    masked = json.loads(Redactor().text(json.dumps(document)))
    assert masked == Redactor().value(document)


@given(documents)
def test_no_value_of_a_secret_key_survives(document: Any) -> None:
    def secrets(value: Any) -> list[Any]:
        if isinstance(value, dict):
            own = [one for key, one in value.items() if Redactor().is_secret(key)]
            return own + [found for one in value.values() for found in secrets(one)]
        return [found for one in value for found in secrets(one)] if isinstance(value, list) else []

    assert all(one in (MASK, "", None, True, False) for one in secrets(Redactor().value(document)))


@given(st.text(alphabet='{}[]":,\\abtoken=&?\x1e1', max_size=60))
def test_no_text_makes_it_raise(source: str) -> None:
    Redactor().text(source)


def test_keys_are_configurable() -> None:
    redactor = Redactor(["badge"])
    assert redactor.text('{"badge":"x","token":"y"}') == f'{{"badge":"{MASK}","token":"y"}}'


def test_a_long_text_without_secrets_is_cheap() -> None:
    from time import perf_counter

    text = json.dumps([{"id": n, "text": f"A card, number {n}"} for n in range(2000)])
    redactor = Redactor()
    redactor.text(text)
    started = perf_counter()
    redactor.text(text)
    assert perf_counter() - started < 0.05
