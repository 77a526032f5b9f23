"""Who can sign in: names from a file, passwords from the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from mock_server.errors import StartError
from mock_server.scenario.model import Person, Role


class _Listed(BaseModel):
    """One entry of the file; passwords are refused there like any other unknown key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    email: str
    role: Role = Role.MEMBER


_FILE = TypeAdapter(dict[str, _Listed])


def password_variable(person: str) -> str:
    """Return the environment variable that holds a person's password."""
    return f"LOCKSTEP_{person.upper()}_PASSWORD"


def names_in(path: Path) -> tuple[str, ...]:
    """Return the people that a file lists; raises StartError."""
    return tuple(_listed(path))


def read_people(path: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Person]:
    """Return everybody in the file; raises StartError for a file or a password that is not as it must be."""
    listed = _listed(path)
    for person in listed:
        if not environ.get(password_variable(person)):
            raise StartError(f"environment variable {password_variable(person)}: must be set")
    return {
        person: Person(
            id=person,
            name=about.name,
            email=about.email,
            role=about.role,
            password=environ[password_variable(person)],
        )
        for person, about in listed.items()
    }


def _listed(path: Path) -> dict[str, _Listed]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except OSError as error:
        raise StartError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise StartError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
