"""Every clause, in the order of the table."""

from conformance import (
    binary,
    client_recovery,
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
    client_recovery,
)

CLAUSES: tuple[Clause, ...] = tuple(clause for section in SECTIONS for clause in clauses_of(section))
