"""Faults: what a spec does to the network of its clients, each in a file of its own, composed by `Faults`."""

from harness.faults.composer import Faults
from harness.faults.fault import Edge, Fault, Held, Touch
from harness.faults.hold import Hold
from harness.faults.http_hold import HttpHold
from harness.faults.read_only import ReadOnly
from harness.faults.rest import RestHeld
from harness.faults.script import faults_script
from harness.faults.words import CallMatch, PacketMatch

__all__ = [
    "CallMatch",
    "Edge",
    "Fault",
    "Faults",
    "Held",
    "Hold",
    "HttpHold",
    "PacketMatch",
    "ReadOnly",
    "RestHeld",
    "Touch",
    "faults_script",
]
