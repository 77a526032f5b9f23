"""Nothing secret gets past the redactor, and nothing else is touched."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from harness.journal.redact import MASK, Redactor, redact

SECRET = "s3cr3t-s3cr3t-s3cr3t-0001"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize("secret", [SECRET, SECRET + "2", SECRET + "\u00e4\u00e4"])
@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(3))
def test_known_secret_is_masked_in_packed_bytes_too(secret: str, before: int, after: int) -> None:
    redactor = Redactor(known=[secret])
    packed = base64.b64encode(b"\x01" * before + secret.encode() + b"\xff" * after).decode()
    clean = redactor.packed_only(f"b{packed}\x1eb{packed}")
    assert clean.count(MASK) == 2
    left = (len(clean) - 2 * len(MASK) - len("b\x1eb")) // 2
    assert left <= 12, "more is left than its neighbours and what it shares with them"
    other = base64.b64encode(b"another text, as long as the secret is").decode()
    assert redactor.packed_only(other) == other


@pytest.mark.parametrize(
    "value",
    [
        {"token": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
        {"headers": {"set-cookie": f"a={SECRET}"}},
        {"headers": [{"name": "Cookie", "value": SECRET}]},
        {"accessToken": SECRET, "jwt_token": SECRET, "X-API-Key": SECRET},
        {"auth": {"token": SECRET}},
        {"password": [SECRET]},
        {"credentials": {"user": "alice", "pass": SECRET}},
        f"https://x.test/socket.io/?EIO=4&token={SECRET}&transport=polling",
        f"https://alice:{SECRET}@x.test/",
        f"Bearer {SECRET}",
        f'40{{"token":"{SECRET}"}}',
        f'4{{"a":1}}\x1e40{{"token":"{SECRET}"',
        json.dumps({"session": json.dumps({"jwt_token": SECRET})}),
        [f"localStorage jwt_token={SECRET}"],
        f"logged in with {JWT}",
    ],
    ids=repr,
)
def test_secret_is_masked_wherever_it_stands(value: Any) -> None:
    clean = json.dumps(redact(value))
    assert SECRET not in clean
    assert JWT not in clean
    assert MASK in clean


@pytest.mark.parametrize(
    "value",
    [
        {"id": "t1", "title": "Write the docs", "version": 4, "done": False, "dueDate": None},
        {"clientMutationId": "abc-1", "sid": "XyZ", "name": "Alice", "value": "plain"},
        ["42", {"a": [1, 2.5, "text"]}],
        "GET /api/projects/atlas/tasks?limit=5",
        '42["task:updated",{"id":"t1","status":"done"}]',
        {"token": None, "password": "", "has_secret": True},
    ],
    ids=repr,
)
def test_what_is_no_secret_stays(value: Any) -> None:
    assert redact(value) == value


def test_masked_json_in_text_is_json_still() -> None:
    text = json.dumps({"a": 1, "token": {"deep": [SECRET, "}"]}, "b": 2})
    assert json.loads(redact(text)) == {"a": 1, "token": MASK, "b": 2}


def test_own_keys_replace_the_built_in_ones() -> None:
    assert redact({"pin": "1234", "token": "x"}, keys=("pin",)) == {"pin": MASK, "token": "x"}


def test_long_secret_is_known_again_and_a_short_one_is_not() -> None:
    redactor = Redactor(known=["known-from-the-start-0001"]).value
    assert redactor({"token": SECRET, "password": "alice"}) == {"token": MASK, "password": MASK}
    assert redactor(f"console: got {SECRET} for alice") == f"console: got {MASK} for alice"
    assert redactor("known-from-the-start-0001") == MASK


def test_what_json_cannot_hold_becomes_text() -> None:
    assert redact({"n": float("nan"), "b": b"abc", "t": (1, 2)}) == {
        "n": "nan",
        "b": "<3 bytes>",
        "t": [1, 2],
    }
