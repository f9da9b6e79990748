"""Opening a ticket for a customer, and the page of held mail."""

from __future__ import annotations

from sqlalchemy import func, select

from helpdesk.models import InboundMail, Ticket
from tests.support.clock import FakeClock
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


def test_held_mail_is_listed_with_its_reason(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    assert "Nothing is held" in agent.get("/desk/mail").text
    _hold_one(desk, clock)
    text = agent.get("/desk/mail").text
    assert "It names no sender." in text
    assert "Hi &lt;b&gt;" in text


def test_held_mail_is_released_or_set_aside_from_its_page(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    for verb, state in (("release", "waiting"), ("discard", "set_aside")):
        mail_id = _hold_one(desk, clock)
        answer = agent.post(f"/desk/mail/{mail_id}/{verb}", "/desk/mail")
        assert answer.status_code == 302
        with desk.database.reading() as session:
            assert session.get_one(InboundMail, mail_id).state == state
        # A second click, on a page that was open elsewhere, says so and changes nothing.
        agent.post(f"/desk/mail/{mail_id}/release", "/desk/mail")
        assert "meanwhile" in agent.get("/desk/mail").text


def _hold_one(desk: Desk, clock: FakeClock) -> int:
    with desk.database.transaction() as session:
        name = f"spooled-{session.scalar(select(func.count()).select_from(InboundMail))}"
        mail = InboundMail(
            spool_name=name, state="held", reason="It names no sender.", raw_sha256="0" * 64,
            size=1, same_key=name, received_at=clock.now, decided_at=clock.now,
            subject="Hi <b>", from_address="",
        )  # fmt: skip
        session.add(mail)
        session.flush()
        return mail.id
