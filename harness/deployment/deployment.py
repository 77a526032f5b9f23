"""A deployment that runs: started, stopped, and broken in the ways that only a cluster can break."""

from __future__ import annotations

import fcntl
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.deployment import process, programs
from harness.deployment.certificates import make_certificates
from harness.deployment.crew import Crew
from harness.deployment.people import people_of
from harness.deployment.places import Places, check_checkout
from harness.deployment.ports import check_free, free_ports
from harness.deployment.programs import NGINX, REDIS, node_name
from harness.deployment.state import NODES, State, new_state, read_state
from harness.errors import DeploymentError, UnknownName

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
        self._crew = Crew(state, places, tied=tied)
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
                f"Run: sudo deploy/install (or: sudo apt-get install {' '.join(lacking)})"
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
    def load(cls, state_dir: Path) -> Self:
        """Return the deployment that was started in `state_dir`; raises DeploymentError without one."""
        found = cls.find(state_dir)
        if found is None:
            raise DeploymentError(f"no deployment in {state_dir}: start one with `lockstep deploy up`")
        return found

    @classmethod
    def find(cls, state_dir: Path, *, progress: Progress = lambda line: None) -> Self | None:
        """Return the deployment that was started in `state_dir`, None without one."""
        places = Places(state_dir.resolve())
        state = read_state(places)
        return None if state is None else cls(state, places, tied=False, progress=progress)

    def stop(self) -> None:
        """End all processes and remove the data and the state; does nothing the second time."""
        for name in (NGINX, *map(node_name, NODES), REDIS):
            running = self._state.processes.pop(name, None)
            if running is not None and running.is_alive:
                with suppress(OSError):  # nobody reads it any more; the rest is to be ended all the same
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

    @property
    def redis_url(self) -> str:
        """With the password in it."""
        return self._state.redis_url

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
        self._crew.start(programs.node_program(_known(node), self._state))

    def start_nodes(self) -> None:
        """Start the nodes that are down, side by side, and wait until all are ready."""
        begun = [self._crew.launch(programs.node_program(node, self._state)) for node in NODES]
        for program in begun:
            self._crew.wait_until_ready(program)

    def restart_node(self, node: int) -> None:
        """End a node in order (SIGTERM) and start it again."""
        self._crew.end(node_name(_known(node)), programs.node_program(node, self._state).grace_s)
        self.start_node(node)

    def rolling_restart(self) -> None:
        """Restart the nodes one after the other, each in order; the next waits until the last is ready."""
        for node in NODES:
            self.restart_node(node)

    def stop_redis(self) -> None:
        """End Redis; its data stays for `start_redis`."""
        self._crew.end(REDIS, _REDIS_GRACE_S)

    def start_redis(self) -> None:
        """Start Redis with the data it had, and wait until both nodes hear each other again."""
        self._crew.start(programs.redis_program(self._state, self._places))
        for node in NODES:
            if self._crew.is_alive(node_name(node)):
                self._crew.wait_until_ready(programs.node_program(node, self._state))

    def set_sticky(self, sticky: bool) -> None:
        """Switch sticky sessions on or off (nginx reads its configuration again, connections stay)."""
        self._state.sticky = sticky
        self._state.generation += 1
        self._state.save(self._places)
        program = programs.nginx_program(self._state, self._places)
        running = self._state.processes.get(NGINX)
        if running is not None:
            running.send(signal.SIGHUP)
            self._crew.wait_until_ready(program)

    def set_redis_manager(self, redis_manager: bool) -> None:
        """Let the nodes share rooms, or not (a planted mistake); both are down for a moment."""
        self._state.redis_manager = redis_manager
        self._state.save(self._places)
        for node in NODES:
            self._crew.end(node_name(node), programs.node_program(node, self._state).grace_s)
        self.start_nodes()

    @contextmanager
    def without_redis_manager(self) -> Iterator[None]:
        """Run the body with nodes that do not share rooms."""
        self.set_redis_manager(False)
        try:
            yield
        finally:
            self.set_redis_manager(True)

    def _start_all(self) -> None:
        state, places, crew = self._state, self._places, self._crew
        if not places.ca.exists():
            self._progress("certificates")
            make_certificates(places.tls)
        begun = [crew.launch(programs.redis_program(state, places))]
        crew.wait_until_ready(begun[0])
        begun += [crew.launch(programs.node_program(node, state)) for node in NODES]
        begun.append(crew.launch(programs.nginx_program(state, places)))
        for program in begun:
            crew.wait_until_ready(program)
            self._progress(f"{program.name} is up on port {self.port_of(program.name)}")


def _fresh(port: int, sticky: bool, redis_manager: bool, variables: Mapping[str, str]) -> State:
    if port:
        check_free(port)
    chosen, *ports = free_ports(len(NODES) + 2)
    state = new_state(people_of(variables), ports, https_port=port or chosen)
    state.sticky, state.redis_manager, state.variables = sticky, redis_manager, dict(variables)
    return state


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
