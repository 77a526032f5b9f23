"""The clauses of Engine.IO 4 and Socket.IO 5, judged by the official server and asked of both."""
