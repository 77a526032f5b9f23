"""Events and acknowledgements, and packets that cannot be one."""

import asyncio
import json
from typing import Any

from conformance.clause import Check, given, on_both_transports
from conformance.sessions import closed_by_server, connected
from conformance.wire import Wire

JOIN = '421["join:project","atlas"]'


@on_both_transports
async def acknowledged_event(wire: Wire, transport: str) -> None:
    """An event with an id is acknowledged under the same id"""
    session = await connected(wire, transport)
    await session.send('4217["join:project","atlas"]')
    assert await session.receive() == '4317[{"ok":true,"data":{"room":"project:atlas"}}]'


@on_both_transports
async def arguments_of_every_kind(wire: Wire, transport: str) -> None:
    """Arguments of every JSON kind come back in an acknowledgement as they went"""
    session = await connected(wire, transport)
    arguments = '"text",1,-2.5,null,true,{"a":[1,{}]},[]'
    await session.send(f'425["task:update",{arguments}]')
    assert await session.receive() == f'435[{{"ok":true,"data":[{arguments}]}}]'


async def ack_id_zero(wire: Wire) -> None:
    """0 is an ack id like any other"""
    session = await connected(wire, "websocket")
    await session.send('420["join:project","atlas"]')
    assert str(await session.receive()).startswith('430[{"ok":true')


async def ack_id_of_sixteen_digits(wire: Wire) -> None:
    """An ack id may have sixteen digits"""
    session = await connected(wire, "websocket")
    await session.send('429007199254740991["join:project","atlas"]')
    assert str(await session.receive()).startswith('439007199254740991[{"ok":true')


async def same_ack_id_twice(wire: Wire) -> None:
    """Two events with one id are both acknowledged"""
    session = await connected(wire, "websocket")
    await session.send(JOIN, JOIN)
    assert [str(await session.receive())[:4] for _ in range(2)] == ["431[", "431["]


@on_both_transports
async def event_without_an_id(wire: Wire, transport: str) -> None:
    """An event without an id is not acknowledged, and still done"""
    session = await connected(wire, transport)
    await session.send('42["join:project","atlas"]')
    await session.send('422["leave:project","nowhere"]')
    assert str(await session.receive()).startswith("432[")
    await wire.control.emit("system:notification", "for the room", room="project:atlas")
    assert await session.receive() == '42["system:notification","for the room"]'


@on_both_transports
async def broadcast_to_a_room(wire: Wire, transport: str) -> None:
    """A room's events come to those in it, in order, each once, and to nobody else"""
    inside, outside = await connected(wire, transport), await connected(wire, transport)
    await inside.send(JOIN)
    assert str(await inside.receive()).startswith("431[")
    for number in range(20):
        await wire.control.emit("system:notification", number, room="project:atlas")
    expected = [f'42["system:notification",{number}]' for number in range(20)]
    assert [await inside.receive() for _ in range(20)] == expected
    await outside.send(JOIN)
    assert str(await outside.receive()).startswith("431[")


async def room_that_was_left(wire: Wire) -> None:
    """After leaving a room its events come no more"""
    session = await connected(wire, "websocket")
    await session.send(JOIN, '422["leave:project","atlas"]')
    assert [str(await session.receive())[:4] for _ in range(2)] == ["431[", "432["]
    await wire.control.emit("system:notification", "unheard", room="project:atlas")
    await session.send('423["leave:project","atlas"]')
    assert str(await session.receive()).startswith("433[")


