"""Who may see what: every route, asked by everybody. 404 rather than 403."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.models import (
    Attachment,
    BlockedSender,
    BulkChange,
    CannedReply,
    Change,
    Comment,
    InboundMail,
    OutboundMail,
    Participant,
    Person,
    PersonAddress,
    SavedDraft,
    Ticket,
    TrustedSender,
)
from helpdesk.queries import near_misses, queue_walk
from helpdesk.tickets.access import actor_of
from tests.support.apart import SECRETS, Apart, make_apart, make_kin
from tests.support.clock import FakeClock
from tests.web.conftest import SECRET_NOTE, Browser, Desk, without_tokens
from tests.web.test_app import address, rules
from web.desk import view_list

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
NO_PAGES = {"desk.beside": 303, "desk.session_stands": 204, "desk.told": 204,
            "desk.was_sent": 404, "desk.come_back": 303}  # fmt: skip
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


# Lists, counts and suggestions, asked for what only the other mailbox has, or has too.
LISTS = (
    *(f"/desk?view={view}" for view in ("mine", "unassigned", "open", "waiting", "snoozed",
      "resolved", "closed", "all", "spam", "trash")),
    *(f"/desk?view=all&q={word}" for word in ("zebra", "okapi", "from:zebra@quagga.example",
      "to:quagga", "tag:urgent", "in:spam", "in:trash", "order:ZEBRA-1", "assignee:none",
      "has:file", "mailbox:okapi", "a", "Ann")),
    *(f"/desk/palette?q={word}" for word in ("zebra", "zebra@", "quagga", "okapi", "an")),
    *(f"/desk/known-people?q={word}" for word in ("zebra", "zebra@", "quagga", "okapi", "an")),
    *(f"/desk/merge-preview?ticket=1&ticket=2&ticket=3&ticket=4&into={one}" for one in range(1, 9)),
    *(f"/desk/tickets/meant?q={word}" for word in ("zebra", "quagga", "okapi", "an", "TKT", "2")),
    "/desk?view=v1", "/desk/pulse?view=v1", "/desk/bulk/count?view=v1",
    "/desk?view=all&q=team:none", "/desk?view=all&q=has:okapi-kind",
    "/desk?view=all&q=okapi-kind:zebra", "/desk/hits?view=all&q=okapi-kind:zebra",
    "/desk?view=all&q=zebrra", "/desk?view=all&q=parcel+quaga",
    *(f"/desk/search-words?q={word}" for word in ("zebra", "quagga", "an")),
    *(f"/desk/hits?view=all&q={word}" for word in ("zebra", "a", "tag:urgent")),
    "/desk/bulk/count?view=all", "/desk/bulk/count?view=spam", "/desk/bulk/count?view=all&q=zebra",
    "/desk/pulse?view=all&since=2020-01-01T00:00:00%2B00:00", "/desk/mail/all?search=zebra",
    "/desk/mail/all?state=held", "/desk/outbox?to=staff", "/desk/outbox?search=zebra",
    "/desk/outbox?state=bounced", "/desk/canned-replies?q=zebra", "/desk/figures?days=7",
)  # fmt: skip
MADE_FOR_ALL = ("desk.stream",)
"""A stream: what it tells is in the newsroom's tests."""


@pytest.fixture
def apart(desk: Desk, clock: FakeClock) -> Callable[[], Apart]:
    """Makes what stands in a mailbox that Bo had, and has not any more."""

    def make() -> Apart:
        set_rights(desk, clock, None)
        made = make_apart(
            desk.database, desk.blobs, clock.now, admin=desk.ada, agent=desk.bo, ticket=desk.ticket
        )
        set_rights(desk, clock, {1: "manage"})
        return made

    return make


def set_rights(desk: Desk, clock: FakeClock, rights: Mapping[int, str] | None) -> None:
    with desk.database.transaction() as session:
        set_mailbox_rights(session, actor_of(desk.ada), desk.bo.id, rights, now=clock.now)


