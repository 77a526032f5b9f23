"""A real deployment in miniature: gateway nodes, and what stands in front of and beside them."""
