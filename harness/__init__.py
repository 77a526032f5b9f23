"""The conductor: drives the browsers, breaks the network, and judges what the clients saw."""
