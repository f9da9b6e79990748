"""A desk with a few people and tickets, and browsers (test clients) of those who use it."""

from __future__ import annotations

import os
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse as TestAnswer

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.browser_sessions import Visit, begin_session
from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.save_order import save_order
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.actions.set_up import add_mailbox, add_person
from helpdesk.actor import SYSTEM, Actor
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.imap import discovery
from helpdesk.models import (
    BulkChange,
    CannedReply,
    Comment,
    InboundMail,
    ParseReport,
    Person,
    SavedView,
    Ticket,
)
from helpdesk.passwords import hash_password
from helpdesk.settings import Settings
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.orders import OrderDetails
from tests.support.applications import Applications
from tests.support.clock import FakeClock
from tests.support.snapshots import built_once
from web.desk import bulk
from web.store import now, transaction

MakeApp = Callable[[Settings, Database, FakeClock], Flask]

PASSWORD = "correct-horse-battery"
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
RAW = b"Subject: Parcel late\r\n\r\n<script>alert(1)</script>\r\n"
PAGE = b"<script>alert(1)</script>"
COPY = b"Subject: Zdccyf\r\n\r\n"
SECRET_NOTE = "the customer must never read this note"


@pytest.fixture(autouse=True)
def no_mail_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that asks for a mail server finds none in the DNS: that is outside."""
    monkeypatch.setattr(discovery, "look_up", lambda name, kind: ())


@pytest.fixture(autouse=True)
def few_are_changed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: what takes longer shows its progress first."""
    monkeypatch.setattr(bulk, "AT_ONCE", 60.0)


@dataclass
class Desk:
    """What stands in the database when a test begins."""

    database: Database
    settings: Settings
    blobs: Blobs
    ada: Person
    """An admin."""
    bo: Person
    """An agent."""
    ann: Person
    """A customer, with a ticket."""
    ben: Person
    """Another customer, with another ticket."""
    ticket: Ticket
    """Ann's, with a note, a picture and a text file; she has an order A-1001 as well."""
    other: Ticket

    def token(self, ticket: Ticket | None = None, person: Person | None = None) -> str:
        """The token of a person's tracking link, the requester's where none is named."""
        ticket = ticket or self.ticket
        return links.tracking_token(
            self.settings.secret_key,
            ticket.id,
            ticket.link_generation,
            person.id if person else ticket.requester_id,
        )

    def opening_id(self) -> int:
        """The message that the ticket begins with."""
        with self.database.reading() as session:
            is_opening = (Comment.ticket_id == self.ticket.id) & Comment.opening.is_(True)
            return session.scalars(select(Comment.id).where(is_opening)).one()

    def bulk_id(self) -> int:
        """A change of many tickets that was asked for; always the same."""
        with self.database.transaction() as session:
            found = session.scalar(select(BulkChange.id).limit(1))
            if found:
                return found
            actor, chosen = actor_of(self.bo), Selection([self.ticket.id])
            return begin_bulk(
                session, actor, chosen, "priority", "low", now=self.ticket.created_at
            ).id

    def canned_id(self) -> int:
        """A canned reply; always the same."""
        with self.database.transaction() as session:
            found = session.scalar(select(CannedReply.id).limit(1))
            draft, moment = CannedReplyDraft("Sorry", "We are sorry."), self.ticket.created_at
            return found or add_canned_reply(session, actor_of(self.bo), draft, now=moment).id

    def view_id(self) -> int:
        """A view that all of staff have; always the same."""
        with self.database.transaction() as session:
            found = session.scalar(select(SavedView.id).limit(1))
            draft, moment = ViewDraft("Kettles", "kettle", shared=True), self.ticket.created_at
            return found or save_view(session, actor_of(self.bo), draft, now=moment).id

    def reload(self, ticket: Ticket | None = None) -> Ticket:
        with self.database.reading() as session:
            found = session.get_one(Ticket, (ticket or self.ticket).id)
            session.expunge(found)
            return found


@pytest.fixture
def desk(database: Database, settings: Settings, clock: FakeClock) -> Desk:
    blobs = Blobs(settings.blob_url)
    for content in (PNG, PAGE, RAW, COPY):
        blobs.put(content)
    made = built_once(database, ("desk", clock.now), lambda: _build(database, blobs, clock.now))
    return Desk(database, settings, blobs, *made)


