"""Words that people type are never code: a per cent sign, braces and markup in every field.

The forms are found on the pages themselves, the API's fields in its own description: a field that
is added later is tried without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from helpdesk.actions.api_tokens import SCOPES, issue_token
from helpdesk.actor import Actor
from helpdesk.mail_out.claims import claim
from helpdesk.mail_out.render import render_mail
from helpdesk.mail_out.templates import QUEUES
from helpdesk.models import (
    Category,
    Comment,
    Mailbox,
    OutboundMail,
    OutboundState,
    Person,
    Ticket,
)
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.test_app import address, rules

MARKUP = '<b class="hostile">'
HOSTILE = f"50% off {MARKUP} %(x)s %s {{0}} {{{{ 7*7 }}}} {{% if %}} & \"q' \\ ’ \u202e"
GERMAN = {"Accept-Language": "de"}
GOOD = {
    "subject": "Late",
    "description": "Where is it?",
    "comment": "Hello",
    "customer": "ann@shop.example",
}
"""What the API takes, in the fields beside the hostile one."""
_TYPED = ("text", "search", "textarea", "tel", "url")


@dataclass
class Form:
    """A form on a page: where it is sent, and its fields as they stand."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: dict[str, int] = field(default_factory=dict)
    """The fields that take words, with the most characters each takes."""


class Forms(HTMLParser):
    """Collects the forms of a page that POST."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path = path
        self._open: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form" and has.get("method", "").lower() == "post":
            self._open = Form(has.get("action") or self._path)
            self.found.append(self._open)
        name, form = has.get("name", ""), self._open
        if form is None or not (name or tag == "option"):
            return
        kind = has.get("type", "text") if tag == "input" else tag
        if kind in _TYPED:
            form.typed[name] = int(has.get("maxlength") or 0)
            form.fields[name] = has.get("value", "")
            form.fields[name] = form.fields[name] or ("Some words" if "required" in has else "")
        elif kind == "email":
            form.fields[name] = has.get("value") or "kim@elsewhere.example"
        elif kind == "select":
            self._select = name
        elif tag == "option" and self._select:
            if self._select not in form.fields or "selected" in has:
                form.fields[self._select] = has.get("value", "")
        elif kind == "radio":
            if name not in form.fields or "checked" in has:
                form.fields[name] = has.get("value", "")
        elif kind not in ("checkbox", "file", "submit", "button") or "checked" in has:
            form.fields.setdefault(name, has.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def pages(app: Flask, desk: Desk) -> Iterator[str]:
    """The address of every page that can be read."""
    for rule in rules(app):
        if rule.methods and "GET" in rule.methods and rule.endpoint != "readyz":
            yield address(rule, desk)


def read(browser: Browser, path: str) -> str:
    """A page's HTML: in German where it speaks German, and never broken nor with their markup."""
    answer = browser.get(path, headers=GERMAN)
    assert answer.status_code < 500, path
    is_page = answer.headers["Content-Type"].startswith("text/html")
    text = answer.text if is_page else ""
    assert MARKUP not in text, path
    return text


def fill(browser: Browser, path: str, done: set[tuple[str, ...]]) -> int:
    """Fill the forms of a page that take words, each once; how many of them were taken."""
    taken = 0
    for form in Forms(read(browser, path), path).found:
        which = (form.action.partition("?")[0], *sorted(form.typed))
        if not form.typed or which in done:
            continue
        done.add(which)
        words = {name: HOSTILE[: most or None] for name, most in form.typed.items()}
        # All at once; and each alone, since one that is refused keeps the others from being saved.
        for chosen in (words, *({name: text} for name, text in words.items())):
            sent = browser.client.post(form.action, data={**form.fields, **chosen}, headers=GERMAN)
            taken += sent.status_code < 400
            assert sent.status_code < 500, (path, form, chosen)
            assert MARKUP not in sent.text, (path, form, chosen)
    return taken


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    """The desk after people with odd names wrote about odd things."""
    with desk.database.transaction() as session:
        for category in session.query(Category):
            category.label = f"{HOSTILE[:30]} {category.id}"
        for mailbox in session.query(Mailbox):
            mailbox.name = HOSTILE
            mailbox.signature = HOSTILE
        for person in session.query(Person):
            person.name = HOSTILE
        for ticket in session.query(Ticket):
            ticket.subject = HOSTILE
        for comment in session.query(Comment):
            comment.text = HOSTILE
    return desk


