"""Every clause, in the order of the table."""

from conformance import (
    binary,
    closing,
    compression,
    connecting,
    cors,
    events,
    frames,
    handshake,
    heartbeat,
    msgpack,
    polling,
    recovery,
    upgrade,
)
from conformance.clause import Clause, clauses_of

SECTIONS = (
    handshake,
    polling,
    frames,
    heartbeat,
    upgrade,
    closing,
    cors,
    compression,
    connecting,
    events,
    binary,
    msgpack,
    recovery,
)

CLAUSES: tuple[Clause, ...] = tuple(clause for section in SECTIONS for clause in clauses_of(section))
