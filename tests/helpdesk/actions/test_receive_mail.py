"""Receiving a mail: filed, held or set aside, and once only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.actions.receive_mail import hold
from helpdesk.actions.release_mail import discard_mail, release_mail
from helpdesk.actions.set_up import add_mailbox
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_out import bounce_address
from helpdesk.models import Ticket
from helpdesk.tickets.people import person_at
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    SUPPORT,
    comments_of,
    mail,
    outbox,
    receive,
    recorded,
    reply_address,
    ticket_of,
)
from tests.support.factories import NOW, Shop

ANSWER = "comment_added_customer"
DAY = timedelta(days=1)


@pytest.fixture
def ticket(answered_ticket: Ticket) -> Ticket:
    return answered_ticket


def test_automatic_mail_is_kept_and_never_answered(database: Database, shop: Shop) -> None:
    automatic = [
        mail(kind="auto_reply"),
        mail(kind="auto_reply", verdict="pass"),
        mail(kind="list"),
        mail(headers=(("precedence", "bulk"),)),
        mail(verdict="fail"),
        mail(envelope_from=""),
    ]
    for one in automatic:
        assert receive(database, one).state == "filed"
    assert outbox(database) == []


def test_mail_without_a_sender_or_from_ourselves_is_held(database: Database, shop: Shop) -> None:
    for sender in (
        None,
        "",
        "nobody",
        "a@a <v@v>",
        "support@shop.example",
        "Support+x@Shop.example",
    ):
        held = receive(database, mail(sender, envelope_from="x@mail.example"))
        assert held.state == "held", sender
        assert held.reason.endswith(".")
    assert [row.state for row in recorded(database)] == ["held"] * 6
    assert outbox(database) == []


def test_a_mailbox_in_other_letters_gets_what_comes_in_ascii(
    database: Database, shop: Shop
) -> None:
    """Unless all servers on its way speak SMTPUTF8, a mail to büro.example comes so."""
    with database.transaction() as session:
        box = add_mailbox(session, shop.admin, "hi@büro.example", now=NOW)
    filed = receive(database, mail(to=("hi@xn--bro-hoa.example",)))
    assert ticket_of(database, filed).mailbox_id == box.id
    (acknowledged,) = outbox(database, "ticket_created_customer")
    assert acknowledged.recipient == "ann@mail.example"


def test_a_contact_form_writes_for_whom_its_reply_to_names(database: Database, shop: Shop) -> None:
    form = mail(
        SUPPORT, reply_to=(replace(mail().to[0], address="visitor@mail.example"),), verdict="pass"
    )
    ticket = ticket_of(database, receive(database, form))
    with database.reading() as session:
        visitor = person_at(session, "visitor@mail.example")
    assert visitor is not None
    assert ticket.requester_id == visitor.id
    assert comments_of(database, ticket.id)[0].unverified
    assert receive(database, replace(form, verdict="none", arrival=mail().arrival)).state == "held"


def test_a_bounce_is_put_beside_the_mail_it_reports_on(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    (sent,) = outbox(database, ANSWER)
    verp = bounce_address.bounce_address(SECRET, SUPPORT, sent.id)
    reports = [
        mail("mailer-daemon@else.example", kind="bounce", envelope_from="", rcpt=[verp]),
        mail(None, kind="delayed", envelope_from="", bounced_message_id=sent.message_id),
        mail(None, kind="delivered", envelope_from="", references=("x@y", sent.message_id)),
    ]
    for report in reports:
        filed = receive(database, report)
        assert (filed.state, filed.ticket_id) == ("filed", ticket.id)
        comment = comments_of(database, ticket.id)[-1]
        assert (comment.kind, comment.internal) == (report.kind, True)
    assert ticket_of(database, filed).status == "waiting"


def test_a_report_on_no_mail_of_ours_is_set_aside_unless_somebody_sent_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    forged = bounce_address.bounce_address("another secret " * 3, SUPPORT, 1)
    backscatter = mail(
        "mailer-daemon@else.example",
        kind="bounce",
        envelope_from="",
        rcpt=[forged],
        bounced_message_id="hers@mail.example",
    )
    assert receive(database, backscatter).state == "set_aside"
    forwarded = mail(kind="bounce", subject="Fwd: Undelivered Mail", bounced_message_id="x@y")
    assert receive(database, forwarded).state == "filed"
    assert len(comments_of(database, ticket.id)) == 2


def test_our_own_mail_coming_back_is_set_aside(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    (sent,) = outbox(database, ANSWER)
    back = mail(message_id=sent.message_id, to=[reply_address(database, ticket, shop.ann)])
    assert receive(database, back).state == "set_aside"
    assert len(comments_of(database, ticket.id)) == 2


# The same mail again


def test_the_same_mail_is_filed_once_in_seven_days(database: Database, shop: Shop) -> None:
    first = receive(database, mail(same_key="k"))
    again = receive(database, mail(same_key="k", received_at=NOW + 6 * DAY), now=NOW + 6 * DAY)
    late = receive(database, mail(same_key="k", received_at=NOW + 8 * DAY), now=NOW + 8 * DAY)
    assert [one.state for one in (first, again, late)] == ["filed", "set_aside", "filed"]


def test_a_mail_without_date_and_message_id_is_the_same_for_an_hour(
    database: Database, shop: Shop
) -> None:
    def nameless(after: timedelta) -> str:
        at = NOW + after
        one = mail(same_key="k", has_identity=False, message_id=None, received_at=at)
        return receive(database, one, now=at).state

    said = [nameless(timedelta(minutes=minutes)) for minutes in (0, 59, 61)]
    assert said == ["filed", "set_aside", "filed"]


def test_two_mails_with_one_message_id_are_both_kept(database: Database, shop: Shop) -> None:
    for _ in range(2):
        assert receive(database, mail(message_id="same@mail.example")).is_new_ticket


def test_the_same_spool_name_is_filed_once(database: Database, shop: Shop) -> None:
    one = mail(spool_name="the-name")
    first, second = receive(database, one), receive(database, one)
    assert (first.state, first.ticket_id) == (second.state, second.ticket_id)
    assert len(recorded(database)) == 1
    with database.transaction() as session:
        assert hold(session, one.arrival, "Why not.", NOW).state == "filed"
    assert len(recorded(database)) == 1


def test_what_is_held_is_held_once(database: Database, shop: Shop) -> None:
    held = mail(None, spool_name="held", envelope_from="x@mail.example")
    receive(database, held)
    receive(database, held)
    receive(database, replace(held, arrival=replace(held.arrival, spool_name="again")))
    assert [row.state for row in recorded(database)] == ["held", "set_aside"]


def checked(verdict: str, same_key: str = "k", **changed: Any) -> Incoming:
    """A copy of one mail, with what was found out about its sender."""
    refused = "It fails the check of its sender." if verdict == "fail" else ""
    given = {"hold_reason": refused, "authentication": {"verdict": verdict}, **changed}
    return mail(same_key=same_key, verdict=verdict, **given)


def states(database: Database) -> list[str]:
    return [row.state for row in recorded(database)]


@pytest.mark.parametrize("better", ["pass", "none", "unknown"])
def test_what_is_held_gives_way_to_the_same_mail_better_proven(
    database: Database, shop: Shop, better: str
) -> None:
    assert receive(database, checked("fail")).state == "held"
    filed = receive(database, checked(better))
    assert (filed.state, filed.is_new_ticket) == ("filed", True)
    first, second = recorded(database)
    assert (first.state, first.reason) == (
        "set_aside",
        f"Came again, better: inbound mail {second.id}.",
    )
    assert receive(database, checked("pass")).state == "set_aside", "it stands on its ticket"
    assert states(database) == ["set_aside", "filed", "set_aside"]
    assert comments_of(database, filed.ticket_id)[0].unverified == (better != "pass")


def test_it_gives_way_to_no_copy_that_only_looks_better(database: Database, shop: Shop) -> None:
    receive(database, checked("fail"))
    for copy in (
        checked("fail"),
        checked("fail", to=[SUPPORT], headers=(("authentication-results", "x; dmarc=pass"),)),
        checked("fail", hold_reason=""),
    ):
        assert receive(database, copy).state == "set_aside"
    assert states(database) == ["held", *["set_aside"] * 3]


def test_what_a_person_deleted_or_released_stays_so_unless_a_better_copy_comes(
    database: Database, shop: Shop
) -> None:
    for key, decide, expected in (
        ("deleted", discard_mail, ["set_aside", "set_aside", "filed"]),
        ("released", release_mail, ["waiting", "set_aside", "set_aside"]),
    ):
        before = len(recorded(database))
        receive(database, checked("fail", key))
        with database.transaction() as session:
            decide(session, shop.agent, recorded(database)[-1].id, now=NOW)
        receive(database, checked("fail", key))
        receive(database, checked("pass", key))
        assert states(database)[before:] == expected, key


# What a stranger may send


def test_hostile_values_are_filed_or_held_but_never_fail(database: Database, shop: Shop) -> None:
    nul, lone = "nul\0", "\ud800lone"
    hostile = [
        mail(subject=nul + lone, text=nul + lone),
        mail("\0ann\ud800@mail.example"),
        mail(f"{'x' * 300}@mail.example"),
        mail(f"ann@{'x.' * 200}example"),
        mail("bücher@bücher.example"),
        mail("ann@exa_mple.org"),
        mail(message_id=nul + "@x", in_reply_to=(nul, lone), references=(lone, "", " ")),
        mail(message_id="ü" * 3000, references=tuple(f"r{n}@x" for n in range(20_000))),
        mail(subject="x" * 1_000_000, text="y" * 10_000_000),
        mail(to=[SUPPORT, nul, lone, "@", "+@", "a+b+c@d", ""], cc=["x" * 100_000], verdict="pass"),
        mail(defects=(nul, lone), received_at=NOW.replace(year=1)),
        mail(received_at=NOW.replace(year=9999)),
        mail(envelope_from=nul + lone, rcpt=[nul, lone, SUPPORT]),
    ]
    for number, one in enumerate(hostile):
        assert receive(database, one).state in ("filed", "held"), number
    assert len(recorded(database)) == len(hostile)
