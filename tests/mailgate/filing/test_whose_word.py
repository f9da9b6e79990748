"""Whose word counts in a mail: Reply-To, names, people in copy, and a copy of the same mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.edit_person import add_address
from helpdesk.db import Database
from helpdesk.models import InboundMail, Participant, PersonAddress
from tests.mailgate.filing.door import Door
from tests.mailgate.filing.mails import NOW

ANN = "Ann <ann@firm.example>"


def pending(database: Database, ticket_id: int | None) -> set[str]:
    """Who is offered to staff."""
    with database.reading() as session:
        return set(
            session.scalars(
                select(PersonAddress.address)
                .join(Participant, Participant.person_id == PersonAddress.person_id)
                .where(Participant.ticket_id == ticket_id, Participant.pending.is_(True))
            )
        )


@pytest.mark.parametrize(
    ("reply_to", "answered"),
    [
        ("kim@firm.example", "kim@firm.example"),
        ("noreply@firm.example", "ann@firm.example"),
        ("ne-pas-repondre@firm.example", "ann@firm.example"),
        ("nicht-antworten@firm.example, kim@firm.example", "kim@firm.example"),
        ("ann+sales@firm.example", "ann@firm.example"),
        ("support@shop.example", "ann@firm.example"),
    ],
)
def test_where_answers_go(door: Door, reply_to: str, answered: str) -> None:
    row = door.take(ANN, "Kettle", Reply_To=reply_to)
    assert door.tickets()[0].asked_addresses == []
    assert door.answer(row.ticket_id) == answered


@pytest.mark.parametrize("reply_to", ["noreply@mail.example", "ann@mail.example"])
def test_nobody_asks_where_nobody_reads_or_the_same_person_does(door: Door, reply_to: str) -> None:
    """The second address is known to be hers."""
    with door.database.transaction() as session:
        add_address(session, door.shop.admin, door.shop.ann.id, "ann@firm.example", now=NOW)
    row = door.take(ANN, "Kettle", Reply_To=reply_to)
    assert door.tickets()[0].asked_addresses == []
    assert door.answer(row.ticket_id) == "ann@mail.example"


@pytest.mark.parametrize(
    "name", ["boss@bank.example", "boss@bank.example (Ann)", "ann@firm.example"]
)
def test_an_address_is_no_name(door: Door, name: str) -> None:
    row = door.take(f'"{name}" <ann@firm.example>', "Kettle")
    assert door.person("ann@firm.example").name == ""
    door.answer(row.ticket_id)
    assert name not in str(door.outbox()[-1].values)
    door.take(ANN, "Kettle again")
    assert door.person("ann@firm.example").name == "Ann"


def test_whoever_was_in_copy_answers_from_another_name_of_their_mailbox(door: Door) -> None:
    first = door.take(
        ANN, "Kettle", Cc="bob@gmail.com, eve+x@gmail.com", Message_ID="<a@firm.example>"
    )
    for sender, verdict, joins in (
        ("bob@googlemail.com", "pass", True),
        ("eve@gmail.com", "pass", True),
        ("eve@gmail.com", "none", False),
        ("kim@googlemail.com", "pass", False),
    ):
        row = door.take(sender, "Re: Kettle", "Me too.", verdict, In_Reply_To="<a@firm.example>")
        assert (row.ticket_id == first.ticket_id) is joins, (sender, verdict)


def test_in_copy_of_an_unproven_mail_nobody_gains_that(door: Door) -> None:
    first = door.take(ANN, "Kettle", verdict="none", Cc="bob@gmail.com", Message_ID="<a@f.example>")
    for sender in ("bob@gmail.com", "bob@googlemail.com"):
        row = door.take(sender, "Re: Kettle", "Me too.", In_Reply_To="<a@f.example>")
        assert row.ticket_id != first.ticket_id


def test_who_in_copy_is_offered(door: Door) -> None:
    copied = (
        "bob@mail.example, ne-pas-repondre@bank.example, svara-ej@bank.example, "
        "kim@firm.example, ann+cc@firm.example, bounce-77@lists.example, robot@bank.example"
    )
    row = door.take(ANN, "Kettle", Cc=copied)
    assert pending(door.database, row.ticket_id) == {"bob@mail.example", "kim@firm.example"}


@pytest.mark.parametrize(
    "scanned", [{}, {"X_MS_Exchange_Organization_SCL": "1", "X_Rspamd_Score": "2"}]
)
def test_a_better_copy_takes_a_held_ones_place(door: Door, scanned: dict[str, str]) -> None:
    with_reject = "fail (p=reject)"
    given = {"Message_ID": "<same@firm.example>", "subject": "Kettle"}
    held = door.take(ANN, verdict=with_reject, **given)
    assert held.state == "held"
    again = door.take(ANN, **given, **scanned)
    assert again.state == "filed"
    with door.database.reading() as session:
        first = session.get_one(InboundMail, held.id)
        assert (first.state, first.reason) == (
            "set_aside",
            f"Came again, better: inbound mail {again.id}.",
        )
    third = door.take(ANN, verdict=with_reject, **given, **scanned)
    assert third.state == "set_aside"
    assert len(door.tickets()) == 1
