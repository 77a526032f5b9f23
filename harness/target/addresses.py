"""Where a target is: its frontend, its server, and whom its certificates are to be trusted by."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from harness.target.hosts import http_url


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


#: http or https, a host, no slash at the end.
Url = Annotated[str, AfterValidator(http_url)]


class Start(_Part):
    """A command that serves the frontend, for as long as the specs run."""

    #: Program and arguments; no shell reads them.
    command: Annotated[tuple[str, ...], Field(min_length=1)]
    #: Relative to the target file.
    folder: str = "."
    #: Beside what this process has.
    environment: dict[str, str] = Field(default_factory=dict)
    #: How long it may take until `frontend.url` answers.
    ready_timeout_ms: Annotated[int, Field(gt=0)] = 60_000


class Frontend(_Part):
    """The app in the browser."""

    #: Without one: the reference frontend, where the stub serves it.
    url: Url | None = None
    #: How to start it; without one it is running already.
    start: Start | None = None
    #: The path at which it asks for its settings at run time, such as `/env.json`; the pages then get those
    #: of the scenario there. Without one, scenarios with settings of the frontend's are skipped.
    settings: str | None = None


class Gateway(_Part):
    """The server: Socket.IO and REST."""

    #: Without one: where the frontend is (kind `deployment`), or a port that the system chooses (the stub).
    url: Url | None = None
    api_url: Url | None = None
    #: The stub's port (kind `local`), for a frontend that is built for one.
    port: Annotated[int, Field(gt=0, lt=65_536)] | None = None
    path: Annotated[str, Field(pattern=r"^/")] = "/socket.io/"
    namespace: Annotated[str, Field(pattern=r"^/")] = "/"
    #: Whether a client is told of the room it is to be in: events that ask for it, with its acknowledgement.
    join_event: str | None = None
    #: A path that answers when the server is there.
    health: Annotated[str, Field(pattern=r"^/")] | None = None


class Tls(_Part):
    """Certificates that the machine itself does not trust."""

    #: A PEM file of the authority, relative to the target file.
    ca: str | None = None
    #: Take any certificate.
    insecure: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.ca and self.insecure:
            raise ValueError("give ca or insecure, not both: with insecure no certificate is looked at")
        return self
