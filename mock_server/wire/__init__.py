"""Socket.IO on the wire, as the official server speaks it; says nothing about what events mean."""

from mock_server.wire.line import LineFault
from mock_server.wire.session import CloseReason, EngineSettings
from mock_server.wire.socketio_packets import Parser
from mock_server.wire.sockets import Admission, Edge, SocketServer

__all__ = ["Admission", "CloseReason", "Edge", "EngineSettings", "LineFault", "Parser", "SocketServer"]
