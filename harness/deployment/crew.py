"""The processes of one deployment: starting them, waiting until they are ready, ending them."""

from __future__ import annotations

import time

from harness.deployment import process
from harness.deployment.places import ROOT, Places
from harness.deployment.programs import Program
from harness.deployment.state import State
from harness.errors import DeploymentError

_READY_TIMEOUT_S = 30.0
_POLL_S = 0.05


class Crew:
    """Every process that is started is written into the state at once, so that any command can end it."""

    def __init__(self, state: State, places: Places, *, tied: bool) -> None:
        self._state = state
        self._places = places
        self._tied = tied

    def start(self, program: Program) -> None:
        """Start a process unless it runs, and wait until it is ready; raises DeploymentError."""
        self.launch(program)
        self.wait_until_ready(program)

    def launch(self, program: Program) -> Program:
        """Start a process unless it runs; returns the program."""
        if not self.is_alive(program.name):
            self._state.processes[program.name] = process.start(
                program.command,
                environment=program.environment,
                cwd=ROOT,
                log=self._places.log(program.name),
                tied=self._tied,
            )
            self._state.save(self._places)
        return program

    def end(self, name: str, grace_s: float) -> None:
        """End a process, if it runs, and wait until it is gone."""
        running = self._state.processes.get(name)
        if running is not None:
            running.end(grace_s)

    def is_alive(self, name: str) -> bool:
        running = self._state.processes.get(name)
        return running is not None and running.is_alive

    def wait_until_ready(self, program: Program) -> None:
        """Raises DeploymentError when the process ends, or is not ready in 30 s."""
        deadline_s = time.monotonic() + _READY_TIMEOUT_S
        while not program.is_ready():
            if not self.is_alive(program.name):
                raise DeploymentError(f"{program.name} ended: {self._last_words(program.name)}")
            if time.monotonic() > deadline_s:
                log = self._places.log(program.name)
                raise DeploymentError(
                    f"{program.name} was not ready in {_READY_TIMEOUT_S:.0f} s; its log: {log}"
                )
            time.sleep(_POLL_S)

    def _last_words(self, name: str) -> str:
        log = self._places.log(name)
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{said[-1]} ({log})" if said else f"its log {log} is empty"
