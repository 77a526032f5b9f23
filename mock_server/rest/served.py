"""Which REST routes a world serves, and which of them a call is for."""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from mock_server.rest.collection_routes import collection_routes
from mock_server.rest.route import Route
from mock_server.rest.routes import ROUTES
from mock_server.rest.service_routes import service_routes, sign_in_routes
from mock_server.world import World

_made: WeakKeyDictionary[World, tuple[Route, ...]] = WeakKeyDictionary()


def routes_of(world: World) -> Sequence[Route]:
    """Return what is served without a rule."""
    if world.scenario.keeps_to_contract:
        return ROUTES
    if world not in _made:
        _made[world] = _any_app(world)
    return _made[world]


def _any_app(world: World) -> tuple[Route, ...]:
    routes = [*(sign_in_routes() if world.scenario.people else ()), *collection_routes(world.scenario)]
    routes = [replace(route, enveloped=False) for route in routes]
    routes += service_routes(lambda: routes)
    return tuple(routes)


def find(
    routes: Sequence[Route], method: str, path: str
) -> tuple[Route | None, dict[str, str], tuple[str, ...]]:
    """Return (route, path parameters, methods that the path knows); no route and no methods: unknown path."""
    known: list[str] = []
    for route in routes:
        match = route.pattern.fullmatch(path)
        if match is None:
            continue
        if route.method == ("GET" if method == "HEAD" else method):
            return route, match.groupdict(), (method,)
        known.append(route.method)
    return None, {}, tuple(dict.fromkeys(known))
