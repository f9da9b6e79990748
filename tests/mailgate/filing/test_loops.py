"""Machines and loops: each row of the rules by a mail that only it applies to, through the filer.

What counts is what becomes of the mail, whether it is acknowledged, and whether it moves a status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from helpdesk import links
from helpdesk.actions.readdress_mailbox import change_receiving, readdress_mailbox
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.stop_mailbox import remove_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import Database, connect
from helpdesk.mail_out import bounce_address
from helpdesk.models import InboundMail, Mailbox, OutboundMail, Ticket
from mailgate.filing.filer import Filer
from mailgate.spool.spool import Spool
from tests.conftest import SECRET, MakeSettings
from tests.mailgate.filing.mails import SUPPORT, file_all, filer_of, put, recorded, write
from tests.support.factories import NOW, Shop, make_shop

ACK = "ticket_created_customer"


@dataclass
class Desk:
    """A filer, and Ann's ticket that was answered."""

    database: Database
    spool: Spool
    filer: Filer
    shop: Shop
    ticket: Ticket
    answer: OutboundMail

    def file(self, raw: bytes, *, mail_from: str = "ann@mail.example", to: str = "") -> InboundMail:
        put(self.spool, raw, mail_from=mail_from, rcpt_to=to or SUPPORT)
        file_all(self.filer, self.spool)
        return recorded(self.database)[-1]

    def acknowledged(self) -> int:
        """Since Ann's own ticket."""
        with self.database.reading() as session:
            chosen = select(OutboundMail.id).where(OutboundMail.template == ACK)
            return len(session.scalars(chosen).all()) - 1

    def status(self) -> str:
        with self.database.reading() as session:
            return session.get_one(Ticket, self.ticket.id).status

    @property
    def reply_address(self) -> str:
        token = links.reply_token(SECRET, self.ticket.id, self.shop.ann.id, 1)
        return f"support+{token}@shop.example"


@pytest.fixture
def desk(make_settings: MakeSettings, database_url: str) -> Iterator[Desk]:
    settings = make_settings(DATABASE_URL=database_url, AUTH="front", TRUSTED_AUTHSERV="mx.shop")
    database, spool = connect(settings), Spool(settings.spool_dir)
    shop = make_shop(database)
    with filer_of(settings, database) as filer:
        put(spool, write(Message_ID="<hers@mail.example>"))
        file_all(filer, spool)
        with database.transaction() as session:
            ticket = session.scalars(select(Ticket)).one()
            reply(session, shop.agent, ticket.id, Answer("Try a new seal."), now=NOW)
            session.execute(update(OutboundMail).values(state="sent"))
        with database.reading() as session:
            chosen = select(OutboundMail).where(OutboundMail.comment_id.is_not(None))
            answer = session.scalars(chosen).one()
        yield Desk(database, spool, filer, shop, ticket, answer)
    database.dispose()


pytestmark = pytest.mark.databases("sqlite")


def test_1_what_we_sent_is_known_by_its_message_id_and_by_our_mark(desk: Desk) -> None:
    for field in (
        {"Message_ID": f"<{desk.answer.message_id}>"},
        {"X_Postdesk": bounce_address.bounce_token(SECRET, desk.answer.id)},
    ):
        row = desk.file(write("A loop", **field), to=desk.reply_address)
        assert (row.state, row.reason) == ("set_aside", "A mail of ours came back to us.")
    forged = bounce_address.bounce_token("another secret " * 3, desk.answer.id)
    assert desk.file(write("No loop", X_Postdesk=forged)).state == "filed"
    assert desk.status() == "waiting"


def test_2_bounces_by_envelope_report_and_daemon_stand_beside_their_mail(desk: Desk) -> None:
    verp = bounce_address.bounce_address(SECRET, SUPPORT, desk.answer.id)
    text = "<ann@mail.example>: 550 5.1.1 no such user"
    daemon = write("Undelivered Mail", text, sender="MAILER-DAEMON@mail.example")
    row = desk.file(daemon, mail_from="", to=verp)
    assert (row.state, row.ticket_id, row.kind) == ("filed", desk.ticket.id, "bounce")
    assert desk.status() == "in_progress"
    with desk.database.reading() as session:
        assert session.get_one(OutboundMail, desk.answer.id).state == "bounced"
    foreign = write("Undelivered Mail Returned to Sender", text, sender="MAILER-DAEMON@x.example")
    stray = desk.file(foreign.replace(b"ann@", b"nobody@"), mail_from="")
    assert (stray.state, stray.reason) == ("set_aside", "A delivery report on no mail of ours.")
    assert desk.acknowledged() == 0


