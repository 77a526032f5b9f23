"""Masks secrets before anything is written: by their key, by their shape, and wherever they recur.

The page-side twin is `harness/tap/redact.js`: the same rules, given the same words. Keys are compared by
their words, so `token` covers `accessToken`, `jwt_token` and `X-Auth-Token`, and `apikey` covers `X-API-Key`.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

MASK = "[redacted]"

#: Words that make a key secret, wherever they stand in it; a project may name others.
SECRET_KEYS: tuple[str, ...] = (
    "token",
    "auth",
    "authorization",
    "authentication",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "jwt",
    "bearer",
    "cookie",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "signature",
    "csrf",
    "xsrf",
    "otp",
)

#: A value shorter than this may be an ordinary word: it is masked where it stands, not wherever it recurs.
_RECOGNISABLE = range(20, 4097)
_KNOWN_MAX = 200

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LITERAL = re.compile(r"[^,}\]\s\x1e]*")
_COLON = re.compile(r"\s*:\s*")
_HARMLESS = re.compile(r'(?:""|null|true|false)?')
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*", re.ASCII)
_BEARER = re.compile(r"\b(bearer)(\s+|%20|\+)[\w.~+/%-]{6,}=*", re.IGNORECASE | re.ASCII)
_PAIR = re.compile(r"""(^|[?&;#\s"])([\w.%\[\]-]+)=([^&#;\s"'\\\x1e]+)""", re.ASCII)
_PARTS = re.compile(r"[;\s]+")
_USERINFO = re.compile(r'(://)[^/?#@\s"]+@')


def redact(value: Any, keys: Collection[str] = SECRET_KEYS) -> Any:
    """A copy of `value` (JSON-like) in which no secret is left.

    Every value under a key with one of the words `keys` becomes MASK (null, booleans and "" stay: they tell
    nothing); tokens are masked inside strings too: JWTs, bearer values, `key=value` pairs, JSON in text,
    passwords in URLs. Bytes become their length, and floats that JSON cannot hold become text.
    """
    return Redactor(keys).value(value)


class Redactor:
    """A `redact` with a memory: a long secret seen once is masked wherever it turns up from then on.

    One serves all clients of a spec. `known` are secrets known from the start, such as the tokens that the
    harness itself handed out.
    """

    def __init__(self, keys: Collection[str] = SECRET_KEYS, known: Iterable[str] = ()) -> None:
        self.keys = frozenset(key.lower() for key in keys)
        # Substring search is what makes the common case, a large text without secrets, cheap.
        self._hints = (*sorted(self.keys), "eyj", "bearer", "api_key", "api-key")
        self._known: set[str] = set()
        self.know(known)

    def know(self, secrets: Iterable[str]) -> None:
        """Mask these too from now on."""
        for secret in secrets:
            self._remember(secret)

    def is_secret(self, key: str) -> bool:
        """Whether a value under `key` is a secret, going by the words that the key is made of."""
        return _is_secret(key, self.keys)

    def value(self, source: Any, *, as_json: bool = True) -> Any:
        """As `redact`; unless `as_json`, bytes and floats that JSON cannot hold stay as they are."""
        if isinstance(source, str):
            return self.text(source)
        if isinstance(source, Mapping):
            named = ((str(key), item) for key, item in self._named(source))
            return {key: self._of_key(key, item, as_json) for key, item in named}
        if isinstance(source, list | tuple):
            return [self.value(item, as_json=as_json) for item in source]
        if as_json and isinstance(source, bytes | bytearray):
            return f"<{len(source)} bytes>"
        if as_json and isinstance(source, float) and not math.isfinite(source):
            return str(source)
        return source

    def text(self, source: str) -> str:
        """`source` with its secrets masked: JSON (whole, prefixed, batched, cut off), form, URL or prose."""
        out = source
        if self._hinted(out):
            if '"' in out:
                out = self._json(out)
            if "=" in out:
                out = _PAIR.sub(self._pair, out)
            out = _JWT.sub(MASK, _BEARER.sub(rf"\1\2{MASK}", out))
        if "://" in out:
            out = _USERINFO.sub(rf"\1{MASK}@", out)
        return self.known_only(out)

    def known_only(self, source: str) -> str:
        """`source` without the secrets that are known by now; for text that is no data, such as a script."""
        for secret in self._known:
            if secret in source:
                source = source.replace(secret, MASK)
        return source

    def packed_only(self, source: str) -> str:
        """`source` without the base64 of secrets known by now: packets that are no text hold them so."""
        for secret in self._known:
            for packed in _in_base64(secret):
                source = source.replace(packed, MASK)
        return source

    # -- parts -----------------------------------------------------------------------------------------------

    def _hinted(self, text: str) -> bool:
        lowered = text.lower()
        return any(hint in lowered for hint in self._hints)

    def _of_key(self, key: str, item: Any, as_json: bool) -> Any:
        if not self.is_secret(key):
            return self.value(item, as_json=as_json)
        if item is None or isinstance(item, bool) or item == "":
            return item
        self._remember_parts(item)
        return MASK

    def _named(self, source: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
        """The items; the value of `{name: "Cookie", value: ...}` masked by that name."""
        name = source.get("name")
        masks = isinstance(name, str) and isinstance(source.get("value"), str) and self.is_secret(name)
        if masks:
            self._remember_parts(source["value"])
        for key, item in source.items():
            yield key, MASK if masks and key == "value" else item

    def _remember_parts(self, secret: Any) -> None:
        """All of it, and what a header is made of: `Bearer x`, `session=x; theme=dark`."""
        if isinstance(secret, str):
            self._remember(secret)
            for part in _PARTS.split(secret):
                self._remember(part.partition("=")[2] or part)
        elif isinstance(secret, Mapping | list | tuple):
            for item in secret.values() if isinstance(secret, Mapping) else secret:
                self._remember_parts(item)

    def _remember(self, secret: str) -> None:
        if len(secret) in _RECOGNISABLE and secret != MASK and len(self._known) < _KNOWN_MAX:
            self._known.add(secret)

    def _pair(self, match: re.Match[str]) -> str:
        before, key, value = match.groups()
        if not self.is_secret(unquote_plus(key)):
            return match[0]
        self._remember(value)
        self._remember(unquote_plus(value))
        return f"{before}{key}={MASK}"

    def _json(self, source: str) -> str:
        """Walks the string tokens, which needs no valid JSON, and masks the values of secret keys."""
        out: list[str] = []
        done = 0
        at = source.find('"')
        while at >= 0 and (token := _STRING.match(source, at)) is not None:
            end = token.end()
            start, replaced = at, token[0]
            colon = _COLON.match(source, end)
            if colon is None:
                replaced = self._nested(token[0])
            elif self.is_secret(_unquoted(token[0])):
                start, end = colon.end(), _value_end(source, colon.end())
                replaced = self._masked(source[start:end])
            else:
                end = colon.end()
                replaced = source[at:end]
            out += source[done:start], replaced
            done = end
            at = source.find('"', end)
        return "".join(out) + source[done:]

    def _nested(self, token: str) -> str:
        """JSON inside a JSON string, such as a stored session."""
        if '\\"' not in token or not self._hinted(token):
            return token
        inner = _unquoted(token)
        clean = self.text(inner)
        return token if clean == inner else json.dumps(clean, ensure_ascii=False)

    def _masked(self, value: str) -> str:
        if _HARMLESS.fullmatch(value):
            return value
        if value.startswith('"'):
            self._remember(_unquoted(value))
        return f'"{MASK}"'


@lru_cache(maxsize=4096)
def _is_secret(key: str, words: frozenset[str]) -> bool:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key).lower()
    parts = [part for part in re.split(r"[^a-z0-9]+", spaced) if part]
    pairs = [first + second for first, second in pairwise(parts)]
    return any(_one_of(word, words) for word in (*parts, *pairs, "".join(parts)))


@lru_cache(maxsize=1024)
def _in_base64(secret: str) -> tuple[str, ...]:
    """What base64 makes of `secret` wherever it begins in longer bytes, but for what its neighbours share."""
    content = secret.encode()
    packed = [base64.b64encode(bytes(before) + content).decode().rstrip("=") for before in range(3)]
    shared = [(before + len(content)) % 3 for before in range(3)]
    return tuple(
        text[(0, 2, 3)[before] : -1 if shared[before] else None] for before, text in enumerate(packed)
    )


def _one_of(word: str, words: frozenset[str]) -> bool:
    return word in words or (word.endswith("s") and word[:-1] in words)


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
