"""What a fault that holds things can do with them: wait for them, let them go in any order, drop them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from harness.errors import UsageError
from harness.faults.fault import Arming, Fault, Held, Kind
from harness.faults.parameters import at_least, is_whole, of_type, several

#: Returns when the condition holds, raises AssertionError with the words after so many ms.
Until = Callable[[Callable[[], bool], int | None, Callable[[], str]], None]

#: What is done with what is held at these places of one arming.
Act = Callable[[Arming, Sequence[int]], None]


class Holding(Fault):
    """Keeps what it matches until it is released, dropped or lifted."""

    def __init__(self, kind: Kind, armings: Sequence[Arming], *, until: Until) -> None:
        super().__init__(kind, armings)
        self._until = until
        self._gone = 0

    @property
    def held(self) -> tuple[Held, ...]:
        """What it holds now, over all its clients, in the order of its coming."""
        if self.lifted:
            return ()
        found = [held for arming in self._armings for held in arming.status().held]
        return tuple(sorted(found, key=lambda held: held.t))

    def wait(self, count: int = 1, *, timeout_ms: int | None = None) -> tuple[Held, ...]:
        """Until `count` are held; returns them. Raises AssertionError at the deadline, saying what passed."""
        __tracebackhide__ = True
        if not is_whole(count) or count < 1:
            raise UsageError(f"{self.name}: wait({count!r}): give how many are to be held, 1 or more")
        of_type(self.name, "timeout_ms", timeout_ms, int | None)
        at_least(self.name, 1, timeout_ms=timeout_ms)
        if self.lifted or all(arming.gone for arming in self._armings):
            raise UsageError(f"{self.name}: there is nothing to wait for: {self._why_empty()}")
        self._until(lambda: len(self.held) >= count, timeout_ms, lambda: self._missing(count))
        return self.held

    def release(self, order: Sequence[int] | None = None) -> None:
        """Let what is held go on: all of it as it came, or what is at these places of `held`, in that order.

        Raises UsageError when nothing is held any more, and for a place that there is none of.
        """
        self._part(order, "release", lambda arming, indices: arming.release(indices))

    def drop(self, order: Sequence[int] | None = None) -> None:
        """What is held, or what is at these places, never arrives. Raises UsageError as `release` does."""
        self._part(order, "drop", lambda arming, indices: arming.discard(indices))

    def _part(
        self,
        order: Sequence[int] | None,
        verb: str,
        act: Act,
    ) -> None:
        chosen = None if order is None else self._places(order, verb)
        held = self.held
        if not held:
            raise UsageError(f"{self.name}: there is nothing to {verb}: {self._why_empty()}")
        if chosen is None:
            chosen = list(range(len(held)))
        for place in chosen:
            if not 0 <= place < len(held):
                listed = ", ".join(f"{n}: {one.what}" for n, one in enumerate(held))
                raise UsageError(f"{self.name}: there is no {place} to {verb}. Held are {listed}")
            if chosen.count(place) > 1:
                raise UsageError(f"{self.name}: {place} is named twice: what is held goes once")
        by_client = {arming.client: arming for arming in self._armings}
        left = {client: [one.index for one in held if one.client == client] for client in by_client}
        for client, group in groupby((held[place] for place in chosen), key=lambda one: one.client):
            indices = [one.index for one in group]
            # What went before has left its place to those behind it.
            act(by_client[client], [left[client].index(index) for index in indices])
            left[client] = [index for index in left[client] if index not in indices]
        self._gone += len(chosen)

    def _places(self, order: object, verb: str) -> list[int]:
        places = several(order)
        if not isinstance(order, Iterable) or not all(is_whole(place) for place in places):
            raise UsageError(f"{self.name}: {verb}({order!r}): give a list of places in held, like [2, 0]")
        if not places:
            raise UsageError(f"{self.name}: {verb}([]) names nothing: {verb}() is for all of it")
        return places

    def _why_empty(self) -> str:
        if self.lifted:
            return "it is lifted, which let everything go"
        if lost := [how for arming in self._armings if (how := arming.lost())]:
            return "; ".join(lost)
        if self._gone:
            return f"all {self._gone} that it held are gone"
        if all(arming.gone for arming in self._armings):
            return f"it has held nothing, and no page of {self.where} is open any more"
        return "it has held nothing yet, wait for it with wait(n)"

    def _missing(self, count: int) -> str:
        held = ", ".join(one.what for one in self.held) or "nothing"
        passed: dict[str, int] = {}
        for arming in self._armings:
            for what, times in arming.status().passed.items():
                passed[what] = passed.get(what, 0) + times
        by = ", ".join(f"{what} x{times}" for what, times in sorted(passed.items())) or "nothing"
        return f"{self.name} was to hold {count}; it holds {held}; {by} passed it by"
