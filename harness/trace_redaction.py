"""Takes the secrets out of a Playwright trace, which records every header, body and input as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from harness.journal.redact import MASK, Redactor

_LINES = (".trace", ".network", ".stacks", ".jsonl")
_TEXTS = (".json", ".html", ".txt", ".dat")
#: How Playwright's DOM snapshots keep what stands in an input.
_INPUT_VALUE = "__playwright_value_"


def redact_trace(path: Path, redactor: Redactor) -> None:
    """Rewrite the trace `path` without its secrets, in one step.

    What an input of type password held is a secret however short it is, and so is what was typed into one.
    """
    fresh = path.with_name(f".{path.name}.new")
    with ZipFile(path) as source:
        passwords = frozenset(_passwords(source))
        for name in source.namelist():
            # A secret shows itself in its header, and is then known wherever else it stands.
            if name.endswith(_LINES):
                _cleaned(name, source.read(name), redactor, passwords)
        with ZipFile(fresh, "w", ZIP_DEFLATED) as clean:
            for name in source.namelist():
                clean.writestr(name, _cleaned(name, source.read(name), redactor, passwords))
    fresh.replace(path)


def _cleaned(name: str, content: bytes, redactor: Redactor, passwords: frozenset[str]) -> bytes:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content  # a picture or a font
    if name.endswith(_LINES):
        text = "\n".join(_line(line, redactor, passwords) for line in text.split("\n"))
    else:
        text = redactor.text(text) if name.endswith(_TEXTS) else redactor.known_only(text)
    # A DOM snapshot holds no packets, and is large.
    return (text if name.endswith(".trace") else redactor.packed_only(text)).encode()


def _line(line: str, redactor: Redactor, passwords: frozenset[str]) -> str:
    if not line.strip():
        return line
    try:
        event = json.loads(line)
    except ValueError:
        return redactor.text(line)
    return json.dumps(_masked(redactor.value(event), passwords), ensure_ascii=False, separators=(",", ":"))


def _masked(value: Any, passwords: frozenset[str]) -> Any:
    if isinstance(value, str):
        for password in passwords:
            value = MASK if value == password else value.replace(f'"{password}"', f'"{MASK}"')
        return value
    if isinstance(value, list):
        return [_masked(item, passwords) for item in value]
    if isinstance(value, dict):
        return {
            key: MASK if key == _INPUT_VALUE and _is_password(value) else _masked(item, passwords)
            for key, item in value.items()
        }
    return value


def _is_password(attributes: Mapping[str, Any]) -> bool:
    return str(attributes.get("type", "")).lower() == "password"


def _passwords(source: ZipFile) -> Iterator[str]:
    """What was typed into fields that are called a password, or are of that type."""
    for name in source.namelist():
        if not name.endswith(".trace"):
            continue
        for line in source.read(name).decode(errors="replace").splitlines():
            if "assword" in line:
                yield from _typed(json.loads(line))


def _typed(event: Mapping[str, Any]) -> Iterator[str]:
    params = event.get("params")
    if not isinstance(params, Mapping) or "assword" not in str(params.get("selector", "")):
        return
    for key in ("value", "text"):
        if isinstance(params.get(key), str) and params[key]:
            yield params[key]