def share_words(desk: Desk, clock: FakeClock) -> None:
    """Make what is the whole desk's: a tag, and a view that finds what is in the other mailbox."""
    with desk.database.transaction() as session:
        change_tags(session, actor_of(desk.ada), desk.other.id, add=["urgent"], now=clock.now)
        draft = ViewDraft("Urgent", "tag:urgent", shared=True)
        save_view(session, actor_of(desk.ada), draft, now=clock.now)


def pages_of(app: Flask, desk: Desk, browser: Browser, more: tuple[str, ...]) -> dict[str, str]:
    """What somebody is shown at every address of the desk, with what is theirs in it."""
    # Of counts that stand a while, none is left from before.
    app.extensions["postdesk.view_list"]["counted"].clear()
    desk.bulk_id(), desk.canned_id()
    paths = [
        address(rule, desk)
        for rule in rules(app)
        if "GET" in (rule.methods or ()) and rule.endpoint not in MADE_FOR_ALL
        and rule.endpoint.startswith("desk.")
    ]  # fmt: skip
    found = {}
    for path in (*paths, *more):
        answer = browser.get(path)
        text = answer.get_data().decode("utf-8", "replace")
        found[path] = f"{answer.status_code} {_less_of_the_moment(text)}"
    return found


def _less_of_the_moment(page: str) -> str:
    """The page without what is made anew each time: keys and signed addresses."""
    page = re.sub(r'name="once" value="[^"]+"', "", without_tokens(page))
    return re.sub(r'(?<="/)(mail|mail-attached|mail-held|mail-picture)/[\w.-]+', "signed", page)


