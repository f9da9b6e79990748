"""Many tickets at once, by the list's selection: what is said of those that were left."""

from __future__ import annotations

import re
from datetime import timedelta

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

LIST = "/desk?view=all"


def test_what_an_open_child_holds_is_resolved_anyway_by_one_click(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    parent, child = desk.ticket, desk.other
    with desk.database.transaction() as session:
        actor = actor_of(desk.bo)
        relate_tickets(session, actor, parent.id, child.number, "child", now=clock.now)
    asked = {"set": "status=resolved", "ticket": parent.id, "view": "all"}
    told = agent.post("/desk/bulk", LIST, **asked, in_place="1").text
    said = re.sub("<[^>]+>|\\s+", " ", told)
    assert f"{parent.number} stays open, since its child ticket is not resolved:" in said
    assert told.count(parent.number) == 1
    again = re.search(r'action="(/desk/bulk/\d+/again)".*?<button[^>]*>Resolve anyway<', told, re.S)
    assert again
    # Without scripts a page says it, with the same button.
    shown = agent.get(agent.post("/desk/bulk", LIST, **asked).location).text
    assert "<td>Stays open, since its child ticket is not resolved:" in shown
    assert "Resolve 1 anyway</button>" in shown
    done = agent.post(again[1], LIST, view="all", in_place="1").text
    assert "1 ticket: resolved now." in done
    assert desk.reload(parent).status == "resolved"
    # What fails for another reason offers nothing that would fail again.
    closed = agent.post("/desk/bulk", LIST, **{**asked, "set": "status=waiting"}, in_place="1").text
    assert "was not changed" in closed
    assert "anyway" not in closed


def ended(agent: Browser, told: str) -> str:
    """What is said once it is worked off, in as many parts as a busy machine takes."""
    while goes_on := re.search(r'data-goes-on="([^"]+)"', told):
        told = agent.post(goes_on[1], LIST, view="all", in_place="1").text
    return told


def test_what_a_macro_would_finish_is_finished_anyway_by_one_click(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    parent, another, ada = desk.ticket, desk.other, actor_of(desk.ada)
    with desk.database.transaction() as session:
        closes = CannedReplyDraft("Old news", "", status_after="resolved", tags=("old",))
        macro_id = add_canned_reply(session, ada, closes, now=clock.now).id
        tags = CannedReplyDraft("Tag it", "", tags=("new",))
        harmless_id = add_canned_reply(session, ada, tags, now=clock.now).id
        for one in (parent, another):
            draft = TicketDraft(subject="Part", description="Of it.", customer="x@shop.example")
            child = create_ticket(session, ada, draft, now=clock.now)
            relate_tickets(session, ada, one.id, child.number, "child", now=clock.now)
    asked = {"ticket": [parent.id, another.id], "view": "all", "in_place": "1"}

    def use(macro: int) -> str:
        told = agent.post("/desk/bulk", LIST, **asked, set=f"macro={macro}").text
        return ended(agent, told)

    assert "anyway" not in use(harmless_id)
    told = use(macro_id)
    again = re.search(r'action="(/desk/bulk/\d+/again)".*?<button[^>]*>Resolve anyway<', told, re.S)
    assert again
    assert desk.reload(parent).status == "open"
    done = ended(agent, agent.post(again[1], LIST, view="all", in_place="1").text)
    assert "2 tickets: done “Old news”." in re.sub("<[^>]+>|\\s+", " ", done)
    assert [desk.reload(one).status for one in (parent, another)] == ["resolved", "resolved"]
    undo = re.search(r'action="(/desk/bulk/\d+/undo)"', done)
    assert undo
    ended(agent, agent.post(undo[1], LIST, view="all", in_place="1").text)
    assert [desk.reload(one).status for one in (parent, another)] == ["open", "open"]
    # On the ticket's own page the same.
    ticket = f"/desk/t/{parent.number}"
    refused = agent.post(f"{ticket}/macro", ticket, macro=macro_id)
    assert refused.status_code == 409
    assert f'name="macro" value="{macro_id}"' in refused.text.partition('id="toasts"')[2]
    assert 'name="anyway" value="resolved">Resolve anyway<' in refused.text
    agent.post(f"{ticket}/macro", ticket, macro=macro_id, anyway="resolved")
    assert desk.reload(parent).status == "resolved"


def test_what_the_notes_of_a_macro_lack_is_named(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        draft = CannedReplyDraft("Lost parcel", "", note="Where is {{ order.number }}?")
        macro = add_canned_reply(session, actor_of(desk.ada), draft, now=clock.now).id
    asked = {"ticket": [desk.ticket.id, desk.other.id], "set": f"macro={macro}", "view": "all"}
    told = ended(agent, agent.post("/desk/bulk", LIST, **asked, in_place="1").text)
    assert "2 tickets: done “Lost parcel”. Its note lacks: order number." in told
    undo = re.search(r'action="(/desk/bulk/\d+/undo)"', told)
    assert undo
    told = ended(agent, agent.post(undo[1], LIST, view="all", in_place="1").text)
    assert "Undone: 2 tickets." in told
    assert "lacks" not in told


def test_enter_in_a_field_of_the_bar_does_what_it_is_for(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    """Without scripts it presses the form's first button, which says that something is typed."""
    with desk.database.transaction() as session:
        add_custom_field(session, actor_of(desk.ada), FieldDraft("Serial"), now=clock.now)
    bar = agent.get(LIST).text.partition('id="selection"')[2]
    first = re.search(r"<button[^>]*>", bar)
    assert first
    assert first[0] == '<button name="set" value="typed" hidden>'
    empty = {"typed_tag": "", "typed_merge": "", "field.1": "", "until": ""}

    def enter(**typed: str) -> str:
        asked = {"set": "typed", "ticket": desk.ticket.id, "view": "all", **empty, **typed}
        answer = agent.post("/desk/bulk", LIST, **asked)
        if answer.status_code == 204:
            return ""
        shown = agent.get(answer.location).text
        return re.sub("<[^>]+>|\\s+", " ", shown.partition('id="toasts"')[2])

    assert enter() == "", "the page stays, and what is selected with it"
    assert "1 ticket: tagged late." in enter(typed_tag="late")
    assert "1 ticket: Serial: AB-12." in enter(**{"field.1": "AB-12"})
    until = f"{clock.now + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert "1 ticket: snoozed until" in enter(until=until)
    assert "There is no such ticket" in enter(typed_merge="TKT1")
    several = enter(typed_tag="two", **{"field.1": "CD-34"})
    assert "Nothing was changed. Several fields are filled in" in several
    assert f"merged into {desk.other.number}" in enter(typed_merge=desk.other.number)
