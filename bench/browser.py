"""The least of a browser: one kept connection, cookies, and filling in a form."""

from __future__ import annotations

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Browser:
    """Talks HTTP with one server on this machine over one connection that is kept."""

    def __init__(self, port: int, cookie: str = "") -> None:
        """:param cookie: one that it begins with, ``name=value``."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._cookies = dict([cookie.split("=", 1)]) if cookie else {}

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

    def send(self, path: str, *fields: tuple[str, str]) -> tuple[str, str]:
        """Send a form's fields without fetching its page first; the answer, and where it leads."""
        status, text, location = self._ask("POST", path, urlencode(fields))
        assert status in (200, 204, 302, 303), f"POST {path}: {status}\n{text[:500]}"
        return text, location

    def submit(self, path: str, **filled: str) -> str:
        """Fill in the form that has these fields and send it; where the answer leads."""
        fitting = [form for form in forms_of(self.get(path)) if set(filled) <= set(form[1])]
        assert fitting, f"{path} has no form with {set(filled)}"
        action, values = fitting[0]
        status, text, location = self._ask("POST", action or path, urlencode(values | filled))
        assert status in (302, 303), f"POST {path}: {status}\n{text[:500]}"
        return location

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = f"http://127.0.0.1:{self._connection.port}{path}"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server closed the connection while nothing was asked: browsers open another one.
            if method != "GET":
                raise
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, text, answer.headers.get("Location", "")


def forms_of(page: str) -> list[tuple[str, dict[str, str]]]:
    """Where each form of a page leads, and its fields with what stands in them."""
    parser = _Forms()
    parser.feed(page)
    return parser.found


class _Forms(HTMLParser):
    """The forms of a page: where each leads, and its fields with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = True
            self.found.append((attributes.get("action", ""), {}))
        elif self._inside and tag in ("input", "textarea", "select") and "name" in attributes:
            self.found[-1][1][attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
