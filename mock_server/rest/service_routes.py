"""The REST routes that any app's server has: to sign in, and to ask the stub how it is."""

import json
from collections.abc import Callable, Sequence

from mock_server import inputs
from mock_server.entities import Json
from mock_server.errors import ErrorCode
from mock_server.rest import handlers
from mock_server.rest.calls import Answer, RestCall
from mock_server.rest.openapi import document
from mock_server.rest.route import Route
from mock_server.world import World


def sign_in_routes() -> list[Route]:
    """How people get their tokens."""
    return [
        Route(
            method="POST",
            template="/api/auth/login",
            summary="Sign in",
            handler=handlers.login,
            input=inputs.Login,
            result="Session",
            errors=(ErrorCode.INVALID_INPUT, ErrorCode.UNAUTHORIZED),
            needs_token=False,
        ),
        Route(
            method="POST",
            template="/api/auth/refresh",
            summary="Trade a genuine token, expired or not, for a new one (in the body or as bearer token)",
            handler=handlers.refresh,
            input=inputs.Refresh,
            result="Session",
            errors=(ErrorCode.INVALID_INPUT, ErrorCode.UNAUTHORIZED),
            needs_token=False,
        ),
    ]


def service_routes(served: Callable[[], Sequence[Route]]) -> list[Route]:
    """What the stub tells of itself; `served` returns all the routes that /openapi.json is to name."""

    return [
        Route(
            method="GET",
            template="/health",
            summary="Tell that the gateway is up, and how many sockets are connected",
            handler=handlers.health,
            result="Health",
            errors=(),
            needs_token=False,
            enveloped=False,
        ),
        Route(
            method="GET",
            template="/metrics",
            summary="Metrics in Prometheus' text format",
            handler=handlers.metrics,
            result="Metrics",
            errors=(),
            needs_token=False,
            enveloped=False,
        ),
        Route(
            method="GET",
            template="/openapi.json",
            summary="This document",
            handler=lambda call: _openapi(served(), call),
            result="OpenApi",
            errors=(),
            needs_token=False,
            enveloped=False,
        ),
    ]


def _document(routes: Sequence[Route], world: World) -> Json:
    enveloped = world.scenario.keeps_to_contract
    return document(routes, requires_auth=world.requires_auth, enveloped=enveloped)


def _openapi(routes: Sequence[Route], call: RestCall) -> Answer:
    return Answer(raw=json.dumps(_document(routes, call.world)).encode())
