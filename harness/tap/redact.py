"""Masks secrets in text and JSON values: the second line behind redact.js, with the same rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

MASK = "[redacted]"

#: Words that make a key secret, wherever they stand in it (`accessToken`, `jwt_token`, `x-api-key`).
SECRET_KEYS = (
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

# A long value seen under a secret key is masked wherever else it turns up; short ones would mask plain words.
_KNOWN_CHARS = range(20, 4097)
_KNOWN_MAX = 200
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LITERAL = re.compile(r"[^,}\]\s\x1e]*")
_COLON = re.compile(r"\s*:\s*")
_HARMLESS = re.compile(r'(?:""|null|true|false)?')
_JSON_LIKE = re.compile(r'[^"]*[{\[]')
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*", re.ASCII)
_BEARER = re.compile(r"\b(bearer)(\s+|%20|\+)[\w.~+/%-]{6,}=*", re.IGNORECASE | re.ASCII)
_PAIR = re.compile(r"""(^|[?&;#\s"])([\w.%\[\]-]+)=([^&#;\s"'\\\x1e]+)""", re.ASCII)
_USERINFO = re.compile(r'(://)[^/?#@\s"]+@')


class Redactor:
    """Knows which keys are secret, and the secrets it has met; one for all clients of a spec."""

    def __init__(self, keys: Iterable[str] = SECRET_KEYS) -> None:
        self.keys = frozenset(key.lower() for key in keys)
        # Substring search is what makes the common case, a large text without secrets, cheap.
        self._hints = (*sorted(self.keys), "eyj", "bearer", "api_key", "api-key")
        self._known: set[str] = set()
        self.is_secret: Callable[[str], bool] = lru_cache(maxsize=2000)(self._is_secret)

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
        for value in self._known:
            if value in out:
                out = out.replace(value, MASK)
        return out

    def value(self, source: Any) -> Any:
        """A JSON value with the values of secret keys masked, and its texts as by `text`."""
        if isinstance(source, str):
            return self.text(source)
        if isinstance(source, dict):
            return {key: self._of_key(key, value) for key, value in source.items()}
        if isinstance(source, (list, tuple)):
            return [self.value(item) for item in source]
        return source

    def _hinted(self, text: str) -> bool:
        lowered = text.lower()
        return any(hint in lowered for hint in self._hints)

    def _of_key(self, key: str, value: Any) -> Any:
        if not self.is_secret(key):
            return self.value(value)
        if value in ("", None) or isinstance(value, bool):
            return value
        if isinstance(value, str):
            self._remember(value)
        return MASK

    def _is_secret(self, key: str) -> bool:
        spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key).lower()
        parts = [part for part in re.split(r"[^a-z0-9]+", spaced) if part]
        pairs = [first + second for first, second in pairwise(parts)]
        return any(self._is_word(word) for word in [*parts, *pairs, "".join(parts)])

    def _is_word(self, word: str) -> bool:
        return word in self.keys or (word.endswith("s") and word[:-1] in self.keys)

    def _remember(self, value: str) -> None:
        if len(value) in _KNOWN_CHARS and value != MASK and len(self._known) < _KNOWN_MAX:
            self._known.add(value)

    def _json(self, source: str) -> str:
        """Walks the string tokens, which needs no valid JSON, and masks the values of secret keys."""
        out: list[str] = []
        done = 0
        at = source.find('"')
        while at >= 0:
            token = _STRING.match(source, at)
            if token is None:
                break
            end = token.end()
            colon = _COLON.match(source, end)
            start, replaced = at, token[0]
            if colon is None:
                replaced = self._nested(token[0])
            elif self.is_secret(_unquote(token[0])):
                start, end = colon.end(), _value_end(source, colon.end())
                replaced = self._masked(source[start:end])
            else:
                end = colon.end()
                replaced = source[at:end]
            out += source[done:start], replaced
            done = end
            at = source.find('"', end)
        return "".join(out) + source[done:]

    def _masked(self, value: str) -> str:
        if _HARMLESS.fullmatch(value):
            return value
        if value.startswith('"'):
            self._remember(_unquote(value))
        return f'"{MASK}"'

    def _nested(self, token: str) -> str:
        """JSON inside a JSON string, such as a stored session."""
        if '\\"' not in token or not self._hinted(token):
            return token
        inner = _unquote(token)
        if not _JSON_LIKE.match(inner):
            return token
        clean = self.text(inner)
        return token if clean == inner else json.dumps(clean, ensure_ascii=False)

    def _pair(self, match: re.Match[str]) -> str:
        before, key, value = match.groups()
        if not self.is_secret(unquote_plus(key)):
            return match[0]
        self._remember(value)
        self._remember(unquote_plus(value))
        return f"{before}{key}={MASK}"


def _unquote(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:]


def _value_end(text: str, at: int) -> int:
    """Where the JSON value that starts at `at` ends; the end of the text when it is cut off."""
    first = text[at : at + 1]
    if first == '"':
        return _string_end(text, at)
    if first not in ("{", "["):
        literal = _LITERAL.match(text, at)
        return literal.end() if literal else at
    depth = 0
    while at < len(text):
        if text[at] == '"':
            at = _string_end(text, at)
            continue
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    return len(text)


def _string_end(text: str, at: int) -> int:
    string = _STRING.match(text, at)
    return string.end() if string else len(text)
