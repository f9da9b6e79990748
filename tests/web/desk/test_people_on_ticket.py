"""The people of a ticket on its page: pending ones, strangers, the requester; and merging."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import Change, OutboundMail, Participant, Person, Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import plain_body
from helpdesk.tickets.participants import add_participant, link_tickets
from helpdesk.tickets.people import new_customer, person_for
from tests.support.clock import FakeClock
from tests.support.factories import make_ticket
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import newest_undo, path, undo_in_toast


def newcomer(
    desk: Desk, clock: FakeClock, name: str, *, pending: bool, domain: str = "new.example"
) -> Person:
    with desk.database.transaction() as session:
        person = person_for(session, f"{name.lower()}@{domain}", name, clock.now)
        session.flush()
        if pending:
            ticket = session.get_one(Ticket, desk.ticket.id)
            add_participant(session, ticket, person.id, "copy", clock.now, pending=True)
        return person


def on_ticket(desk: Desk) -> dict[int, tuple[str, bool]]:
    with desk.database.reading() as session:
        rows = session.scalars(select(Participant).where(Participant.ticket_id == desk.ticket.id))
        return {row.person_id: (row.role, row.pending) for row in rows}


def recipients(desk: Desk) -> set[str]:
    with desk.database.reading() as session:
        chosen = select(OutboundMail.recipient).where(OutboundMail.comment_id.is_not(None))
        return set(session.scalars(chosen))


def test_the_composer_shows_who_is_pending_and_its_writer_decides(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    kim = newcomer(desk, clock, "Kim", pending=True, domain="shop.example")
    lou = newcomer(desk, clock, "Lou", pending=True)
    page = agent.get(path(desk)).text
    assert "Named in copy, not on this ticket yet" in page
    assert f'name="include" value="{kim.id}" checked' in page, "of the requester's own domain"
    assert f'name="include" value="{lou.id}">' in page
    assert f'data-left-out="{lou.id}">Without <bdi>lou@new.example' in page
    assert f'data-left-out="{kim.id}" hidden' in page
    refused = agent.post(
        path(desk, "/reply"), path(desk), comment=" ", pending=[kim.id, lou.id], include=[kim.id]
    ).text
    assert f'name="include" value="{kim.id}" checked' in refused
    assert f'name="include" value="{lou.id}">' in refused
    assert on_ticket(desk)[kim.id] == ("copy", True)
    late = newcomer(desk, clock, "Max", pending=True)
    agent.post(
        path(desk, "/reply"),
        path(desk),
        comment="To both of you.",
        pending=[kim.id, lou.id],
        include=[kim.id, desk.ben.id],
    )
    people = on_ticket(desk)
    assert people == {
        desk.ann.id: ("requester", False),
        kim.id: ("copy", False),
        late.id: ("copy", True),
    }
    assert recipients(desk) == {"ann@shop.example", "kim@shop.example"}
    assert "Not in copy: Lou" in agent.get(path(desk)).text


def test_a_stranger_whose_mail_only_staff_see_is_added_with_one_click(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    eve = newcomer(desk, clock, "Eve", pending=False)
    with desk.database.transaction() as session:
        add_comment(
            session,
            session.get_one(Ticket, desk.ticket.id),
            CommentDraft(eve.id, plain_body("It is mine, too."), "mail", internal=True),
            clock.now,
        )
    page = agent.get(path(desk)).text
    assert "Add Eve to this ticket" in page
    # Anybody may call themselves Eve: the address stands by the name, and by what is offered.
    assert page.count(f'address">{eve.address}</bdi>') == 2
    assert agent.post(path(desk, "/person"), path(desk), person=eve.id).status_code == 303
    assert on_ticket(desk)[eve.id] == ("copy", False)
    assert "Add Eve to this ticket" not in agent.get(path(desk)).text
    wrong = agent.post(path(desk, "/person"), path(desk), person="x")
    assert wrong.status_code == 422
    assert "There is nobody with a mail address like that." in wrong.text


def test_the_requester_is_changed_with_one_click(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/person"), path(desk), person=desk.ben.id)
    assert "Make requester" in agent.get(path(desk)).text
    agent.post(path(desk, "/requester"), path(desk), person=desk.ben.id)
    assert on_ticket(desk) == {desk.ben.id: ("requester", False), desk.ann.id: ("copy", False)}
    assert desk.reload().requester_id == desk.ben.id
    link = f"/t/{desk.token()}"
    agent.post(path(desk, "/requester"), path(desk), person=desk.ann.id, leaves="1")
    assert on_ticket(desk) == {desk.ann.id: ("requester", False)}
    assert agent.get(link).status_code == 404, "the links of who left show nothing any more"


def test_a_merge_by_number_says_first_who_asks_there(desk: Desk, agent: Browser) -> None:
    fields = {"into": desk.other.number, "asks": ""}
    first = agent.post(path(desk, "/merge"), path(desk), **fields)
    assert first.status_code == 422
    assert f"{desk.other.number} is “{desk.other.subject}”, and " in first.text
    fields["asks"] = fields["into"]
    assert f'name="asks" value="{fields["asks"]}"' in first.text
    merged = agent.post(path(desk, "/merge"), path(desk), **fields)
    assert merged.location == f"/desk/t/{desk.other.number}"


def test_a_merge_says_before_what_comes_of_it(desk: Desk, agent: Browser) -> None:
    preview = f"/desk/merge-preview?ticket={desk.ticket.id}"
    assert f'data-merge-preview="{preview}"' in agent.get(path(desk)).text
    shown = agent.get(f"{preview}&into={desk.other.number}").text
    assert f'data-number="{desk.other.number}"' in shown
    assert "2 messages would go on in" in shown
    assert "Ben Ray" in shown
    assert "would read one another’s messages" in shown
    assert "data-warns" not in agent.get(f"{preview}&into={desk.ticket.number}").text
    assert "no ticket of this number" in agent.get(f"{preview}&into=TKT1").text


def test_a_selection_is_merged_into_a_ticket_that_is_typed(desk: Desk, agent: Browser) -> None:
    assert 'name="typed_merge"' in agent.get("/desk").text
    fields = {"ticket": desk.ticket.id, "set": "merge=typed", "typed_merge": "nothing like it"}
    refused = agent.post("/desk/bulk", "/desk", **fields)
    assert "Nothing was changed." in agent.get(refused.location).text
    fields["typed_merge"] = desk.other.number
    merged = agent.post("/desk/bulk", "/desk", **fields)
    assert f"1 ticket: merged into {desk.other.number}." in agent.get(merged.location).text
    assert desk.reload().status == "closed"


def test_tickets_are_merged_and_taken_apart(desk: Desk, agent: Browser) -> None:
    for into, said in (("TKT1", "There is no ticket “TKT1”"), (desk.ticket.number, "very ticket")):
        refused = agent.post(path(desk, "/merge"), path(desk), into=into)
        assert refused.status_code == 422
        assert said in refused.text
        assert f'value="{into}"' in refused.text
    link = f"/t/{desk.token()}"
    merged = agent.post(path(desk, "/merge"), path(desk), into=desk.other.number.lower())
    assert merged.location == f"/desk/t/{desk.other.number}"
    other = agent.get(merged.location).text
    assert "Where is my parcel?" in other
    assert "Took over" in other
    old = agent.get(path(desk)).text
    assert f'This conversation goes on in <a href="/desk/t/{desk.other.number}">' in old
    assert "Send to" not in old
    for field, value in (
        ("status", "open"),
        ("priority", "high"),
        ("category", "refund"),
        ("assignee", "me"),
        ("order", ""),
    ):
        assert f'data-change="{field}"' not in old
        refused = agent.post(path(desk, f"/{field}"), path(desk), **{field: value})
        assert refused.status_code == 409, field
        assert f"merged into {desk.other.number}" in refused.text
    for form in ("reply", "note"):
        answer = agent.post(path(desk, f"/{form}"), path(desk), comment=f"Hello, {form}")
        assert answer.location == f"{merged.location}#composer"  # where what was written is kept
        assert f"Hello, {form}" in agent.get(merged.location).text
    assert desk.reload().status == "closed"
    assert "I got an S." in agent.get(link).text
    agent.post(path(desk, "/apart"), path(desk))
    assert "Where is my parcel?" in agent.get(path(desk)).text
    assert "Where is my parcel?" not in agent.get(merged.location).text
    assert agent.post(path(desk, "/apart"), path(desk)).status_code == 422


def test_merging_and_taking_apart_are_undone_from_toast_and_history(
    desk: Desk, agent: Browser
) -> None:
    other = f"/desk/t/{desk.other.number}"
    form = agent.get(path(desk)).text.partition(path(desk, "/merge"))[2].partition("</form>")[0]
    assert "data-leads-on" in form, "put in place, its notice would be lost with the page"
    merged = agent.post(path(desk, "/merge"), path(desk), into=desk.other.number)
    action, change = undo_in_toast(agent.get(merged.location).text)
    assert action == f"{other}/undo-change"
    undone = agent.post(action, other, change=change)
    assert undone.location == other
    assert "Where is my parcel?" not in agent.get(other).text

    agent.post(path(desk, "/merge"), path(desk), into=desk.other.number)
    agent.get(path(desk))  # its toast is gone: the history has it still
    for page in (path(desk), other):
        assert "history-undo" in agent.get(page).text
    taken = agent.post(path(desk, "/apart"), path(desk))
    action, change = undo_in_toast(agent.get(taken.location).text)
    assert agent.post(action, path(desk), change=change).location == other
    page = agent.get(path(desk)).text
    assert "This conversation goes on in" in page
    change = newest_undo(page)
    agent.post(path(desk, "/undo-change"), path(desk), change=change)
    assert "Where is my parcel?" in agent.get(path(desk)).text
    assert "changed again since" in agent.get(
        agent.post(path(desk, "/undo-change"), path(desk), change=change).location
    ).text  # fmt: skip


def test_a_mention_is_merged_with_one_click(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, desk.ticket.id)
        link_tickets(session, ticket, desk.other.id, "mentions", clock.now)
    assert "Merge into it" in agent.get(path(desk)).text
    assert "Merge it into this one" in agent.get(f"/desk/t/{desk.other.number}").text
    agent.post(path(desk, "/merge"), path(desk), into=desk.other.number)
    with desk.database.reading() as session:
        of_it = select(Change.field).where(Change.ticket_id == desk.other.id)
        assert session.scalars(of_it.order_by(Change.id)).all()[-1] == "merged"


def test_an_address_that_no_mail_can_go_to_says_so(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        person = new_customer(session, "ann..smith@docomo.example", "Ann", clock.now)
        session.flush()
        ticket = session.get_one(Ticket, desk.ticket.id)
        ticket.requester_id = person.id
        add_participant(session, ticket, person.id, "requester", clock.now)
    page = agent.get(path(desk)).text
    assert "No mail can be sent to this address." in page
    assert "No mail can be sent to <bdi>ann..smith@docomo.example</bdi>" in page
    agent.post(path(desk, "/reply"), path(desk), comment="Try a new seal.")
    assert "ann..smith@docomo.example" not in recipients(desk)


def undo_newest(desk: Desk, agent: Browser) -> None:
    with desk.database.reading() as session:
        newest = session.scalars(
            select(Change.id).where(Change.ticket_id == desk.ticket.id).order_by(Change.id.desc())
        ).first()
    agent.post(path(desk, "/undo-change"), path(desk), change=newest)


def test_anybody_is_added_by_their_address_and_taken_off_again(desk: Desk, agent: Browser) -> None:
    done = agent.post(path(desk, "/person"), path(desk), address="carrier@parcel.example")
    assert done.status_code == 303
    page = agent.get(path(desk)).text
    assert "carrier is in copy now." in page
    assert "In copy: carrier" in page
    carrier = next(one for one in on_ticket(desk) if one != desk.ann.id)
    agent.post(path(desk, "/person/off"), path(desk), person=carrier)
    assert set(on_ticket(desk)) == {desk.ann.id}
    undo_newest(desk, agent)
    assert on_ticket(desk)[carrier] == ("copy", False)
    refused = agent.post(path(desk, "/person/off"), path(desk), person=desk.ann.id)
    assert refused.status_code == 422
    assert "They are the requester" in refused.text
    refused = agent.post(path(desk, "/person"), path(desk), address="support@shop.example")
    assert refused.status_code == 422
    assert "is our own" in refused.text
    assert 'value="support@shop.example" list="known-people"' in refused.text, "stays to correct"


def test_anybody_becomes_the_requester_by_their_address(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/requester"), path(desk), address="kim@new.example", leaves="1")
    requester = desk.reload().requester_id
    assert requester != desk.ann.id
    assert set(on_ticket(desk)) == {requester}
    undo_newest(desk, agent)
    assert desk.reload().requester_id == desk.ann.id
    assert set(on_ticket(desk)) == {desk.ann.id}
    refused = agent.post(path(desk, "/requester"), path(desk), address="no address")
    assert refused.status_code == 422
    assert 'id="requester-problem"' in refused.text


def test_an_address_is_completed_by_the_people_we_know(desk: Desk, agent: Browser) -> None:
    found = agent.get("/desk/known-people?q=ann").text
    assert f'<option value="{desk.ann.address}">' in found
    assert "ann@" not in agent.get("/desk/known-people?q=zzz").text


def test_who_was_on_earlier_tickets_is_offered_before_anything_is_typed(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    kim = newcomer(desk, clock, "Kim", pending=False)
    with desk.database.transaction() as session:
        ann = session.get_one(Person, desk.ticket.requester_id)
        earlier = make_ticket(session, ann)
        add_participant(session, earlier, kim.id, "copy", clock.now)
    address = path(desk, "/likely-people")
    assert f'data-likely="{address}"' in agent.get(path(desk)).text
    assert '<option value="kim@new.example">Kim</option>' in agent.get(address).text
