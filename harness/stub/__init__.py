"""The embedded stub as the harness sees it: a process that is started, and a control API that is called."""

from harness.stub.control import Person, StubControl
from harness.stub.lane import StubLane
from harness.stub.process import StubProcess

__all__ = ["Person", "StubControl", "StubLane", "StubProcess"]
