"""What a node is told wrongly, it says in one line, and does not start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.gateway.people import read_people
from deploy.gateway.settings import read_settings
from mock_server.errors import StartError

PROJECT = Path(__file__).resolve().parents[2]
RIGHT = {"REDIS_URL": "redis://127.0.0.1:1/0", "JWT_SECRET": "s" * 32}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"REDIS_URL": None}, "environment variable REDIS_URL: must be set"),
        ({"JWT_SECRET": None}, "environment variable JWT_SECRET: must be set"),
        (
            {"JWT_SECRET": "short"},
            "environment variable JWT_SECRET: String should have at least 32 characters",
        ),
        (
            {"PORT": "http"},
            "environment variable PORT: Input should be a valid integer, "
            "unable to parse string as an integer",
        ),
        (
            {"RATE_LIMIT_ENABLED": "maybe"},
            "environment variable RATE_LIMIT_ENABLED: Input should be a valid boolean, "
            "unable to interpret input",
        ),
        ({"NODE_NAME": "a b"}, "environment variable NODE_NAME: String should match pattern '^[\\w.-]+$'"),
    ],
)
def test_a_wrong_variable_is_named(given: dict[str, str | None], message: str) -> None:
    environment = {name: value for name, value in {**RIGHT, **given}.items() if value is not None}
    with pytest.raises(StartError) as raised:
        read_settings(environment)
    assert str(raised.value) == message
    assert "short" not in str(raised.value)


def test_a_person_without_a_password_is_named(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps({"zoe": {"name": "Zoe", "email": "zoe@example.com"}}))
    with pytest.raises(StartError) as raised:
        read_people(people, {})
    assert str(raised.value) == "environment variable LOCKSTEP_ZOE_PASSWORD: must be set"
    assert read_people(people, {"LOCKSTEP_ZOE_PASSWORD": "pw"})["zoe"].password == "pw"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No such file or directory"),
        (
            '{"zoe": {"name": "Zoe", "email": "zoe@example.com", "password": "pw"}}',
            "zoe.password: Extra inputs are not permitted",
        ),
        ('{"zoe": {"name": "Zoe"}}', "zoe.email: Field required"),
    ],
)
def test_a_wrong_file_of_people_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    people = tmp_path / "people.json"
    if text is not None:
        people.write_text(text)
    with pytest.raises(StartError) as raised:
        read_people(people, {})
    assert str(raised.value) == f"{people}: {message}"


def test_a_node_that_cannot_start_says_why_in_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.gateway"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", **RIGHT},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == "gateway: environment variable LOCKSTEP_ALICE_PASSWORD: must be set\n"
