"""The page edge: a fault at one client, carried out by the tap in its page or by its browser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from playwright.sync_api import Error

from harness.clients.client import Client
from harness.errors import SpecError, UsageError
from harness.faults.fault import Concern, Held, Kind, Status, Touch
from harness.tap import CONTROL

_FAULTS = f"{CONTROL}?.faults"
_TOUCH_FIELDS = ("did", "event", "entity", "nth", "method", "path")


class PageArming:
    """One fault at one client. `group` names it over all its clients, for whoever reads the journal."""

    def __init__(
        self,
        client: Client,
        kind: Kind,
        *,
        group: str,
        match: Mapping[str, Any],
        may_miss: bool,
        part: str = "",
    ) -> None:
        """`part` tells this one from others of its group at the same client."""
        if client.recorder is None:
            raise UsageError(f"{kind.name}: {client.name} is not recorded: make clients with stage.client")
        self._page = client.page
        self._context = client.context
        self._recorder = client.recorder
        self._kind = kind
        self._id = f"{group}{part}@{client.name}"
        self._told = {"fault": group} | ({"may_miss": True} if may_miss else {})
        self._params = {**{key: value for key, value in match.items() if key != "seed"}, **kind.params()}
        rule = {**match, **kind.params()}
        self._rule = {"id": self._id, "name": kind.name, "kind": kind.concern.value, **rule}
        self._for_later = False
        self._let_go = 0
        self._last: Mapping[str, Any] | None = None

    @property
    def client(self) -> str:
        return self._recorder.name

    @property
    def whom(self) -> str:
        return self.client

    def arm(self) -> None:
        begun = self._recorder.writer.now()
        if self._kind.concern is Concern.NETWORK:
            self._context.set_offline(True)
        else:
            self._arm_page()
        self._recorder.fault_begins(self._id, self._kind.name, self._params, **self._told, at=begun)
        if self._kind.concern is Concern.NETWORK:
            self._touch("cut off")

    def _arm_page(self) -> None:
        rule = json.dumps(self._rule)
        # A blank page is no document of the app: the fault waits for the first that is.
        self._for_later = not self._page.url.startswith("http")
        if self._for_later:
            self._context.add_init_script(f"{_FAULTS}?.arm({json.dumps(rule)})")
        if self._ask("arm", rule) is not True and not self._for_later:
            raise SpecError(
                f"{self._kind.name}: the page of {self.client} ({self._page.url}) did not take it within "
                f"{self._recorder.answer_ms} ms: it hangs, or has crashed"
            )

    def status(self) -> Status:
        told = self._last or self._ask("status", self._id)
        if not told:
            return Status(passed={})
        held = tuple(
            Held(client=self.client, index=index, what=str(each["event"]), t=float(each["t"]))
            for index, each in enumerate(told["held"])
        )
        return Status(touched=int(told["touched"]), passed=told["passed"], held=held)

    def touches(self) -> Sequence[Touch]:
        self._recorder.drain(self._page)
        found: list[dict[str, Any]] = self._recorder.traffic.touches.get(self._id, [])
        told: list[Touch] = []
        for each in found:
            fields: dict[str, Any] = {name: each.get(name) for name in _TOUCH_FIELDS}
            touch = Touch(client=self.client, **fields)
            held = replace(touch, did="held")
            if touch.did == "dropped" and held in told:
                # One that is dropped from what is held was touched once.
                told[told.index(held)] = touch
            else:
                told.append(touch)
        return told

    @property
    def gone(self) -> bool:
        return self._recorder.is_gone(self._page)

    def lost(self) -> str | None:
        held = sum(touch.did == "held" for touch in self.touches())
        left = held - self._let_go - len(self.status().held)
        if left <= 0:
            return None
        how = "closed" if self._page.is_closed() else "lost" if self.gone else "loaded anew"
        return f"the page of {self.client} was {how} with {left} held"

    def release(self, indices: Sequence[int]) -> None:
        self._let_go += len(indices)
        self._page.evaluate(f"([id, chosen]) => {_FAULTS}.release(id, chosen)", [self._id, list(indices)])

    def discard(self, indices: Sequence[int]) -> None:
        self._page.evaluate(f"([id, chosen]) => {_FAULTS}.discard(id, chosen)", [self._id, list(indices)])

    def lift(self) -> None:
        if self._kind.concern is Concern.NETWORK:
            if not self._recorder.is_gone(self._page):
                self._context.set_offline(False)
        else:
            if self._for_later:
                self._context.add_init_script(f"{_FAULTS}?.lift({json.dumps(self._id)})")
            self._last = self._ask("lift", self._id) or {"touched": 0, "passed": {}, "held": []}
        told: dict[str, Any] = dict(self._told)
        if self._last:
            told["passed_by"] = self._last["passed"]
        if "probability" in self._rule:
            told["plan"] = [touch.nth for touch in self.touches()]
        self._recorder.fault_ends(self._id, self._kind.name, self._params, **told)

    def _touch(self, did: str) -> None:
        self._recorder.traffic.touches.setdefault(self._id, []).append({"did": did})
        self._recorder.fault_touches(self._id, self._kind.name, did=did)

    def _ask(self, verb: str, argument: Any) -> Any:
        """What the page's half answers; None when there is none, or the page hangs or is gone."""
        if self._recorder.is_gone(self._page):
            return None
        look = f"(given) => ({{ said: {_FAULTS}?.{verb}(given) ?? null }})"
        try:
            # Unlike evaluate, this gives up when the page hangs.
            handle = self._page.wait_for_function(look, arg=argument, timeout=self._recorder.answer_ms)
            return handle.json_value()["said"]
        except Error:
            return None
