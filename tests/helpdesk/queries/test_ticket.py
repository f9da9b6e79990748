"""A ticket's pages: all of it for staff, for customers only what concerns them."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_ticket import assign
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import Participant, Ticket
from helpdesk.queries.ticket import attachment, comment_html, ticket_page
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import actor_of, find_ticket
from tests.helpdesk.mails import mail, receive
from tests.helpdesk.queries.conftest import FILE, in_copy
from tests.support.factories import NOW, Shop
from tests.support.statements import asked_of


def test_staff_see_all_of_it(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, shop.admin.person_id, now=NOW, reason="hers")
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
    kinds = [(one.internal, one.kind, one.from_staff) for one in page.comments]
    assert kinds == [
        (False, "message", False),
        (False, "message", True),
        (True, "message", True),
        (False, "auto_reply", False),
    ]
    assert page.comments[0].inbound_why == "Nothing in it names a ticket."
    assert [one.recipient for one in page.comments[1].deliveries] == ["ann@mail.example"]
    assert [(one.old_value, one.new_value) for one in page.history] == [
        ("", "open"),
        ("open", "waiting"),  # two steps, and one act
        ("agent", "admin"),
    ]
    takes = page.history[1].parts[0]  # whoever answers takes it: the same act
    assert (takes.old_value, takes.new_value) == ("", "agent")
    assert [one.can_be_undone for one in page.history] == [False, True, True]
    assert [one.field for one in page.history[1].undoes] == ["status"], "somebody else has it now"
    assert page.history[-1].changed_by == "admin"
    assert page.history[-1].reason == "hers"
    assert [one.address for one in page.recipients] == ["ann@mail.example"]


def test_a_ticket_costs_as_many_questions_with_forty_comments_as_with_four(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def asked() -> int:
        with asked_of(database) as statements, database.reading() as session:
            ticket_page(session, shop.agent, ticket.number)
        return len(statements)

    few = asked()
    with database.transaction() as session:
        for number in range(18):
            actor = (shop.agent, shop.admin, actor_of(shop.ann))[number % 3]
            reply(session, actor, ticket.id, Answer(f"{number}", files=[FILE]), now=NOW)
            reply(session, shop.agent, ticket.id, Answer(f"{number}", status="resolved"), now=NOW)
    assert asked() == few


def test_who_finds_a_ticket(database: Database, shop: Shop, ticket: Ticket) -> None:
    ann, bob = actor_of(shop.ann), actor_of(shop.bob)
    by_link = Actor(None, "customer", ticket_id=ticket.id)
    with database.reading() as session:
        for actor in (shop.agent, shop.admin, SYSTEM, ann, by_link):
            assert find_ticket(session, actor, ticket.number.lower()).id == ticket.id
            assert find_ticket(session, actor, str(ticket.id)).id == ticket.id
        others = [
            bob,
            Actor(shop.ann.id, "nobody"),
            Actor(None, "customer"),
            Actor(shop.ann.id, "customer", ticket_id=ticket.id + 1),
        ]
        for actor in others:
            with pytest.raises(NotFound):
                find_ticket(session, actor, ticket.number)
        for key in ("", "0", "-1", "9" * 18, "9" * 40, "²", "\0", "\ud800", "TKT%", "x" * 10_000):
            with pytest.raises(NotFound):
                find_ticket(session, shop.agent, key)
        with pytest.raises(NotAllowed):
            ticket_page(session, ann, ticket.number)


def test_someone_in_copy_sees_the_ticket_once_they_are_not_pending(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    in_copy(database, ticket, shop, pending=True)
    bob = actor_of(shop.bob)
    with database.reading() as session, pytest.raises(NotFound):
        find_ticket(session, bob, ticket.number)
    with database.reading() as session:
        assert ticket_list(session, bob, TicketFilter()).count == 0
    with database.transaction() as session:
        session.query(Participant).filter_by(person_id=shop.bob.id).one().pending = False
    with database.reading() as session:
        assert find_ticket(session, bob, ticket.number).id == ticket.id
        assert ticket_list(session, bob, TicketFilter()).count == 1


def test_files_and_html_are_shown_to_whom_the_comment_is(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        opening, answer, note, machine = page.comments
        by_link = Actor(None, "customer", ticket_id=ticket.id)
        for actor in (actor_of(shop.ann), by_link):
            assert attachment(session, actor, opening.files[0].id).filename == "bill.pdf"
            assert comment_html(session, actor, answer.id).id == answer.id
            for hidden in (note, machine):
                with pytest.raises(NotFound):
                    attachment(session, actor, hidden.files[0].id)
                with pytest.raises(NotFound):
                    comment_html(session, actor, hidden.id)
        for one in page.comments:
            assert comment_html(session, shop.agent, one.id).id == one.id
        for wrong in (0, -1, 999, 2**63, 10**30):
            with pytest.raises(NotFound):
                attachment(session, shop.agent, wrong)
            with pytest.raises(NotFound):
                comment_html(session, shop.agent, wrong)
        with pytest.raises(NotFound):
            attachment(session, actor_of(shop.bob), opening.files[0].id)


def test_tickets_that_name_each_other_say_so_on_both(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    filed = receive(database, mail("eve@evil.example", f"[{ticket.number}]"))
    with database.reading() as session:
        (out,) = ticket_page(session, shop.agent, filed.ticket_number).links
        (back,) = ticket_page(session, shop.agent, ticket.number).links
    assert (out.number, out.kind, out.outgoing) == (ticket.number, "mentions", True)
    assert (back.number, back.kind, back.outgoing) == (filed.ticket_number, "mentions", False)
