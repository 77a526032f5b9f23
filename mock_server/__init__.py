"""The stub: a scripted Socket.IO and REST server that plays the target, with a control API for tests."""
