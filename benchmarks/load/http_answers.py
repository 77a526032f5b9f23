"""Just enough of HTTP/1.1 to read one answer after the other from a kept-alive connection."""

from __future__ import annotations


class AnswerError(Exception):
    """Raised when a server answers with another status than 200, or in a way that is not read here."""


class AnswerReader:
    """Collects chunks until an answer with a Content-Length is whole."""

    __slots__ = ("_data",)

    def __init__(self) -> None:
        self._data = b""

    def feed(self, chunk: bytes) -> bytes | None:
        """Return the body of the answer that became whole, else None; raises AnswerError."""
        data = self._data = self._data + chunk if self._data else chunk
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = data[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise AnswerError(data[:200].decode(errors="replace"))
        at = head.find(b"\r\ncontent-length:")
        if at < 0:
            raise AnswerError("an answer without Content-Length")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        whole = end + 4 + length
        if len(data) < whole:
            return None
        self._data = data[whole:]
        return data[end + 4 : whole]


def get_request(host: str, path: str) -> bytes:
    """Return a GET request that keeps its connection."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def post_request(host: str, path: str, body: bytes) -> bytes:
    """Return a POST request of text that keeps its connection."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain;charset=UTF-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
