"""What no client should send: spoilt packets, wrong types, huge numbers, deep nesting, bad text and such."""

import json
from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st

VALID = (
    '420["join:project","atlas"]',
    '42["leave:project","atlas"]',
    '421["task:update",{"id":"t1","title":"Fuzzed","version":1}]',
    '422["task:create",{"projectId":"atlas","title":"Fuzzed","clientMutationId":"m1"}]',
    '423["task:delete",{"id":"t2"}]',
    '424["project:update",{"id":"atlas","members":["alice"]}]',
    '425["sprint:start","s1"]',
    '40{"token":"x","pid":"y","offset":"z"}',
    "40",
    "40/admin,{}",
    '42/admin,7["join:project","atlas"]',
    "41",
    "41/admin,",
    '430[{"ok":true}]',
    '44{"message":"no"}',
    '451-["task:update",{"_placeholder":true,"num":0}]',
    '452-9["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]',
    '461-0[{"_placeholder":true,"num":0}]',
    "1",
    "2",
    "2probe",
    "3",
    "3probe",
    "5",
    "6",
    '0{"sid":"x"}',
    "bAAEC",
)
EVENTS = (
    *(
        "join:project",
        "leave:project",
        "join:sprint",
        "task:create",
        "task:update",
        "task:delete",
        "epic:create",
    ),
    *(
        "epic:update",
        "project:update",
        "sprint:start",
        "system:notification",
        "connect",
        "disconnect",
        "error",
    ),
    *(
        "connect_error",
        "newListener",
        "message",
        "*",
        "__proto__",
        "constructor",
        "",
        " ",
        "\u0000",
        "é",
        "🂡",
    ),
)
FIELDS = (
    "id",
    "taskId",
    "projectId",
    "title",
    "status",
    "position",
    "index",
    "version",
    "members",
    "epicId",
    "x",
)
_NUMBERS = ("-1", "0", "1e999", "-0", "NaN", "Infinity", "1" * 30, "9" * 5_000, "0.1", "00", "+1", "1_0", "٣")
_BAD_TEXT = (
    b"\xff\xfe",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xc0\xaf",
    b"\x00",
    b"\x1e",
    b"\x1e\x1e",
)


class Kind(StrEnum):
    """How a payload goes on its way."""

    TEXT = "text"
    BINARY = "binary"
    RAW = "raw"
    """As the bytes on the wire: a websocket frame of one's own making, or a whole POST body."""


@dataclass(frozen=True, slots=True)
class Payload:
    """One thing to send."""

    kind: Kind
    data: bytes

    def __repr__(self) -> str:
        shown = self.data if len(self.data) < 300 else self.data[:200] + b"... %d bytes" % len(self.data)
        return f"Payload({self.kind}, {shown!r})"


def _text(text: str) -> Payload:
    return Payload(Kind.TEXT, text.encode("utf-8", "surrogatepass"))


def _event(name: object, args: list[object], number: str) -> Payload:
    return _text(f"42{number}{json.dumps([name, *args])}")


def _spoilt(packet: str, at: int, cut: int, inserted: str) -> Payload:
    at %= len(packet) + 1
    return _text(packet[:at] + inserted + packet[at + cut :])


def _renumbered(packet: str, number: str, which: int) -> Payload:
    places = [at for at, char in enumerate(packet) if char.isdigit()] or [0]
    at = places[which % len(places)]
    return _text(packet[:at] + number + packet[at + 1 :])


def _typed(kind: int, value: object) -> Payload:
    return _text(f"4{kind}{json.dumps(value)}")


def _garbled(bad: bytes, packet: str, at: int) -> Payload:
    return Payload(Kind.TEXT, packet.encode()[:at] + bad + packet.encode()[at:])


def _large(char: str, size: int) -> Payload:
    return _text(f'42["task:update","{char * size}"]')


def _batch(packets: list[str]) -> Payload:
    return Payload(Kind.RAW, "\x1e".join(packets).encode())


def _nested(opening: str, closing: str, depth: int, close: bool) -> Payload:
    return _text('420["task:update",' + opening * depth + (f"1{closing * depth}]" if close else ""))


def _attachments(count: str, binary_ack: bool, placeholder: str) -> Payload:
    return _text(
        f'4{6 if binary_ack else 5}{count}-0["task:update",{{"_placeholder":true,"num":{placeholder}}}]'
    )


def _frame(opcode: int, flags: int, size: int, claimed: int, masked: bool) -> Payload:
    length = (
        bytes([126]) + claimed.to_bytes(2, "big")
        if claimed < 65_536
        else bytes([127]) + claimed.to_bytes(8, "big")
    )
    head = bytes([flags << 4 | opcode, length[0] | (0x80 if masked else 0)]) + length[1:]
    return Payload(Kind.RAW, head + (b"\0\0\0\0" if masked else b"") + b"4" * size)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_NUMBER = st.sampled_from(_NUMBERS)
_PACKET = st.sampled_from(VALID)
_BAD = st.sampled_from(_BAD_TEXT)
_DEPTH = st.sampled_from((10, 500, 900, 1_100, 5_000, 20_000))
_SIZE = st.sampled_from((1_000, 60_000, 99_000, 101_000, 250_000))
_CLAIMED = st.sampled_from((0, 1, 125, 126, 300, 65_535, 65_536, 10**6, 2**31, 2**62))
_BITS = st.integers(0, 15)
_OPENINGS = st.sampled_from(("[", '{"a":', '[{"b":'))
_EVENT = st.sampled_from(EVENTS)
_ENTITY = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5)
_CLOSINGS = st.sampled_from(("]", "}", "}]"))

PAYLOADS = st.one_of(
    _PACKET.map(_text),
    _PACKET.map(lambda packet: Payload(Kind.BINARY, packet.encode())),
    st.builds(_spoilt, _PACKET, st.integers(0, 200), st.integers(0, 9), st.text(max_size=4)),
    st.builds(_renumbered, _PACKET, _NUMBER, st.integers(0, 9)),
    # Thrice what gets past the parser: it goes deepest.
    st.builds(_event, _EVENT, st.lists(JSON, max_size=3), st.sampled_from(("", "0", "12"))),
    st.builds(_event, _EVENT, st.lists(_ENTITY, min_size=1, max_size=1), st.just("7")),
    st.builds(_event, _EVENT, st.lists(_ENTITY, min_size=1, max_size=2), st.just("")),
    st.builds(_event, JSON, st.lists(JSON, max_size=2), _NUMBER),
    st.builds(_typed, st.integers(0, 9), JSON),
    st.builds(_nested, _OPENINGS, _CLOSINGS, _DEPTH, st.booleans()),
    st.builds(_attachments, _NUMBER, st.booleans(), _NUMBER),
    st.builds(_garbled, _BAD, _PACKET, st.integers(0, 40)),
    st.builds(_large, st.sampled_from(("x", "é", "\\u0000")), _SIZE),
    st.builds(_batch, st.lists(_PACKET, max_size=40)),
    st.builds(_frame, _BITS, _BITS, st.integers(0, 300), _CLAIMED, st.booleans()),
    st.builds(Payload, st.sampled_from(Kind), st.binary(max_size=200)),
)
"""Any of them; what is drawn is small, what it stands for may be large."""
