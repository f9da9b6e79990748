"""No customer ever reads or changes another's: every route of the API, asked by everybody.

The routes are those of the application's own map, so one that is added later and is not named here
fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.link_order import change_order
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.models import Person, Ticket
from tests.support.apart import SECRETS, Apart, make_apart, make_kin
from tests.web.api.conftest import Api, Caller, add_inbound_mail

SECRET_WORDS = "the secret of ann"
KIN = ("link", "parent", "child")
ITEM = "<int:item_id>"


@dataclass(frozen=True)
class Route:
    """A route filled in with what is Ann's, and what each may get."""

    body: Any
    nobody: int
    ann: int
    bob: int
    agent: int


# Route → answers. 404, not 403, for what is another's; 403 only where that reveals nothing.
EXPECTED = {
    "POST /api/auth/token/": Route({"email": "x@y.example", "password": "x"}, 401, 401, 401, 401),
    "POST /api/tickets/create/": Route(
        {"subject": "Hello", "description": "x", "order_id": "A-1"}, 401, 201, 422, 422
    ),
    "GET /api/tickets/": Route(None, 401, 200, 200, 200),
    "GET /api/tickets/stats/": Route(None, 401, 403, 403, 200),
    "GET /api/tickets/<ticket_key:key>/side-conversations/": Route(None, 401, 403, 404, 200),
    "POST /api/tickets/<ticket_key:key>/side-conversations/": Route(
        {"comment": "Hi", "to": ["info@carrier.example"], "subject": "Parcel"}, 401, 403, 404, 201
    ),
    "GET /api/tickets/<ticket_key:key>/": Route(None, 401, 200, 404, 200),
    "POST /api/tickets/<ticket_key:key>/comment/": Route({"comment": "Hi"}, 401, 201, 404, 201),
    "PATCH /api/tickets/<ticket_key:key>/status/": Route(
        {"status": "in_progress"}, 401, 403, 404, 200
    ),
    "PATCH /api/tickets/<ticket_key:key>/priority/": Route({"priority": "low"}, 401, 403, 404, 200),
    "PATCH /api/tickets/<ticket_key:key>/": Route({"snoozed_until": None}, 401, 403, 404, 200),
    "POST /api/tickets/<ticket_key:key>/macro/": Route({"macro": 1}, 401, 403, 404, 404),
    "POST /api/tickets/<ticket_key:key>/links/": Route(
        {"other": "TKT20261123002", "relation": "related"}, 401, 403, 404, 201
    ),
    "DELETE /api/tickets/<ticket_key:key>/links/<ticket_key:other>/": Route(
        None, 401, 403, 404, 204
    ),
    "GET /api/tickets/<ticket_key:key>/checklist/": Route(None, 401, 403, 404, 200),
    "POST /api/tickets/<ticket_key:key>/checklist/": Route({"text": "Hurry"}, 401, 403, 404, 201),
    f"PATCH /api/tickets/<ticket_key:key>/checklist/{ITEM}/": Route(
        {"done": True, "place": 1}, 401, 403, 404, 200
    ),
    f"DELETE /api/tickets/<ticket_key:key>/checklist/{ITEM}/": Route(None, 401, 403, 404, 204),
    "POST /api/tickets/<ticket_key:key>/split/": Route({"comments": [1]}, 401, 403, 404, 201),
    "PUT /api/orders/<number>/": Route({"customer": "ann@mail.example"}, 401, 403, 403, 200),
    "GET /api/orders/<number>/tickets/": Route(None, 401, 200, 404, 200),
    "GET /api/mail/inbound/": Route(None, 401, 403, 403, 200),
    "POST /api/mail/inbound/": Route(None, 401, 403, 403, 403),
    "POST /api/mail/inbound/ses/<key>/": Route(None, 404, 404, 404, 404),
    "POST /api/mail/inbound/mailgun/<key>/mime": Route(None, 404, 404, 404, 404),
    "POST /api/mail/inbound/postmark/<key>/": Route(None, 404, 404, 404, 404),
    "POST /api/mail/inbound/sendgrid/<key>/": Route(None, 404, 404, 404, 404),
    "GET /api/mail/inbound/<int(max=9223372036854775807):mail_id>/": Route(
        None, 401, 403, 403, 200
    ),
    "GET /api/mail/inbound/<int(max=9223372036854775807):mail_id>/raw": Route(
        None, 401, 403, 403, 200
    ),
    "GET /api/mail/outbound/": Route(None, 401, 403, 403, 200),
    "GET /api/mailboxes/": Route(None, 401, 200, 200, 200),
    "GET /api/views/": Route(None, 401, 403, 403, 200),
    "GET /api/tags/": Route(None, 401, 403, 403, 200),
    "GET /api/teams/": Route(None, 401, 403, 403, 200),
    "GET /api/custom-fields/": Route(None, 401, 403, 403, 200),
    "GET /api/canned-replies/": Route(None, 401, 403, 403, 200),
    "GET /api/openapi.json": Route(None, 200, 200, 200, 200),
    "GET /api/docs": Route(None, 200, 200, 200, 200),
    "GET /api/docs.css": Route(None, 200, 200, 200, 200),
}


