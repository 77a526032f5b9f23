"""What can go wrong before there is a verdict: each error is one message for the person; exit code 2 or 3.

LockstepError                 anything below; str() is the whole message
├── UsageError                what was asked for makes no sense
│   ├── UnknownName           a name that is none of the known ones
│   ├── ScenarioError         a scenario file that cannot be read or used
│   ├── TargetError           a target file that cannot be read or used: exit code 3
│   ├── ContractError         a contract's rules that cannot be read or used
│   └── JournalError          a file that is no journal, or not one that this Lockstep can read
├── MachineError              what was asked for cannot be done on this machine
│   ├── BrowserError          no browser, or one that does not start
│   ├── DeploymentError       the deployment of this machine did not start, or not do what it was told
│   └── StubError             the stub server did not do what it was told
│       └── StubStartError    the stub server did not start
├── EnvironmentTrouble        the target is not there, or does not let anybody in: exit code 3
├── NotOnTarget               the target cannot do what the spec needs: the spec is skipped
└── SpecError                 a spec met what it cannot go on from: the spec fails, the run goes on
    ├── NotSeen               what the spec waited for did not happen by its deadline
    ├── DragError             the app did not take up what was to be dragged
    ├── RestError             a REST call made in somebody's name was refused
    ├── UnscriptedError       the app sent what neither the stub nor the scenario has an answer for
    ├── FindingsError         the checkers found something in the spec's timeline
    └── NoVerdictError        the checkers could not tell
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class LockstepError(Exception):
    """Base of everything Lockstep raises on purpose; `str(error)` is the one message to show."""

    exit_code: ClassVar[int] = 2


class LockstepWarning(UserWarning):
    """What a spec asks for goes, but perhaps not as far as its author thinks."""


class UsageError(LockstepError):
    """What was asked for makes no sense: an option, a name or a file is wrong."""


class UnknownName(UsageError):
    """A name that is none of the known ones; the message holds the nearest one and the list."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(sorted(known))
        nearest = get_close_matches(name, self.known, n=1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
        listed = ", ".join(self.known) or "none"
        super().__init__(f"unknown {kind} {name!r}.{hint} Known: {listed}.")


class ScenarioError(UsageError):
    """A scenario file that cannot be read or used."""


class TargetError(UsageError):
    """A target file that cannot be read or used: no verdict about the app."""

    exit_code = 3


class ContractError(UsageError):
    """A contract's rules that cannot be read or used."""


class JournalError(UsageError):
    """A file that is no journal, or one that this Lockstep cannot read; the message says which and why."""


class MachineError(LockstepError):
    """What was asked for cannot be done on this machine as it is."""


class BrowserError(MachineError):
    """No browser was found, or the one found does not start."""


class DeploymentError(MachineError):
    """The deployment of this machine (`lockstep deploy`) cannot start, or did not do what it was told."""


class StubError(MachineError):
    """The stub server did not do what it was told."""


class StubStartError(StubError):
    """The stub server did not start: a port in use, a bad scenario, a frontend that is not built."""


class EnvironmentTrouble(LockstepError):
    """What is under test is not there, does not let people in, or has gone: no verdict about the app."""

    exit_code = 3


class NotOnTarget(LockstepError):
    """The target cannot do what a spec needs, such as a fault of the stub: the spec is skipped for it."""


class SpecError(LockstepError):
    """A spec met what it cannot go on from; the spec fails and the run goes on."""


class NotSeen(SpecError):
    """What a spec waited for did not happen by its deadline; the message says what was seen instead."""


class DragError(SpecError):
    """The app did not take up what was to be dragged: the hand failed, which is no finding about the app."""


class RestError(SpecError):
    """A REST call that a spec made in somebody's name was refused."""


class UnscriptedError(SpecError):
    """The app sent an event or call that neither the stub nor the scenario has an answer for."""


class FindingsError(SpecError):
    """The checkers found in the spec's timeline what must not be; the message holds each finding."""


class NoVerdictError(SpecError):
    """Something that has to be judged could not be seen: the spec has neither passed nor found a bug."""
