"""Says whether the tap saw an app's connections, so that "not observed" is never taken for "silent"."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.tap.records import RecordKind, TapRecord
from harness.tap.wire import Wire


class Sight(StrEnum):
    """What the tap can say about the connections of a page."""

    #: Connections were seen, and none is known that was not.
    OBSERVED = "observed"
    #: There are, or may be, connections that the tap did not see: nothing can be said about them.
    NOT_OBSERVED = "not_observed"
    #: No connection was seen, and there is nowhere one could hide.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The answer, and why."""

    sight: Sight
    #: Engine.IO session ids that the tap saw.
    seen: tuple[str, ...]
    #: Those that the server has and the tap never saw.
    unseen: tuple[str, ...]
    #: Where a connection may be out of sight, one sentence each.
    doubts: tuple[str, ...]


def judge_coverage(records: Iterable[TapRecord], server_sids: Collection[str] | None = None) -> Coverage:
    """Compare what one client's tap saw with the server's Engine.IO session ids of that client.

    Without them (a real deployment), the doubts alone decide when no connection was seen at all.
    """
    wire = Wire()
    doubts: list[str] = []
    for record in records:
        wire.feed(record)
        doubts += _doubts(record)
    doubts += [f"{url} is not Engine.IO 4, so it was not decoded" for url in wire.undecoded]
    seen = tuple(dict.fromkeys(one.sid for one in wire.connections if one.sid))
    unseen = tuple(sid for sid in server_sids or () if sid not in seen)
    sight = Sight.OBSERVED if seen else Sight.NONE
    if unseen or (doubts and not seen):
        sight = Sight.NOT_OBSERVED
    return Coverage(sight=sight, seen=seen, unseen=unseen, doubts=tuple(dict.fromkeys(doubts)))


def _doubts(record: TapRecord) -> list[str]:
    data = record.data
    match record.kind:
        case RecordKind.UNOBSERVED:
            return [
                f"the app started a {data['what']} ({data['url']}), which may hold connections of its own"
            ]
        case RecordKind.DOCUMENT:
            late = f"the app in {data['url']} ran before the tap, and may have kept a native WebSocket"
            replaced = ", ".join(data["replaced"])
            other = f"another script had replaced {replaced} in {data['url']} before the tap came"
            return [late] * bool(data["late"]) + [other] * bool(replaced)
        case RecordKind.LOST:
            return [f"records were lost: {data['reason']}"]
        case RecordKind.TAP_ERROR:
            return [f"the tap failed in the page: {data['message']}"]
        case _:
            return []
