"""Joins the two ends of each packet: what one side sent with what the other got, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports import fields
from reports.journal_file import Entry
from reports.lanes import SERVER, Lanes

#: Two clocks, one of them the page's: an end may seem to come this much before its beginning.
_CLOCK_SLACK_S = 0.05


class Fate(StrEnum):
    """What became of a packet."""

    DELIVERED = "delivered"
    LATE = "late"
    HELD = "held"
    DUPLICATE = "duplicate"
    ALTERED = "altered"
    DROPPED = "dropped"
    #: Sent, and no trace of it on the other side.
    LOST = "lost"
    #: The other side keeps no journal.
    UNSEEN = "unseen"


_FATE_OF_FRAME = {
    "held": Fate.HELD,
    "dropped": Fate.DROPPED,
    "duplicated": Fate.DUPLICATE,
    "altered": Fate.ALTERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a packet got to: the receiving lane, the entry there (None when it never came), and its fate."""

    lane: str
    entry: Entry | None
    fate: Fate
    #: The entry of a packet that was held on its way, before it was let go as `entry`.
    held: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One packet from its sender to each of its receivers."""

    lane: str
    #: None when the sender keeps no journal: the packet is then known by its heads alone.
    tail: Entry | None
    heads: tuple[Head, ...]


@dataclass(slots=True)
class _Frames:
    """The frames of one lane, direction and event that have not yet found their other end."""

    free: list[Entry] = field(default_factory=list)
    #: Held frame that was let go later, by the frame that shows it being let go.
    held: dict[int, Entry] = field(default_factory=dict)
    used: list[tuple[Entry, int]] = field(default_factory=list)

    def take(self, data: Any, *, after: float, before: float) -> Entry | None:
        """The first free frame in the given time with this data, else the first at all, which was altered."""
        in_time = (each for each in self.free if after <= each.t <= before)
        best = next((each for each in in_time if _carries(each, data)), None)
        if best is None:
            in_time = (each for each in self.free if after <= each.t <= before)
            best = next((each for each in in_time if each.raw.get("fate") == "altered"), None)
        if best is not None:
            self.free.remove(best)
        return best


def packets(entries: Sequence[Entry], lanes: Lanes, *, late_s: float) -> list[Packet]:
    """Every packet of the journal; one that took longer than `late_s` seconds is late."""
    sent, received = _frames(entries, "sent"), _frames(entries, "received")
    found: list[Packet] = []
    for entry in entries:
        if entry.kind != "server":
            continue
        what = entry.raw.get("what")
        if what == "received":
            found += _up(entry, lanes, sent, late_s)
        elif what == "emitted":
            found.append(_down(entry, lanes, received, late_s))
        elif what == "ack":
            found += _acked(entry, lanes, received, late_s)
    found += _leftovers(lanes, sent, received, found)
    return sorted(found, key=_start)


def _start(packet: Packet) -> float:
    if packet.tail is not None:
        return packet.tail.t
    return min((head.entry.t for head in packet.heads if head.entry), default=0.0)


_Table = dict[tuple[str, str], _Frames]


def _frames(entries: Iterable[Entry], direction: str) -> _Table:
    table: _Table = defaultdict(_Frames)
    for entry in entries:
        if entry.kind != "frame" or entry.raw.get("direction") != direction or not is_packet(entry):
            continue
        frames = table[entry.lane, _name(entry)]
        earlier = next((each for each in frames.free if _lets_go(each, entry)), None)
        if earlier is not None:
            frames.free.remove(earlier)
            frames.held[entry.seq] = earlier
        frames.free.append(entry)
    return table


def is_packet(entry: Entry) -> bool:
    """Whether a frame carries a Socket.IO packet, and is not the engine's own traffic."""
    return fields.text(entry.raw, "packet") is not None


def _lets_go(held: Entry, entry: Entry) -> bool:
    same = held.raw.get("data") == entry.raw.get("data")
    return held.raw.get("fate") == "held" and entry.raw.get("fate") != "held" and same


def _name(entry: Entry) -> str:
    """What both ends agree on: the event, or the kind of a packet that has none."""
    packet = fields.text(entry.raw, "packet") or ""
    if packet.endswith("ACK"):
        return "ACK"
    return fields.text(entry.raw, "event") or packet


