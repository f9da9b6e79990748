"""A mailed link that comes back to us is dead before staff can read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpdesk.actions.forgotten_password import ask_for_password
from helpdesk.actions.mailed_links import ask_to_sign_in, look_at_link
from helpdesk.db import Database
from helpdesk.mail_out import bounce_address
from helpdesk.tickets.content import Body
from tests.conftest import SECRET
from tests.helpdesk.mails import SUPPORT, mail, outbox, receive
from tests.support.factories import NOW, Shop

ADMIN = "admin@shop.example"


def _mailed(database: Database) -> tuple[str, int, str]:
    """The path of a link that the admin was mailed, the mail's id and its Message-ID."""
    with database.transaction() as session:
        ask_for_password(session, ADMIN, now=NOW)
    sent = outbox(database)[-1]
    return sent.values["path"], sent.id, sent.message_id


def _is_good(database: Database, path: str) -> bool:
    with database.reading() as session:
        state = look_at_link(session, path.rpartition("/")[2], now=NOW)
        return state is not None and state.is_good


@pytest.mark.parametrize("how", ["bounce", "encloses", "auto-reply", "text", "html"])
def test_it_ends_however_it_comes_back(database: Database, shop: Shop, how: str) -> None:
    path, mail_id, message_id = _mailed(database)
    url = f"https://help.shop.example{path}"
    bounce_to = [bounce_address.bounce_address(SECRET, SUPPORT, mail_id)]
    given: dict[str, Any] = {
        "bounce": {"kind": "bounce", "envelope_from": "", "rcpt": bounce_to},
        "encloses": {"kind": "bounce", "envelope_from": "", "bounced_message_id": message_id},
        "auto-reply": {"kind": "auto_reply", "rcpt": bounce_to},
        "text": {"body": Body(text=f"I am away.\n> {url}\n", reply="I am away.")},
        "html": {"body": Body(text="Away", reply="Away", html=f'<a href="{url}">set</a>')},
    }[how]
    assert _is_good(database, path)
    body = given.pop("body", Body("Hello", "Hello"))
    receive(database, replace(mail(ADMIN, **given), body=body))
    assert not _is_good(database, path)


def test_nobody_ends_a_link_that_they_do_not_know(database: Database, shop: Shop) -> None:
    path, _, _ = _mailed(database)
    with database.transaction() as session:
        ask_to_sign_in(session, "ann@mail.example", now=NOW)
    receive(
        database,
        mail("mailer-daemon@else.example", kind="bounce", envelope_from="",
             bounced_addresses=(ADMIN,)),
    )  # fmt: skip
    guesses = "\n".join(f"/desk/password/{'x' * 40}{n}" for n in range(1000))
    receive(database, replace(mail(), body=Body(text=guesses, reply=guesses)))
    assert _is_good(database, path)
    assert _is_good(database, outbox(database, "sign_in_link")[-1].values["path"])