def _routes(api: Api) -> Iterator[str]:
    for rule in api.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.rule.startswith("/api/"):
                yield f"{method} {rule.rule}"


@pytest.fixture
def of_ann(api: Api) -> dict[str, str]:
    """What is Ann's, by the name that routes have for it."""
    api.agent("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"})
    ticket = api.ann.create(subject=SECRET_WORDS, description=SECRET_WORDS, order_id="A-1")
    other = api.ann.create(subject=SECRET_WORDS, description=SECRET_WORDS)
    mail_id = add_inbound_mail(api, ticket_id=ticket["id"], subject=SECRET_WORDS)
    with api.database.transaction() as session:
        agent, at = api.shop.agent, api.clock()
        item = add_item(session, agent, ticket["id"], SECRET_WORDS, now=at).id
        relate_tickets(session, agent, ticket["id"], other["id"], "related", now=at)
    return {"key": str(ticket["id"]), "number": "A-1", "mail_id": str(mail_id),
            "other": str(other["id"]), "item": str(item)}  # fmt: skip


def test_every_route_is_in_the_table(api: Api) -> None:
    assert set(_routes(api)) == set(EXPECTED)


@pytest.mark.parametrize("who", ["nobody", "bob", "ann", "agent"])
def test_every_route_asked_by(api: Api, of_ann: dict[str, str], who: str) -> None:
    caller: Caller = getattr(api, who)
    for name, expected in EXPECTED.items():
        method, _, rule = name.partition(" ")
        answer = caller(method, _filled(rule, of_ann), expected.body)
        assert answer.status_code == getattr(expected, who), f"{name}: {answer.text}"
        if who in ("nobody", "bob"):
            assert SECRET_WORDS not in answer.text, name
            assert "ann@mail" not in answer.text, name


def test_the_number_opens_no_more_than_the_id(api: Api, of_ann: dict[str, str]) -> None:
    number = api.ann.get(f"/api/tickets/{of_ann['key']}/")["ticket_number"]
    assert api.bob("GET", f"/api/tickets/{number}/").status_code == 404
    body = {"comment": "Let me in"}
    assert api.bob("POST", f"/api/tickets/{number}/comment/", body).status_code == 404


def test_lists_counts_and_searches_are_ones_own(api: Api, of_ann: dict[str, str]) -> None:
    api.bob.create(subject="A thing of bob")
    for query in ("", "?search=secret", "?search=ann@mail.example", "?status=open"):
        found = api.bob.get(f"/api/tickets/{query}")
        assert found["count"] == len(found["results"])
        assert {ticket["subject"] for ticket in found["results"]} <= {"A thing of bob"}


def test_a_missing_ticket_and_anothers_are_told_alike(api: Api, of_ann: dict[str, str]) -> None:
    theirs = api.bob("GET", f"/api/tickets/{of_ann['key']}/")
    missing = api.bob("GET", "/api/tickets/99999/")
    assert theirs.data == missing.data


