"""Everything the stub raises, as one tree.

StubError
├── DocumentError          a scenario or other YAML document is wrong; carries every problem found
├── UnknownScenarioError   no scenario of that name
├── StartError             the stub cannot start (port taken, frontend build missing)
└── CallError              a REST call or socket event is refused; carries the contract's code and status
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class StubError(Exception):
    """Base of everything the stub raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a document: where (file, line, path), what, and the nearest right word."""

    file: str
    """As shown to people: relative to the current directory when below it."""
    line: int | None
    """Counted from 1; None when the document did not come from a file."""
    path: str
    """Like `rules[0].on`; empty for the document itself."""
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        what = f"{self.path}: {self.message}" if self.path else self.message
        hint = f". Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"{place}: {what}{hint}"


class DocumentError(StubError):
    """Raised when a document has problems; `str()` is one line per problem, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownScenarioError(StubError):
    """Raised when no scenario has the name asked for; the message holds the nearest and all known names."""


class StartError(StubError):
    """Raised when the stub cannot start; the message is one line that names the remedy."""


class ErrorCode(StrEnum):
    """Codes of refused calls, the same for REST answers and socket acknowledgements."""

    INVALID_INPUT = "INVALID_INPUT"
    UNAUTHORIZED = "UNAUTHORIZED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    TOO_LARGE = "TOO_LARGE"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL = "INTERNAL"
    UNAVAILABLE = "UNAVAILABLE"


HTTP_STATUS: Mapping[str, int] = {
    ErrorCode.INVALID_INPUT: 400,
    ErrorCode.UNAUTHORIZED: 401,
    ErrorCode.TOKEN_EXPIRED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.UNAVAILABLE: 503,
}


class CallError(StubError):
    """Raised when a call is refused: becomes `{"success": false, "error": …}` or `{"ok": false, "error": …}`.

    `code` is an `ErrorCode`, or any other word when a scenario's rule or a fault asks for it;
    `status` defaults to the code's HTTP status, 500 for a code the contract does not know.
    """

    def __init__(self, code: str, message: str, *, status: int | None = None, details: Any = None) -> None:
        self.code = str(code)
        self.message = message
        self.status = HTTP_STATUS.get(self.code, 500) if status is None else status
        self.details = details
        super().__init__(f"{self.code}: {message}")

    def body(self) -> dict[str, Any]:
        """Return `{code, message, details?}`, the `error` part of an answer or acknowledgement."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details is not None:
            body["details"] = self.details
        return body
