"""Answers that come from another address than the one that was written to: through the filer."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.models import Ticket
from tests.conftest import SECRET
from tests.mailgate.filing.door import Door

# Who began the ticket, and the same person elsewhere.
SAME = [
    ("ann+shop@gmail.com", "ann@gmail.com"),
    ("gil@gmail.com", "gil@googlemail.com"),
    ("gil+x@googlemail.com", "gil+y@gmail.com"),
    ("zoe@firm.example", "zoe+kettles@firm.example"),
    ("zoe@icloud.com", "zoe@me.com"),
]
OTHERS = [
    ("ann+shop@gmail.com", "anna@gmail.com"),
    ("ann@gmail.com", "ann@hotmail.com"),
    ("ann@firm.example", "ann@mail.firm.example"),
    # What a service writes for everybody under one name is nobody's mailbox.
    ("reply+aaa111@reply.forge.example", "reply+bbb222@reply.forge.example"),
    ("notifications+ann@social.example", "notifications+eve@social.example"),
    ("no-reply+1@shop.example.net", "no-reply+2@shop.example.net"),
]
WAYS = ["token", "our Message-ID", "their Message-ID", "number"]


def begin(door: Door, sender: str) -> Ticket:
    """A ticket that staff have answered, so that it waits."""
    first = door.take(f"Ann <{sender}>", "Kettle lid", Message_ID="<hers@client.example>")
    door.answer(first.ticket_id, "Please send a photo.")
    [ticket] = door.tickets()
    assert ticket.status == "waiting"
    return ticket


def fields_of(door: Door, ticket: Ticket, way: str) -> dict[str, str]:
    """What an answer carries that names the ticket in this way alone."""
    token = links.reply_token(SECRET, ticket.id, ticket.requester_id, ticket.link_generation)
    return {
        "token": {"to": f"support+{token}@shop.example"},
        "our Message-ID": {"In_Reply_To": f"<{door.outbox()[0].message_id}>"},
        "their Message-ID": {"References": "<hers@client.example>"},
        "number": {"subject": f"Re: [{ticket.number}] Kettle lid"},
    }[way]


def answer(door: Door, sender: str, fields: dict[str, str], verdict: str = "pass") -> int | None:
    given = {"subject": "Re: Kettle lid", **fields}
    return door.take(f"Ann <{sender}>", text="Here it is.", verdict=verdict, **given).ticket_id


@pytest.mark.parametrize(("first", "elsewhere"), SAME)
@pytest.mark.parametrize("way", WAYS)
def test_the_same_person_joins(door: Door, first: str, elsewhere: str, way: str) -> None:
    ticket = begin(door, first)
    assert answer(door, elsewhere, fields_of(door, ticket, way)) == ticket.id
    assert door.said_on(ticket.id)[-1] == ("Here it is.", False)
    [now] = door.tickets()
    assert (now.status, now.preview) == ("in_progress", "Here it is.")
    assert door.answer(ticket.id) == first


@pytest.mark.parametrize(("first", "other"), OTHERS)
@pytest.mark.parametrize("way", WAYS)
def test_somebody_else_is_seen_by_staff_alone(door: Door, first: str, other: str, way: str) -> None:
    ticket = begin(door, first)
    landed = answer(door, other, fields_of(door, ticket, way))
    if way == "token":
        assert landed == ticket.id
        assert door.said_on(ticket.id)[-1] == ("Here it is.", True)
        [now] = door.tickets()
        assert (now.status, now.someone_else_said) == ("in_progress", "Here it is.")
    else:
        assert door.links() == [(landed, ticket.id, "mentions")]
        assert len(door.said_on(ticket.id)) == 2


@pytest.mark.parametrize("verdict", ["none", "fail"])
@pytest.mark.parametrize("way", WAYS)
def test_unproven_the_other_address_is_somebody_else(door: Door, verdict: str, way: str) -> None:
    ticket = begin(door, "ann+shop@gmail.com")
    answer(door, "ann@gmail.com", fields_of(door, ticket, way), verdict)
    assert all(internal for _, internal in door.said_on(ticket.id)[2:])


@pytest.mark.parametrize("count", [250, 500, 800])
@pytest.mark.parametrize("place", [0, 1, 0.3, 0.5, 0.8, -2, -1])
def test_one_of_very_many_references_is_ours(door: Door, count: int, place: float) -> None:
    ticket = begin(door, "ann@mail.example")
    named = [f"<fresh{number:05}{'x' * 25}@mail.example>" for number in range(count - 1)]
    at = int(place * count) if 0 < place < 1 else int(place)
    named.insert(count + at if at < 0 else at, f"<{door.outbox()[0].message_id}>")
    references = "\r\n ".join(named)
    sender, subject = "Ann <ann@mail.example>", "Other subject"
    row = door.take_raw(
        f"From: {sender}\r\nTo: support@shop.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <long@client.example>\r\nReferences:\r\n {references}\r\n\r\n"
        "Where is my kettle?\r\n",
        "mail.example",
    )
    assert (row.ticket_id, row.decision["rule"]) == (ticket.id, "minted_id")
