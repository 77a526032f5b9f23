"""The stub's truth: versioned entities, and the only functions that change them."""
