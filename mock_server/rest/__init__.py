"""The REST side of the stub: routes, their answers, and the way a request takes through them."""
