"""Engine.IO 4 on both transports: payloads to raw packets and back, with no I/O.

payload      polling: packet *( %x1E packet )      websocket: one frame = one packet
packet       "0" JSON           open: {sid, upgrades, pingInterval, pingTimeout, maxPayload}
           / "1"                close
           / "2" [ "probe" ]    ping      (the server sends it; `2probe` is the client's, on an upgrade)
           / "3" [ "probe" ]    pong
           / "4" text           message: one Socket.IO packet
           / "5"                upgrade   (the client's, on the new transport)
           / "6"                noop      (ends a pending poll)
           / "b" base64         binary message, polling only
binary frame                    binary message, websocket only
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from harness.protocol.packets import EngineKind, Handshake

_T = TypeVar("_T")

SEPARATOR = "\x1e"
_MESSAGE = "4"
_KINDS = {
    "0": EngineKind.OPEN,
    "1": EngineKind.CLOSE,
    "2": EngineKind.PING,
    "3": EngineKind.PONG,
    "5": EngineKind.UPGRADE,
    "6": EngineKind.NOOP,
}
_DIGITS = {kind: digit for digit, kind in _KINDS.items()}


class NotAPacket(ValueError):
    """Text or bytes that no packet looks like; the decoder turns it into a `Malformed`."""


@dataclass(frozen=True, slots=True)
class Control:
    """A raw control packet: its kind and what followed the digit."""

    kind: EngineKind
    text: str = ""
    handshake: Handshake | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A raw message: text is a Socket.IO packet, bytes are an attachment of one."""

    content: str | bytes


Raw: TypeAlias = Control | Message


def split_payload(payload: str) -> list[str]:
    """The packets of one polling payload, still encoded; an empty payload holds none."""
    return payload.split(SEPARATOR) if payload else []


def join_payload(packets: Iterable[str]) -> str:
    """One polling payload of encoded packets."""
    return SEPARATOR.join(packets)


def decode_packet(packet: str | bytes) -> Raw:
    """One encoded packet, as polling or a websocket frame carries it; raises NotAPacket."""
    if isinstance(packet, bytes):
        return Message(packet)
    if not packet:
        raise NotAPacket("empty packet")
    digit, rest = packet[0], packet[1:]
    if digit == _MESSAGE:
        return Message(rest)
    if digit == "b":
        return Message(_from_base64(rest))
    kind = _KINDS.get(digit)
    if kind is None:
        raise NotAPacket(f"unknown Engine.IO packet type {digit!r}")
    return Control(kind, rest, _handshake(rest) if kind is EngineKind.OPEN else None)


def encode_control(kind: EngineKind, text: str = "") -> str:
    """A control packet, the same on both transports (`encode_control(EngineKind.PING)` is `"2"`)."""
    return _DIGITS[kind] + text


def encode_message(content: str | bytes, *, polling: bool) -> str | bytes:
    """A message for one transport; only a websocket carries bytes as they are."""
    if isinstance(content, str):
        return _MESSAGE + content
    return "b" + base64.b64encode(content).decode("ascii") if polling else content


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAPacket(f"binary packet is not base64: {error}") from error


def _handshake(text: str) -> Handshake:
    try:
        said = json.loads(text)
        return Handshake(
            sid=_typed(said["sid"], str),
            upgrades=tuple(_typed(name, str) for name in said.get("upgrades", ())),
            ping_interval_ms=_typed(said.get("pingInterval", 0), int),
            ping_timeout_ms=_typed(said.get("pingTimeout", 0), int),
            max_payload_bytes=_typed(said.get("maxPayload", 0), int),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAPacket(f"open packet without a usable handshake: {error!r}") from error


def _typed(value: object, kind: type[_T]) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {value!r}")
    return value
