"""Reads a journal back: all of it, or up to where it breaks off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.errors import JournalError
from harness.journal.entries import FILE_NAME, VERSION, Entry, EntryKind, Header, Journal, MarkName

_VERSION_KEY = "lockstep_journal"


def read_journal(path: Path) -> Journal:
    """The journal in the file `path`, or in the spec directory `path`.

    One that is cut off in the middle (the run was killed) is read up to the break, and `cut_off` says so.
    Raises JournalError when there is none, it has no header, or it is of another version.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise JournalError(f"{file}: cannot be read: {error.strerror or error}") from error
    header = _header(file, lines[0])
    entries: list[Entry] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line and number == len(lines):
            break  # what follows the last line break
        try:
            entries.append(Entry.from_json(_object(line)))
        except (KeyError, TypeError, ValueError) as error:
            unread = sum(1 for later in lines[number:] if later)
            return Journal(header=header, entries=tuple(entries), cut_off=_break(line, number, unread, error))
    return Journal(header=header, entries=tuple(entries), cut_off=_no_end(entries))


def _header(file: Path, line: bytes) -> Header:
    if not line.strip():
        raise JournalError(f"{file}: is empty: the run broke off before the spec began")
    try:
        found = _object(line)
        version = found[_VERSION_KEY]
    except (KeyError, TypeError, ValueError):
        raise JournalError(f"{file}: is no journal of Lockstep: its first line is no header") from None
    if isinstance(version, bool) or version != VERSION:
        newer = isinstance(version, int) and version > VERSION
        advice = "judge it with a newer Lockstep" if newer else "run the spec again"
        age = "a newer" if newer else "an older"
        raise JournalError(
            f"{file}: was written by {age} Lockstep: its format is {version!r}, "
            f"this one reads {VERSION}; {advice}"
        )
    try:
        return Header.from_json(found)
    except TypeError:
        raise JournalError(f"{file}: its header does not say which spec it is of") from None


def _object(line: bytes) -> dict[str, Any]:
    value = json.loads(line)
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _break(line: bytes, number: int, unread: int, error: Exception) -> str:
    more = f"; {unread} line{'s' if unread > 1 else ''} after it not read" if unread else ""
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return f"line {number} is incomplete{more}"
    shown = line[:60].decode("utf-8", "replace")
    return f"line {number} is no entry ({error}): {shown}{more}"


def _no_end(entries: list[Entry]) -> str | None:
    """A run that is killed between two lines leaves no broken line, but no end mark either."""
    if not entries:
        return "it has no entry: the run was killed before anything happened"
    last = entries[-1]
    if last.kind is EntryKind.MARK and last.get("name") == MarkName.END:
        return None
    return f"it has no end: the run was killed while it was written; its last entry is at {last.t:+.3f}s"
