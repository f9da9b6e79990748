"""Mail that fails its check on the way to a mailbox whose mail is forwarded: unproven, not held."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions.edit_mailbox import set_forwarded
from helpdesk.actions.set_up import add_mailbox
from helpdesk.db import Database
from helpdesk.mail_in.explanation import proof_of
from helpdesk.mail_in.incoming import Incoming
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
from tests.support.factories import NOW, Shop, make_shop

ACK = "ticket_created_customer"


@pytest.fixture
def shop(database: Database) -> Shop:
    """Of two mailboxes; to the first, mail is forwarded."""
    shop = make_shop(database)
    with database.transaction() as session:
        add_mailbox(session, shop.admin, "sales@shop.example", now=NOW)
        set_forwarded(session, shop.admin, SUPPORT, True, now=NOW)
    return shop


def failing(sender: str | None = "ann@mail.example", **changed: Any) -> Incoming:
    """A mail that a front server let in, and found to fail."""
    given: dict[str, Any] = {
        "verdict": "fail",
        "hold_reason": "It fails the check of its sender.",
        "by_front_server": True,
        "authentication": {"verdict": "fail", "reasons": ["It fails DMARC."], "dmarc": "fail"},
        **changed,
    }
    return mail(sender, **given)


def test_it_is_filed_as_unproven_and_says_why(database: Database, shop: Shop) -> None:
    filed = receive(database, failing("new@mail.example", cc=["eve@evil.example"]))
    assert (filed.state, filed.is_new_ticket) == ("filed", True)
    [comment] = comments_of(database, filed.ticket_id)
    assert comment.unverified
    decision = recorded(database)[-1].decision
    assert decision["level"] == "V0"
    proof = proof_of(decision)
    assert proof
    assert (proof.mark, proof.checks) == ("unverified", (("DMARC", "fail"),))
    assert proof.reasons == (
        "It fails DMARC.",
        "Mail to support@shop.example is forwarded, which breaks signatures: that it fails proves "
        "nothing.",
    )
    [sent] = outbox(database, ACK)
    assert (sent.recipient, sent.values["verified"]) == ("new@mail.example", False)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"by_front_server": False}, "held"),
        ({"to": ["sales@shop.example"]}, "held"),
        ({"rcpt": ["sales@shop.example"]}, "held"),
        ({"rcpt": ["sales@shop.example", "Support+x@shop.example"]}, "filed"),
        ({"sender": SUPPORT}, "held"),
        ({"sender": None, "envelope_from": "x@mail.example"}, "held"),
    ],
)
def test_only_what_a_front_server_brought_for_that_mailbox(
    database: Database, shop: Shop, changed: dict[str, Any], state: str
) -> None:
    assert receive(database, failing(**changed)).state == state


def test_it_joins_as_unproven_mail_does_and_never_as_staff(database: Database, shop: Shop) -> None:
    first = receive(database, mail(message_id="hers@mail.example", verdict="pass"))
    joined = receive(database, failing(in_reply_to=("hers@mail.example",)))
    assert joined.ticket_id == first.ticket_id
    comment = comments_of(database, first.ticket_id)[-1]
    assert (comment.internal, comment.unverified) == (False, True)
    to = [reply_address(database, ticket_of(database, first), shop.ann)]
    spoofed = failing("agent@shop.example", text="Refunded!", to=to)
    assert receive(database, spoofed).ticket_id == first.ticket_id
    comment = comments_of(database, first.ticket_id)[-1]
    assert (comment.internal, comment.from_staff) == (True, False)


def test_what_passes_is_as_proven_as_ever(database: Database, shop: Shop) -> None:
    receive(database, mail(verdict="pass", by_front_server=True))
    assert recorded(database)[-1].decision["level"] == "V2"


def test_a_held_copy_gives_way_to_the_one_that_was_forwarded(
    database: Database, shop: Shop
) -> None:
    assert receive(database, failing(to=["sales@shop.example"], same_key="k")).state == "held"
    assert receive(database, failing(same_key="k")).state == "filed"
    assert [row.state for row in recorded(database)] == ["set_aside", "filed"]
