"""Opening a ticket for a customer, and the page of held mail."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import OutboundMail, Person, Ticket
from helpdesk.queries.conversation import conversation
from tests.web.conftest import Browser, Desk

FIELDS = {
    "customer": "carl@mail.example",
    "customer_name": "Carl",
    "subject": "Called about a refund",
    "description": "He wants his money back.",
    "category": "refund",
    "priority": "high",
}


def test_a_phone_call_becomes_a_ticket(desk: Desk, agent: Browser) -> None:
    answer = agent.post("/desk/new", "/desk/new", **FIELDS)
    assert answer.status_code == 303
    assert "Carl" in agent.get(answer.location).text
    with desk.database.reading() as session:
        made = session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
        assert made is not None
        assert (made.category, made.priority, made.answered) == ("refund", "high", False)


def test_the_caller_is_mailed_the_number_only_if_wanted(desk: Desk, agent: Browser) -> None:
    def mailed() -> list[str]:
        with desk.database.reading() as session:
            chosen = select(OutboundMail.recipient).where(
                OutboundMail.template == "ticket_created_customer",
                OutboundMail.recipient == FIELDS["customer"],
            )
            return list(session.scalars(chosen))

    assert 'name="acknowledge" checked' in agent.get("/desk/new").text
    agent.post("/desk/new", "/desk/new", **FIELDS)
    assert mailed() == []
    refused = agent.post("/desk/new", "/desk/new", **FIELDS | {"subject": "x"})
    assert 'name="acknowledge">' in refused.text, "what was chosen is kept"
    agent.post("/desk/new", "/desk/new", **FIELDS, acknowledge="on")
    assert mailed() == [FIELDS["customer"]]


def test_each_field_that_does_not_hold_is_named_and_all_input_kept(
    desk: Desk, agent: Browser
) -> None:
    for field, value in (
        ("customer", ""),
        ("customer", "not an address"),
        ("subject", "x"),
        ("description", " "),
        ("order_id", "12345"),
    ):
        answer = agent.post("/desk/new", "/desk/new", **{**FIELDS, field: value})
        assert answer.status_code == 422, field
        assert f'id="{field}-problem"' in answer.text, field
        kept = "Called about a refund" if field != "subject" else "He wants his money back."
        assert kept in answer.text, field


def test_staff_write_to_a_customer_first(desk: Desk, agent: Browser) -> None:
    assert 'value="asked" checked' in agent.get("/desk/new").text
    wanted = {**FIELDS, "how": "write", "acknowledge": "on"}
    refused = agent.post("/desk/new", "/desk/new", **{**wanted, "subject": ""})
    assert 'value="write" checked' in refused.text
    answer = agent.post("/desk/new", "/desk/new", **wanted)
    assert answer.status_code == 303
    page = agent.get(answer.location).text
    assert "Your message is on its way." in page
    with desk.database.reading() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
        assert ticket.status == "waiting"
        (comment,) = conversation(session, ticket.id)
        sent = session.scalars(
            select(OutboundMail.template).where(OutboundMail.ticket_id == ticket.id)
        ).all()
    assert sent == ["comment_added_customer"], "no acknowledgement of what they never asked"
    assert page.count("/undo") >= 2, "in the notice, and at the message"
    back = agent.post(f"{answer.location}/undo", answer.location, comment=str(comment.id))
    assert "He wants his money back." in agent.get(back.location).text.split('id="composer"')[1]


def test_how_it_begins_is_kept_with_the_draft(desk: Desk, agent: Browser) -> None:
    agent.post("/desk/new/draft", "/desk/new", how="write", description="Dear Kim,")
    assert 'value="write" checked' in agent.get("/desk/new").text


def test_who_may_only_read_is_offered_none(desk: Desk, agent: Browser) -> None:
    assert ">New ticket</span>" in agent.get("/desk").text
    with desk.database.transaction() as session:
        rights = {str(desk.ticket.mailbox_id): "see"}
        session.get_one(Person, desk.bo.id).mailbox_rights = rights
    assert ">New ticket</span>" not in agent.get("/desk").text
    page = agent.get("/desk/new").text
    assert "You read tickets, and open none" in page
    assert '<form class="tall"' not in page
