"""Many lean Socket.IO clients in one process of their own, so that their cost is not the server's."""
