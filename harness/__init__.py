"""The conductor: drives the browsers, breaks the network, and judges what the clients saw."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.backend import DeploymentBackend
    from harness.clients import drag
    from harness.clients.actions import acting, action
    from harness.clients.client import Board, Client, describe_board
    from harness.clients.wait import until
    from harness.deployment import Deployment, missing_programs
    from harness.stage import Stage
    from harness.target import Budgets, Target, load_target
else:
    # Loaded when first asked for: the command starts in a tenth of the time that all of this takes.
    _HOMES = {
        "Board": "harness.clients.client",
        "Budgets": "harness.target",
        "Client": "harness.clients.client",
        "Deployment": "harness.deployment",
        "DeploymentBackend": "harness.backend",
        "Stage": "harness.stage",
        "Target": "harness.target",
        "acting": "harness.clients.actions",
        "action": "harness.clients.actions",
        "describe_board": "harness.clients.client",
        "drag": "harness.clients.drag",
        "load_target": "harness.target",
        "missing_programs": "harness.deployment",
        "until": "harness.clients.wait",
    }

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module 'harness' has no attribute {name!r}")
        home = import_module(_HOMES[name])
        found = home if _HOMES[name].endswith(f".{name}") else getattr(home, name)
        globals()[name] = found
        return found


__all__ = [
    "Board",
    "Budgets",
    "Client",
    "Deployment",
    "DeploymentBackend",
    "Stage",
    "Target",
    "acting",
    "action",
    "describe_board",
    "drag",
    "load_target",
    "missing_programs",
    "until",
]
