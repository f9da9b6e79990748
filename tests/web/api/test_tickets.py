"""Tickets over the API: create, list, look at, comment, change, count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from helpdesk.actions.block_sender import block_sender
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.relate_tickets import relate_tickets
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import Order, OutboundMail, Participant, Ticket
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import CATEGORIES, PRIORITIES
from tests.support.factories import NOW
from tests.web.api.conftest import Api, problem

TICKET_FIELDS = {
    "id", "ticket_number", "subject", "description", "category", "priority", "status", "customer",
    "folder", "language", "tags", "snoozed_until", "order", "assignee", "team", "created_at",
    "updated_at", "resolved_at", "closed_at", "custom_fields",
}  # fmt: skip

DETAIL_FIELDS = {"comments", "history", "mailbox", "not_acknowledged", "links", "checklist"}


def test_a_created_ticket_has_the_promised_fields(api: Api) -> None:
    answer = api.ann(
        "POST",
        "/api/tickets/create/",
        {
            "subject": "My kettle leaks",
            "description": "At the bottom.",
            "category": "product",
            "priority": "high",
        },
    )
    ticket = answer.json
    assert answer.status_code == 201
    assert ticket.keys() == TICKET_FIELDS
    assert ticket["ticket_number"] == "TKT20261123001"
    assert (ticket["status"], ticket["priority"], ticket["category"]) == ("open", "high", "product")
    assert ticket["description"] == "At the bottom."
    assert ticket["customer"] == {
        "id": api.shop.ann.id,
        "name": "ann",
        "email": "ann@mail.example",
    }
    assert ticket["order"] is ticket["assignee"] is ticket["resolved_at"] is None
    assert answer.headers["Location"] == f"http://localhost/api/tickets/{ticket['id']}/"


def test_creating_acknowledges_by_mail(api: Api) -> None:
    api.ann.create()
    with api.database.reading() as session:
        assert session.scalars(select(OutboundMail.recipient)).all() == ["ann@mail.example"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"subject": "ab"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "  \n "}, "subject"),
        ({"subject": None}, "subject"),
        ({"subject": 7}, "subject"),
        ({"description": ""}, "description"),
        ({"description": " \n"}, "description"),
        ({"description": "x" * 10_001}, "description"),
        ({"category": "cars"}, "category"),
        ({"priority": "asap"}, "priority"),
        ({"order_id": "A-1"}, "order_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_field_that_does_not_hold_is_named(api: Api, changed: Any, field: str) -> None:
    body = {"subject": "My kettle leaks", "description": "At the bottom.", **changed}
    errors = problem(api.ann("POST", "/api/tickets/create/", body), 422)["errors"]
    assert list(errors) == [field]
    assert errors[field][0]


def test_all_missing_fields_are_named_at_once(api: Api) -> None:
    errors = problem(api.ann("POST", "/api/tickets/create/", {}), 422)["errors"]
    assert errors.keys() == {"subject", "description"}


def test_all_that_does_not_hold_is_named_at_once(api: Api) -> None:
    body = {"subject": "Hi there", "description": " ", "category": "cars", "order_id": "Z-9"}
    errors = problem(api.ann("POST", "/api/tickets/create/", body), 422)["errors"]
    assert errors.keys() == {"description", "category", "order_id"}


def test_text_that_no_database_keeps(api: Api) -> None:
    errors = problem(
        api.ann("POST", "/api/tickets/create/", {"subject": "Half \ud83d", "description": "x"}), 422
    )["errors"]
    assert list(errors) == ["subject"]
    assert api.ann.create(subject="A \0 in the middle")["subject"] == "A in the middle"


def test_staff_create_for_a_customer(api: Api) -> None:
    ticket = api.agent.create(customer="Carol@Mail.Example")
    assert ticket["customer"]["email"] == "carol@mail.example"
    problem(
        api.ann(
            "POST",
            "/api/tickets/create/",
            {"subject": "Hello", "description": "x", "customer": "bob@mail.example"},
        ),
        403,
    )
    body = {"subject": "Hello", "description": "x", "customer": "no address"}
    errors = problem(api.agent("POST", "/api/tickets/create/", body), 422)["errors"]
    assert list(errors) == ["customer"]


def test_what_staff_create_for_a_blocked_customer_is_not_acknowledged(api: Api) -> None:
    with api.database.transaction() as session:
        block_sender(session, api.shop.agent, "@spam.example", now=api.clock())
    ticket = api.agent.create(customer="eve@mail.spam.example")
    detail = api.agent.get(f"/api/tickets/{ticket['id']}/")
    assert (detail["folder"], detail["not_acknowledged"]) == ("inbox", "spam")
    with api.database.reading() as session:
        assert session.scalars(select(OutboundMail.recipient)).all() == []


def test_an_order_must_be_the_requesters(api: Api) -> None:
    with api.database.transaction() as session:
        for number, person in (("A-1", api.shop.ann), ("B-1", api.shop.bob)):
            session.add(Order(number=number, person_id=person.id, created_at=api.clock()))
    assert api.ann.create(order_id="A-1")["order"] == "A-1"
    told = []
    for number in ("B-1", "C-1"):
        body = {"subject": "Hello", "description": "x", "order_id": number}
        told.append(problem(api.ann("POST", "/api/tickets/create/", body), 422)["errors"])
    assert told[0] == told[1] == {"order_id": ["We don't find this order for your address."]}


def test_without_a_mailbox_creating_says_what_is_missing(api: Api) -> None:
    with api.database.transaction() as session:
        session.delete(session.get_one(type(api.shop.mailbox), api.shop.mailbox.id))
    body = {"subject": "Hello", "description": "x"}
    assert "mailbox add" in problem(api.ann("POST", "/api/tickets/create/", body), 503)["detail"]


def test_pages_of_the_list(api: Api) -> None:
    for number in range(5):
        api.ann.create(subject=f"Number {number}")
        api.clock.advance(60)
    first = api.ann.get("/api/tickets/?page_size=2&search=number")
    assert first["count"] == 5
    assert [ticket["subject"] for ticket in first["results"]] == ["Number 4", "Number 3"]
    assert first["previous"] is None
    assert first["next"] == "http://localhost/api/tickets/?page_size=2&search=number&page=2"
    second = api.ann.get(_path(first["next"]))
    third = api.ann.get(_path(second["next"]))
    assert [ticket["subject"] for ticket in third["results"]] == ["Number 0"]
    assert third["next"] is None
    assert api.ann.get(_path(third["previous"])) == second
    beyond = api.ann.get("/api/tickets/?page_size=2&page=9")
    assert beyond["results"] == []
    assert beyond["next"] is None
    assert "page=3" in beyond["previous"]


def test_twenty_a_page_and_a_hundred_at_most(api: Api) -> None:
    for number in range(21):
        api.ann.create(subject=f"Number {number}")
    assert len(api.ann.get("/api/tickets/")["results"]) == 20
    assert len(api.ann.get("/api/tickets/?page_size=100")["results"]) == 21
    for query, field in (("page_size=101", "page_size"), ("page=0", "page"), ("page=x", "page")):
        assert list(problem(api.ann("GET", f"/api/tickets/?{query}"), 422)["errors"]) == [field]
    problem(api.ann("GET", f"/api/tickets/?page={'9' * 5000}"), 422)


def test_filters(api: Api) -> None:
    api.ann.create(subject="A refund", category="refund", priority="urgent")
    api.bob.create(subject="A parcel", category="delivery")
    for query, subjects in (
        ("category=refund", ["A refund"]),
        ("priority=medium", ["A parcel"]),
        ("status=open", ["A parcel", "A refund"]),
        ("status=closed", []),
        ("search=bob@mail", ["A parcel"]),
        ("search=TKT20261123001", ["A refund"]),
        ("search=%00", ["A parcel", "A refund"]),
        ("category=refund&search=parcel", []),
    ):
        found = api.agent.get(f"/api/tickets/?{query}")
        assert [ticket["subject"] for ticket in found["results"]] == subjects, query
    for field in ("status", "priority", "category"):
        assert list(problem(api.agent("GET", f"/api/tickets/?{field}=no"), 422)["errors"]) == [
            field
        ]


def test_a_filter_given_twice_means_either(api: Api) -> None:
    for priority in ("low", "high", "urgent"):
        api.ann.create(subject=priority.capitalize(), priority=priority)
    found = api.agent.get("/api/tickets/?priority=low&priority=urgent&page_size=1")
    assert found["count"] == 2
    assert [ticket["subject"] for ticket in found["results"]] == ["Urgent"]
    following = api.agent.get(found["next"].removeprefix("http://localhost"))
    assert [ticket["subject"] for ticket in following["results"]] == ["Low"]
    refused = api.agent("GET", "/api/tickets/?priority=low&priority=loud")
    assert list(problem(refused, 422)["errors"]) == ["priority"]


@pytest.mark.parametrize(
    "path",
    ["/api/tickets/", "/api/tickets/stats/", "/api/tickets/1/", "/api/mail/inbound/",
     "/api/mail/outbound/", "/api/orders/A-1/tickets/"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["assignee", "Status", "pagesize", "teams"])
def test_an_unknown_filter_is_named(api: Api, path: str, name: str) -> None:
    """A misspelled filter that was passed over would list all tickets."""
    api.ann.create()
    assert list(problem(api.agent("GET", f"{path}?{name}=x"), 422)["errors"]) == [name]


def test_staff_name_the_customer(api: Api) -> None:
    body = {"subject": "A refund", "description": "Please."}
    for missing in ({}, {"customer": None}):
        answer = api.agent("POST", "/api/tickets/create/", {**body, **missing})
        assert list(problem(answer, 422)["errors"]) == ["customer"]
    assert api.ann("POST", "/api/tickets/create/", {**body, "customer": None}).status_code == 201


def test_a_reason_may_be_null(api: Api) -> None:
    path = f"/api/tickets/{api.ann.create()['id']}"
    for field, value in (("status", "in_progress"), ("priority", "high")):
        answer = api.agent("PATCH", f"{path}/{field}/", {field: value, "reason": None})
        assert answer.status_code == 200, answer.text
    reasons = {change["change_reason"] for change in api.agent.get(f"{path}/")["history"]}
    assert reasons == {""}


def test_customers_know_staff_by_their_first_name_alone(api: Api) -> None:
    with api.database.transaction() as session:
        agent = person_at(session, "agent@shop.example")
        assert agent
        agent.name = "Dr. Bo Okafor"
    made = api.ann.create()
    path = f"/api/tickets/{made['id']}"
    api.agent("POST", f"{path}/comment/", {"comment": "Hello."})
    api.agent("PATCH", f"{path}/priority/", {"priority": "high"})
    with api.database.transaction() as session:
        ticket = session.get_one(Ticket, made["id"])
        ticket.assignee = person_at(session, "agent@shop.example")
    seen = api.ann("GET", f"{path}/").text + api.ann("GET", "/api/tickets/").text
    assert "Okafor" not in seen
    assert "agent@" not in seen
    detail = api.ann.get(f"{path}/")
    assert detail["assignee"] == {"id": detail["assignee"]["id"], "name": "Bo", "email": None}
    assert detail["comments"][-1]["author"] == "Bo"
    assert "Bo" in {change["changed_by"] for change in detail["history"]}
    assert api.agent.get(f"{path}/")["assignee"]["name"] == "Dr. Bo Okafor"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Bo Okafor", "Bo"), ("Okafor, Bo", "Bo"), ("van Okafor, Bo Kim", "Bo"),
        ("Dr Bo Okafor", "Bo"), ("Okafor, Dr. Bo", "Bo"), ("Bo Okafor, PhD", "Bo"),
        ("Prof. Dr. Bo Okafor, M.A.", "Bo"), ("Frau Okafor", ""), ("Dr. Okafor", ""),
        ("B. Okafor", ""), ("bo.okafor@shop.example", ""), ("Bo", "Bo"), ("Bo,", "Bo"),
    ],
)  # fmt: skip
def test_a_family_name_is_not_told_however_it_is_written(api: Api, name: str, told: str) -> None:
    with api.database.transaction() as session:
        agent = person_at(session, "agent@shop.example")
        assert agent
        agent.name = name
    path = f"/api/tickets/{api.ann.create()['id']}"
    api.agent("POST", f"{path}/comment/", {"comment": "Hello."})
    detail = api.ann.get(f"{path}/")
    assert detail["comments"][-1]["author"] == told
    assert "Okafor" not in str(detail)
    assert api.agent.get(f"{path}/")["comments"][-1]["author"] == name


@pytest.mark.parametrize("query", ["search=a&search=b", "page=1&page=2", "page_size=5&page_size=5"])
def test_what_means_one_thing_is_said_once(api: Api, query: str) -> None:
    answer = api.agent("GET", f"/api/tickets/?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [query.partition("=")[0]])
    assert api.agent("GET", "/api/tickets/?status=open&status=closed").status_code == 200


def test_the_detail_by_id_and_by_number(api: Api) -> None:
    made = api.ann.create()
    detail = api.ann.get(f"/api/tickets/{made['id']}/")
    assert detail.keys() == TICKET_FIELDS | DETAIL_FIELDS
    assert api.ann.get(f"/api/tickets/{made['ticket_number'].lower()}/") == detail
    (comment,) = detail["comments"]
    assert comment.keys() == {
        "id", "author", "comment", "is_staff_comment", "internal", "created_at",
    }  # fmt: skip
    assert (comment["author"], comment["comment"]) == ("ann", "At the bottom.")
    (change,) = detail["history"]
    assert change.keys() == {
        "changed_by", "field_changed", "old_value", "new_value", "change_reason", "created_at",
    }  # fmt: skip
    assert (change["field_changed"], change["new_value"]) == ("status", "open")


def test_a_comment_of_staff_leaves_as_mail(api: Api) -> None:
    key = api.ann.create()["id"]
    answer = api.agent("POST", f"/api/tickets/{key}/comment/", {"comment": "Have you shut it?"})
    assert answer.status_code == 201
    assert answer.json["is_staff_comment"] is True
    assert answer.json["internal"] is False
    with api.database.reading() as session:
        mail = session.scalars(select(OutboundMail).where(OutboundMail.queue == "answers")).one()
        session.expunge(mail)
    assert (mail.recipient, mail.comment_id) == ("ann@mail.example", answer.json["id"])
    assert mail.next_attempt_at == api.clock()
    assert api.ann.get(f"/api/tickets/{key}/")["status"] == "waiting"


def test_a_comment_of_the_customer_makes_it_our_turn(api: Api) -> None:
    key = api.ann.create()["id"]
    api.agent("POST", f"/api/tickets/{key}/comment/", {"comment": "Have you shut it?"})
    answer = api.ann("POST", f"/api/tickets/{key}/comment/", {"comment": "Yes."})
    assert answer.json["is_staff_comment"] is False
    assert api.agent.get(f"/api/tickets/{key}/")["status"] == "in_progress"


def test_internal_notes_are_for_staff(api: Api) -> None:
    key = api.ann.create()["id"]
    path = f"/api/tickets/{key}/comment/"
    assert api.agent("POST", path, {"comment": "Third time!", "internal": True}).json["internal"]
    assert "Third time!" not in api.ann("GET", f"/api/tickets/{key}/").text
    assert "Third time!" not in api.ann("GET", "/api/tickets/").text
    assert len(api.agent.get(f"/api/tickets/{key}/")["comments"]) == 2
    problem(api.ann("POST", path, {"comment": "For me", "internal": True}), 403)
    with api.database.reading() as session:
        answers = select(func.count()).where(OutboundMail.queue == "answers")
        assert session.scalar(answers) == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"comment": "x" * 2001}, "comment"),
        ({"comment": "  "}, "comment"),
        ({}, "comment"),
        ({"comment": "Hello", "internal": "yes"}, "internal"),
    ],
)
def test_comments_that_do_not_hold(api: Api, body: Any, field: str) -> None:
    key = api.ann.create()["id"]
    errors = problem(api.agent("POST", f"/api/tickets/{key}/comment/", body), 422)["errors"]
    assert list(errors) == [field]


def test_a_comment_of_two_thousand_characters(api: Api) -> None:
    key = api.ann.create()["id"]
    answer = api.agent("POST", f"/api/tickets/{key}/comment/", {"comment": "é" * 2000})
    assert answer.status_code == 201


def test_status_goes_step_by_step_with_its_reason(api: Api) -> None:
    key = api.ann.create()["id"]
    path = f"/api/tickets/{key}/status/"
    body = problem(api.agent("PATCH", path, {"status": "resolved"}), 409)
    assert body["allowed"] == ["in_progress"]
    assert "in_progress" in body["detail"]
    for status in ("in_progress", "waiting", "in_progress", "resolved", "closed", "open"):
        answer = api.agent("PATCH", path, {"status": status, "reason": f"to {status}"})
        assert answer.status_code == 200, answer.text
        assert answer.json.keys() == TICKET_FIELDS
        assert answer.json["status"] == status
    history = api.agent.get(f"/api/tickets/{key}/")["history"]
    assert history[-1]["change_reason"] == "to open"
    assert (history[-1]["old_value"], history[-1]["new_value"]) == ("closed", "open")
    assert history[-1]["changed_by"]


def test_an_open_child_holds_its_parent(api: Api) -> None:
    key, child = api.ann.create()["id"], api.ann.create()
    with api.database.transaction() as session:
        relate_tickets(session, api.shop.agent, key, child["id"], "child", now=NOW)
    path = f"/api/tickets/{key}/status/"
    assert api.agent("PATCH", path, {"status": "in_progress"}).status_code == 200
    held = problem(api.agent("PATCH", path, {"status": "resolved"}), 409)
    assert (child["ticket_number"] in held["detail"], held["allowed"]) == (True, [])
    answer = api.agent("PATCH", path, {"status": "resolved", "despite_children": True})
    assert answer.json["status"] == "resolved"


def test_resolved_and_closed_are_dated(api: Api) -> None:
    key = api.ann.create()["id"]
    for status in ("in_progress", "resolved", "closed"):
        api.clock.advance(60)
        ticket = api.agent("PATCH", f"/api/tickets/{key}/status/", {"status": status}).json
    assert ticket["resolved_at"] == "2026-11-23T09:02:00+00:00"
    assert ticket["closed_at"] == "2026-11-23T09:03:00+00:00"


def test_the_status_it_has_already_changes_nothing(api: Api) -> None:
    key = api.ann.create()["id"]
    assert api.agent("PATCH", f"/api/tickets/{key}/status/", {"status": "open"}).status_code == 200
    assert len(api.agent.get(f"/api/tickets/{key}/")["history"]) == 1


def test_priority_with_its_reason(api: Api) -> None:
    key = api.ann.create()["id"]
    path = f"/api/tickets/{key}/priority/"
    answer = api.agent("PATCH", path, {"priority": "urgent", "reason": "Water on the floor"})
    assert (answer.status_code, answer.json["priority"]) == (200, "urgent")
    change = api.agent.get(f"/api/tickets/{key}/")["history"][-1]
    assert (change["field_changed"], change["old_value"]) == ("priority", "medium")
    assert change["change_reason"] == "Water on the floor"
    # The customer learns of the change, and not what staff wrote to one another.
    theirs = api.ann("GET", f"/api/tickets/{key}/")
    assert theirs.json["history"][-1]["new_value"] == "urgent"
    assert "Water on the floor" not in theirs.text


@pytest.mark.parametrize(("field", "value"), [("status", "in_progress"), ("priority", "low")])
def test_only_staff_change_status_and_priority(api: Api, field: str, value: str) -> None:
    key = api.ann.create()["id"]
    path = f"/api/tickets/{key}/{field}/"
    problem(api.ann("PATCH", path, {field: value}), 403)
    problem(api.bob("PATCH", path, {field: value}), 404)
    assert list(problem(api.agent("PATCH", path, {field: "no"}), 422)["errors"]) == [field]
    assert list(problem(api.agent("PATCH", path, {}), 422)["errors"]) == [field]


def test_addresses_of_staff_are_for_staff(api: Api) -> None:
    key = api.ann.create()["id"]
    api.agent("POST", f"/api/tickets/{key}/comment/", {"comment": "Hello"})
    with api.database.transaction() as session:
        session.get_one(Ticket, key).assignee_id = api.shop.agent.person_id
    assert api.agent.get(f"/api/tickets/{key}/")["assignee"]["email"] == "agent@shop.example"
    theirs = api.ann("GET", f"/api/tickets/{key}/")
    assert theirs.json["assignee"]["email"] is None
    assert "agent@shop.example" not in theirs.text


def test_people_in_copy_see_the_ticket_once_staff_let_them(api: Api) -> None:
    key = api.ann.create()["id"]
    with api.database.transaction() as session:
        participant = Participant(
            ticket_id=key,
            person_id=api.shop.bob.id,
            role="copy",
            pending=True,
            added_at=api.clock(),
        )
        session.add(participant)
    problem(api.bob("GET", f"/api/tickets/{key}/"), 404)
    assert api.bob.get("/api/tickets/")["count"] == 0
    with api.database.transaction() as session:
        session.get_one(Participant, participant.id).pending = False
    assert api.bob.get(f"/api/tickets/{key}/")["id"] == key
    assert api.bob.get("/api/tickets/")["count"] == 1


def test_the_figures_are_those_counted_by_hand(api: Api) -> None:
    assert api.agent.get("/api/tickets/stats/")["avg_response_time"] is None
    keys = [
        api.ann.create(category=category, priority=priority)["id"]
        for category, priority in (
            ("refund", "high"),
            ("refund", "low"),
            ("other", "low"),
            ("delivery", "urgent"),
        )
    ]
    for key, seconds in ((keys[0], 30), (keys[1], 60)):
        api.clock.advance(seconds)
        api.agent("POST", f"/api/tickets/{key}/comment/", {"comment": "Hello"})
    for status in ("in_progress", "resolved"):
        api.agent("PATCH", f"/api/tickets/{keys[3]}/status/", {"status": status})
    assert api.agent.get("/api/tickets/stats/") == {
        "total_tickets": 4,
        "open_tickets": 1,
        "in_progress": 0,
        "waiting": 2,
        "resolved": 1,
        "closed": 0,
        "avg_response_time": 60.0,
        "tickets_by_category": dict.fromkeys(CATEGORIES, 0)
        | {"refund": 2, "other": 1, "delivery": 1},
        "tickets_by_priority": dict.fromkeys(PRIORITIES, 0) | {"high": 1, "low": 2, "urgent": 1},
    }
    problem(api.ann("GET", "/api/tickets/stats/"), 403)


def _path(url: str) -> str:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost"
    return f"{parts.path}?{parts.query}"


def test_a_merged_ticket_is_told_where_it_goes_on(api: Api) -> None:
    old, new = api.ann.create(), api.ann.create()
    with api.database.transaction() as session:
        merge_tickets(session, api.shop.agent, old["id"], new["id"], now=api.clock.now)
    for method, part, body in (
        ("PATCH", "status", {"status": "open"}),
        ("PATCH", "priority", {"priority": "low"}),
        ("POST", "comment", {"comment": "Hello"}),
    ):
        refused = api.agent(method, f"/api/tickets/{old['id']}/{part}/", body)
        assert new["ticket_number"] in problem(refused, 409)["detail"]


def test_staff_are_told_why_a_customer_was_not_acknowledged(api: Api) -> None:
    made = [api.ann.create() for _ in range(4)]
    path = "/api/tickets/{}/"
    reasons = [api.agent.get(path.format(one["id"]))["not_acknowledged"] for one in made]
    assert reasons == [None, None, None, "rate_limit"], "three an hour to one address"
    assert api.ann.get(path.format(made[3]["id"]))["not_acknowledged"] is None


def test_spam_and_trash_are_listed_where_they_are_asked_for(api: Api) -> None:
    draft = {"subject": "My kettle leaks", "description": "At the bottom."}
    created = api.ann("POST", "/api/tickets/create/", draft).json
    with api.database.transaction() as session:
        change_folder(session, SYSTEM, created["id"], "spam", now=NOW)
    assert api.agent("GET", "/api/tickets/").json["count"] == 0
    [found] = api.agent("GET", "/api/tickets/?folder=spam").json["results"]
    assert (found["id"], found["folder"]) == (created["id"], "spam")
    # Who wrote it is not told.
    [own] = api.ann("GET", "/api/tickets/").json["results"]
    assert own["folder"] == "inbox"
    assert api.agent("GET", "/api/tickets/?folder=cellar").status_code == 422


def test_a_ticket_is_snoozed_and_woken(api: Api) -> None:
    draft = {"subject": "My kettle leaks", "description": "At the bottom."}
    path = f"/api/tickets/{api.ann('POST', '/api/tickets/create/', draft).json['id']}/"
    until = (api.clock() + timedelta(days=3)).isoformat()
    snoozed = api.agent("PATCH", path, {"snoozed_until": until, "reason": "The part comes then."})
    assert (snoozed.status_code, snoozed.json["snoozed_until"]) == (200, until)
    assert api.agent.get(path)["history"][-1]["change_reason"] == "The part comes then."
    # Who wrote it is not told.
    assert api.ann.get(path)["snoozed_until"] is None
    assert api.ann("PATCH", path, {"snoozed_until": None}).status_code == 403
    assert api.agent("PATCH", path, {}).json["snoozed_until"] == until
    for wrong in ("soon", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        refused = api.agent("PATCH", path, {"snoozed_until": wrong})
        assert problem(refused, 422)["errors"].keys() == {"snoozed_until"}
    assert api.agent("PATCH", path, {"snoozed_until": None}).json["snoozed_until"] is None


def test_tags_are_replaced_as_a_whole_listed_by_and_kept_from_customers(api: Api) -> None:
    draft = {"subject": "My kettle leaks", "description": "At the bottom."}
    made = [api.ann("POST", "/api/tickets/create/", draft).json["id"] for _ in range(3)]
    for ticket_id, tags in zip(made, (["VIP", "refund"], ["Late parcel"], []), strict=True):
        changed = api.agent("PATCH", f"/api/tickets/{ticket_id}/", {"tags": tags})
        assert changed.status_code == 200
    one = f"/api/tickets/{made[0]}/"
    given = {"tags": ["vip", "Bank"], "reason": "said so"}
    assert api.agent("PATCH", one, given).json["tags"] == ["Bank", "VIP"]
    assert api.agent("PATCH", one, {}).json["tags"] == ["Bank", "VIP"]
    history = [
        (row["field_changed"], row["old_value"], row["new_value"], row["change_reason"])
        for row in api.agent("GET", one).json["history"]
    ]
    assert history[-2:] == [("tag", "refund", "", "said so"), ("tag", "", "Bank", "said so")]

    def listed(query: str) -> set[int]:
        return {row["id"] for row in api.agent("GET", f"/api/tickets/?{query}").json["results"]}

    assert listed("tag=BANK") == {made[0]}
    assert listed("tag=bank&tag=late+parcel") == {made[0], made[1]}
    assert listed("tag=nobody") == set()
    # They are the staff's own: a customer is told none, and finds nothing by them.
    assert api.ann("GET", one).json["tags"] == []
    assert api.ann("GET", "/api/tickets/?tag=bank").json["count"] == 0
    assert api.ann("PATCH", one, {"tags": []}).status_code == 403


@pytest.mark.parametrize("tags", ["refund", ["a,b"], [""], ["x" * 41], ["a"] * 21, [None], None])
def test_what_is_no_list_of_tags_is_named(api: Api, tags: object) -> None:
    draft = {"subject": "My kettle leaks", "description": "At the bottom."}
    created = api.ann("POST", "/api/tickets/create/", draft).json
    refused = api.agent("PATCH", f"/api/tickets/{created['id']}/", {"tags": tags})
    assert refused.status_code == 422
    assert "tags" in str(refused.json["errors"])


def test_a_ticket_goes_to_another_mailbox(api: Api) -> None:
    with api.database.transaction() as session:
        add_mailbox(session, SYSTEM, "returns@shop.example", name="Returns", now=api.clock())
    path = f"/api/tickets/{api.ann.create()['id']}/"
    sent = {"mailbox": "returns@shop.example", "reason": "a return"}
    assert api.agent("PATCH", path, sent).status_code == 200
    shown = api.agent.get(path)
    assert shown["mailbox"] == "returns@shop.example"
    (line,) = [one for one in shown["history"] if one["field_changed"] == "mailbox"]
    assert (line["old_value"], line["new_value"]) == ("support@shop.example", sent["mailbox"])
    assert not [one for one in api.ann.get(path)["history"] if one["field_changed"] == "mailbox"]
    for wrong in ("", "nobody@shop.example"):
        assert "mailbox" in api.agent("PATCH", path, {"mailbox": wrong}).text
        assert api.agent("PATCH", path, {"mailbox": wrong}).status_code == 422
    assert api.ann("PATCH", path, sent).status_code == 403
