"""A ticket on the desk: its page, and what an open page is told."""

from __future__ import annotations

import re

from sqlalchemy import select

from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actor import Actor
from helpdesk.models import OutboundMail, Person, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import plain_body
from helpdesk.tickets.written_to import WrittenTo
from helpdesk.vocabulary import Source
from tests.support.clock import FakeClock
from tests.web.conftest import SECRET_NOTE, Browser, Desk
from tests.web.desk.conftest import comments, path
from web.options import forget_options


def test_the_page_shows_the_conversation_and_its_people(desk: Desk, agent: Browser) -> None:
    text = agent.get(path(desk)).text
    for shown in ("Parcel late", "Where is my parcel?", SECRET_NOTE, "Internal note", "Ann Lee",
                  "Send to Ann", "Add note", "The Shop", "photo.png", "Ticket opened"):  # fmt: skip
        assert shown in text


def test_numbers_are_found_in_either_case_and_others_are_not_there(
    desk: Desk, agent: Browser
) -> None:
    assert agent.get(path(desk).lower()).status_code == 200
    assert agent.get("/desk/t/TKT20200101001").status_code == 404
    assert agent.get("/desk/t/%00").status_code == 404


def test_the_poll_tells_of_new_messages_only(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    seen = max(comment.id for comment in comments(desk))
    assert "new message" not in agent.get(path(desk, f"/pulse?seen={seen}")).text
    with desk.database.transaction() as session:
        reply(
            session, Actor(desk.ann.id, "customer"), desk.ticket.id, Answer("Hello?"), now=clock.now
        )
    assert "1 new message<" in agent.get(path(desk, f"/pulse?seen={seen}")).text


def test_the_poll_says_who_did_what_meanwhile(
    desk: Desk, agent: Browser, admin: Browser, clock: FakeClock
) -> None:
    page = agent.get(path(desk)).text
    comment, change = (
        re.findall(rf'name="seen_{of}_id" value="(\d+)"', page)[0] for of in ("comment", "change")
    )
    seen = f"/pulse?seen={comment}&seen_change_id={change}"
    agent.post(path(desk, "/priority"), path(desk), priority="urgent")
    assert "Meanwhile" not in agent.get(path(desk, seen)).text, "it was their own doing"
    poll = admin.get(path(desk, seen)).text
    assert "Meanwhile: Bo Okafor set the priority to urgent" in poll
    for folder, told in (("trash", "put it in the trash"), ("inbox", "brought it back to")):
        agent.post(path(desk, "/folder"), path(desk), folder=folder)
        assert f"urgent and {told}" in admin.get(path(desk, seen)).text
    with desk.database.transaction() as session:
        bo = Actor(desk.bo.id, "agent")
        newest = reply(session, bo, desk.ticket.id, Answer("On its way."), now=clock.now).id
    poll = admin.get(path(desk, seen)).text
    assert f'#c{newest}">Bo Okafor wrote and ' in poll
    assert "Meanwhile" not in admin.get(path(desk, f"/pulse?seen={newest}")).text


def test_the_poll_tells_of_what_changed_beside_the_messages(desk: Desk, agent: Browser) -> None:
    def changed(since: str) -> bool:
        seen = max(comment.id for comment in comments(desk))
        answer = agent.get(path(desk, f"/pulse?seen={seen}&standing={since}"))
        assert "new message" not in answer.text
        return "data-changed" in answer.text

    def version() -> str:
        found = re.search(r'name="standing" value="(\w+)"', agent.get(path(desk)).text)
        assert found
        return found[1]

    first = version()
    assert not changed(first)
    agent.post(path(desk, "/priority"), path(desk), priority="urgent")
    assert changed(first)
    agent.post(path(desk, "/reply"), path(desk), comment="It is on its way.")
    answered = version()
    assert not changed(answered)
    with desk.database.transaction() as session:
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.comment_id.is_not(None))
        ).one()
        mail.state = "sent"
    assert changed(answered)
    assert not changed(version())


def test_whom_an_unproven_mail_names_is_shown_and_not_written_to(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    carl = ("", "carl@elsewhere.example")
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket.id)
        draft = CommentDraft(
            desk.ann.id,
            plain_body("Carl knows."),
            Source.MAIL,
            unverified=True,
            copied=[carl],
            written_to=WrittenTo((("", "support@shop.example"),), (carl,)),
        )
        add_comment(session, ticket, draft, clock.now)
    page = agent.get(path(desk)).text
    assert "<span>Cc <bdi>carl@elsewhere.example</bdi></span>" in page
    assert "whom the mail names beside us is not written to" in page
    agent.post(path(desk, "/reply"), path(desk), comment="Thank you.")
    with desk.database.reading() as session:
        assert carl[1] not in session.scalars(select(OutboundMail.recipient)).all()


