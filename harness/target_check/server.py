"""Asks a target's server, without a browser: transports, rooms, acknowledgements, recovery, whom it tells."""

from __future__ import annotations

from typing import Any

from harness.backend import DeploymentBackend
from harness.backend.polling_socket import PollingSocket
from harness.errors import EnvironmentTrouble
from harness.scenario import Scenario
from harness.stub import Person
from harness.target import Target
from harness.target_check.findings import Facts

_PROBE = "Lockstep asks how this server answers"


def ask_server(target: Target, person: Person, facts: Facts) -> bool:
    """Connect as `person`; False when that does not work, so that there is no more to ask."""
    try:
        with PollingSocket(target, token=person.token) as socket:
            facts.ok("socket", f"connected as {person.name} (namespace {target.gateway.namespace})")
            recovers = "pid" in socket.connected
            facts.ok(
                "recovery",
                "offered (connection state recovery)" if recovers else "not offered: clients refetch",
            )
            if not recovers and target.contract.resync == "replay":
                facts.wrong(
                    "resync", "the file says replay, and the server recovers nothing", environment=False
                )
    except EnvironmentTrouble as error:
        facts.wrong("socket", str(error))
        return False
    return True


def ask_in_a_world(target: Target, backend: DeploymentBackend, scenario: Scenario, facts: Facts) -> None:
    """Make a project, join its room, create a task in it by socket, and see who is told; then remove it."""
    backend.begin(scenario)
    try:
        project = backend.id(scenario.projects[0].id)
        maker, other = (backend.people[name] for name in scenario.projects[0].members[:2])
        facts.ok("world", f"a project can be made by REST, with {len(scenario.projects[0].members)} members")
        with (
            PollingSocket(target, token=maker.token) as sender,
            PollingSocket(target, token=other.token) as listener,
        ):
            _join(target, (sender, listener), project, facts)
            answer = sender.emit("task:create", {"projectId": project, "title": _PROBE})
            _tell_ack(answer, facts)
            # An answer to something later: whatever the change set off has come before it.
            for socket in (sender, listener):
                socket.emit(target.gateway.join_event or "join:project", project)
            if not listener.came("task:created"):
                facts.wrong(
                    "rooms", "a member of the room was not told of a task created in it", environment=False
                )
                return
            echo = "room" if sender.came("task:created") else "others"
            facts.compare("echo", "contract.echo", found=echo, says=str(target.contract.echo))
    finally:
        backend.end()


def _join(target: Target, sockets: tuple[PollingSocket, ...], project: str, facts: Facts) -> None:
    event = target.gateway.join_event or "join:project"
    answers = [socket.emit(event, project) for socket in sockets]
    if all(_ok(answer) for answer in answers):
        facts.ok("rooms", f"{event} is acknowledged")
    else:
        facts.wrong("rooms", f"{event} was refused: {answers}", environment=False)


def _tell_ack(answer: tuple[Any, ...], facts: Facts) -> None:
    body = answer[0] if answer else None
    if _ok(answer) and isinstance(body, dict) and "data" in body:
        facts.ok("acks", "{ok, data}, as the contract says")
    else:
        facts.wrong("acks", f"task:create was answered {body!r}, not {{ok: true, data}}", environment=False)


def _ok(answer: tuple[Any, ...]) -> bool:
    return bool(answer) and isinstance(answer[0], dict) and answer[0].get("ok") is True
