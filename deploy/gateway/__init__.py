"""One gateway node: REST and Socket.IO over a store and rooms that all nodes share through Redis."""