def _build(database: Database, blobs: Blobs, now: datetime) -> tuple[Any, ...]:
    """Ada, Bo, Ann, Ben, Ann's ticket and Ben's."""
    with database.transaction() as session:
        add_mailbox(session, SYSTEM, "support@shop.example", name="The Shop", now=now)

        def person(name: str, role: str) -> Person:
            address = f"{name.split()[0].lower()}@shop.example"
            made = add_person(session, SYSTEM, address, role=role, name=name, now=now)
            made.password_hash = _hashed(PASSWORD)
            return made

        ada = person("Ada Lindgren", "admin")
        bo = person("Bo Okafor", "agent")
        ann = person("Ann Lee", "customer")
        ben = person("Ben Ray", "customer")
        files = [
            StoredFile("photo.png", "image/png", len(PNG), blobs.put(PNG)),
            StoredFile("page.html", "text/html", 20, blobs.put(PAGE)),
        ]
        ticket = create_ticket(
            session,
            Actor(ann.id, "customer"),
            TicketDraft(subject="Parcel late", description="Where is my parcel?", files=files),
            now=now,
        )
        save_order(
            session, Actor(ada.id, "admin"), "A-1001", OrderDetails("ann@shop.example"), now=now
        )
        other = create_ticket(
            session,
            Actor(ben.id, "customer"),
            TicketDraft(
                subject="Wrong size",
                description="I got an S.",
                files=[StoredFile("bens.png", "image/png", len(PNG), blobs.put(PNG))],
            ),
            now=now,
        )
        add_note(session, Actor(bo.id, "agent"), ticket.id, text=SECRET_NOTE, files=files, now=now)
        opening = session.scalars(select(Comment).where(Comment.opening.is_(True))).first()
        mail = InboundMail(
            spool_name="first",
            state="filed",
            raw_sha256=blobs.put(RAW),
            size=len(RAW),
            same_key="first",
            received_at=now,
            decided_at=now,
            decision={"why": "It names no ticket, so it starts one."},
            defects=["bad_charset"],
            ticket_id=ticket.id,
            comment_id=opening.id if opening else None,
        )
        session.add(mail)
        session.flush()
        session.add(
            ParseReport(
                inbound_mail_id=mail.id,
                state="made",
                asked_at=now,
                copy_sha256=blobs.put(COPY),
            )
        )
    return ada, bo, ann, ben, ticket, other


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Applications:
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # what one worker has compiled, the others need not
    (folder / "templates").mkdir(exist_ok=True)
    return Applications(folder / "templates")


@pytest.fixture
def make_app(request: pytest.FixtureRequest, applications: Applications) -> MakeApp:
    """Gives the application that all tests share; with ``own_app`` a new one."""
    own = request.node.get_closest_marker("own_app")
    return applications.own if own else applications.shared


@pytest.fixture
def app(desk: Desk, clock: FakeClock, make_app: MakeApp) -> Flask:
    return make_app(desk.settings, desk.database, clock)


def without_tokens(page: str) -> str:
    """The page less its forms' tokens: they change with each second."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


@cache
def _hashed(password: str) -> str:
    return hash_password(password)


class Browser:
    """A test client that fills in forms, with the CSRF token of the page that the first was on.

    The token is the same on each page, until one signs in or out.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.get = client.get
        self._known = ("none", "")
        """What the last token was made from, and that token."""

    def token(self, page: str = "/desk/login") -> str:
        text = self.client.get(page, follow_redirects=True).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, page: str = "/desk/login", **fields: object) -> TestAnswer:
        """Send a form; the ``page`` that it is on is opened where no token is known yet."""
        token = self._known_token() or self.token(page)
        self._known = (self._secret(), token)
        return self.client.post(
            path,
            data={"csrf_token": token, **fields},
            content_type="multipart/form-data",
        )

    def _known_token(self) -> str:
        secret, token = self._known
        return token if secret == self._secret() else ""

    def _secret(self) -> str:
        """What the tokens of this session's forms are made from."""
        with self.client.session_transaction() as session:
            return str(session.get("csrf_token", ""))

    def is_signed_in_as(self, person: Person) -> None:
        """What signing in leads to, without the slow hash."""
        with self.client.application.app_context(), transaction() as database:
            generation = database.get_one(Person, person.id).session_generation
            key = begin_session(database, person.id, generation, Visit(), now=now())
        with self.client.session_transaction() as session:
            session["_user_id"] = key
            session["_fresh"] = True

    def sign_in(self, address: str, password: str = PASSWORD) -> TestAnswer:
        return self.post("/desk/login", email=address, password=password)


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Browser]:
    """Makes browsers, each with cookies of its own."""
    return lambda: Browser(app.test_client())


@pytest.fixture
def agent(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    """A browser in which Bo is signed in."""
    made = visitor()
    made.is_signed_in_as(desk.bo)
    return made


@pytest.fixture
def anonymous(visitor: Callable[[], Browser]) -> Browser:
    return visitor()
