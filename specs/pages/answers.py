"""The two words that a sender gets for one change, the answer and the echo, and a fence behind them."""

from __future__ import annotations

from itertools import count

import pytest
from pages.devmentor import DevMentor

from harness import Stage

ACK, ECHO = "ack", "echo"
IN_BOTH_ORDERS = pytest.mark.parametrize(
    "order", [pytest.param((ECHO, ACK), id="echo-first"), pytest.param((ACK, ECHO), id="ack-first")]
)

_numbers = count(1)


class Answers:
    """Holds the ack of the next `asked` of a client and its echo `echoed`, to be let go in any order."""

    def __init__(self, stage: Stage[DevMentor], client: DevMentor, *, asked: str, echoed: str) -> None:
        self._stage = stage
        self._client = client
        self._asked = asked
        self._ack = stage.stub.ack_fault(event=asked, user=client.person, hold=True, after=True)
        self._echo = stage.faults.hold(event=echoed, to=client)

    def wait(self) -> None:
        """Until both are on their way: the change is made, and the sender knows nothing of it."""
        self._echo.wait()

    def let_go(self, which: str) -> None:
        """Until the page has it."""
        if which == ECHO:
            self._echo.lift()
        else:
            since = self._stage.stub.mark()
            self._stage.stub.release(self._ack)
            self._stage.stub.wait_for_entry(
                since=since, kind="ack", event=self._asked, user=self._client.person
            )
        fence(self._stage, self._client)


def fence(stage: Stage[DevMentor], client: DevMentor) -> None:
    """Until the page has handled all that was sent to it: what a socket brings arrives in its order."""
    message = f"Fence {next(_numbers)}"
    note = {"id": message, "level": "info", "message": message}
    stage.stub.emit("system:notification", note, user=client.person)
    client.toasts.expect(message)
