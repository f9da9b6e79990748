"""The canned replies by the API."""

from __future__ import annotations

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW
from tests.web.api.conftest import Api, problem

PATH = "/api/canned-replies/"


def test_staff_list_and_find_them(api: Api) -> None:
    with api.database.transaction() as session:
        staff = actor_of(session.query(Person).filter(Person.role == "agent").first())
        box = add_mailbox(session, SYSTEM, "orders@shop.example", name="Orders", now=NOW)
        own = CannedReplyDraft("Orders only", "x", mailbox_id=box.id, status_after="resolved")
        for draft in (own, CannedReplyDraft("All", "{{ customer.name }}", "a", language="de")):
            add_canned_reply(session, staff, draft, now=NOW)
    page = api.agent.get(PATH)
    assert [one["name"] for one in page["results"]] == ["All", "Orders only"]
    first, second = page["results"]
    assert (first["text"], first["language"], first["status"]) == (
        "{{ customer.name }}",
        "de",
        None,
    )
    assert (second["mailbox"], second["status"]) == ("orders@shop.example", "resolved")
    assert api.agent.get(f"{PATH}?mailbox=support@shop.example")["count"] == 1
    assert api.agent.get(f"{PATH}?search=only&page_size=1")["count"] == 1
    refused = problem(api.agent("GET", f"{PATH}?mailbox=no@shop.example"), 422)
    assert refused["errors"].keys() == {"mailbox"}


def test_customers_see_none(api: Api) -> None:
    problem(api.ann("GET", PATH), 403)


def test_a_macro_is_used_on_a_ticket(api: Api) -> None:
    with api.database.transaction() as session:
        staff = actor_of(session.query(Person).filter(Person.role == "agent").first())
        macro = add_canned_reply(
            session, staff, CannedReplyDraft("Urgent", "", priority="urgent"), now=NOW
        ).id
        answer = add_canned_reply(session, staff, CannedReplyDraft("Answer", "Hello"), now=NOW).id
    ticket = api.ann.create()
    address = f"/api/tickets/{ticket['id']}/macro/"
    assert api.agent.get(PATH)["results"][1]["is_macro"]
    assert api.agent("POST", address, {"macro": macro}).json["priority"] == "urgent"
    assert "macro" in problem(api.agent("POST", address, {"macro": answer}), 422)["errors"]
    problem(api.ann("POST", address, {"macro": macro}), 403)
