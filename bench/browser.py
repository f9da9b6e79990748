"""The least of a browser: one kept connection, cookies, and filling in a form."""

from __future__ import annotations

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Browser:
    """Talks HTTP with one server on this machine over one connection that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._cookies: dict[str, str] = {}

    def get(self, path: str, *, check: bool = True) -> str:
        """A page's text. With ``check``, it must be there (200); else "" may stand for no page."""
        try:
            status, text, _ = self._ask("GET", path)
        except OSError:
            if check:
                raise
            return "no answer"
        assert not check or status == 200, f"GET {path}: {status}\n{text[:500]}"
        return text

    def submit(self, path: str, **filled: str) -> str:
        """Fill in the form of a page and send it; the address that the answer leads to."""
        form = _Form()
        form.feed(self.get(path))
        values = form.values | filled
        unknown = set(filled) - set(form.values)
        assert not unknown, f"{path} has no field {unknown}; it has {set(form.values)}"
        status, text, location = self._ask("POST", form.action or path, urlencode(values))
        assert status in (302, 303), f"POST {path}: {status}\n{text[:500]}"
        return location

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self._connection.port}{path}"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, text, answer.headers.get("Location", "")


class _Form(HTMLParser):
    """The fields of the first form that has a password, or of the first of all."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.action = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.values:
            self._inside, self.action = True, attributes.get("action", "")
        elif self._inside and tag in ("input", "textarea", "select") and "name" in attributes:
            self.values[attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
