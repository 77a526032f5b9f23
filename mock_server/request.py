"""What the rules of a scenario can know of an event or a REST call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One event (`event` and `args`) or one REST call (`method`, `path`, `body`, `query`, `params`).

    Handlers get it, `${request.…}` reads its user, args, auth, sid, body, query and params, and `when` its
    `fields`. A socket that comes or goes is an event too: `connect` with its auth, `disconnect` with why.
    """

    user: str | None = None
    """Key of the person it comes from, None when nobody is signed in."""
    event: str | None = None
    args: tuple[Any, ...] = ()
    """What was sent with the event."""
    namespace: str = "/"
    """Where the event came from."""
    auth: Any = None
    """What its socket said when it connected; None where the DevMentor model answers."""
    sid: str | None = None
    """The id of its socket."""
    method: str | None = None
    """In capitals."""
    path: str | None = None
    body: Any = None
    """The parsed JSON, None when there was none."""
    query: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    """The path's variable parts, like `id`, of a call that the contract knows."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """What `when` looks at; a payload that is no object counts as `{id: payload}`."""
        if self.event is None:
            body = self.body if isinstance(self.body, dict) else {}
            return {**body, "query": dict(self.query), "params": dict(self.params)}
        payload = payload_of(list(self.args))
        return payload if isinstance(payload, dict) else {"id": payload}

    def __str__(self) -> str:
        return self.event if self.event is not None else f"{self.method} {self.path}"


def payload_of(args: Sequence[Any]) -> Any:
    """Return the one argument of an event or acknowledgement, None for none, the list of several."""
    return (args[0] if args else None) if len(args) < 2 else args


def look_up(fields: Any, path: str, missing: Any = None) -> Any:
    """Return what a dotted path leads to, else `missing`; a key that holds dots itself is tried first."""
    if isinstance(fields, Mapping):
        if path in fields:
            return fields[path]
        head, _, rest = path.partition(".")
        return look_up(fields[head], rest, missing) if rest and head in fields else missing
    if isinstance(fields, list | tuple):
        head, _, rest = path.partition(".")
        if head.isdecimal() and int(head) < len(fields):
            return look_up(fields[int(head)], rest, missing) if rest else fields[int(head)]
    return missing
