"""Tokens: JSON Web Tokens signed with HS256, and who they speak for."""

import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from mock_server.entities import Json
from mock_server.errors import CallError, ErrorCode
from mock_server.scenario.model import Person, Role, TokenState

_ALGORITHM = "HS256"
_EXPIRED_AGE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a call. Without REQUIRE_AUTH it may be nobody in particular, who then sees everything."""

    id: str
    role: Role = Role.MEMBER
    anonymous: bool = False


ANONYMOUS = Actor(id="anonymous", role=Role.ADMIN, anonymous=True)


class Tokens:
    """Issues and reads the tokens of one world's people. `now_s` is the epoch time in seconds."""

    def __init__(
        self,
        people: Mapping[str, Person],
        *,
        secret: str,
        ttl_s: int,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._secret = secret
        self._ttl_s = ttl_s
        self._now_s = now_s
        # A counter, not the issue time: tokens made within one second of `expire` must differ.
        self._generation = dict.fromkeys(people, 0)

    def issue(self, user: str, *, ttl_s: int | None = None) -> str:
        """Return a new token of `user`, no two alike; a negative `ttl_s` makes one that has expired."""
        now_s = int(self._now_s())
        lives_s = self._ttl_s if ttl_s is None else ttl_s
        person = self._people[user]
        claims = {
            "sub": user,
            "name": person.name,
            "email": person.email,
            "role": person.role.value,
            "iat": min(now_s, now_s + lives_s),
            "exp": now_s + lives_s,
            "gen": self._generation[user],
            "jti": uuid.uuid4().hex,
        }
        return jwt.encode(claims, self._secret, algorithm=_ALGORITHM)

    def initial(self, user: str) -> str | None:
        """Return what the person's browser holds when the spec starts."""
        state = self._people[user].token
        if state is TokenState.NONE:
            return None
        return self.issue(user, ttl_s=-_EXPIRED_AGE_S if state is TokenState.EXPIRED else None)

    def expire(self, user: str) -> None:
        """Let every token issued for `user` until now count as expired."""
        self._generation[user] += 1

    def login(self, email: str, password: str) -> Person:
        """Return who signs in; raises UNAUTHORIZED without telling which of the two was wrong."""
        for person in self._people.values():
            known = secrets.compare_digest(person.password.encode(), password.encode())
            if person.email.casefold() == email.casefold() and known:
                return person
        raise CallError(ErrorCode.UNAUTHORIZED, "wrong email or password")

    def verify(self, token: str) -> Actor:
        """Return who `token` speaks for; raises UNAUTHORIZED, or TOKEN_EXPIRED when it merely ran out."""
        claims = self._claims(token)
        user = claims["sub"]
        if claims["exp"] <= self._now_s() or claims.get("gen", 0) < self._generation[user]:
            raise CallError(ErrorCode.TOKEN_EXPIRED, "the token has expired")
        return Actor(id=user, role=self._people[user].role)

    def owner(self, token: str | None) -> str | None:
        """Return whose genuine token it is, expired or not; None for any other."""
        try:
            return None if token is None else str(self._claims(token)["sub"])
        except CallError:
            return None

    def refresh(self, token: str) -> str:
        """Return a new token for a genuine old one, expired or not; raises UNAUTHORIZED for any other."""
        return self.issue(self._claims(token)["sub"])

    def person(self, user: str) -> Json:
        """Return a person as REST shows them: without password."""
        person = self._people[user]
        return {"id": person.id, "name": person.name, "email": person.email, "role": person.role.value}

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized") from None
        if claims["sub"] not in self._people:
            raise CallError(ErrorCode.UNAUTHORIZED, "unauthorized")
        return claims
