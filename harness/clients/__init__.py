"""The people of a spec: browsers found and started, and one client for each person in one of them."""
