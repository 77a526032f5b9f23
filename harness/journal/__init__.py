"""The journal: one append-only history of a spec on one clock, and the questions it answers."""
