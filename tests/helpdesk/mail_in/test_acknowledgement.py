"""Which mails may be acknowledged: every rule, one mail each, and the reason where they may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.import_mail import import_mail
from helpdesk.actor import Actor
from helpdesk.db import Database, connect
from helpdesk.mail_in.acknowledgement import why_fields_forbid, why_mail_forbids
from helpdesk.mail_in.incoming import Forwarded, Incoming, NamedAddress
from helpdesk.mail_in.reply_to import as_written_by
from helpdesk.models import Mailbox, Refusal
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, outbox, receive, recorded
from tests.support.factories import NOW, Shop, make_shop

SUPPORT = "support@shop.example"
LIST = "help.lists.example"
ACK = "ticket_created_customer"
NO_REPLY = (NamedAddress("", "no-reply@mail.example"),)


def with_fields(*fields: tuple[str, str]) -> Incoming:
    return mail(headers=fields)


def imported() -> Incoming:
    old = mail()
    return replace(old, arrival=replace(old.arrival, imported=True))


REASONS: list[tuple[Incoming, Refusal | None]] = [
    (mail(), None),
    (mail(to=(), cc=("Support+Tag@Shop.example",)), None),
    (imported(), Refusal.IMPORTED),
    (mail(envelope_from=""), Refusal.NULL_SENDER),
    (with_fields(("return-path", "<>")), Refusal.NULL_SENDER),
    (mail(None, envelope_from="ann@mail.example"), Refusal.NO_SENDER),
    *((mail(kind=kind), Refusal.MACHINE)
      for kind in ("auto_reply", "bounce", "delayed", "delivered", "feedback_report")),
    (with_fields(("auto-submitted", "auto-replied")), Refusal.AUTO_SUBMITTED),
    (with_fields(("x-auto-response-suppress", "All")), Refusal.SUPPRESSED),
    (with_fields(("x-loop", "somebody")), Refusal.SUPPRESSED),
    (with_fields(("precedence", "bulk")), Refusal.LIST),
    (mail(kind="list"), Refusal.LIST),
    (mail("no-reply@mail.example"), Refusal.NO_REPLY),
    (mail(reply_to=NO_REPLY), Refusal.NO_REPLY),
    (mail(to=("bob@mail.example",)), Refusal.NOT_ADDRESSED),
    (mail(verdict="fail"), Refusal.AUTHENTICATION_FAILED),
    (mail(failed_when_held=True), Refusal.AUTHENTICATION_FAILED),
    # First match wins.
    (mail(headers=(("precedence", "bulk"), ("auto-submitted", "auto-replied"))),
     Refusal.AUTO_SUBMITTED),
    (mail("no-reply@mail.example", kind="list", verdict="fail"), Refusal.LIST),
    (mail("no-reply@mail.example", to=("bob@mail.example",)), Refusal.NO_REPLY),
    (mail(to=("bob@mail.example",), verdict="fail"), Refusal.NOT_ADDRESSED),
]  # fmt: skip


@pytest.mark.parametrize(("one", "reason"), REASONS)
def test_a_mail_is_refused_for_the_first_reason_that_holds(
    one: Incoming, reason: Refusal | None
) -> None:
    assert why_mail_forbids(one, {SUPPORT}) is reason


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("auto-submitted", "no", None),
        ("auto-submitted", "No (by hand)", None),
        ("auto-submitted", "", None),
        ("auto-submitted", "auto-replied", Refusal.AUTO_SUBMITTED),
        ("auto-submitted", "auto-generated; owner=x", Refusal.AUTO_SUBMITTED),
        ("auto-submitted", "(a comment) auto-notified", Refusal.AUTO_SUBMITTED),
        ("x-auto-response-suppress", "DR, AutoReply", Refusal.SUPPRESSED),
        ("x-auto-response-suppress", "OOF", Refusal.SUPPRESSED),
        ("x-auto-response-suppress", "all", Refusal.SUPPRESSED),
        ("x-auto-response-suppress", "DR, RN", None),
        ("x-autoreply", "yes", Refusal.SUPPRESSED),
        ("x-autorespond", "", Refusal.SUPPRESSED),
        ("x-autoresponder", "v1", Refusal.SUPPRESSED),
        ("x-loop", "x", Refusal.SUPPRESSED),
        ("precedence", "bulk", Refusal.LIST),
        ("precedence", "JUNK", Refusal.LIST),
        ("precedence", "list", Refusal.LIST),
        ("precedence", "auto_reply", Refusal.LIST),
        ("precedence", "first-class", None),
        ("list-id", "<news.shop.example>", Refusal.LIST),
        ("list-unsubscribe", "<mailto:x@y>", Refusal.LIST),
        ("list-post", "<mailto:x@y>", Refusal.LIST),
        ("feedback-id", "1:2:3", Refusal.LIST),
        ("return-path", "<ann@mail.example>", None),
        ("subject", "auto-replied", None),
    ],
)
def test_a_field_that_says_so_stops_the_answer(
    name: str, value: str, reason: Refusal | None
) -> None:
    assert why_fields_forbid([(name, value)]) is reason


def test_a_second_field_counts_as_the_first_does() -> None:
    twice = [("auto-submitted", "no"), ("auto-submitted", "auto-replied")]
    assert why_fields_forbid(twice) is Refusal.AUTO_SUBMITTED


@pytest.mark.parametrize(
    ("address", "answered"),
    [
        ("noreply@shop.example", False),
        ("No-Reply@shop.example", False),
        ("no_reply@shop.example", False),
        ("noreply-billing@shop.example", False),
        ("do-not-reply@shop.example", False),
        ("donotreply+x@shop.example", False),
        ("mailer-daemon@shop.example", False),
        ("postmaster@shop.example", False),
        ("bounces@shop.example", False),
        ("nora.reply@shop.example", True),
        ("bounce.house.hire@shop.example", True),
    ],
)
def test_nobody_reads_the_answer_there(address: str, answered: bool) -> None:
    reason = None if answered else Refusal.NO_REPLY
    assert why_mail_forbids(mail(address), {SUPPORT}) is reason
    assert why_mail_forbids(mail(reply_to=(NamedAddress("", address),)), {SUPPORT}) is reason


def test_the_from_field_counts_whoever_is_taken_as_the_writer() -> None:
    robot = as_written_by(mail("no-reply@mail.example"), NamedAddress("", "vi@mail.example"))
    nobody = as_written_by(
        mail(None, envelope_from="x@mail.example"), NamedAddress("", "x@mail.example")
    )
    assert why_mail_forbids(robot, {SUPPORT}) is Refusal.NO_REPLY
    assert why_mail_forbids(nobody, {SUPPORT}) is Refusal.NO_SENDER


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "list", "headers": (("list-id", f"Help <{LIST}>"),)}, None),
        ({"kind": "list", "headers": (("list-id", "<other.example>"),)}, Refusal.LIST),
        ({"to": ("Info@shop.example",)}, None),
        ({"to": ("info@shop.example",), "headers": (("precedence", "list"),)}, None),
        ({"to": ("info@shop.example",), "headers": (("precedence", "auto_reply"),)}, Refusal.LIST),
        ({"to": ("info@shop.example",), "headers": (("x-loop", "x"),)}, Refusal.SUPPRESSED),
    ],
)
def test_what_a_mailbox_is_fed_through_is_no_list(
    changed: dict[str, Any], reason: Refusal | None
) -> None:
    assert why_mail_forbids(mail(**changed), {SUPPORT}, {LIST, "info@shop.example"}) is reason


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def reason_kept(database: Database) -> str | None:
    return recorded(database)[-1].decision.get("not_acknowledged")


@pytest.mark.parametrize(("one", "reason"), REASONS[3:5] + REASONS[6:7] + REASONS[11:17])
def test_the_reason_is_kept_with_the_mail(
    database: Database, shop: Shop, one: Incoming, reason: Refusal
) -> None:
    receive(database, one)
    assert reason_kept(database) == reason.value
    assert outbox(database, ACK) == []


def test_an_acknowledged_mail_has_no_reason_nor_has_an_answer(
    database: Database, shop: Shop
) -> None:
    first = mail()
    receive(database, first)
    assert len(outbox(database, ACK)) == 1
    assert "not_acknowledged" not in recorded(database)[-1].decision
    receive(database, mail(in_reply_to=(first.message_id,)))
    assert "not_acknowledged" not in recorded(database)[-1].decision


def test_mail_of_the_past_is_not_acknowledged(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        import_mail(session, imported())
    assert reason_kept(database) == "imported"


def test_a_customer_whose_mail_staff_forward_is_not_acknowledged(
    database: Database, shop: Shop
) -> None:
    forwarded = Forwarded(NamedAddress("Cy", "cy@mail.example"), "It leaks.", "")
    receive(database, mail("agent@shop.example", verdict="pass", forwarded=forwarded))
    assert reason_kept(database) == "forwarded"
    assert outbox(database, ACK) == []


def test_who_switched_it_off_gets_none(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).muted = ["created"]
    receive(database, mail())
    assert reason_kept(database) == "switched_off"


@pytest.fixture
def tight(make_settings: MakeSettings, database_url: str) -> Iterator[Database]:
    """One acknowledgement an hour."""
    database = connect(make_settings(DATABASE_URL=database_url, ACK_HOUR="1"))
    yield database
    database.dispose()


def test_past_the_limit_none_leaves_for_mails_nor_pages(tight: Database) -> None:
    ann = make_shop(tight).ann
    receive(tight, mail("bob@mail.example"))
    receive(tight, mail())
    assert reason_kept(tight) == "rate_limit"
    with tight.transaction() as session:
        writer = Actor(ann.id, "customer")
        create_ticket(
            session, writer, TicketDraft(subject="A kettle", description="It leaks."), now=NOW
        )
    assert len(outbox(tight, ACK)) == 1
