"""Binary attachments, both ways, on both transports."""

from conformance.clause import Check, given, on_both_transports
from conformance.sessions import closed_by_server, connected
from conformance.wire import Packet, Wire

HOLE = '{"_placeholder":true,"num":0}'
HOLE_2 = '{"_placeholder":true,"num":1}'


@on_both_transports
async def event_with_an_attachment(wire: Wire, transport: str) -> None:
    """A binary event is complete, and so acknowledged, when its attachment is there"""
    session = await connected(wire, transport)
    await session.send(f'451-7["upload",{HOLE}]', b"\x00\x01\xff")
    assert str(await session.receive()).startswith('437[{"ok":false')


@on_both_transports
async def event_waits_for_its_attachments(wire: Wire, transport: str) -> None:
    """A binary event without its attachment is not acknowledged; pongs may come between"""
    session = await connected(wire, transport)
    await session.send(f'452-7["upload",{HOLE},{HOLE_2}]', b"one")
    await session.send("3")
    await session.send(b"two")
    assert str(await session.receive()).startswith("437[")


@on_both_transports
async def attachment_in_an_acknowledgement(wire: Wire, transport: str) -> None:
    """An acknowledgement with bytes in it is a binary one: the bytes follow as they are"""
    session = await connected(wire, transport)
    await session.send(f'451-7["task:update","a",{HOLE}]', bytes(range(256)))
    expected = [f'461-7[{{"ok":true,"data":["a",{HOLE}]}}]', bytes(range(256))]
    assert [await session.receive() for _ in expected] == expected


@on_both_transports
async def attachments_keep_their_places(wire: Wire, transport: str) -> None:
    """Several attachments, nested ones too, keep their places"""
    session = await connected(wire, transport)
    await session.send(f'452-7["task:update",{{"deep":[{HOLE_2}]}},{HOLE}]', b"first", b"second")
    expected = [f'462-7[{{"ok":true,"data":[{{"deep":[{HOLE}]}},{HOLE_2}]}}]', b"second", b"first"]
    assert [await session.receive() for _ in expected] == expected


@given(bare=True)
@on_both_transports
async def echo(wire: Wire, transport: str) -> None:
    """An attachment comes back in event and acknowledgement, byte for byte"""
    session = await connected(wire, transport)
    await session.send(f'451-7["echo","a",{HOLE}]', bytes(range(256)))
    expected = [f'451-["echo","a",{HOLE}]', bytes(range(256)), f'461-7["a",{HOLE}]', bytes(range(256))]
    assert [await session.receive() for _ in expected] == expected


@given(bare=True)
@on_both_transports
async def several_attachments(wire: Wire, transport: str) -> None:
    """Several attachments, nested ones too, keep their places"""
    session = await connected(wire, transport)
    await session.send(f'452-["echo",{{"deep":[{HOLE}]}},{HOLE_2}]', b"first", b"second")
    expected = [f'452-["echo",{{"deep":[{HOLE}]}},{HOLE_2}]', b"first", b"second"]
    assert [await session.receive() for _ in expected] == expected


@given(bare=True)
@on_both_transports
async def empty_attachment(wire: Wire, transport: str) -> None:
    """An attachment of no bytes is one"""
    session = await connected(wire, transport)
    await session.send(f'451-["echo",{HOLE}]', b"")
    assert [await session.receive(), await session.receive()] == [f'451-["echo",{HOLE}]', b""]


def _closes(what: str, *packets: Packet) -> Check:
    @on_both_transports
    async def check(wire: Wire, transport: str) -> None:
        session = await connected(wire, transport)
        await session.send(*packets)
        await closed_by_server(wire, session)

    check.__doc__ = f"{what} closes the session"
    check.__module__ = __name__
    return check


text_in_place_of_an_attachment = _closes(
    "A message where an attachment is due", f'451-["upload",{HOLE}]', '421["join:project","atlas"]'
)
attachment_too_many = _closes("An attachment more than announced", f'451-["upload",{HOLE}]', b"1", b"2")
count_is_missing = _closes("A binary event without a count", f'45["upload",{HOLE}]')
count_is_empty = _closes("A binary event with an empty count", f'45-["upload",{HOLE}]')
count_is_zero = _closes("A binary event of no attachments", '450-["upload"]')
count_is_no_number = _closes("A count that is no number", f'45x-["upload",{HOLE}]')
eleven_attachments = _closes("A count over ten", f'4511-["upload",{HOLE}]')
placeholder_out_of_range = _closes(
    "A placeholder for an attachment that is not there",
    '451-["upload",{"_placeholder":true,"num":5}]',
    b"1",
)
placeholder_of_no_number = _closes(
    "A placeholder without a number", '451-["upload",{"_placeholder":true,"num":"0"}]', b"1"
)
