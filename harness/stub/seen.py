"""Puts what a stub saw into the few lines that a person reads when a wait has failed."""

from __future__ import annotations

from typing import Any

_LAST = 8
_DETAILS = ("event", "room", "method", "path", "status", "code", "reason", "name", "data")
_LONGEST = 90


def describe(seen: dict[str, Any]) -> str:
    """`seen` is what the control API gives when a wait ends unmet: connections, rooms, last entries."""
    lines = [f"  {_connection(each, seen['rooms'])}" for each in seen["connections"]] or [
        "  nobody is connected"
    ]
    entries = seen["journal"][-_LAST:]
    if entries:
        lines.append("  last entries of the stub's journal:")
        lines += [f"    {_entry(entry, start=entries[0]['t'])}" for entry in entries]
    return "\n".join(lines)


def near_misses(journal: list[dict[str, Any]]) -> list[str]:
    """Why rules that looked meant for what happened were not used, each once; rules that fired were right."""
    fired = {entry.get("index") for entry in journal if entry["kind"] == "rule"}
    missed = (entry["near_miss"] for entry in journal if entry["kind"] == "near_miss")
    return list(
        dict.fromkeys(
            str(miss["why"]) for miss in missed if miss["field"] == "times" or miss["index"] not in fired
        )
    )


def why_not_joined(user: str, room: str, newer_than: str | None, seen: dict[str, Any]) -> str:
    """The cause, as far as the server can tell it, of a join that did not come."""
    fresh = [each for each in seen["connections"] if each["user"] == user and each["sid"] != newer_than]
    if not fresh:
        again = " again" if newer_than else ""
        return f"{user} did not connect{again}"
    again = "again " if newer_than else ""
    return f"{user} connected {again}({fresh[-1]['sid']}) but did not join {room}"


def _connection(each: dict[str, Any], rooms: dict[str, list[str]]) -> str:
    inside = sorted(room for room, users in rooms.items() if each["user"] in users)
    return f"{each['user']} is connected ({each['sid']}), in {', '.join(inside) or 'no room'}"


def _entry(entry: dict[str, Any], *, start: float) -> str:
    details = " ".join(str(entry[key]) for key in _DETAILS if entry.get(key) not in (None, "", {}))
    who = entry.get("user") or ""
    line = f"{entry['t'] - start:+.3f}s {who} {entry['kind']} {details}"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