def test_in_every_form_and_on_every_page(
    app: Flask, hostile: Desk, visitor: Callable[[], Browser], clock: FakeClock
) -> None:
    desk = hostile
    everybody = {"admin": desk.ada, "agent": desk.bo, "customer": desk.ann, "nobody": None}
    browsers = {}
    for role, person in everybody.items():
        browsers[role] = visitor()
        if person is not None:
            browsers[role].is_signed_in_as(person)
    done: set[tuple[str, ...]] = set()
    counts = {
        role: sum(fill(browser, path, done) for path in pages(app, desk))
        for role, browser in browsers.items()
    }
    assert counts["admin"] >= 20, counts
    assert counts["nobody"] + counts["customer"] >= 2, counts
    for browser in browsers.values():
        for path in pages(app, desk):
            read(browser, path)
    _every_mail_is_written(desk, clock)


def _every_mail_is_written(desk: Desk, clock: FakeClock) -> None:
    """All of the outbox: a mail waits for the one before it to the same person, so it is sent."""
    count = 0
    later = clock.now + timedelta(hours=1)
    for _ in range(20):
        with desk.database.transaction() as session:
            mails = [
                mail
                for queue in QUEUES
                for mail in claim(session, worker="tests", queue=queue, now=later)
            ]
        for mail in mails:
            written = render_mail(mail, desk.settings)
            assert MARKUP not in written.html
            assert "\n" not in written.subject
            count += 1
        with desk.database.transaction() as session:
            ids = [mail.id for mail in mails]
            sent = update(OutboundMail).where(OutboundMail.id.in_(ids))
            session.execute(sent.values(state=OutboundState.SENT))
    assert count >= 4


def test_in_every_field_of_the_api(app: Flask, hostile: Desk, clock: FakeClock) -> None:
    desk = hostile
    with desk.database.transaction() as session:
        actor = Actor(desk.ada.id, "admin")
        token = issue_token(
            session, actor, "ada@shop.example", clock.now, scopes=SCOPES, label=HOSTILE[:40]
        )
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    described = client.get("/api/openapi.json").json
    assert described
    tried = 0
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            if method not in ("post", "put", "patch"):
                continue
            for body in _bodies(described, operation):
                where = _with_values(path, desk)
                answer = client.open(where, method=method.upper(), json=body, headers=headers)
                assert answer.status_code < 500, (method, path, body, answer.text)
                tried += 1
    assert tried >= 10
    for path, operations in described["paths"].items():
        if "get" in operations:
            answer = client.get(_with_values(path, desk), headers=headers)
            assert answer.status_code < 500, path
    _every_mail_is_written(desk, clock)


def _with_values(path: str, desk: Desk) -> str:
    for name, value in {"ticket": desk.ticket.number, "number": "A-1001", "id": "1"}.items():
        path = path.replace("{" + name + "}", value)
    return path.split("{")[0] + ("1" if "{" in path else "")


def _bodies(described: Any, operation: Any) -> Iterator[dict[str, Any]]:
    """All strings of a body hostile at once, and each alone with the others as they should be."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = _resolved(described, content.get("schema", {}))
    names = [n for n, s in schema.get("properties", {}).items() if "string" in str(s.get("type"))]
    if names:
        yield dict.fromkeys(names, HOSTILE)
    for name in names:
        yield {**{n: GOOD[n] for n in names if n in GOOD}, name: HOSTILE}


def _resolved(described: Any, schema: Any) -> Any:
    if "$ref" in schema:
        return described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
