"""Who may be asked in a side conversation: nobody who is in the customer's."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Ticket
from tests.helpdesk.actions.test_side_conversation import (
    sent,
    start,
    ticket,
    write,
)
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop

__all__ = ["ticket"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "nobody"}, "to"),
        ({"to": "support@shop.example"}, "to"),
        ({"to": "admin@shop.example"}, "to"),
        ({"to": "ann@mail.example"}, "to"),
        ({"subject": ""}, "subject"),
        ({"text": " "}, "comment"),
    ],
)
def test_what_does_not_hold_is_named(
    database: Database, shop: Shop, ticket: Ticket, changed: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as problem:
        start(database, shop, ticket, **changed)
    assert problem.value.field == field
    assert not sent(database)


def test_it_says_once_that_somebody_is_a_customer_of_ours(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    receive(database, mail("bob@mail.example"))
    with pytest.raises(InvalidInput, match="is a customer of ours"):
        start(database, shop, ticket, to="bob@mail.example", known_customers=())
    known = ("bob@mail.example",)
    made = start(database, shop, ticket, to="bob@mail.example", known_customers=known)
    assert write(database, shop, made, "And?", known_customers=()).text == "And?"