def _carries(frame: Entry, data: Any) -> bool:
    got = frame.raw.get("data")
    return got == data or (isinstance(got, list) and bool(got) and got[0] == data)


def _up(entry: Entry, lanes: Lanes, sent: _Table, late_s: float) -> list[Packet]:
    lane = lanes.of(entry.raw)
    if lane is None:
        return []
    frames = sent[lane, fields.text(entry.raw, "event") or ""]
    frame = frames.take(entry.raw.get("data"), after=0.0, before=entry.t + _CLOCK_SLACK_S)
    if frame is None:
        return []
    head = Head(
        lane=SERVER, entry=entry, fate=_fate(frame, frame, entry, late_s), held=frames.held.get(frame.seq)
    )
    return [Packet(lane=lane, tail=frame, heads=(head,))]


def _down(entry: Entry, lanes: Lanes, received: _Table, late_s: float) -> Packet:
    event = fields.text(entry.raw, "event") or ""
    to = dict.fromkeys(lane for lane in map(lanes.of, fields.tables(entry.raw, "to")) if lane is not None)
    heads = tuple(_head(entry, lane, lanes, received[lane, event], late_s) for lane in to)
    return Packet(lane=SERVER, tail=entry, heads=heads)


def _acked(entry: Entry, lanes: Lanes, received: _Table, late_s: float) -> list[Packet]:
    lane = lanes.of(entry.raw)
    if lane is None:
        return []
    return [
        Packet(lane=SERVER, tail=entry, heads=(_head(entry, lane, lanes, received[lane, "ACK"], late_s),))
    ]


def _head(entry: Entry, lane: str, lanes: Lanes, frames: _Frames, late_s: float) -> Head:
    frame = frames.take(entry.raw.get("data"), after=entry.t - _CLOCK_SLACK_S, before=float("inf"))
    if frame is None:
        return Head(lane=lane, entry=None, fate=Fate.LOST if lane in lanes.tapped else Fate.UNSEEN)
    frames.used.append((frame, entry.seq))
    held = frames.held.get(frame.seq)
    fate = Fate.HELD if held else _fate(frame, entry, frame, late_s)
    return Head(lane=lane, entry=frame, fate=fate, held=held)


def _fate(frame: Entry, tail: Entry, head: Entry, late_s: float) -> Fate:
    said = _FATE_OF_FRAME.get(str(frame.raw.get("fate")))
    # The first of a pair is on time; it is its twin that is one too many, and that stays a leftover.
    if said is not None and said is not Fate.DUPLICATE:
        return said
    return Fate.LATE if head.t - tail.t > late_s else Fate.DELIVERED


def _leftovers(lanes: Lanes, sent: _Table, received: _Table, found: list[Packet]) -> list[Packet]:
    """Frames without another end: one too many of a packet, or one whose sender keeps no journal."""
    by_seq = {packet.tail.seq: index for index, packet in enumerate(found) if packet.tail}
    rest: list[Packet] = []
    for (lane, _), frames in received.items():
        for frame in frames.free:
            twin = next(
                (seq for used, seq in frames.used if used.raw.get("data") == frame.raw.get("data")), None
            )
            if twin is None:
                head = Head(lane=lane, entry=frame, fate=_alone(frame), held=frames.held.get(frame.seq))
                rest.append(Packet(lane=SERVER, tail=None, heads=(head,)))
                continue
            index = by_seq[twin]
            extra = Head(lane=lane, entry=frame, fate=Fate.DUPLICATE)
            found[index] = Packet(lane=SERVER, tail=found[index].tail, heads=(*found[index].heads, extra))
    for (lane, _), frames in sent.items():
        for frame in frames.free:
            fate = _alone(frame)
            if fate is Fate.DELIVERED:
                fate = Fate.LOST if lanes.server_seen and _is_event(frame) else Fate.UNSEEN
            head = Head(lane=SERVER, entry=None, fate=fate, held=frames.held.get(frame.seq))
            rest.append(Packet(lane=lane, tail=frame, heads=(head,)))
    return rest


def _alone(frame: Entry) -> Fate:
    return _FATE_OF_FRAME.get(str(frame.raw.get("fate")), Fate.DELIVERED)


def _is_event(frame: Entry) -> bool:
    return (fields.text(frame.raw, "packet") or "").endswith("EVENT")
