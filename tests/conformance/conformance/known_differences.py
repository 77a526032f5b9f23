"""Clauses that the stub does not meet, each with the reason; a test fails when one of them has gone."""

from conformance.catalogue import CLAUSES

#: Differences on purpose: a clause, and why the stub does otherwise.
ON_PURPOSE: dict[str, str] = {
    "handshake/websocket_handshake_with_wrong_version": "refused before it opens, in words a client can read",
    "handshake/jsonp": "no JSONP: no client of Engine.IO 4 asks for it",
    "polling/internet_explorer": "no word to a browser that is no more",
    "frames/unmasked_frame": "aiohttp reads the frames, and takes those without a mask; no client sends them",
    "compression/long_messages_are_compressed": "short messages are compressed too, which clients read alike",
}

#: Differences to be mended: a clause, and what is missing.
KNOWN_DIFFERENCES: dict[str, str] = {}


def reason(clause_id: str) -> str | None:
    """Why the stub differs in this clause; None where it must not."""
    return ON_PURPOSE.get(clause_id) or KNOWN_DIFFERENCES.get(clause_id)


def misspelt() -> list[str]:
    """Entries that name no clause."""
    return sorted({*ON_PURPOSE, *KNOWN_DIFFERENCES} - {clause.id for clause in CLAUSES})