async def slow_reader_gets_all(wire: Wire) -> None:
    """What is sent while a client does not read is kept for it, in order"""
    session = await connected(wire, "polling")
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431[")
    await asyncio.gather(
        *(wire.control.emit("system:notification", "x" * 1_000, room="project:atlas") for _ in range(50))
    )
    assert {await session.receive() for _ in range(50)} == {'42["system:notification","' + "x" * 1_000 + '"]'}


async def text_beyond_ascii(wire: Wire) -> None:
    """Characters beyond ASCII are sent as they are, not as escapes"""
    session = await connected(wire, "websocket")
    await session.send(JOIN)
    assert await session.receive()
    await wire.control.emit("system:notification", "na\u00efve \U0001f600", room="project:atlas")
    assert await session.receive() == '42["system:notification","na\u00efve \U0001f600"]'


async def awkward_values(wire: Wire) -> None:
    """null, nested lists, empty objects and numbers pass as JSON has them"""
    session = await connected(wire, "websocket")
    await session.send(JOIN)
    assert await session.receive()
    value: dict[str, Any] = {"a": None, "b": [[], {}], "c": 1.5, "d": -0.25, "e": True, "f": "\u2028\u0000"}
    await wire.control.emit("system:notification", value, room="project:atlas")
    packet = str(await session.receive())
    assert json.loads(packet[2:]) == ["system:notification", value]


@on_both_transports
async def ack_nobody_waits_for(wire: Wire, transport: str) -> None:
    """An acknowledgement that nobody waits for changes nothing"""
    session = await connected(wire, transport)
    await session.send('4399["hello"]', JOIN)
    assert str(await session.receive()).startswith("431[")


async def number_as_a_name(wire: Wire) -> None:
    """A number may be an event's name"""
    session = await connected(wire, "websocket")
    await session.send("42[7]", JOIN)
    assert str(await session.receive()).startswith("431[")


async def event_without_data(wire: Wire) -> None:
    """An event packet without any data is taken for one that nobody listens to"""
    session = await connected(wire, "websocket")
    await session.send("42", JOIN)
    assert str(await session.receive()).startswith("431[")


@on_both_transports
async def long_event(wire: Wire, transport: str) -> None:
    """An event of 900,000 bytes is taken"""
    session = await connected(wire, transport)
    await session.send('421["leave:project","' + "a" * 900_000 + '"]')
    assert str(await session.receive()).startswith("431[")


@on_both_transports
async def long_broadcast(wire: Wire, transport: str) -> None:
    """An event of 900,000 bytes comes whole"""
    session = await connected(wire, transport)
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431[")
    await wire.control.emit("system:notification", "a" * 900_000, room="project:atlas")
    assert await session.receive() == '42["system:notification","' + "a" * 900_000 + '"]'


async def volatile_event_on_a_websocket(wire: Wire) -> None:
    """A volatile event comes on a websocket that has nothing else to send"""
    session = await connected(wire, "websocket")
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431[")
    await wire.control.emit("system:notification", "now", room="project:atlas", volatile=True)
    assert await session.receive() == '42["system:notification","now"]'


async def volatile_event_while_a_get_is_held(wire: Wire) -> None:
    """A volatile event lets a held GET go, like any other"""
    session = await connected(wire, "polling")
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431[")
    poll = await wire.held_get(session.sid)
    await wire.control.emit("system:notification", "now", room="project:atlas", volatile=True)
    assert (await poll).text == '42["system:notification","now"]'


async def volatile_event_while_nobody_polls(wire: Wire) -> None:
    """A volatile event is lost while no GET is held; the next one is not"""
    session = await connected(wire, "polling")
    await session.send(JOIN)
    assert str(await session.receive()).startswith("431[")
    await wire.control.emit("system:notification", "lost", room="project:atlas", volatile=True)
    await wire.control.emit("system:notification", "kept", room="project:atlas")
    assert await session.receive() == '42["system:notification","kept"]'


@given(bare=True)
@on_both_transports
async def echo(wire: Wire, transport: str) -> None:
    """Arguments of every JSON kind come back as they went, in event and acknowledgement"""
    session = await connected(wire, transport)
    arguments = '"text",1,null,true,{"a":[1,2]},[]'
    await session.send(f'425["echo",{arguments}]')
    assert await session.receive() == f'42["echo",{arguments}]'
    assert await session.receive() == f"435[{arguments}]"


@given(bare=True)
async def echo_without_arguments(wire: Wire) -> None:
    """An event without arguments is acknowledged with an empty list"""
    session = await connected(wire, "websocket")
    await session.send('425["echo"]')
    assert [await session.receive(), await session.receive()] == ['42["echo"]', "435[]"]


def _closes(packet: str, what: str) -> Check:
    @on_both_transports
    async def check(wire: Wire, transport: str) -> None:
        session = await connected(wire, transport)
        await session.send(packet)
        await closed_by_server(wire, session)

    check.__doc__ = f"{what} closes the session"
    check.__module__ = __name__
    return check


data_is_an_object = _closes('42{"a":1}', "An event whose data is an object")
data_is_a_string = _closes('42"hello"', "An event whose data is a string")
data_is_an_empty_list = _closes("42[]", "An event without a name")
name_is_null = _closes("42[null]", "An event named null")
name_is_an_object = _closes('42[{"name":"x"}]', "An event named by an object")
data_is_cut_off = _closes('42["join:project"', "An event whose JSON is cut off")
data_is_followed_by_more = _closes('42["join:project"]]', "An event with something after its JSON")
id_is_negative = _closes('42-1["join:project"]', "A negative ack id")
type_is_unknown = _closes('47["hello"]', "An unknown Socket.IO packet type")
type_is_no_number = _closes("4hello", "A Socket.IO packet without a type")
message_is_empty = _closes("4", "An empty message")
disconnect_with_data = _closes("41[]", "A DISCONNECT with data")
ack_is_an_object = _closes("431{}", "An acknowledgement whose data is an object")
name_connect = _closes('42["connect"]', "The reserved name `connect`")
name_connect_error = _closes('42["connect_error"]', "The reserved name `connect_error`")
name_disconnect = _closes('42["disconnect"]', "The reserved name `disconnect`")
name_disconnecting = _closes('42["disconnecting"]', "The reserved name `disconnecting`")
name_new_listener = _closes('42["newListener"]', "The reserved name `newListener`")
name_remove_listener = _closes('42["removeListener"]', "The reserved name `removeListener`")