def test_writing_leaves_no_trace(api: Api, of_ann: dict[str, str]) -> None:
    before = api.agent.get(f"/api/tickets/{of_ann['key']}/")
    for path, method, body in (
        ("comment", "POST", {"comment": "Hi"}),
        ("status", "PATCH", {"status": "in_progress"}),
        ("priority", "PATCH", {"priority": "low"}),
        ("", "PATCH", {"snoozed_until": "2026-11-24T08:00:00Z"}),
    ):
        address = f"/api/tickets/{of_ann['key']}/{path}".removesuffix("/")
        api.bob(method, f"{address}/", body)
    assert api.agent.get(f"/api/tickets/{of_ann['key']}/") == before


def _filled(rule: str, of_ann: dict[str, str]) -> str:
    path = rule.replace("<ticket_key:key>", of_ann["key"]).replace("<number>", of_ann["number"])
    path = path.replace("<ticket_key:other>/", f"{of_ann['other']}/?relation=related")
    path = path.replace(ITEM, of_ann["item"])
    return path.replace("<int(max=9223372036854775807):mail_id>", of_ann["mail_id"])


def test_in_copy_of_a_ticket_one_sees_nothing_of_its_requesters_order(api: Api) -> None:
    api.agent("PUT", "/api/orders/A-1/", {"customer": "ann@mail.example"})
    made = api.ann.create(order_id="A-1")
    with api.database.transaction() as session:
        bob = api.shop.bob.id
        add_person_to(session, api.shop.agent, made["id"], bob, now=api.clock())
        change_order(session, api.shop.agent, made["id"], "", now=api.clock())
        change_order(session, api.shop.agent, made["id"], "A-1", now=api.clock())
    path = f"/api/tickets/{made['id']}/"
    for caller in (api.ann, api.agent):
        shown = caller.get(path)
        assert shown["order"] == "A-1"
        assert [row["field_changed"] for row in shown["history"]].count("order") == 2
    shown = api.bob.get(path)
    assert shown["order"] is None
    assert "A-1" not in str(shown)
    assert "A-1" not in str(api.bob.get("/api/tickets/"))


# Lists and counts; how each is asked for what only the other mailbox has, or has too.
LISTS = (
    *(f"/api/tickets/?{query}" for query in ("", "search=zebra", "search=quagga.example",
      "folder=spam", "folder=trash", "tag=urgent", "status=resolved", "page_size=1")),
    "/api/tickets/stats/", "/api/orders/A-1/tickets/", "/api/mail/inbound/",
    "/api/mail/inbound/?state=held", "/api/mail/outbound/", "/api/mail/outbound/?state=bounced",
    "/api/mailboxes/", "/api/canned-replies/", "/api/canned-replies/?search=zebra",
    # Words of the whole desk; what they count is each one's own.
    "/api/custom-fields/", "/api/tags/", "/api/views/", "/api/teams/", "/api/tickets/?view=v1",
)  # fmt: skip


def test_a_mailbox_that_a_token_has_not_leaves_no_trace(api: Api, of_ann: dict[str, str]) -> None:
    """All lists and counts are the very same with it and without it; what is in it is not there."""
    share_words(api, of_ann)
    set_rights(api, {api.shop.mailbox.id: "manage"})
    before = {path: api.agent.get(path) for path in LISTS}
    set_rights(api, None)
    made = add_apart(api, of_ann)
    named = sum(any(w in str(api.agent.get(path)).lower() for w in SECRETS) for path in LISTS)
    assert named >= 12  # whoever has all mailboxes sees it
    set_rights(api, {api.shop.mailbox.id: "manage"})
    assert {path: api.agent.get(path) for path in LISTS} == before
    for number, name in enumerate(EXPECTED):
        method, _, rule = name.partition(" ")
        if "<ticket_key" in rule or "<int" in rule:
            apart = {**of_ann, "key": made.ticket.number if number % 2 else str(made.ticket.id)}
            for mail_id in (made.mail_id, made.held_id):
                path = _filled(rule, {**apart, "mail_id": str(mail_id)})
                answer = api.agent(method, path, EXPECTED[name].body)
                assert answer.status_code == 404, f"{name}: {answer.text}"
                assert not [word for word in SECRETS if word in answer.text.lower()], name
    asked = api.agent("GET", "/api/canned-replies/?mailbox=okapi@shop.example")
    assert asked.status_code == 422
    body = {"subject": "Hello", "description": "x", "customer": "a@b.example",
            "mailbox": "okapi@shop.example"}  # fmt: skip
    assert api.agent("POST", "/api/tickets/create/", body).status_code == 422


