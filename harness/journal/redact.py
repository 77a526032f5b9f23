"""Masks secrets before anything is written: by their key, by their shape, and wherever they recur.

The page-side twin is `harness/tap/redact.js`: the same rules, given the same words. Keys are compared by
their words, so `token` covers `accessToken`, `jwt_token` and `X-Auth-Token`, and `apikey` covers `X-API-Key`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

MASK = "[redacted]"

#: Words that make a key a secret one; a project may add its own.
SECRET_WORDS: tuple[str, ...] = (
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "token",
)

#: A value shorter than this may be an ordinary word: it is masked where it stands, not wherever it recurs.
_RECOGNISABLE = range(20, 4097)

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LITERAL = re.compile(r"[^,}\]\s\x1e]*")
_COLON = re.compile(r"\s*:\s*")
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")
_BEARER = re.compile(r"\b(bearer)(\s+|%20|\+)[\w.~+/%-]{6,}=*", re.IGNORECASE)
_PAIR = re.compile(r"(?P<before>^|[?&;#\s\"])(?P<key>[\w.%\[\]-]+)=(?P<value>[^&#;\s\"'\\\x1e]+)")
_USERINFO = re.compile(r"(://)[^/?#@\s\"]+@")
_PLAIN = frozenset(("", '""', "null", "true", "false"))


def redact(value: Any, keys: Collection[str] = SECRET_WORDS) -> Any:
    """A copy of `value` (JSON-like) in which no secret is left.

    Every value under a key with one of the words `keys` becomes MASK (null, booleans and "" stay: they tell
    nothing); tokens are masked inside strings too: JWTs, bearer values, `key=value` pairs, JSON in text,
    passwords in URLs. Bytes become their length, and floats that JSON cannot hold become text.
    """
    return Redactor(keys)(value)


class Redactor:
    """A `redact` with a memory: a long secret seen once is masked wherever it turns up from then on.

    `known` are secrets known from the start, such as the tokens that the harness itself handed out.
    """

    def __init__(self, keys: Collection[str] = SECRET_WORDS, known: Iterable[str] = ()) -> None:
        self._words = frozenset(word.lower() for word in keys)
        self._hint = re.compile(
            "|".join([*map(re.escape, sorted(self._words)), "eyj", "api.?key", "bearer"]), re.I
        )
        self._known: set[str] = set()
        for secret in known:
            self._remember(secret)

    def __call__(self, value: Any) -> Any:
        """As `redact`."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {str(key): self._item(str(key), item) for key, item in _named(value, self._words)}
        if isinstance(value, list | tuple):
            return [self(item) for item in value]
        if isinstance(value, bytes | bytearray):
            return f"<{len(value)} bytes>"
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        return value

    def _item(self, key: str, item: Any) -> Any:
        if not is_secret(key, self._words):
            return self(item)
        if item is None or isinstance(item, bool) or item == "":
            return item
        if isinstance(item, str):
            self._remember(item)
        return MASK

    def _remember(self, secret: str) -> None:
        if len(secret) in _RECOGNISABLE and secret != MASK:
            self._known.add(secret)

    # -- text ------------------------------------------------------------------------------------------------

    def _text(self, source: str) -> str:
        out = source
        if self._hint.search(out):
            if '"' in out:
                out = self._json(out)
            if "=" in out:
                out = _PAIR.sub(self._pair, out)
            out = _JWT.sub(MASK, _BEARER.sub(rf"\1\2{MASK}", out))
        if "://" in out:
            out = _USERINFO.sub(rf"\1{MASK}@", out)
        for secret in self._known:
            out = out.replace(secret, MASK)
        return out

    def _pair(self, match: re.Match[str]) -> str:
        if not is_secret(unquote_plus(match["key"]), self._words):
            return match[0]
        self._remember(match["value"])
        self._remember(unquote_plus(match["value"]))
        return f"{match['before']}{match['key']}={MASK}"

    def _json(self, source: str) -> str:
        """Masks by key in JSON text, whole, batched, prefixed (`42[...]`) or cut off."""
        out: list[str] = []
        done = 0
        at = source.find('"')
        while at >= 0 and (token := _STRING.match(source, at)) is not None:
            after = token.end()
            colon = _COLON.match(source, after)
            if colon is None:
                inner = self._nested(token[0])
                if inner != token[0]:
                    out += [source[done:at], inner]
                    done = after
            elif is_secret(_unquoted(token[0]), self._words):
                end = _value_end(source, colon.end())
                out += [source[done : colon.end()], self._masked(source[colon.end() : end])]
                done = after = end
            else:
                after = colon.end()
            at = source.find('"', after)
        return "".join([*out, source[done:]])

    def _nested(self, token: str) -> str:
        """JSON inside a JSON string, such as a stored session."""
        if '\\"' not in token or not self._hint.search(token):
            return token
        inner = _unquoted(token)
        clean = self._text(inner)
        return token if clean == inner else json.dumps(clean, ensure_ascii=False)

    def _masked(self, value: str) -> str:
        if value in _PLAIN:
            return value
        if value.startswith('"'):
            self._remember(_unquoted(value))
        return f'"{MASK}"'


@lru_cache(maxsize=4096)
def is_secret(key: str, words: frozenset[str]) -> bool:
    """Whether a value under `key` is a secret, going by the words that the key is made of."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key).lower()
    parts = [part for part in re.split(r"[^a-z0-9]+", spaced) if part]
    pairs = [first + second for first, second in pairwise(parts)]
    return any(_one_of(word, words) for word in (*parts, *pairs, "".join(parts)))


def _one_of(word: str, words: frozenset[str]) -> bool:
    return word in words or (word.endswith("s") and word[:-1] in words)


def _named(value: Mapping[Any, Any], words: frozenset[str]) -> Iterable[tuple[Any, Any]]:
    """The items, with the value of `{name: "Cookie", value: ...}` put under its name for the judging."""
    name = value.get("name")
    for key, item in value.items():
        if key == "value" and isinstance(name, str) and isinstance(item, str) and is_secret(name, words):
            yield key, MASK
        else:
            yield key, item


def _value_end(text: str, at: int) -> int:
    """Where the JSON value that starts at `at` ends; the end of the text when it is cut off."""
    if text[at : at + 1] == '"':
        string = _STRING.match(text, at)
        return string.end() if string else len(text)
    if text[at : at + 1] not in ("{", "["):
        literal = _LITERAL.match(text, at)
        return literal.end() if literal else at
    depth = 0
    while at < len(text):
        if text[at] == '"':
            string = _STRING.match(text, at)
            at = string.end() if string else len(text)
            continue
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    return len(text)


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:]
