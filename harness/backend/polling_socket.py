"""One Socket.IO client over long-polling, without a browser: to ask a server how it behaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx

from harness.backend.api import explain, trust
from harness.errors import EnvironmentTrouble
from harness.protocol import (
    ConnectionDecoder,
    Direction,
    EngineKind,
    EnginePacket,
    SocketKind,
    SocketPacket,
    Transport,
    encode_control,
    encode_message,
    encode_packet,
    join_payload,
)
from harness.target import Target

_TIMEOUT_S = 5.0


class PollingSocket:
    """Connected while the block runs. Everything raises EnvironmentTrouble when the server does not go along.

    `connected` is what the server said first: `{sid, pid?}`; a `pid` offers connection state recovery.
    """

    def __init__(self, target: Target, *, token: str | None) -> None:
        self._target = target
        self._url = f"{target.gateway_url}{target.gateway.path}"
        self._token = token
        self._http = httpx.Client(verify=trust(target), timeout=_TIMEOUT_S, trust_env=False)
        self._decoder = ConnectionDecoder()
        self._query = {"EIO": "4", "transport": "polling"}
        self._acks = count()
        self._came: list[SocketPacket] = []
        self.connected: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self._poll()
            if self._decoder.sid is None:
                raise EnvironmentTrouble(f"no Engine.IO handshake from {self._url}")
            self._query["sid"] = self._decoder.sid
            auth = None if self._token is None else {"token": self._token}
            self._send(SocketKind.CONNECT, auth)
            answer = self._wait(lambda packet: packet.kind in (SocketKind.CONNECT, SocketKind.CONNECT_ERROR))
            if answer.kind is SocketKind.CONNECT_ERROR:
                raise EnvironmentTrouble(f"the socket was refused at {self._url}: {answer.data}")
            self.connected = answer.data if isinstance(answer.data, dict) else {}
        except BaseException:
            self._http.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._post(encode_control(EngineKind.CLOSE))
        except EnvironmentTrouble:
            pass  # gone already
        finally:
            self._http.close()

    def emit(self, event: str, *args: Any) -> tuple[Any, ...]:
        """Send `event` and return the arguments of its acknowledgement."""
        ack_id = next(self._acks)
        self._send(SocketKind.EVENT, [event, *args], ack_id=ack_id)
        acks = (SocketKind.ACK, SocketKind.BINARY_ACK)
        return self._wait(lambda packet: packet.kind in acks and packet.ack_id == ack_id).args

    def came(self, event: str) -> list[SocketPacket]:
        """The events of that name until now: all that the server sent before the last answer."""
        return [packet for packet in self._came if packet.event == event]

    def _wait(self, wanted: Callable[[SocketPacket], bool]) -> SocketPacket:
        deadline = time.monotonic() + _TIMEOUT_S
        looked = 0
        while True:
            for packet in self._came[looked:]:
                if wanted(packet):
                    return packet
            looked = len(self._came)
            if time.monotonic() > deadline:
                seen = ", ".join(each.event or each.kind.name for each in self._came) or "nothing"
                raise EnvironmentTrouble(
                    f"{self._url} did not answer within {_TIMEOUT_S:.0f} s; it sent: {seen}"
                )
            self._poll()

    def _send(self, kind: SocketKind, data: Any, *, ack_id: int | None = None) -> None:
        messages = encode_packet(kind, data, namespace=self._target.gateway.namespace, ack_id=ack_id)
        self._post(join_payload(str(encode_message(each, polling=True)) for each in messages))

    def _poll(self) -> None:
        text = self._request("GET")
        for packet in self._decoder.feed(Direction.TO_CLIENT, Transport.POLLING, text, time.time() * 1000):
            if isinstance(packet, SocketPacket):
                self._came.append(packet)
            elif isinstance(packet, EnginePacket) and packet.kind is EngineKind.PING:
                self._post(encode_control(EngineKind.PONG))

    def _post(self, payload: str) -> None:
        self._request("POST", payload)

    def _request(self, method: str, payload: str | None = None) -> str:
        try:
            answer = self._http.request(method, self._url, params=self._query, content=payload)
        except httpx.HTTPError as error:
            raise EnvironmentTrouble(explain(error, self._url)) from error
        if answer.is_error:
            raise EnvironmentTrouble(
                f"{method} {self._url} was answered {answer.status_code}: {answer.text.strip()[:120]}"
            )
        return answer.text
