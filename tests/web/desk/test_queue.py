"""The queue: its views, its pages, its poll."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from helpdesk.actions.change_ticket import assign, change_priority
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.models import Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

ROW = re.compile(r'class="row-link" href="/desk/t/(TKT\d+)"')


def fill(desk: Desk, clock: FakeClock, count: int) -> set[str]:
    numbers = {desk.ticket.number, desk.other.number}
    with desk.database.transaction() as session:
        for n in range(count):
            ticket = create_ticket(
                session,
                Actor(desk.ann.id, "customer"),
                TicketDraft(subject=f"Question {n}", description="?"),
                now=clock.advance(minutes=1 if n % 3 else 0),
            )
            numbers.add(ticket.number)
            if n % 5 == 0:
                change_priority(
                    session, Actor(desk.bo.id, "agent"), ticket.id, "high", now=clock.now
                )
    return numbers


def link(text: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return html.unescape(found[1]) if found else None


def test_keyset_pages_walk_every_ticket_exactly_once(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    numbers = fill(desk, clock, 120)
    for view in ("open", "all", "unassigned"):
        walked: list[list[str]] = []
        page: str | None = f"/desk?view={view}"
        while page:
            text = agent.get(page).text
            walked.append(ROW.findall(text))
            page, last = link(text, "next"), page
        seen = [number for rows in walked for number in rows]
        assert len(seen) == len(set(seen)), view
        assert set(seen) == numbers, view
        assert [len(rows) for rows in walked] == [50, 50, 22], view
        # And back again, by the other link.
        back = link(agent.get(last).text, "prev")
        assert back
        assert ROW.findall(agent.get(back).text) == walked[1], view


def test_the_home_is_what_is_open_and_views_have_their_counts(desk: Desk, agent: Browser) -> None:
    text = agent.get("/desk").text
    assert 'aria-current="page"' in text
    assert "<title>Open · Postdesk</title>" in text
    assert re.search(r'id="count-open">.*?2</span>', text)


def test_mine_is_what_was_given_to_me(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    assert "Nothing waits for you" in agent.get("/desk?view=mine").text
    with desk.database.transaction() as session:
        assign(session, Actor(desk.ada.id, "admin"), desk.ticket.id, desk.bo.id, now=clock.now)
    assert ROW.findall(agent.get("/desk?view=mine").text) == [desk.ticket.number]
    assert ROW.findall(agent.get("/desk?view=unassigned").text) == [desk.other.number]


def test_urgent_is_said_in_words_too(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    with desk.database.transaction() as session:
        change_priority(session, Actor(desk.bo.id, "agent"), desk.other.id, "urgent", now=clock.now)
    text = agent.get("/desk").text
    assert 'aria-label="Urgent priority"' in text
    assert ROW.findall(text)[0] == desk.other.number


def test_an_unknown_view_is_not_there_and_a_broken_key_begins_anew(
    desk: Desk, agent: Browser
) -> None:
    assert agent.get("/desk?view=nonsense").status_code == 404
    assert agent.get("/desk/pulse?view=nonsense").status_code == 404
    for key in ("x", "%F0%9F%98%80", "bnVsbA==", "A" * 5000):
        assert len(ROW.findall(agent.get(f"/desk?key={key}").text)) == 2


def test_the_poll_counts_what_came_since(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    text = agent.get("/desk").text
    found = re.search(r'hx-get="(/desk/pulse[^"]+)"', text)
    assert found
    poll = html.unescape(found[1])
    assert parse_qs(urlsplit(poll).query)["view"] == ["open"]
    assert "new or changed" not in agent.get(poll).text
    clock.advance(seconds=5)
    fill(desk, clock, 3)
    answer = agent.get(poll).text
    assert "3 new or changed" in answer
    assert re.search(r'id="count-open">.*?5</span>', answer)


def test_the_headings_figure_follows_what_the_list_is_told(desk: Desk, agent: Browser) -> None:
    def figure(text: str) -> list[str]:
        return re.findall(r'(?:id="bar-count"|hx-target="#bar-count"[^>]*)>(\d*)<', text)

    text = agent.get("/desk").text
    poll = html.unescape(re.findall(r'hx-get="(/desk/pulse[^"]+)"', text)[0])
    assert figure(text) == figure(agent.get(poll).text) == ["2"]
    gone = {"set": "status=resolved", "ticket": [desk.ticket.id, desk.other.id], "in_place": "1"}
    told = agent.post("/desk/bulk", "/desk", **gone, view="open", shown=desk.ticket.id).text
    assert figure(told) == figure(agent.get(poll).text) == figure(agent.get("/desk").text) == [""]
    # A search says how many it found instead.
    searched = agent.get("/desk?q=kettle").text
    assert figure(searched) == []


def test_what_customers_write_is_text_everywhere(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    attack = '"><img src=x onerror=alert(1)>'
    with desk.database.transaction() as session:
        ticket = create_ticket(
            session,
            Actor(desk.ann.id, "customer"),
            TicketDraft(subject=attack, description=attack),
            now=clock.now,
        )
        session.flush()
        number = ticket.number
    for path in ("/desk", f"/desk/t/{number}", f"/t/{desk.token(ticket)}"):
        assert "<img src=x" not in agent.get(path).text, path


def test_a_row_shows_what_is_new_and_no_quote(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    question = "On Mon, 23 Nov 2026, Shop wrote:\n> Blue or red?"
    said = Body(f"Blue.\n\n{question}" + "\n> Which?" * 40, "Blue.", quoted=question)
    between = Body("> Blue or red?\nRed.", "> Blue or red?\nRed.")
    for body, shown in ((said, "Blue."), (between, "Red.")):
        with desk.database.transaction() as session:
            ticket = session.get_one(Ticket, desk.ticket.id)
            draft = CommentDraft(desk.ann.id, body, "mail")
            add_comment(session, ticket, draft, clock.advance(minutes=1))
        row = agent.get("/desk?view=all").text
        assert f'<span class="row-preview" dir="auto">{shown}</span>' in row


def test_a_view_says_nothing_in_each_row_that_its_name_says(desk: Desk, agent: Browser) -> None:
    page = agent.get("/desk?view=open").text
    assert 'class="status status-' not in page.split('<ol class="rows"')[1].split("</ol>")[0]
    assert 'view-unassigned"' in agent.get("/desk?view=unassigned").text


def test_rows_say_that_there_are_files_and_which_of_several_mailboxes(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    draft = TicketDraft(subject="Plain", description="?")
    with desk.database.transaction() as session:
        plain = create_ticket(session, Actor(desk.ann.id, "customer"), draft, now=clock.now)
    asked = f"/desk/rows?view=all&ticket={desk.ticket.id}&ticket={plain.id}"

    def rows(path: str) -> dict[str, str]:
        page = agent.get(path).text
        return dict(re.findall(r'data-number="(TKT\d+)">(.*?)</li>', page, re.S))

    assert not any("row-box" in row for row in rows("/desk?view=all").values()), "there is one"
    with desk.database.transaction() as session:
        add_mailbox(session, SYSTEM, "billing@shop.example", name="Billing", now=clock.now)
    clock.advance(minutes=5)
    for path in ("/desk?view=all", asked):
        shown = rows(path)
        assert "Has files" in shown[desk.ticket.number], path
        assert "Has files" not in shown[plain.number], path
        assert all("row-box" in row for row in shown.values()), path
        found = rows(path.replace("view=all", "view=all&q=plain"))
        assert "<mark>Plain</mark>" in found[plain.number], "a row that is renewed stays marked"
    changed = agent.post(
        "/desk/bulk", "/desk", in_place="yes", view="all", q="plain", set="priority=high",
        ticket=plain.id, shown=[plain.id, desk.ticket.id],
    ).text  # fmt: skip
    assert "1 ticket: priority high." in changed
    renewed = dict(re.findall(r'data-number="(TKT\d+)">(.*?)</li>', changed, re.S))
    assert set(renewed) == {plain.number, desk.ticket.number}
    assert "<mark>Plain</mark>" in renewed[plain.number], "a change's answer has the rows"
    assert "High" in renewed[plain.number]
    narrowed = rows(f"/desk?view=all&mailbox={desk.ticket.mailbox_id}")
    assert not any("row-box" in row for row in narrowed.values()), "each would say the same"
