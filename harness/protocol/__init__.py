"""The one codec for Engine.IO 4 and Socket.IO 5, by either parser: sans-I/O, one decoder per connection."""

from harness.protocol.connection import ConnectionDecoder, encode
from harness.protocol.engineio import encode_control, encode_message, join_payload, split_payload
from harness.protocol.packets import (
    Data,
    Direction,
    EngineKind,
    EnginePacket,
    Handshake,
    Malformed,
    Packet,
    Parser,
    SocketKind,
    SocketPacket,
    Transport,
)
from harness.protocol.socketio import RESERVED_EVENTS, encode_packet

__all__ = [
    "RESERVED_EVENTS",
    "ConnectionDecoder",
    "Data",
    "Direction",
    "EngineKind",
    "EnginePacket",
    "Handshake",
    "Malformed",
    "Packet",
    "Parser",
    "SocketKind",
    "SocketPacket",
    "Transport",
    "encode",
    "encode_control",
    "encode_message",
    "encode_packet",
    "join_payload",
    "split_payload",
]
