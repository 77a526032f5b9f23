"""Addresses that look like production are told from those that do not."""

import pytest

from harness.target import looks_like_production


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3001",
        "http://127.0.0.1:8002",
        "http://[::1]:8002",
        "http://10.1.2.3",
        "http://192.168.0.7:3000",
        "https://staging.devmentor.io",
        "https://app-staging.devmentor.io",
        "https://qa2.devmentor.io",
        "https://preview-417.devmentor.io",
        "https://devmentor.test",
        "https://board.internal",
    ],
)
def test_a_place_for_tests_does_not_look_like_production(url: str) -> None:
    assert not looks_like_production(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://devmentor.io",
        "https://www.devmentor.io",
        "https://app.devmentor.io:8443",
        "https://latest.devmentor.io",
        "https://attestation.example.org",
        "http://8.8.8.8",
    ],
)
def test_everything_else_does(url: str) -> None:
    assert looks_like_production(url)
