"""Ordinary people who write oddly, through the filer: none is refused, and none goes unheard.

For each mail: where it goes, its badge, who is told and acknowledged, whom staff may include.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select

from helpdesk import links
from helpdesk.actions.edit_mailbox import set_forwarded
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.take_asked_address import USE, take_asked_address
from helpdesk.db import Database
from helpdesk.models import (
    Comment,
    InboundMail,
    Notice,
    OutboundMail,
    Participant,
    Person,
    Ticket,
    TicketLink,
)
from helpdesk.tickets.people import person_at
from mailgate.spool.spool import Spool
from tests.conftest import SECRET, MakeSettings
from tests.helpdesk.mails import SUPPORT
from tests.mailgate.filing.door import BEHIND_A_FRONT_SERVER, Door, url_of
from tests.mailgate.filing.mails import NOW, file_all, filer_of, put
from tests.support.factories import make_shop

ACK = "ticket_created_customer"
TOLD = {"ticket_created_staff": "new", "comment_added_staff": "answered"}
AGENT = "agent@shop.example"
REJECTED = "fail (p=reject)"


@dataclass(frozen=True)
class Seen:
    """What a mail did, as people see it."""

    place: str
    """joined, staff (they alone see it), new, names (new, and names the ticket), held."""
    badge: bool = False
    told: str = ""
    """What the agent was mailed."""
    acknowledged: tuple[str, ...] = ()
    named: bool = False
    """Whether the acknowledgement carries words of the mail."""
    offered: tuple[str, ...] = ()
    """Whom staff may include."""
    marked: bool = False
    """Whether the queue says that someone else answered."""


JOINED = Seen("joined", told="answered")
JOINED_UNPROVEN = Seen("joined", badge=True, told="answered")
FOR_STAFF = Seen("staff", told="answered", marked=True)


class People(Door):
    """A door, and what the last mail through it did."""

    _after = 0

    def begin(self, sender: str, **fields: str) -> Ticket:
        """A ticket of a proven sender, which staff have answered."""
        row = self.take(sender, "Kettle lid", Message_ID="<hers@client.example>", **fields)
        self.answer(row.ticket_id, "Which lid is it?")
        self.forget()
        with self.database.reading() as session:
            return session.get_one(Ticket, row.ticket_id)

    def forget(self) -> None:
        """Have everything mailed so far be no news."""
        with self.database.transaction() as session:
            session.execute(delete(Notice))
            self._after = max(session.scalars(select(OutboundMail.id)), default=0)

    def token_of(self, ticket: Ticket, address: str) -> str:
        with self.database.reading() as session:
            person = person_at(session, address)
            assert person
            token = links.reply_token(SECRET, ticket.id, person.id, ticket.link_generation)
        return f"support+{token}@shop.example"

    def seen(self, row: InboundMail, ticket: Ticket | None = None) -> Seen:
        """What this mail did.

        :param ticket: the one that it is about.
        """
        if row.state == "held":
            return Seen("held")
        with self.database.transaction() as session:
            send_notifications(session, now=NOW)
        with self.database.reading() as session:
            comment = session.get_one(Comment, row.comment_id)
            sent = session.scalars(select(OutboundMail).where(OutboundMail.id > self._after)).all()
            acks = [one for one in sent if one.template == ACK]
            pending = session.scalars(
                select(Person)
                .join(Participant, Participant.person_id == Person.id)
                .where(Participant.ticket_id == row.ticket_id, Participant.pending.is_(True))
            )
            links_to = select(TicketLink.other_id).where(TicketLink.ticket_id == row.ticket_id)
            names_it = ticket is not None and ticket.id in session.scalars(links_to).all()
            place = "names" if names_it else "new" if comment.opening else "joined"
            told = [TOLD[one.template] for one in sent if one.recipient == AGENT]
            found = Seen(
                "staff" if comment.internal else place,
                comment.unverified,
                ", ".join(told),
                tuple(one.recipient for one in acks),
                any("lid" in one.subject for one in acks),
                tuple(one.address for one in pending),
                bool(session.get_one(Ticket, row.ticket_id).someone_else_said),
            )
        self.forget()
        return found


@pytest.fixture
def people(make_settings: MakeSettings, database: Database) -> Iterator[People]:
    shop = make_shop(database)
    settings = make_settings(DATABASE_URL=url_of(database), **BEHIND_A_FRONT_SERVER)
    with filer_of(settings, database) as filer:
        yield People(filer, Spool(settings.spool_dir), database, shop)


# A husband, in copy, at another provider


@pytest.mark.parametrize(
    ("verdict", "badge"), [("pass", False), ("none", True), ("temperror", True)]
)
def test_a_husband_in_copy_whom_staff_have_not_included(
    people: People, verdict: str, badge: bool
) -> None:
    ticket = people.begin("ann@gmail.com", Cc="ben@web.de")
    answers_all = {"In_Reply_To": "<hers@client.example>"}
    row = people.take("ben@web.de", "Re: Kettle lid", "The red.", verdict, **answers_all)
    wanted = JOINED_UNPROVEN if badge else JOINED
    assert people.seen(row, ticket) == Seen(**{**vars(wanted), "offered": ("ben@web.de",)})
    assert people.said_on(ticket.id)[-1] == ("The red.", False)


def test_a_husband_in_copy_whom_staff_have_included(people: People) -> None:
    row = people.take("ann@gmail.com", "Kettle lid", Cc="ben@web.de")
    assert people.seen(row) == Seen(
        "new", told="new", acknowledged=("ann@gmail.com",), named=True, offered=("ben@web.de",)
    )
    ben = people.person("ben@web.de")
    with people.database.transaction() as session:
        answer = Answer("Which lid?", include=[ben.id])
        reply(session, people.shop.agent, row.ticket_id or 0, answer, now=NOW)
    [his] = [one for one in people.outbox() if one.recipient == "ben@web.de"]
    people.forget()
    [ticket] = people.tickets()
    for way in (
        {"In_Reply_To": f"<{his.message_id}>"},
        {"to": people.token_of(ticket, ben.address)},
    ):
        row = people.take("ben@web.de", "Re: Kettle lid", **way)
        assert people.seen(row, ticket) == JOINED
    row = people.take("ben@web.de", f"Re: [{ticket.number}]", verdict="none")
    assert people.seen(row, ticket) == JOINED_UNPROVEN


# A club without signatures, behind a Postfix on the same machine


@pytest.fixture
def own(make_settings: MakeSettings, database: Database) -> Iterator[People]:
    """Checks senders by itself; mail comes from loopback."""
    shop = make_shop(database)
    settings = make_settings(DATABASE_URL=url_of(database), AUTH="own")
    with filer_of(settings, database) as filer:
        yield Loopback(filer, Spool(settings.spool_dir), database, shop)


class Loopback(People):
    """Takes mail as a Postfix beside it brings it."""

    def take_raw(
        self, raw: str, domain: str, verdict: str = "pass", *, to: str = SUPPORT
    ) -> InboundMail:
        name = put(self._spool, raw.encode(), mail_from=f"x@{domain}", rcpt_to=to)
        file_all(self._filer, self._spool)
        return self.row_of(name)


def test_a_club_without_signatures_behind_a_postfix_here(own: People) -> None:
    chair = "chair@club.example"
    row = own.take(
        f"Chair <{chair}>", "Kettle lid", Message_ID="<hers@c.example>", Cc="x@y.example"
    )
    assert own.seen(row) == Seen("new", badge=True, told="new", acknowledged=(chair,))
    [ticket] = own.tickets()
    own.answer(ticket.id, "Which lid?")
    own.forget()
    for way in (
        {"to": own.token_of(ticket, chair)},
        {"In_Reply_To": f"<{own.outbox()[0].message_id}>"},
        {"References": "<hers@c.example>"},
        {"subject": f"AW: [{ticket.number}]"},
    ):
        fields = {"subject": "AW: Kettle lid", **way}
        assert own.seen(own.take(chair, **fields), ticket) == JOINED_UNPROVEN, way


# Contact forms


@pytest.mark.parametrize(
    "form", ["noreply@jotform.com", "wordpress@shop.example", SUPPORT, "mailer@shopify.com"]
)
def test_a_contact_form_with_its_visitor_in_reply_to(people: People, form: str) -> None:
    row = people.take(f"Site <{form}>", "Kettle lid", Reply_To="Kim <kim@mail.example>")
    kim = "kim@mail.example"
    assert people.seen(row) == Seen("new", badge=True, told="new", acknowledged=(kim,))
    [ticket] = people.tickets()
    assert people.answer(ticket.id) == kim
    people.forget()
    row = people.take(kim, "Re: Kettle lid", to=people.token_of(ticket, kim))
    assert people.seen(row, ticket) == JOINED


def test_a_form_that_nobody_knows_is_answered_where_staff_say(people: People) -> None:
    form, kim = "web@host.example", "kim@mail.example"
    row = people.take(form, "Kettle lid", Reply_To=f"Kim <{kim}>")
    assert people.seen(row) == Seen("new", told="new", acknowledged=(form,), named=True)
    [ticket] = people.tickets()
    assert [one["address"] for one in ticket.asked_addresses] == [kim]
    with people.database.transaction() as session:
        assert person_at(session, kim) is None
        take_asked_address(session, people.shop.agent, ticket.id, kim, USE, now=NOW)
    assert people.answer(ticket.id) == kim
    people.forget()
    row = people.take(kim, "Re: Kettle lid", to=people.token_of(ticket, kim))
    assert people.seen(row, ticket) == JOINED


# A list that adds a footer, which breaks the signature


def test_a_customer_whose_list_adds_a_footer_where_mail_is_forwarded(people: People) -> None:
    with people.database.transaction() as session:
        set_forwarded(session, people.shop.admin, SUPPORT, True, now=NOW)
    dora = "dora@strict.example"
    row = people.take(f"Dora <{dora}>", "Kettle lid", verdict=REJECTED, Message_ID="<d@s.example>")
    assert people.seen(row) == Seen("new", badge=True, told="new", acknowledged=(dora,))
    [ticket] = people.tickets()
    people.answer(ticket.id)
    people.forget()
    for way in (
        {"to": people.token_of(ticket, dora)},
        {"In_Reply_To": "<d@s.example>"},
        {"subject": f"Re: [{ticket.number}]"},
    ):
        fields = {"subject": "Re: Kettle lid", **way}
        row = people.take(dora, verdict=REJECTED, **fields)
        assert people.seen(row, ticket) == JOINED_UNPROVEN, way


def test_and_where_it_is_not(people: People) -> None:
    dora = "dora@strict.example"
    ticket = people.begin(dora)
    own_token = people.token_of(ticket, dora)
    asks = {"Message-ID": {"In_Reply_To": "<hers@client.example>"}, "token": {"to": own_token}}
    for fields in asks.values():
        assert people.seen(people.take(dora, "Re: Kettle lid", verdict=REJECTED, **fields)) == Seen(
            "held"
        )
    row = people.take(dora, "Re: Kettle lid", verdict="fail", **asks["token"])
    assert people.seen(row, ticket) == JOINED_UNPROVEN, "nobody asks for it to be held"
    row = people.take(dora, "Re: Kettle lid", verdict="fail", **asks["Message-ID"])
    assert people.seen(row, ticket) == Seen("names", badge=True, told="new")


# The same person elsewhere, a colleague, and somebody who was shown the mail


@pytest.mark.parametrize(
    ("first", "elsewhere"),
    [
        ("ann+shop@gmail.com", "ann@googlemail.com"),
        ("zoe+kettles@firm.example", "zoe@firm.example"),
    ],
)
def test_the_same_person_at_another_address(people: People, first: str, elsewhere: str) -> None:
    ticket = people.begin(first)
    for way in (
        {"to": people.token_of(ticket, first)},
        {"In_Reply_To": f"<{people.outbox()[0].message_id}>"},
        {"subject": f"Re: [{ticket.number}]"},
    ):
        fields = {"subject": "Re: Kettle lid", **way}
        assert people.seen(people.take(elsewhere, **fields), ticket) == JOINED, way
    assert people.answer(ticket.id) == first


def test_a_colleague_at_the_same_company(people: People) -> None:
    boss, colleague = "boss@firm.example", "colleague@firm.example"
    ticket = people.begin(boss)
    token = people.token_of(ticket, boss)
    row = people.take(colleague, "Re: Kettle lid", "It is the red.", to=token)
    assert people.seen(row, ticket) == FOR_STAFF
    assert people.said_on(ticket.id)[-1] == ("It is the red.", True)
    row = people.take(boss, "Re: Kettle lid", Cc=colleague, Message_ID="<b@f.example>", to=token)
    found = people.seen(row, ticket)
    assert (found.place, found.offered) == ("joined", (colleague,))
    row = people.take(colleague, "Re: Kettle lid", In_Reply_To="<b@f.example>")
    assert people.seen(row, ticket).place == "joined"


@pytest.mark.parametrize(("verdict", "badge"), [("pass", False), ("none", True), ("fail", True)])
def test_somebody_who_was_shown_our_answer(people: People, verdict: str, badge: bool) -> None:
    ann, sid = "ann@mail.example", "sid@elsewhere.example"
    ticket = people.begin(ann)
    [ours] = people.outbox()
    row = people.take(sid, "Re: Kettle lid", verdict=verdict, to=people.token_of(ticket, ann))
    assert people.seen(row, ticket) == Seen(**{**vars(FOR_STAFF), "badge": badge})
    acknowledged = () if verdict == "fail" else (sid,)
    for way in ({"In_Reply_To": f"<{ours.message_id}>"}, {"subject": f"Re: [{ticket.number}] lid"}):
        fields = {"subject": "Re: Kettle lid", **way}
        row = people.take(sid, verdict=verdict, **fields)
        assert people.seen(row, ticket) == Seen(
            "names", badge=badge, told="new", acknowledged=acknowledged, named=verdict == "pass"
        )
    assert [text for text, internal in people.said_on(ticket.id) if not internal] == [
        "Where is my kettle?",
        "Which lid is it?",
    ]
