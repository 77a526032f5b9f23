"""A deployment that runs: started, stopped, and broken in the ways that only a cluster can break."""

from __future__ import annotations

import fcntl
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.deployment import process, programs
from harness.deployment.people import people_of
from harness.deployment.places import ROOT, Places, check_checkout
from harness.deployment.ports import check_free, free_ports
from harness.deployment.programs import NGINX, REDIS, Program, node_name
from harness.deployment.state import NODES, State, new_state, read_state
from harness.errors import DeploymentError, UnknownName

_READY_TIMEOUT_S = 30.0
_POLL_S = 0.05
_REDIS_GRACE_S = 5.0

Progress = Callable[[str], None]


class Deployment:
    """Nginx at `url`, two gateway nodes and a Redis. Ends them when used as a context manager.

    Every method raises DeploymentError when a process does not do what it is told within 30 s.
    """

    def __init__(self, state: State, places: Places, *, tied: bool, progress: Progress) -> None:
        """Not called directly: `start` and `load` make one."""
        self._state = state
        self._places = places
        self._tied = tied
        self._progress = progress

    # -- life ------------------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        state_dir: Path,
        *,
        port: int = 0,
        sticky: bool = True,
        redis_manager: bool = True,
        variables: Mapping[str, str] | None = None,
        tied: bool = True,
        progress: Progress = lambda line: None,
    ) -> Self:
        """Start what is not running yet of the deployment in `state_dir`, and wait until it is ready.

        `port` 0: the system chooses. `redis_manager` off: the planted mistake, nodes do not share rooms.
        `variables` are more environment variables of the nodes. `tied`: all ends when this process ends.
        A deployment that exists keeps its port, secrets and switches.
        """
        check_checkout()
        lacking = programs.missing_programs()
        if lacking:
            raise DeploymentError(
                f"not installed: {', '.join(lacking)}. "
                f"Run: sudo apt-get install {' '.join(lacking)} (or deploy/install)"
            )
        places = Places(state_dir.resolve())
        places.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(places):
            state = read_state(places)
            if state is None or not any(each.is_alive for each in state.processes.values()):
                shutil.rmtree(places.redis, ignore_errors=True)
                state = _fresh(port, sticky, redis_manager, variables or {})
            deployment = cls(state, places, tied=tied, progress=progress)
            try:
                deployment._start_all()
            except BaseException:
                deployment.stop()
                raise
        return deployment

    @classmethod
    def load(cls, state_dir: Path, *, progress: Progress = lambda line: None) -> Self:
        """Return the deployment that was started in `state_dir`; raises DeploymentError without one."""
        places = Places(state_dir.resolve())
        state = read_state(places)
        if state is None:
            raise DeploymentError(f"no deployment in {state_dir}: start one with `lockstep deploy up`")
        return cls(state, places, tied=False, progress=progress)

    def stop(self) -> None:
        """End all processes and remove the data and the state; does nothing the second time."""
        for name in (NGINX, *map(node_name, NODES), REDIS):
            running = self._state.processes.pop(name, None)
            if running is not None and running.is_alive:
                self._progress(f"{name} (pid {running.pid}) ends")
                running.end(_REDIS_GRACE_S if name == REDIS else 8.0)
        shutil.rmtree(self._places.redis, ignore_errors=True)
        self._places.state.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- what there is ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The one origin: frontend, REST and Socket.IO."""
        return self._state.url

    @property
    def ca_path(self) -> Path:
        """The certificate of the authority that signed the deployment's own."""
        return self._places.ca

    @property
    def nodes(self) -> tuple[int, ...]:
        """Numbers of the nodes: values of the cookie `lockstep_node` and of the header X-Served-By."""
        return NODES

    @property
    def sticky(self) -> bool:
        return self._state.sticky

    @property
    def environment(self) -> dict[str, str]:
        """The variables that a target file needs: passwords of all people, the URL, the authority's path."""
        passwords = {
            f"LOCKSTEP_{name.upper()}_PASSWORD": word for name, word in self._state.passwords.items()
        }
        return {
            "LOCKSTEP_CLUSTER_URL": self.url,
            "LOCKSTEP_CLUSTER_CA": str(self.ca_path),
            **passwords,
        }

    def node_url(self, node: int) -> str:
        """Return a node's own address, past nginx; plain HTTP on loopback."""
        return f"http://127.0.0.1:{self._state.node_ports[_known(node)]}"

    def log(self, name: str) -> Path:
        """Return the log of `redis`, `nginx`, `node-1` or `node-2`."""
        return self._places.log(name)

    def processes(self) -> dict[str, process.Running | None]:
        """Return what runs now, by name; None: it does not."""
        found: dict[str, process.Running | None] = {}
        for name in (REDIS, *map(node_name, NODES), NGINX):
            running = self._state.processes.get(name)
            found[name] = running if running is not None and running.is_alive else None
        return found

    def port_of(self, name: str) -> int:
        """Return the port that a process listens on."""
        own = {REDIS: self._state.redis_port, NGINX: self._state.https_port}
        own |= {node_name(number): port for number, port in self._state.node_ports.items()}
        return own[name]

    # -- breaking and mending --------------------------------------------------------------------------------

    def kill(self, node: int) -> None:
        """End a node by SIGKILL."""
        running = self._state.processes.get(node_name(_known(node)))
        if running is not None:
            running.kill()

    def start_node(self, node: int) -> None:
        """Start a node that is down, and wait until it is ready."""
        self._start(programs.node_program(_known(node), self._state))

    def restart_node(self, node: int) -> None:
        """End a node in order (SIGTERM) and start it again."""
        self._end(node_name(_known(node)), programs.node_program(node, self._state).grace_s)
        self.start_node(node)

    def rolling_restart(self) -> None:
        """Restart the nodes one after the other, each in order; the next waits until the last is ready."""
        for node in NODES:
            self.restart_node(node)

    def stop_redis(self) -> None:
        """End Redis; its data stays for `start_redis`."""
        self._end(REDIS, _REDIS_GRACE_S)

    def start_redis(self) -> None:
        """Start Redis with the data it had, and wait until both nodes hear each other again."""
        self._start(programs.redis_program(self._state, self._places))
        for node in NODES:
            if self._is_alive(node_name(node)):
                self._wait_until_ready(programs.node_program(node, self._state))

    def set_sticky(self, sticky: bool) -> None:
        """Switch sticky sessions on or off (nginx reads its configuration again, connections stay)."""
        self._state.sticky = sticky
        self._state.generation += 1
        self._state.save(self._places)
        program = programs.nginx_program(self._state, self._places)
        running = self._state.processes.get(NGINX)
        if running is not None:
            running.send(signal.SIGHUP)
            self._wait_until_ready(program)

    def set_redis_manager(self, redis_manager: bool) -> None:
        """Let the nodes share rooms, or not (a planted mistake); restarts both."""
        self._state.redis_manager = redis_manager
        self._state.save(self._places)
        self.rolling_restart()

    @contextmanager
    def without_redis_manager(self) -> Iterator[None]:
        """Run the body with nodes that do not share rooms."""
        self.set_redis_manager(False)
        try:
            yield
        finally:
            self.set_redis_manager(True)

    # -- processes -------------------------------------------------------------------------------------------

    def _start_all(self) -> None:
        state, places = self._state, self._places
        if not places.ca.exists():
            self._progress("certificates")
            _make_certificates(places)
        begun = [self._launch(programs.redis_program(state, places))]
        self._wait_until_ready(begun[0])
        begun += [self._launch(programs.node_program(node, state)) for node in NODES]
        begun.append(self._launch(programs.nginx_program(state, places)))
        for program in begun:
            self._wait_until_ready(program)
            self._progress(f"{program.name} is up on port {self.port_of(program.name)}")

    def _start(self, program: Program) -> None:
        self._launch(program)
        self._wait_until_ready(program)

    def _launch(self, program: Program) -> Program:
        """Start a process unless it runs, and write down that it does."""
        if not self._is_alive(program.name):
            self._state.processes[program.name] = process.start(
                program.command,
                environment=program.environment,
                cwd=ROOT,
                log=self.log(program.name),
                tied=self._tied,
            )
            self._state.save(self._places)
        return program

    def _end(self, name: str, grace_s: float) -> None:
        running = self._state.processes.get(name)
        if running is not None:
            running.end(grace_s)

    def _is_alive(self, name: str) -> bool:
        running = self._state.processes.get(name)
        return running is not None and running.is_alive

    def _wait_until_ready(self, program: Program) -> None:
        deadline_s = time.monotonic() + _READY_TIMEOUT_S
        while not program.is_ready():
            if not self._is_alive(program.name):
                raise DeploymentError(f"{program.name} ended: {self._last_words(program.name)}")
            if time.monotonic() > deadline_s:
                log = self.log(program.name)
                raise DeploymentError(
                    f"{program.name} was not ready in {_READY_TIMEOUT_S:.0f} s; its log: {log}"
                )
            time.sleep(_POLL_S)

    def _last_words(self, name: str) -> str:
        said = self.log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{said[-1]} ({self.log(name)})" if said else f"its log {self.log(name)} is empty"


def _fresh(port: int, sticky: bool, redis_manager: bool, variables: Mapping[str, str]) -> State:
    if port:
        check_free(port)
    chosen, *ports = free_ports(len(NODES) + 2)
    state = new_state(people_of(variables), ports, https_port=port or chosen)
    state.sticky, state.redis_manager, state.variables = sticky, redis_manager, dict(variables)
    return state


def _make_certificates(places: Places) -> None:
    command = [sys.executable, "-m", "deploy.certificates", str(places.tls)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise DeploymentError(f"the certificates could not be made: {made.stderr.strip().splitlines()[-1]}")


def _known(node: int) -> int:
    if node not in NODES:
        raise UnknownName("node", str(node), map(str, NODES))
    return node


@contextmanager
def _locked(places: Places) -> Iterator[None]:
    """Keep other commands from starting the same deployment at the same time."""
    with places.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DeploymentError(
                f"another `lockstep deploy` is at work in {places.state_dir}: wait for it"
            ) from None
        yield
