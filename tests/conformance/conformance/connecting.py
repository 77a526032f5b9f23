"""CONNECT: joining namespaces, refusals, and what closes the session instead."""

import json

from conformance.clause import given, on_both_transports
from conformance.sessions import closed_by_server, connect, connected, open_session
from conformance.wire import Wire

UNAUTHORIZED = '{"message":"unauthorized","data":{"code":"UNAUTHORIZED"}}'


@on_both_transports
async def connect_is_answered_with_a_sid(wire: Wire, transport: str) -> None:
    """CONNECT is answered with CONNECT and a sid of 20 characters that is not the session's; no pid"""
    session = await open_session(wire, transport)
    data = await connect(session)
    assert set(data) == {"sid"}
    assert len(data["sid"]) == 20
    assert data["sid"] != session.sid


async def empty_auth(wire: Wire) -> None:
    """An empty auth object is as good as none"""
    session = await open_session(wire, "websocket")
    assert set(await connect(session, {})) == {"sid"}


async def main_namespace_by_name(wire: Wire) -> None:
    """The default namespace may be named"""
    session = await open_session(wire, "websocket")
    await session.send("40/,{}")
    assert str(await session.receive()).startswith('40{"sid":"')


@given(people=True)
@on_both_transports
async def token_is_accepted(wire: Wire, transport: str) -> None:
    """A CONNECT with a good token is answered with CONNECT"""
    session = await open_session(wire, transport)
    assert (await connect(session, {"token": wire.control.token("alice")}))["sid"]


@given(people=True)
@on_both_transports
async def token_is_refused(wire: Wire, transport: str) -> None:
    """A CONNECT with a bad token gets CONNECT_ERROR with message and data"""
    session = await open_session(wire, transport)
    await session.send('40{"token":"wrong"}')
    assert await session.receive() == f"44{UNAUTHORIZED}"


@given(people=True)
async def token_is_missing(wire: Wire) -> None:
    """A CONNECT without auth is refused where a token is needed"""
    session = await open_session(wire, "websocket")
    await session.send("40")
    assert await session.receive() == f"44{UNAUTHORIZED}"


@given(people=True)
@on_both_transports
async def another_try_after_a_refusal(wire: Wire, transport: str) -> None:
    """After a CONNECT_ERROR the transport stays, and a better CONNECT is taken"""
    session = await open_session(wire, transport)
    await session.send('40{"token":"wrong"}')
    assert await session.receive() == f"44{UNAUTHORIZED}"
    assert (await connect(session, {"token": wire.control.token("alice")}))["sid"]


@on_both_transports
async def second_connect(wire: Wire, transport: str) -> None:
    """A second CONNECT to a namespace that is joined closes the session"""
    session = await connected(wire, transport)
    await session.send("40")
    await closed_by_server(wire, session)


@on_both_transports
async def unknown_namespace(wire: Wire, transport: str) -> None:
    """An unknown namespace gets CONNECT_ERROR "Invalid namespace"; others on the session go on"""
    session = await connected(wire, transport)
    await session.send("40/nowhere,")
    assert await session.receive() == '44/nowhere,{"message":"Invalid namespace"}'
    await session.send('421["join:project","atlas"]')
    assert str(await session.receive()).startswith("431")


async def namespace_without_comma(wire: Wire) -> None:
    """The comma after a namespace may be missing at the end of a packet"""
    session = await open_session(wire, "websocket")
    await session.send("40/nowhere")
    assert await session.receive() == '44/nowhere,{"message":"Invalid namespace"}'


async def namespace_with_a_query(wire: Wire) -> None:
    """A query is part of the namespace's name in protocol 5"""
    session = await open_session(wire, "websocket")
    await session.send("40/?token=1,")
    assert await session.receive() == '44/?token=1,{"message":"Invalid namespace"}'


@on_both_transports
async def event_before_connect(wire: Wire, transport: str) -> None:
    """An event before any CONNECT closes the session"""
    session = await open_session(wire, transport)
    await session.send('42["join:project","atlas"]')
    await closed_by_server(wire, session)


async def disconnect_before_connect(wire: Wire) -> None:
    """A DISCONNECT before any CONNECT closes the session"""
    session = await open_session(wire, "websocket")
    await session.send("41")
    await closed_by_server(wire, session)


async def connect_error_from_a_client(wire: Wire) -> None:
    """A CONNECT_ERROR from a client closes the session"""
    session = await connected(wire, "websocket")
    await session.send('44{"message":"no"}')
    await closed_by_server(wire, session)


async def event_on_a_namespace_not_joined(wire: Wire) -> None:
    """An event on a namespace that was not joined closes the session"""
    session = await connected(wire, "websocket")
    await session.send('42/nowhere,["hello"]')
    await closed_by_server(wire, session)


async def _auth_that_closes(wire: Wire, auth: str) -> None:
    session = await open_session(wire, "websocket")
    await session.send(f"40{auth}")
    await closed_by_server(wire, session)


async def auth_is_a_list(wire: Wire) -> None:
    """An auth that is a list closes the session"""
    await _auth_that_closes(wire, "[]")


async def auth_is_a_string(wire: Wire) -> None:
    """An auth that is a string closes the session"""
    await _auth_that_closes(wire, '"token"')


async def auth_is_null(wire: Wire) -> None:
    """An auth that is null closes the session"""
    await _auth_that_closes(wire, "null")


async def auth_is_not_json(wire: Wire) -> None:
    """An auth that is no JSON closes the session"""
    await _auth_that_closes(wire, '{"token":')


@given(bare=True)
@on_both_transports
async def second_namespace(wire: Wire, transport: str) -> None:
    """Two namespaces share a session, each with a sid of its own; leaving one leaves the other alone"""
    session = await connected(wire, transport)
    other = await connect(session, None, "/other,")
    assert len(other["sid"]) == 20
    await session.send('42/other,1["echo","here"]')
    assert [await session.receive(), await session.receive()] == [
        '42/other,["echo","here"]',
        '43/other,1["here"]',
    ]
    await session.send("41/other,", '422["echo","there"]')
    assert [await session.receive(), await session.receive()] == ['42["echo","there"]', '432["there"]']


async def connect_packet_is_compact_json(wire: Wire) -> None:
    """Data in packets is JSON without blanks"""
    session = await open_session(wire, "websocket")
    await session.send("40")
    answer = str(await session.receive())
    assert answer == "40" + json.dumps(json.loads(answer[2:]), separators=(",", ":"))
