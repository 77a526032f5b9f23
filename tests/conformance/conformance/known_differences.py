"""Clauses that the stub does not meet, each with the reason; a test fails when one of them has gone."""

from conformance.catalogue import CLAUSES

#: Differences on purpose: a clause, and why the stub does otherwise.
ON_PURPOSE: dict[str, str] = {}

_NO_BARE_WORLD = "`model: none` is not there yet, so nothing can be echoed"
_NO_VOLATILE = "no event can be sent as volatile yet"
_MISSED_LATE = "missed events are sent after the CONNECT, so the client tells of them later"
_NOT_DONE = "the gateway setting has no effect yet"

#: Differences to be mended: a clause, and what is missing.
KNOWN_DIFFERENCES: dict[str, str] = {
    "handshake/websocket_handshake_with_wrong_version": "refused before the websocket opens",
    "handshake/path_below": "only the path itself is Socket.IO's",
    "handshake/jsonp": "no JSONP",
    "polling/connect_and_event_in_one_post": "the event is taken, the session goes on",
    "polling/internet_explorer": "no word to Internet Explorer",
    "frames/unmasked_frame": "aiohttp takes frames without a mask",
    "upgrade/upgrade_that_takes_too_long": _NOT_DONE,
    "closing/no_connect_in_time_on_polling": _NOT_DONE,
    "closing/no_connect_in_time_on_a_websocket": _NOT_DONE,
    "closing/refused_connect_does_not_count": _NOT_DONE,
    "compression/http_compression_off": _NOT_DONE,
    "compression/messages_are_compressed": _NOT_DONE,
    "compression/long_messages_are_compressed": _NOT_DONE,
    "compression/compressed_message_is_taken": _NOT_DONE,
    "connecting/second_namespace-polling": _NO_BARE_WORLD,
    "connecting/second_namespace-websocket": _NO_BARE_WORLD,
    "events/ack_id_of_sixteen_digits": "an ack id so long is refused",
    "events/volatile_event_on_a_websocket": _NO_VOLATILE,
    "events/volatile_event_while_a_get_is_held": _NO_VOLATILE,
    "events/volatile_event_while_nobody_polls": _NO_VOLATILE,
    "events/echo-polling": _NO_BARE_WORLD,
    "events/echo-websocket": _NO_BARE_WORLD,
    "events/echo_without_arguments": _NO_BARE_WORLD,
    "binary/echo-polling": _NO_BARE_WORLD,
    "binary/echo-websocket": _NO_BARE_WORLD,
    "binary/several_attachments-polling": _NO_BARE_WORLD,
    "binary/several_attachments-websocket": _NO_BARE_WORLD,
    "binary/empty_attachment-polling": _NO_BARE_WORLD,
    "binary/empty_attachment-websocket": _NO_BARE_WORLD,
    "msgpack/connect-polling": _NOT_DONE,
    "msgpack/connect-websocket": _NOT_DONE,
    "msgpack/acknowledged_event-polling": _NOT_DONE,
    "msgpack/acknowledged_event-websocket": _NOT_DONE,
    "msgpack/broadcast": _NOT_DONE,
    "msgpack/bytes_need_no_attachments": _NOT_DONE,
    "msgpack/unknown_namespace": _NOT_DONE,
    "msgpack/text_message": _NOT_DONE,
    "msgpack/truncated_packet": _NOT_DONE,
    "msgpack/type_is_unknown": _NOT_DONE,
    "msgpack/namespace_is_missing": _NOT_DONE,
    "msgpack/data_is_no_list": _NOT_DONE,
    "recovery/missed_events_come_first": _MISSED_LATE,
    "recovery/after_expiry": _NOT_DONE,
    "recovery/volatile_events_are_not_kept": _NO_VOLATILE,
    "client_recovery/client_that_was_cut_off-websocket": _MISSED_LATE,
    "client_recovery/client_that_was_cut_off-polling": _MISSED_LATE,
    "client_recovery/client_that_was_cut_off-upgrade": _MISSED_LATE,
    "client_recovery/client_that_was_cut_off_thrice-websocket": _MISSED_LATE,
    "client_recovery/client_that_was_cut_off_thrice-polling": _MISSED_LATE,
    "client_recovery/client_that_was_cut_off_thrice-upgrade": _MISSED_LATE,
    "client_recovery/client_that_is_too_late-websocket": _NOT_DONE,
    "client_recovery/client_that_is_too_late-polling": _NOT_DONE,
    "client_recovery/client_that_is_too_late-upgrade": _NOT_DONE,
}


def reason(clause_id: str) -> str | None:
    """Why the stub differs in this clause; None where it must not."""
    return ON_PURPOSE.get(clause_id) or KNOWN_DIFFERENCES.get(clause_id)


def misspelt() -> list[str]:
    """Entries that name no clause."""
    return sorted({*ON_PURPOSE, *KNOWN_DIFFERENCES} - {clause.id for clause in CLAUSES})
