"""Confirming a forwarding: offered where the mail is Google's, to who decides about mail there."""

from __future__ import annotations

import re

from helpdesk.actions.receive_mail import receive_mail
from helpdesk.models import Comment, Person
from tests.helpdesk.mail_in.test_forwarding_request import ENGLISH, GOOGLE, LINK
from tests.helpdesk.mails import mail
from tests.support.factories import NOW
from tests.web.conftest import Browser, Desk

OFFER = "Confirm this forwarding"


def asked(desk: Desk, **changed: str) -> tuple[str, str]:
    """The ticket that such a mail began, and where it is confirmed."""
    given = {"sender": GOOGLE, "subject": "(#123456789) Forwarding", "text": ENGLISH, **changed}
    with desk.database.transaction() as session:
        filed = receive_mail(session, mail(**given), now=NOW)
        comment = session.query(Comment).filter(Comment.ticket_id == filed.ticket_id).one()
        number = filed.ticket_number
    return f"/desk/t/{number}", f"/desk/t/{number}/confirm-forwarding/{comment.id}"


def test_the_code_and_the_link_are_shown_to_be_used(desk: Desk, agent: Browser) -> None:
    ticket, confirm = asked(desk, verdict="pass")
    page = agent.get(ticket).text
    assert OFFER in page
    assert f'action="{confirm}"' in page
    shown = agent.post(confirm, ticket)
    assert shown.status_code == 200
    assert re.findall(r'<a class="button primary" href="([^"]+)"', shown.text) == [LINK]
    assert "<code>123456789</code>" in shown.text
    assert "ann@gmail.com" in shown.text


def test_an_admin_sees_it_on_the_mailbox(desk: Desk, admin: Browser) -> None:
    before = admin.get("/desk/admin/mailboxes/1").text
    ticket, _ = asked(desk, verdict="pass")
    after = admin.get("/desk/admin/mailboxes/1").text
    assert "Google asks" not in before
    assert f'<a href="{ticket}">' in after


def test_what_only_looks_like_it_is_not_offered(desk: Desk, agent: Browser) -> None:
    for changed in ({"verdict": "none"}, {"sender": "eve@gmail.com"}, {"text": "Hello"}):
        ticket, confirm = asked(desk, **{"verdict": "pass", "subject": "Forwarding", **changed})
        assert OFFER not in agent.get(ticket).text
        assert agent.post(confirm, ticket).status_code == 404


def test_who_decides_about_no_mail_there_is_not_shown_it(desk: Desk, agent: Browser) -> None:
    ticket, confirm = asked(desk, verdict="pass")
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {"1": "answer"}
    assert OFFER not in agent.get(ticket).text
    refused = agent.post(confirm, ticket)
    assert refused.status_code in (403, 404)
    assert "123456789</code>" not in refused.text
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {}
    assert agent.post(confirm, "/desk").status_code == 404