def test_3_our_own_address_as_sender_is_held_but_for_a_proven_form(desk: Desk) -> None:
    proven = {"Authentication_Results": "mx.shop; dmarc=pass header.from=shop.example"}
    visitor = {"Reply_To": "Vi <vi@mail.example>"}
    for sender in ("support@shop.example", "Support+x@Shop.Example"):
        assert desk.file(write("Form", sender=sender, **visitor)).state == "held"
    form = desk.file(
        write("Form", "From a form", sender="support@shop.example", **proven, **visitor)
    )
    assert form.state == "filed"
    with desk.database.reading() as session:
        assert session.get_one(Ticket, form.ticket_id).requester.address == "vi@mail.example"


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-replied (vacation); x=y"},
        {"Auto_Submitted": "AUTO-GENERATED"},
        {"X_Autoreply": "yes"},
    ],
)
def test_4_auto_replies_change_nothing(desk: Desk, fields: dict[str, str]) -> None:
    row = desk.file(write("Away", **fields), to=desk.reply_address)
    assert (row.ticket_id, row.kind) == (desk.ticket.id, "auto_reply")
    assert desk.status() == "waiting"
    desk.file(write("Away again", **fields))
    assert desk.acknowledged() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"X_Auto_Response_Suppress": "DR, OOF"},
        {"X_Loop": "somebody"},
        {"Precedence": "bulk"},
        {"List_Id": "<offers.lists.example>"},
        {"List_Unsubscribe": "<https://x.example>"},
        {"Feedback_ID": "1:2:x"},
        {"sender": "no-reply@mail.example"},
    ],
)
def test_5_to_7_bulk_lists_and_no_reply_get_no_acknowledgement(
    desk: Desk, fields: dict[str, str]
) -> None:
    assert desk.file(write("Hello", **fields)).state == "filed"
    assert desk.acknowledged() == 0
    # On a ticket they are what people wrote: behind a list each customer's mail carries its marks.
    if "sender" not in fields:
        desk.file(write("Answer", **fields), to=desk.reply_address)
        assert desk.status() == "in_progress"


def test_6_but_what_a_mailbox_is_fed_through_is_no_list(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.scalars(select(Mailbox)).one().fed_through = [
            "help.lists.example",
            "info@shop.example",
        ]
    listed = write("By list", List_Id="Help <help.lists.example>", Precedence="list")
    assert desk.file(listed).kind == "list"
    aliased = write("By alias").replace(b"To: support@", b"To: Info@")
    assert desk.file(aliased, mail_from="bo@mail.example").state == "filed"
    assert desk.acknowledged() == 2
    looped = write("From the alias", sender="info@shop.example")
    assert desk.file(looped).state == "held"


def test_7_whoever_wrote_to_us_unseen_is_not_acknowledged(desk: Desk) -> None:
    blind = write("Blind copy").replace(b"To: support@", b"To: everybody@")
    assert desk.file(blind).state == "filed"
    assert desk.acknowledged() == 0


def test_8_nor_who_fails_dmarc(desk: Desk) -> None:
    failed = "mx.shop; dmarc=fail (p=none) header.from=mail.example"
    assert desk.file(write("Hello", Authentication_Results=failed)).state == "filed"
    assert desk.acknowledged() == 0


def test_9_and_10_budgets_and_comments(desk: Desk) -> None:
    for number in range(5):
        desk.file(write(f"Hello {number}", sender=f"ann+{number}@mail.example"))
    assert desk.acknowledged() == 2, "with the first, three an hour"
    before = len(recorded(desk.database))
    desk.file(write("An answer"), to=desk.reply_address)
    assert len(recorded(desk.database)) == before + 1
    assert desk.acknowledged() == 2


def test_6_nor_what_came_to_a_hidden_address_however_it_is_addressed(desk: Desk) -> None:
    with desk.database.transaction() as session:
        change_receiving(session, desk.shop.admin, SUPPORT, more=["in@inbound.example"], now=NOW)
    listed = write("By list", List_Id="<all.example>", Precedence="list").replace(
        b"To: support@shop", b"To: all@lists"
    )
    row = desk.file(listed, to="in+tag@inbound.example")
    assert (row.state, row.mailbox_id) == ("filed", desk.shop.mailbox.id)
    assert desk.acknowledged() == 1
    with desk.database.reading() as session:
        ticket = session.get_one(Ticket, row.ticket_id)
        assert ticket.mailbox_id == desk.shop.mailbox.id
    assert desk.file(write("Loop", sender="in@inbound.example")).state == "held"


def test_6_but_lists_write_to_an_address_of_before_as_to_any(desk: Desk) -> None:
    with desk.database.transaction() as session:
        readdress_mailbox(session, desk.shop.admin, SUPPORT, "help@shop.example", now=NOW)
    desk.file(write("News", List_Unsubscribe="<https://x.example>"))
    assert desk.acknowledged() == 0
    row = desk.file(write("Me again"))
    assert (row.mailbox_id, desk.acknowledged()) == (desk.shop.mailbox.id, 1)


@pytest.mark.parametrize("removed", [True, False])
def test_answers_to_the_tickets_of_an_address_that_is_gone_join_them(
    desk: Desk, removed: bool
) -> None:
    with desk.database.transaction() as session:
        if removed:
            add_mailbox(session, SYSTEM, "orders@shop.example", now=NOW)
            remove_mailbox(session, SYSTEM, SUPPORT, now=NOW)
        else:
            readdress_mailbox(session, SYSTEM, SUPPORT, "help@shop.example", now=NOW)
            change_receiving(session, SYSTEM, "help@shop.example", less=[SUPPORT], now=NOW)
    row = desk.file(write("Answer"), to=desk.reply_address)
    assert row.ticket_id == desk.ticket.id
    by_thread = write("Answer", In_Reply_To=f"<{desk.answer.message_id}>")
    assert desk.file(by_thread).ticket_id == desk.ticket.id
