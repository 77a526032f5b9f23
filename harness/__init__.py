"""The conductor: drives the browsers, breaks the network, and judges what the clients saw."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.clients import drag
    from harness.clients.actions import acting, action
    from harness.clients.client import Board, Client, describe_board
    from harness.clients.wait import until
    from harness.stage import Stage
    from harness.target import Budgets
else:
    # Loaded when first asked for: the command starts in a tenth of the time that all of this takes.
    _HOMES = {
        "Board": "harness.clients.client",
        "Budgets": "harness.target",
        "Client": "harness.clients.client",
        "Stage": "harness.stage",
        "acting": "harness.clients.actions",
        "action": "harness.clients.actions",
        "describe_board": "harness.clients.client",
        "drag": "harness.clients.drag",
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


__all__ = ["Board", "Budgets", "Client", "Stage", "acting", "action", "describe_board", "drag", "until"]
