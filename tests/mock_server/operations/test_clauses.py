"""What the contract says about operations and limits, clause by clause, with the tests that prove it."""

import ast
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]

#: Clause of the contract (sections 1, 3 and 4) -> file and test that fails when it does not hold.
CLAUSES = {
    "CORS_ORIGIN: the frontend's own": "test_rest.py::test_the_frontends_own_origin_is_allowed",
    "CORS_ORIGIN: a list of origins": "test_rest.py::test_cors_origin_of_the_scenario",
    "CORS_ORIGIN: refusals can be read too": (
        "operations/test_tokens_and_members.py::test_an_allowed_origin_may_read_every_answer_also_refusals"
    ),
    "CORS_ORIGIN: nobody else reads anything": (
        "operations/test_tokens_and_members.py::test_another_origin_may_read_nothing"
    ),
    "variables of the environment win": (
        "test_process.py::test_environment_wins_over_the_scenario_and_flags_over_both"
    ),
    "REQUIRE_AUTH: handshake without a good token": "test_gateway.py::test_handshake_needs_a_good_token",
    "REQUIRE_AUTH: REST without a good token": (
        "test_rest.py::test_every_route_but_the_open_ones_needs_a_token"
    ),
    "REQUIRE_AUTH: true when people are named, else false": (
        "operations/test_tokens_and_members.py::test_without_people_no_token_is_asked_for"
    ),
    "REQUIRE_AUTH: the same for REST and sockets": (
        "operations/test_tokens_and_members.py::test_require_auth_holds_for_rest_and_sockets_alike"
    ),
    "a token expires, is refreshed, and serves the reconnect": (
        "operations/test_tokens_and_members.py"
        "::test_a_token_is_asked_for_at_the_handshake_and_on_each_rest_call"
    ),
    "refresh: of genuine tokens only": (
        "test_rest.py::test_refresh_takes_an_expired_token_but_no_forged_one"
    ),
    "MAX_CONNECTIONS: CONNECT_ERROR UNAVAILABLE": "test_gateway.py::test_max_connections",
    "MAX_CONNECTIONS: a place left": "operations/test_limits.py::test_a_place_that_was_left_can_be_taken",
    "CONNECTION_TIMEOUT: the idle are closed": "test_gateway.py::test_idle_connections_are_closed",
    "CONNECTION_TIMEOUT: only they": "operations/test_limits.py::test_only_the_idle_are_closed",
    "RATE_LIMIT: ack RATE_LIMITED with retryAfter": "test_gateway.py::test_rate_limit",
    "RATE_LIMIT: 429 with Retry-After": "test_rest.py::test_rate_limit_names_the_time_to_wait",
    "RATE_LIMIT: a sliding window": "operations/test_limits.py::test_the_window_slides",
    "RATE_LIMIT: what is refused changes nothing": (
        "operations/test_limits.py"
        "::test_each_socket_has_a_rate_of_its_own_and_a_refused_event_changes_nothing"
    ),
    "payload over the limit closes the connection": (
        "test_gateway.py::test_oversize_message_closes_the_connection"
    ),
    "payload of just the limit, websocket": (
        "operations/test_limits.py::test_a_message_of_just_the_limit_is_taken_on_a_websocket"
    ),
    "payload of just the limit, polling": "operations/test_limits.py::test_a_post_of_just_the_limit_is_taken",
    "REST body over the limit: 413 TOO_LARGE": "test_rest.py::test_bodies_that_are_too_large",
    "every inbound event is validated": (
        "test_gateway.py::test_invalid_input_is_refused_and_changes_nothing"
    ),
    "a removed member is taken out": "test_gateway.py::test_a_removed_member_hears_nothing_from_then_on",
    "a removed member is taken out, by an admin's PATCH": (
        "operations/test_tokens_and_members.py"
        "::test_a_member_removed_by_an_admins_patch_stays_connected_and_hears_nothing"
    ),
    "a removed member who is away gets nothing back": (
        "test_wire.py::test_a_member_removed_while_away_gets_nothing_back"
    ),
    "GET /health": "test_rest.py::test_health_and_metrics",
    "GET /metrics: every name": "operations/test_metrics.py::test_every_name_is_there_from_the_start",
    "GET /metrics: messages by direction and event": (
        "operations/test_metrics.py::test_messages_are_counted_by_copy_and_by_name"
    ),
    "GET /metrics: errors": "operations/test_metrics.py::test_errors_are_counted_by_kind_on_both_ways_in",
    "GET /metrics: disconnects by reason": (
        "operations/test_disconnects.py::test_every_ending_tells_its_reason"
    ),
    "log disconnection reasons": "operations/test_disconnects.py::test_every_ending_tells_its_reason",
    "logs hold no secret": "test_process.py::test_log_lines_hold_no_secret",
    "/openapi.json names every route": (
        "test_rest.py::test_openapi_names_every_route_and_every_reference_resolves"
    ),
    "/openapi.json is what is served": (
        "operations/test_openapi_calls.py::test_it_answers_as_it_says_and_neither_fails_nor_grows"
    ),
    "bad input at the wire": "operations/test_wire_under_fire.py::test_no_payload_breaks_the_stub",
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_the_proof_of_a_clause_is_there(clause: str) -> None:
    file, name = CLAUSES[clause].split("::")
    tree = ast.parse((_TESTS / file).read_text())
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in tests