def test_each_way_back_has_a_word_where_signs_have_words(desk: Desk, admin: Browser) -> None:
    message = comments(desk)[0].id
    pages = (
        "new", f"admin/people/{desk.bo.id}", f"admin/people/{desk.bo.id}/deactivate",
        f"admin/mailboxes/{desk.ticket.mailbox_id}", f"t/{desk.ticket.number}",
        f"t/{desk.ticket.number}/forward/{message}", "orders/A-1001", "mail/1",
    )  # fmt: skip
    for page in pages:
        bar = admin.get(f"/desk/{page}").text.partition('<header class="bar')[2]
        back = re.findall(r'<a class="icon-button"[^>]*>', bar.partition("</header>")[0])
        assert len(back) == 1, page
        assert "data-label" in back[0], page


def test_whoever_may_only_read_is_offered_nothing_to_change(desk: Desk, agent: Browser) -> None:
    path = f"/desk/t/{desk.ticket.number}"
    main = agent.get(path).text.partition("</header>")[2]
    assert main.count("<form") > 5
    with desk.database.transaction() as session:
        session.get_one(Person, desk.bo.id).mailbox_rights = {str(desk.ticket.mailbox_id): "see"}
    page = agent.get(path).text
    assert "You may read the tickets of this mailbox" in page
    assert "Where is my parcel?" in page
    posted = {
        form
        for form in re.findall(r'<form[^>]+method="post"[^>]+action="([^"]+)"', page)
        if path in form
    }
    assert posted <= {f"{path}/dispute-pack"}  # to read it elsewhere
    assert agent.post(f"{path}/reply", comment="Hello").status_code == 404


def test_whoever_may_only_read_is_not_offered_as_assignee(
    desk: Desk, admin: Browser, clock: FakeClock
) -> None:
    path = f"/desk/t/{desk.ticket.number}"
    offered = f'name="assignee" value="{desk.bo.id}"'

    assert offered in admin.get(path).text
    with desk.database.transaction() as session:
        rights = {desk.ticket.mailbox_id or 0: "see"}
        set_mailbox_rights(session, actor_of(desk.ada), desk.bo.id, rights, now=clock.now)
    with admin.client.application.app_context():
        forget_options()
    assert offered not in admin.get(path).text
    refused = admin.post(f"{path}/assignee", path, assignee=desk.bo.id)
    assert refused.status_code == 422
    assert "may only read this mailbox" in refused.text


def test_other_tickets_stand_apart_by_whether_they_are_open(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    assert "No other tickets of theirs." in agent.get(page).text
    with desk.database.transaction() as session:
        ann, draft = actor_of(desk.ann), TicketDraft(subject="My mug", description="It broke.")
        mug = create_ticket(session, ann, draft, now=clock.now)
    shown = agent.get(page).text
    assert "My mug" in shown.partition("<h3>Other open tickets</h3>")[2]
    assert "Past tickets" not in shown
    with desk.database.transaction() as session:
        change_status(session, actor_of(desk.bo), mug.id, "resolved", now=clock.now)
    shown = agent.get(page).text
    assert "My mug" in shown.partition("<h3>Past tickets</h3>")[2]
    assert "Other open tickets" not in shown


def test_a_row_of_merges_names_each_tag_once(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    bo = actor_of(desk.bo)
    with desk.database.transaction() as session:
        third = create_ticket(
            session,
            actor_of(desk.ann),
            TicketDraft(subject="My mug", description="x"),
            now=clock.now,
        )
        change_tags(session, bo, desk.ticket.id, add=["late", "red"], now=clock.now)
        merge_tickets(session, bo, desk.ticket.id, desk.other.id, now=clock.advance(minutes=1))
        merge_tickets(session, bo, desk.other.id, third.id, now=clock.advance(minutes=1))

    def lines(number: str) -> list[str]:
        page = agent.get(f"/desk/t/{number}").text.replace("\N{NO-BREAK SPACE}", " ")
        history = page.partition('<ol class="history">')[2]
        return re.findall(r'history-what">((?:Took over|Gave back|Tag:)[^<]*)<', history)

    numbers = (desk.other.number, third.number)
    assert [lines(number) for number in numbers] == [
        [f"Took over {desk.ticket.number}; Tag: + late, + red"],
        [f"Took over {desk.other.number}; Tag: + late, + red"],
    ]
    with desk.database.transaction() as session:
        take_apart(session, bo, desk.ticket.id, now=clock.advance(minutes=1))
    assert [lines(number)[0] for number in numbers] == [
        "Tag: − late, − red",
        f"Gave back {desk.ticket.number}; Tag: − late, − red",
    ]
