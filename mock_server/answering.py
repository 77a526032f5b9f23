"""Makes a rule's answer ready to send: templates filled, delays drawn, all from the scenario's seed."""

import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.journal import redacted
from mock_server.request import Request, look_up
from mock_server.scenario.made_up import MadeUp
from mock_server.scenario.model import Answer, Delay, Emit, Spread
from mock_server.scenario.templates import FAKER, NOW, PLACEHOLDER, REQUEST, is_late, parts_of
from mock_server.store.tables import timestamp

_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An event that a rule sends, `delay_ms` after it fired; `to` and `namespace` as in the scenario."""

    event: str
    args: list[Any]
    to: str
    delay_ms: int
    namespace: str | None = None


class Answering:
    """The made-up values and delays of one rule: a stream of its own, whatever other rules do meanwhile."""

    def __init__(
        self, seed: int, index: int, now_s: Callable[[], float] = time.time, *, spreads: bool = False
    ) -> None:
        """With `spreads` a list that stands alone, or `${args}`, is the arguments and not one of them."""
        self._made_up = MadeUp(f"{seed}:rule:{index}")
        self._random = random.Random(f"{seed}:rule:{index}")
        self._now_s = now_s
        self._spreads = spreads
        self.missing: list[str] = []
        """Names asked for since the last `ready` that the request did not have."""

    def delay_ms(self, delay: Delay) -> int:
        """Return a delay in whole milliseconds, drawn anew when it is a spread."""
        if not isinstance(delay, Spread):
            return delay
        if delay.uniform is not None:
            return self._random.randint(*delay.uniform)
        if delay.normal is not None:
            return max(0, round(self._random.gauss(*delay.normal)))
        mean = delay.exponential or 0
        return round(self._random.expovariate(1 / mean)) if mean else 0

    def ready(self, answer: Answer, request: Request | None) -> Answer:
        """Return the answer with its reply and error filled."""
        self.missing = []
        if answer.error is not None:
            error = answer.error
            message = str(self._filled(error.message, request))
            details = self._filled(error.details, request)
            return answer.model_copy(
                update={"error": error.model_copy(update={"message": message, "details": details})}
            )
        return answer.model_copy(update={"reply": self._filled(answer.reply, request)})

    def due(
        self, emit: Emit, request: Request | None, namespace: str | None, *, as_written: bool = False
    ) -> Due:
        """Return an event to send, its data and receiver filled unless they count as written."""
        data = emit.data if as_written else self._filled(emit.data, request)
        return Due(
            event=emit.event,
            args=self.arguments(emit.data, data),
            to=emit.to if as_written else str(self._filled(emit.to, request)),
            delay_ms=self.delay_ms(emit.delay_ms),
            namespace=namespace,
        )

    def arguments(self, written: Any, filled: Any) -> list[Any]:
        """Return the arguments of an event or acknowledgement whose data was written so, and filled so."""
        is_list = isinstance(written, list) or (isinstance(written, str) and _is_all_arguments(written))
        return filled if self._spreads and is_list and isinstance(filled, list) else [filled]

    def rooms(self, names: Sequence[str], request: Request | None) -> list[str]:
        """Return the names of rooms, filled."""
        return [str(self._filled(name, request)) for name in names]

    def _filled(self, value: Any, request: Request | None) -> Any:
        if isinstance(value, str):
            alone = PLACEHOLDER.fullmatch(value)
            if alone is not None and alone["end"]:
                return self._value(alone["name"].strip(), request)  # keeps its type
            return PLACEHOLDER.sub(lambda found: self._text(found, request), value)
        if isinstance(value, dict):
            return {key: self._filled(part, request) for key, part in value.items()}
        return [self._filled(item, request) for item in value] if isinstance(value, list) else value

    def _text(self, found: re.Match[str], request: Request | None) -> str:
        if found["literal"]:
            return str(found["literal"])
        if not found["end"] or not is_late(found["name"].strip()):
            return found.group()
        value = self._value(found["name"].strip(), request)
        if value is None:
            return ""
        return (
            value if isinstance(value, str) else json.dumps(redacted(value), ensure_ascii=False, default=repr)
        )

    def _value(self, name: str, request: Request | None) -> Any:
        root, *rest = parts_of(name)
        if name == NOW:
            return timestamp(self._now_s())
        if root == FAKER:
            return self._made_up.value(".".join(rest))
        value: Any = _MISSING
        if request is not None:
            known = {"user": request.user, "args": list(request.args), "body": request.body}
            known |= {"auth": request.auth, "sid": request.sid}
            known |= {"query": dict(request.query), "params": dict(request.params)}
            value = look_up(known, ".".join(rest), _MISSING)
        if value is _MISSING:
            self.missing.append(name)
            return None
        return value


def _is_all_arguments(written: str) -> bool:
    found = PLACEHOLDER.fullmatch(written)
    return found is not None and parts_of((found["name"] or "").strip()) == [REQUEST, "args"]