def test_parents_and_children_that_one_does_not_see_are_not_named(
    api: Api, of_ann: dict[str, str]
) -> None:
    share_words(api, of_ann)
    made = add_apart(api, of_ann)
    set_rights(api, {api.shop.mailbox.id: "manage"})
    before = {path: api.agent.get(path) for path in LISTS}
    with api.database.transaction() as session:
        near = session.get_one(Ticket, int(of_ann["key"]))
        admin = session.get_one(Person, api.shop.admin.person_id)
        make_kin(session, made, api.clock(), admin=admin, near=near)
    assert {path: api.agent.get(path) for path in LISTS} == before
    shown = api.agent.get(f"/api/tickets/{of_ann['key']}/")
    assert not [word for word in SECRETS if word in str(shown).lower()]
    assert [one["relation"] for one in shown["links"]] == ["related"]  # of Ann's own
    kin = [row["new_value"] for row in shown["history"] if row["field_changed"] in KIN]
    assert kin[1:] == ["a ticket that you do not see"] * 3
    api.agent("PATCH", f"/api/tickets/{of_ann['key']}/status/", {"status": "in_progress"})
    held = api.agent("PATCH", f"/api/tickets/{of_ann['key']}/status/", {"status": "resolved"})
    assert held.status_code == 409
    assert "1 that you do not see" in held.text
    set_rights(api, None)
    assert len(api.agent.get(f"/api/tickets/{of_ann['key']}/")["links"]) == 4


def test_a_token_that_may_only_read_changes_nothing(api: Api, of_ann: dict[str, str]) -> None:
    set_rights(api, {api.shop.mailbox.id: "see"})
    before = api.agent.get(f"/api/tickets/{of_ann['key']}/")
    for name, expected in EXPECTED.items():
        method, _, rule = name.partition(" ")
        if "<ticket_key" in rule and method != "GET":
            answer = api.agent(method, _filled(rule, of_ann), expected.body)
            assert answer.status_code == 403, name
    assert api.agent.get(f"/api/tickets/{of_ann['key']}/") == before


def share_words(api: Api, of_ann: dict[str, str]) -> None:
    """Make what is the whole desk's: a tag, and a view that finds what is in the other mailbox."""
    with api.database.transaction() as session:
        ticket_id, admin = int(of_ann["key"]), api.shop.admin
        change_tags(session, admin, ticket_id, add=["urgent"], now=api.clock())
        draft = ViewDraft("Urgent", "tag:urgent", shared=True)
        save_view(session, admin, draft, now=api.clock())


def set_rights(api: Api, rights: dict[int, str] | None) -> None:
    agent_id, admin = api.shop.agent.person_id, api.shop.admin
    assert agent_id
    with api.database.transaction() as session:
        set_mailbox_rights(session, admin, agent_id, rights, now=api.clock())


def add_apart(api: Api, of_ann: dict[str, str]) -> Apart:
    with api.database.reading() as session:
        people = [
            session.get_one(Person, one.person_id) for one in (api.shop.admin, api.shop.agent)
        ]
        for one in people:
            assert one.addresses
        near = session.get_one(Ticket, int(of_ann["key"]))
        admin, agent = people
        return make_apart(
            api.database, api.store.blobs, api.clock(), admin=admin, agent=agent, ticket=near
        )
