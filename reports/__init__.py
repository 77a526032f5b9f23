"""Writes reports from run directories: reads files only, and imports nothing of the other packages."""