def test_a_mailbox_that_one_has_not_leaves_no_trace(
    app: Flask,
    desk: Desk,
    clock: FakeClock,
    agent: Browser,
    admin: Browser,
    apart: Callable[[], Apart],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All pages, counts and suggestions are the very same with it and without it."""
    # On a busy machine a search would end early at one time and not at the other, and what is
    # counted slowly is counted anew less often.
    monkeypatch.setattr(queue_walk, "LOOKS_FOR", 60.0)
    monkeypatch.setattr(near_misses, "_SECONDS", 600.0)
    monkeypatch.setattr(view_list, "QUICK", timedelta(hours=1))
    share_words(desk, clock)
    set_rights(desk, clock, {1: "manage"})
    before = pages_of(app, desk, agent, LISTS)
    apart()
    # What is kept for some seconds or minutes is made anew, as it is when a clock goes back.
    clock.now += timedelta(hours=1)
    pages_of(app, desk, agent, LISTS)
    clock.now -= timedelta(hours=1)
    after = pages_of(app, desk, agent, LISTS)
    for path, page in after.items():
        assert page == before[path], path
        asked = path.lower()
        assert not [word for word in SECRETS if word in page.lower() and word not in asked], path
    # So that the test would find a trace: whoever has all mailboxes sees them nearly everywhere.
    shown = pages_of(app, desk, admin, LISTS)
    with_trace = [path for path, page in shown.items() if page != before.get(path)]
    named = [p for p, page in shown.items() if any(word in page.lower() for word in SECRETS)]
    assert len(with_trace) > 60
    assert len(named) > 40


def test_parents_and_children_that_one_does_not_see_are_not_named(
    desk: Desk, clock: FakeClock, agent: Browser, apart: Callable[[], Apart]
) -> None:
    made = apart()
    number = desk.ticket.number
    own = [f"/desk/t/{number}", f"/desk/t/{number}/print", f"/desk/t/{number}/split",
           f"/desk/new?child_of={number}", f"/desk/tickets/meant?beside={number}"]  # fmt: skip
    lists = [path for path in LISTS if "?q=" in path or "hits" in path or "count" in path]
    before = {path: without_tokens(agent.get(path).text) for path in lists}
    with desk.database.transaction() as session:
        near = session.get_one(Ticket, desk.ticket.id)
        make_kin(session, made, clock.now, admin=session.get_one(Person, desk.ada.id), near=near)
    own += ["/desk?view=all", "/desk?view=all&q=okapi", f"/desk?view=all&q={number}"]
    after = {path: without_tokens(agent.get(path).text) for path in (*lists, *own)}
    assert before.items() <= after.items()
    for path, page in after.items():
        asked = path.lower()
        assert not [word for word in SECRETS if word in page.lower() and word not in asked], path
    assert "a ticket that you do not see" in after[own[0]]
    refused = agent.post(f"/desk/t/{number}/status", own[0], status="resolved").text
    assert "that you do not see" in refused
    assert not [word for word in SECRETS if word in refused.lower()]


VALUES_APART = ("number", "side_id", "file_id", "mail_id", "comment_id", "bulk_id", "reply_id")
"""Arguments that name a thing of a mailbox."""
FROM_TICKET = ("desk.use_canned",)


def address_apart(rule: Rule, desk: Desk, apart: Apart, mail_id: int) -> str:
    values = {"number": apart.ticket.number, "file_id": apart.file_id, "mail_id": mail_id,
              "comment_id": apart.comment_id, "bulk_id": apart.bulk_id, "reply_id": apart.reply_id,
              "kind": "note", "key": "x", "order_number": "A-1001", "side_id": 0, "item_id": 1,
              "token": desk.token(), "field_id": 1}  # fmt: skip
    return str(rule.build({name: values[name] for name in rule.arguments})[1])  # type: ignore[index]


def test_what_is_in_a_mailbox_that_one_has_not_is_not_there(
    app: Flask,
    desk: Desk,
    agent: Browser,
    admin: Browser,
    apart: Callable[[], Apart],
) -> None:
    made = apart()
    before = facts_of(desk)
    asked = 0
    for rule in rules(app):
        if not rule.endpoint.startswith("desk.") or "admin" in str(rule):
            continue
        if not rule.arguments & set(VALUES_APART) or rule.endpoint in (
            "desk.was_sent",
            "desk.told",
        ):
            continue
        is_outbox = "/outbox/" in str(rule)
        for mail_id in [made.outbound_id] if is_outbox else [made.mail_id, made.held_id]:
            path = address_apart(rule, desk, made, mail_id)
            asked += 1
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                if method == "GET":
                    answer = agent.get(path)
                else:
                    fields = {"comment": "x", "text": "x", "then_go": "next", "recipient": "a@b.de"}
                    answer = agent.post(path, **fields)
                assert answer.status_code == 404, f"{method} {path}"
                assert not [word for word in SECRETS if word in answer.text.lower()], path
    assert asked > 60
    assert facts_of(desk) == before


def test_forms_change_nothing_in_a_mailbox_that_one_has_not(
    desk: Desk, agent: Browser, apart: Callable[[], Apart]
) -> None:
    made = apart()
    before = facts_of(desk)
    number, own, zoe = made.ticket.number, desk.ticket.number, made.ticket.requester_id
    for path, fields in (
        ("/desk/mail/decide", {"verb": "release", "mail": made.held_id}),
        ("/desk/mail/decide", {"verb": "discard", "mail": made.held_id}),
        ("/desk/mail/decide", {"verb": "trust", "mail": made.held_id}),
        ("/desk/bulk", {"set": "status=resolved", "ticket": made.ticket.id}),
        ("/desk/bulk", {"set": f"merge={number}", "ticket": desk.other.id}),
        ("/desk/bulk", {"set": "tag=mine", "all": "1", "view": "all", "q": "zebra"}),
        ("/desk/mail/blocked/remove", {"rule": 1}),
        ("/desk/mail/trusted/remove", {"rule": 1}),
        ("/desk/presence", {"ticket": number, "seen": made.comment_id}),
        ("/desk/bulk", {"set": f"mailbox={made.mailbox_id}", "ticket": desk.other.id}),
        ("/desk/bulk", {"set": "mailbox=1", "ticket": made.ticket.id}),
        (f"/desk/t/{own}/mailbox", {"mailbox": made.mailbox_id}),
        (f"/desk/t/{number}/mailbox", {"mailbox": 1}),
        (f"/desk/t/{own}/merge", {"into": number}),
        (f"/desk/t/{own}/person", {"person": zoe}),
        (f"/desk/t/{own}/requester", {"person": zoe}),
        (f"/desk/t/{own}/person/off", {"person": zoe}),
        ("/desk/person/clear-bounce", {"person": zoe}),
        ("/desk/new", {"customer": "a@b.example", "subject": "Hello there", "description": "x",
                       "mailbox": made.mailbox_id}),
    ):  # fmt: skip
        answer = agent.post(path, **fields)
        shown, asked = answer.text.lower(), str(fields)
        assert not [word for word in SECRETS if word in shown and word not in asked], path
    assert facts_of(desk) == before
    move = agent.post("/desk/mail/1/move", to=number)
    assert "no ticket of this number" in move.text
    assert facts_of(desk) == before


def test_whoever_may_only_read_changes_nothing(
    app: Flask, desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    """By no form of the desk that names a ticket or a mail of that mailbox."""
    set_rights(desk, clock, {1: "see"})
    desk.bulk_id(), desk.canned_id()
    before, asked = facts_of(desk), 0
    for rule in rules(app):
        if "POST" not in (rule.methods or ()) or "admin" in str(rule):
            continue
        if rule.endpoint.startswith("desk.") and rule.arguments & {"number", "mail_id"}:
            fields = {"comment": "x", "text": "x", "status": "resolved", "priority": "low",
                      "assignee": "me", "folder": "spam", "add": "x", "into": desk.other.number,
                      "subject": "Other", "snooze": "tomorrow", "address": "a@b.example",
                      "to": "new", "team": "1", "mailbox": "1"}  # fmt: skip
            answer = agent.post(address(rule, desk), **fields)
            assert answer.status_code < 500, rule
            asked += 1
    assert asked > 30
    for path in ("/desk/mail/blocked/add", "/desk/mail/trusted/add"):
        assert agent.post(path, address="eve@bad.example").status_code == 404
        assert "eve@bad.example" not in agent.get(path.removesuffix("/add")).text
    reply = {"name": "Bank", "text": "Pay here", "mailbox": ""}
    for one in (*desk_canned(desk), "new"):
        assert agent.post(f"/desk/canned-replies/{one}", **reply).status_code in (404, 422)
    assert agent.post("/desk/person/clear-bounce", person=desk.ann.id).status_code == 404
    assert facts_of(desk) == before


def desk_canned(desk: Desk) -> list[int]:
    with desk.database.reading() as session:
        return list(session.scalars(select(CannedReply.id)))


def facts_of(desk: Desk) -> tuple[object, ...]:
    """How much stands in the database of all that a form may change on tickets and mails."""
    with desk.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one))
            for one in (Change, Comment, OutboundMail, BulkChange, Participant,
                        BlockedSender, TrustedSender, SavedDraft)
        ]  # fmt: skip
        counts += session.execute(
            select(CannedReply.name, CannedReply.text, CannedReply.used_count)
        ).all()
        dead = select(PersonAddress.address).where(PersonAddress.bounced_at.is_not(None))
        counts += session.scalars(dead.order_by(PersonAddress.id)).all()
        states = session.execute(select(InboundMail.state).order_by(InboundMail.id)).all()
        sent = session.execute(select(OutboundMail.state).order_by(OutboundMail.id)).all()
        fields = (Ticket.subject, Ticket.status, Ticket.folder, Ticket.assignee_id, Ticket.team_id,
                  Ticket.mailbox_id)  # fmt: skip
        tickets = session.execute(select(*fields).order_by(Ticket.id)).all()
        return *counts, states, sent, tickets
