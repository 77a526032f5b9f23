"""Scenarios: the world before a spec starts, read from YAML into one frozen value."""
