"""What is under test: its addresses, how people sign in, its contract switches and its budgets."""

from harness.target.addresses import Frontend, Gateway, Start, Tls
from harness.target.hosts import looks_like_production, origin_of
from harness.target.lens import Lens, Read
from harness.target.load import find_target, list_targets, load_target
from harness.target.model import Budgets, Contract, Kind, Paths, Target
from harness.target.people import Account, Auth, SignIn, filled
from harness.target.writes import Build, Cleanup, World, Writes

__all__ = [
    "Account",
    "Auth",
    "Budgets",
    "Build",
    "Cleanup",
    "Contract",
    "Frontend",
    "Gateway",
    "Kind",
    "Lens",
    "Paths",
    "Read",
    "SignIn",
    "Start",
    "Target",
    "Tls",
    "World",
    "Writes",
    "filled",
    "find_target",
    "list_targets",
    "load_target",
    "looks_like_production",
    "origin_of",
]
