"""The Engine.IO server: which requests are taken, and which session each belongs to.

Answers as engine.io 6.6 does: https://socket.io/docs/v4/engine-io-protocol/ and that server's own answers.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from aiohttp import web

from mock_server.wire.packets import Outgoing, PacketType
from mock_server.wire.polling import Polling
from mock_server.wire.session import CloseReason, EngineSettings, Session, SessionOwner
from mock_server.wire.websocket import WebSocket, response_for

_ID_BYTES = 15


class Refusal(Enum):
    """Why a request is refused: the code and the words that the official server answers."""

    UNKNOWN_TRANSPORT = 0, "Transport unknown"
    UNKNOWN_SID = 1, "Session ID unknown"
    BAD_HANDSHAKE_METHOD = 2, "Bad handshake method"
    BAD_REQUEST = 3, "Bad request"
    FORBIDDEN = 4, "Forbidden"
    UNSUPPORTED_PROTOCOL_VERSION = 5, "Unsupported protocol version"

    @property
    def code(self) -> int:
        return self.value[0]

    @property
    def words(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request asks for."""

    transport: str | None
    sid: str | None
    version: str | None
    method: str
    is_upgrade: bool


class Engine:
    """All sessions of one server, by `sid`."""

    def __init__(self, settings: EngineSettings, owner: SessionOwner) -> None:
        self.settings = settings
        self.sessions: dict[str, Session] = {}
        self.on_refused: Callable[[Refusal], None] = lambda refusal: None
        self._owner = owner

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or serve its WebSocket until that ends."""
        asked = _read(request)
        refusal = self._refusal(asked)
        if refusal is not None:
            self.on_refused(refusal)
            return _refused_upgrade(refusal) if asked.is_upgrade else refused(refusal)
        if asked.is_upgrade:
            return await self._websocket(request, asked)
        if asked.sid is not None:
            polling = self.sessions[asked.sid].transport
        else:
            session = self._new_session()
            polling = Polling(session)
            self._open(session, polling)
        assert isinstance(polling, Polling)
        return await polling.handle(request)

    async def end(self) -> None:
        """Drop all sessions."""
        for session in list(self.sessions.values()):
            session.drop(CloseReason.SHUTTING_DOWN)

    def forget(self, session: Session) -> None:
        """Its `sid` is unknown from now on."""
        self.sessions.pop(session.sid, None)

    def _refusal(self, asked: _Asked) -> Refusal | None:
        if asked.transport not in self.settings.transports:
            return Refusal.UNKNOWN_TRANSPORT
        if asked.sid is None:
            if asked.method != "GET":
                return Refusal.BAD_HANDSHAKE_METHOD
            if asked.transport == "websocket" and not asked.is_upgrade:
                return Refusal.BAD_REQUEST
            # Of a WebSocket the official server says so only once it is open.
            return Refusal.UNSUPPORTED_PROTOCOL_VERSION if asked.version != "4" else None
        session = self.sessions.get(asked.sid)
        if session is None:
            return Refusal.UNKNOWN_SID
        if asked.version != "4" or (not asked.is_upgrade and session.transport.name != asked.transport):
            return Refusal.BAD_REQUEST
        return None

    async def _websocket(self, request: web.BaseRequest, asked: _Asked) -> web.StreamResponse:
        response = response_for(self.settings)
        await response.prepare(request)
        tcp = request.transport
        assert tcp is not None
        session = self.sessions.get(asked.sid) if asked.sid is not None else self._new_session()
        if asked.transport != "websocket" or session is None or session.upgrading or session.upgraded:
            turned_away = WebSocket(Session("", self._owner), response, tcp)
            turned_away.close()
            await turned_away.run()
            return response
        websocket = WebSocket(session, response, tcp)
        if asked.sid is None:
            self._open(session, websocket)
        else:
            session.probe(websocket)
        await websocket.run()
        return response

    def _new_session(self) -> Session:
        return Session(secrets.token_urlsafe(_ID_BYTES), self._owner)

    def _open(self, session: Session, transport: Polling | WebSocket) -> None:
        self.sessions[session.sid] = session
        settings = self.settings
        can_upgrade = transport.name == "polling" and "websocket" in settings.transports
        opening = {
            "sid": session.sid,
            "upgrades": ["websocket"] if can_upgrade else [],
            "pingInterval": round(settings.ping_interval_s * 1000),
            "pingTimeout": round(settings.ping_timeout_s * 1000),
            "maxPayload": settings.max_payload_bytes,
        }
        session.open(transport, Outgoing(PacketType.OPEN + json.dumps(opening, separators=(",", ":"))))
        self._owner.on_open(session)


def _read(request: web.BaseRequest) -> _Asked:
    query = dict(request.query.items())
    connection = request.headers.get("Connection", "").lower()
    return _Asked(
        transport=query.get("transport"),
        sid=query.get("sid") or None,
        version=query.get("EIO"),
        method=request.method,
        is_upgrade="upgrade" in connection and request.headers.get("Upgrade", "").lower() == "websocket",
    )


def refused(refusal: Refusal) -> web.Response:
    """Return the answer to a request that is turned away."""
    status = 403 if refusal is Refusal.FORBIDDEN else 400
    return web.Response(
        status=status,
        body=json.dumps({"code": refusal.code, "message": refusal.words}, separators=(",", ":")).encode(),
        headers={"Content-Type": "application/json"},
    )


def _refused_upgrade(refusal: Refusal) -> web.Response:
    headers = {"Connection": "close", "Content-Type": "text/html"}
    return web.Response(status=400, body=refusal.words.encode(), headers=headers)
