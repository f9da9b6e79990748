"""Splitting a ticket on the desk."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import Comment, Person, Ticket
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path, undo_in_toast


def test_messages_go_to_a_new_ticket_and_back(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/note"), path(desk), comment="That is another matter.")
    with desk.database.reading() as session:
        here = select(Comment.id).where(Comment.ticket_id == desk.ticket.id)
        ids = session.scalars(here.order_by(Comment.id)).all()
    form = path(desk, f"/split?from={ids[-1]}")
    assert form in agent.get(path(desk)).text
    shown = agent.get(form).text
    assert f'value="{ids[-1]}" checked' in shown
    assert f'value="{ids[0]}" checked' not in shown
    refused = agent.post(path(desk, "/split"), form, subject="Apart")
    assert refused.status_code == 422
    assert "Choose the messages" in refused.text
    agent.post(path(desk, "/split"), form, subject="Another matter", comment=ids[-1])
    with desk.database.reading() as session:
        new = session.scalars(select(Ticket).where(Ticket.subject == "Another matter")).one()
    page = agent.get(f"/desk/t/{new.number}").text
    assert f"Split off from {desk.ticket.number}" in page
    assert "That is another matter." in page
    with desk.database.reading() as session:
        assert session.get_one(Comment, ids[-1]).ticket_id == new.id
    action, change = undo_in_toast(page)
    back = agent.post(action, f"/desk/t/{new.number}", change=change)
    assert back.location == path(desk)
    assert f"Undone: {new.number} goes on here." in agent.get(back.location).text
    with desk.database.reading() as session:
        assert session.get_one(Comment, ids[-1]).ticket_id == desk.ticket.id


def test_whoever_may_only_read_gets_no_form(desk: Desk, agent: Browser) -> None:
    form = path(desk, "/split?from=1")
    assert agent.get(form).status_code == 200
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {str(desk.ticket.mailbox_id): "see"}
    shown = agent.get(form)
    assert shown.status_code == 404
    assert "Subject of the new ticket" not in shown.text
    assert agent.post(path(desk, "/split"), subject="Apart").status_code == 404
