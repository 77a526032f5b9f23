"""What a stub's server is like beside its rules: its events and routes, its rooms, its store."""
