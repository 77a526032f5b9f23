"""What the stub tells of its line begins a disturbance, and the note that it is over ends it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.journal.disturbances import disturbances_of
from harness.journal.entries import SERVER, Entry, EntryKind


def told(*notes: dict[str, Any]) -> list[Entry]:
    return [
        Entry(seq=n, t=float(n), lane=SERVER, kind=EntryKind.SERVER, fields={"what": "fault", **each})
        for n, each in enumerate(notes, 1)
    ]


@pytest.mark.parametrize("name", ["slow", "starve", "freeze", "outage"])
def test_line_that_is_mended_is_disturbed_no_more(name: str) -> None:
    notes = told({"name": name, "user": "bob", "on": True}, {"name": name, "on": False})
    (found,) = disturbances_of(notes, {"bob": "bob", "alice": "alice"}, end=9.0)
    assert (found.start, found.end, found.clients) == (1.0, 2.0, frozenset(["bob"]))


def test_line_that_is_not_mended_is_disturbed_to_the_end() -> None:
    (found,) = disturbances_of(told({"name": "slow", "user": "bob"}), {"bob": "bob"}, end=9.0)
    assert (found.start, found.end) == (1.0, 9.0)
