"""Who may see what: every route, asked by everybody. 404 rather than 403."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.models import Attachment, Comment
from tests.web.conftest import SECRET_NOTE, Browser, Desk
from tests.web.test_app import address, rules

EVERYBODY = ("portal.home", "portal.tracking", "portal.file", "portal.picture", "portal.answer",
             "portal.news", "portal.solved", "portal.more_help", "portal.fresh", "portal.rating",
             "portal.rate", "portal.new", "portal.write", "portal.style",
             "portal.logo", "portal.sign_in", "portal.ask_for_link", "portal.link",
             "portal.use_link", "portal.fresh_link", "portal.sign_out", "portal.address_link",
             "static", "favicon", "healthz", "readyz", "metrics", "theme", "language",
             "desk.login",
             "desk.log_in", "desk.log_out", "desk.forgot", "desk.ask_for_password_link",
             "desk.new_password", "desk.set_new_password",
             "mail_frame.frame", "mail_frame.inline_picture",
             "mail_frame.attached_frame", "mail_frame.quarantined_frame")  # fmt: skip
"""Open to all: what they show is decided by a token in the address, or is no secret."""
ADMINS = ("desk.mails", "desk.mails_frame", "desk.dev_mail")
NO_PAGES = {"desk.beside": 303, "desk.session_stands": 204, "desk.was_sent": 404}
"""For staff: leads to another page, or says only that it is theirs, or that nothing was sent."""
OWN_TOKEN = ("desk.preview_frame",)
"""For staff, with a token that was made for this very thing: the tracking link's is none."""

CUSTOMERS = ("portal.my", "portal.my_ticket", "portal.addresses", "portal.add_address",
             "portal.use_address_link", "portal.order")  # fmt: skip
"""For a customer who signed in by a mailed link."""


@pytest.fixture
def customer(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    """Ann, with a session such as a signed-in customer will have."""
    made = visitor()
    made.is_signed_in_as(desk.ann)
    return made


@pytest.fixture
def admin(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    made = visitor()
    made.is_signed_in_as(desk.ada)
    return made


def test_each_route_by_each_role(
    app: Flask, desk: Desk, anonymous: Browser, customer: Browser, agent: Browser, admin: Browser
) -> None:
    staff_routes = 0
    for rule in rules(app):
        if rule.endpoint in EVERYBODY + CUSTOMERS or not rule.methods:
            continue
        staff_routes += 1
        path = address(rule, desk)
        if "GET" in rule.methods:
            refused = anonymous.get(path)
            assert refused.status_code == 303, path
            assert refused.location.startswith("/desk/login"), path
            assert customer.get(path).status_code == 404, path
            is_for_admins = rule.endpoint in ADMINS or path.startswith("/desk/admin")
            found = NO_PAGES.get(rule.endpoint, 200)
            for_agent = 404 if is_for_admins or rule.endpoint in OWN_TOKEN else found
            assert agent.get(path).status_code == for_agent, path
            for_admin = 404 if rule.endpoint in OWN_TOKEN else found
            assert admin.get(path).status_code == for_admin, path
        if "POST" in rule.methods:
            assert anonymous.post(path, comment="x").location.startswith("/desk/login"), path
            assert customer.post(path, comment="x").status_code == 404, path
            if path.startswith("/desk/admin"):
                assert agent.post(path, comment="x").status_code == 404, path
    assert staff_routes >= 14
    assert desk.reload().comment_count == desk.ticket.comment_count


def test_each_route_for_customers_by_each_role(
    app: Flask,
    desk: Desk,
    visitor: Callable[[], Browser],
    anonymous: Browser,
    customer: Browser,
    agent: Browser,
) -> None:
    ben = visitor()
    ben.is_signed_in_as(desk.ben)
    asked = [rule for rule in rules(app) if rule.endpoint in CUSTOMERS]
    assert len(asked) == len(CUSTOMERS)
    for rule in asked:
        path = address(rule, desk)
        for nobody in (anonymous, agent):
            ask = nobody.get if "GET" in (rule.methods or ()) else nobody.post
            answer = ask(path)
            assert (answer.status_code, answer.location) == (303, "/my/sign-in"), path
        if "GET" in (rule.methods or ()):
            assert customer.get(path).status_code in (200, 303), path
    # Ann's ticket is Ann's: Ben finds neither it nor a trace of it.
    number = desk.ticket.number
    assert customer.get(f"/my/t/{number}").location == f"/t/{desk.token()}"
    assert ben.get(f"/my/t/{number}").status_code == 404
    for page in ("/my", "/my?q=parcel", f"/my?q={number}", "/my/addresses"):
        text = ben.get(page).text
        assert "Parcel late" not in text, page
        assert "ann@" not in text, page
    assert "Parcel late" in customer.get("/my?q=PARCEL").text


def test_a_customer_with_a_session_is_still_nobody_on_the_desk(
    desk: Desk, customer: Browser
) -> None:
    token = customer.token(f"/t/{desk.token()}")
    answer = customer.client.post(
        f"/desk/t/{desk.ticket.number}/note", data={"csrf_token": token, "comment": "x"}
    )
    assert answer.status_code == 404


def test_a_link_shows_its_own_ticket_and_no_other(desk: Desk, anonymous: Browser) -> None:
    page = anonymous.get(f"/t/{desk.token()}").text
    assert "Parcel late" in page
    assert "Wrong size" not in page
    anns, bens = file_ids(desk, desk.ticket.id), file_ids(desk, desk.other.id)
    token = desk.token()
    assert anonymous.get(f"/t/{token}/file/{anns[0]}").status_code == 200
    for number in bens:
        assert anonymous.get(f"/t/{token}/file/{number}").status_code == 404
        assert anonymous.get(f"/t/{token}/picture/{number}").status_code == 404


def test_files_of_a_note_are_the_staffs(desk: Desk, anonymous: Browser, agent: Browser) -> None:
    hidden = file_ids(desk, desk.ticket.id, internal=True)
    assert hidden
    for number in hidden:
        assert anonymous.get(f"/t/{desk.token()}/file/{number}").status_code == 404
        assert anonymous.get(f"/t/{desk.token()}/picture/{number}").status_code == 404
        assert agent.get(f"/desk/file/{number}").status_code == 200


def test_notes_and_routing_never_reach_the_customer(desk: Desk, anonymous: Browser) -> None:
    source = anonymous.get(f"/t/{desk.token()}").text
    for hidden in (SECRET_NOTE, "bo@shop.example", "Bo Okafor", "Internal", "Why is this here",
                   "assignee", "priority", "agent"):  # fmt: skip
        assert hidden not in source


def file_ids(desk: Desk, ticket_id: int, *, internal: bool = False) -> list[int]:
    with desk.database.reading() as session:
        return list(
            session.scalars(
                select(Attachment.id)
                .join(Comment)
                .where(Comment.ticket_id == ticket_id, Comment.internal.is_(internal))
                .order_by(Attachment.id)
            )
        )
