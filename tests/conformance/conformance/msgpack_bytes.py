"""As much of MessagePack as the clauses speak: nil, booleans, small integers, text, bytes, lists and maps."""

from __future__ import annotations

import struct
from typing import Any


def pack(value: Any) -> bytes:
    """Encode a value; raises TypeError for a kind that the clauses do not need."""
    match value:
        case None | bool():
            return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
        case int() if 0 <= value < 128:
            return bytes([value])
        case str():
            text = value.encode()
            return struct.pack("!BB", 0xD9, len(text)) + text
        case bytes():
            return struct.pack("!BB", 0xC4, len(value)) + value
        case list() if len(value) < 16:
            return bytes([0x90 | len(value)]) + b"".join(map(pack, value))
        case dict() if len(value) < 16:
            items = (pack(key) + pack(each) for key, each in value.items())
            return bytes([0x80 | len(value)]) + b"".join(items)
    raise TypeError(f"no MessagePack here for {value!r}")


def unpack(data: bytes) -> Any:
    """Decode one whole value; raises ValueError when it is another kind or when bytes are left over."""
    value, rest = _take(data)
    if rest:
        raise ValueError(f"{len(rest)} bytes left over: {rest!r}")
    return value


def _take(data: bytes) -> tuple[Any, bytes]:
    head, rest = data[0], data[1:]
    if head < 0x80:
        return head, rest
    if head < 0x90:
        return _map(head & 0x0F, rest)
    if head < 0xA0:
        return _list(head & 0x0F, rest)
    if head < 0xC0:
        return _text(head & 0x1F, rest)
    match head:
        case 0xC0 | 0xC2 | 0xC3:
            return {0xC0: None, 0xC2: False, 0xC3: True}[head], rest
        case 0xC4:
            return rest[1 : 1 + rest[0]], rest[1 + rest[0] :]
        case 0xD4:
            # How the official encoder writes `undefined`.
            return None, rest[2:]
        case 0xD9:
            return _text(rest[0], rest[1:])
    raise ValueError(f"no MessagePack here for byte {head:#x}")


def _text(length: int, data: bytes) -> tuple[str, bytes]:
    return data[:length].decode(), data[length:]


def _list(length: int, data: bytes) -> tuple[list[Any], bytes]:
    found = []
    for _ in range(length):
        value, data = _take(data)
        found.append(value)
    return found, data


def _map(length: int, data: bytes) -> tuple[dict[str, Any], bytes]:
    found = {}
    for _ in range(length):
        key, data = _take(data)
        found[key], data = _take(data)
    return found, data
