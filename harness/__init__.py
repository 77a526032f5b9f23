"""The conductor: drives the browsers, breaks the network, and judges what the clients saw."""

from harness.clients import drag
from harness.clients.client import Board, Client
from harness.clients.wait import until
from harness.stage import Stage
from harness.target import Budgets

__all__ = ["Board", "Budgets", "Client", "Stage", "drag", "until"]
