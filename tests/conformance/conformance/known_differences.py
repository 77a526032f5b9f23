"""Clauses that the stub does not meet, each with the reason; a test fails when one of them has gone."""

from conformance.catalogue import CLAUSES

#: Differences on purpose: a clause, and why the stub does otherwise.
ON_PURPOSE: dict[str, str] = {}

_NO_BARE_WORLD = "`model: none` is not there yet, so nothing can be echoed"
_NO_SETTING = "the scenario has no such gateway setting yet"

#: Differences to be mended: a clause, and what is missing.
KNOWN_DIFFERENCES: dict[str, str] = {
    "handshake/websocket_handshake_with_wrong_version": "refused before the websocket opens",
    "handshake/jsonp": "no JSONP",
    "polling/internet_explorer": "no word to Internet Explorer",
    "frames/unmasked_frame": "aiohttp takes frames without a mask",
    "upgrade/upgrade_that_takes_too_long": _NO_SETTING,
    "closing/no_connect_in_time_on_polling": _NO_SETTING,
    "closing/no_connect_in_time_on_a_websocket": _NO_SETTING,
    "closing/refused_connect_does_not_count": _NO_SETTING,
    "compression/http_compression_off": _NO_SETTING,
    "compression/websocket_extension_is_taken": _NO_SETTING,
    "compression/client_without_the_extension": _NO_SETTING,
    "connecting/second_namespace-polling": _NO_BARE_WORLD,
    "connecting/second_namespace-websocket": _NO_BARE_WORLD,
    "events/ack_id_of_sixteen_digits": "an ack id so long is refused",
    "events/echo-polling": _NO_BARE_WORLD,
    "events/echo-websocket": _NO_BARE_WORLD,
    "events/echo_without_arguments": _NO_BARE_WORLD,
    "binary/echo-polling": _NO_BARE_WORLD,
    "binary/echo-websocket": _NO_BARE_WORLD,
    "binary/several_attachments-polling": _NO_BARE_WORLD,
    "binary/several_attachments-websocket": _NO_BARE_WORLD,
    "binary/empty_attachment-polling": _NO_BARE_WORLD,
    "binary/empty_attachment-websocket": _NO_BARE_WORLD,
    "recovery/missed_events_come_first": "missed events are sent after the CONNECT",
    "recovery/after_expiry": _NO_SETTING,
}


def reason(clause_id: str) -> str | None:
    """Why the stub differs in this clause; None where it must not."""
    return ON_PURPOSE.get(clause_id) or KNOWN_DIFFERENCES.get(clause_id)


def misspelt() -> list[str]:
    """Entries that name no clause."""
    return sorted({*ON_PURPOSE, *KNOWN_DIFFERENCES} - {clause.id for clause in CLAUSES})
