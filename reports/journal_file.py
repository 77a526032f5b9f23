"""Reads a spec's journal: a header and the entries, up to the break if the writer died."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reports import fields
from reports.errors import ReportError
from reports.fields import Json
from reports.json_file import Line, parse, read_lines

NAME = "journal.jsonl"
VERSION = 1
_VERSION_KEY = "lockstep_journal"
#: More than an end mark takes.
_LAST_BYTES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal."""

    seq: int
    #: Seconds since the spec's start.
    t: float
    lane: str
    kind: str
    #: The line of the file it stands in, from 1.
    line: int
    #: Characters of that line.
    size: int
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What was read of a journal, and what is wrong with it."""

    header: Json = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()


def read_journal(directory: Path) -> Journal | None:
    """The journal in a spec's directory, entries in order of time; None when there is none.

    Raises ReportError when it is of another version of the format.
    """
    path = directory / NAME
    try:
        lines, problems = read_lines(path)
    except FileNotFoundError:
        return None
    header: Json = {}
    if lines and _VERSION_KEY in lines[0].value:
        header = lines.pop(0).value
        check_version(header.get(_VERSION_KEY), VERSION, path)
    elif lines:
        problems.append(f"{NAME} has no header: its first line is lost, or it is no journal of Lockstep")
    entries = [entry for entry in map(_entry, lines) if entry is not None]
    if len(entries) < len(lines):
        problems.append(
            f"{NAME} has {len(lines) - len(entries)} lines without seq, t, lane and kind: left out"
        )
    if not problems and not any(map(_is_end, (entry.raw for entry in entries))):
        problems.append(f"{NAME} has no end mark: its writer was stopped, and what came after is not known")
    # Stub and page entries are merged in as they arrive, so the file is in order of arrival.
    entries.sort(key=lambda entry: (entry.t, entry.seq))
    return Journal(header=header, entries=tuple(entries), problems=tuple(problems))


def peek(directory: Path) -> tuple[Json | None, tuple[str, ...]]:
    """A journal's header, and what can be told to be wrong with it without reading it all.

    The header is None when there is no journal, and {} when its first line is unreadable.
    """
    path = directory / NAME
    try:
        with path.open("rb") as source:
            header = _object(source.readline())
            size = source.seek(0, 2)
            source.seek(max(0, size - _LAST_BYTES))
            last = source.read()
    except OSError:
        return None, ()
    problems = [] if last.endswith(b"\n") else [f"{NAME} is cut off: its last line has no end"]
    if not problems and not _is_end(_object(last.splitlines()[-1])):
        problems.append(f"{NAME} has no end mark: its writer was stopped")
    try:
        if _VERSION_KEY in header:
            check_version(header[_VERSION_KEY], VERSION, path)
    except ReportError as error:
        problems.append(str(error))
    return header, tuple(problems)


def _is_end(raw: Json) -> bool:
    """Whether this is the line by which the writer says that nothing is missing."""
    return raw.get("kind") == "mark" and raw.get("name") == "end"


def _object(content: bytes) -> Json:
    try:
        value = parse(content.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _entry(line: Line) -> Entry | None:
    raw = line.value
    seq, t = fields.whole(raw, "seq"), fields.number(raw, "t")
    lane, kind = fields.text(raw, "lane"), fields.text(raw, "kind")
    if seq is None or t is None or lane is None or kind is None:
        return None
    return Entry(seq=seq, t=t, lane=lane, kind=kind, line=line.number, size=line.size, raw=raw)


def check_version(found: object, known: int, path: Path) -> None:
    """Raises ReportError, with what to do, unless `found` is the version that this Lockstep reads."""
    if found == known and not isinstance(found, bool):
        return
    shown = f"{path.parent.name}/{path.name}"
    if isinstance(found, int) and found > known:
        advice = "it was written by a newer Lockstep: update this one"
    else:
        advice = "it was written by an older Lockstep: report it with that one, or run the specs again"
    raise ReportError(f"{shown}: format {found!r}, this Lockstep reads format {known}; {advice}")
