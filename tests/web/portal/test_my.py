"""Signing in by a mailed link, one's requests, one's addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import Actor
from helpdesk.models import MailedLink, OutboundMail, Person, PersonAddress
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk, without_tokens


def mailed(desk: Desk, address: str) -> str:
    """The path of the newest link that was mailed to this address; empty where there is none."""
    with desk.database.reading() as session:
        newest = session.scalars(
            select(OutboundMail)
            .where(
                OutboundMail.recipient == address,
                OutboundMail.template.in_(("sign_in_link", "confirm_address")),
            )
            .order_by(OutboundMail.id.desc())
        ).first()
        return str(newest.values["path"]) if newest else ""


def asks(browser: Browser, address: str) -> str:
    answer = browser.post("/my/sign-in", "/my/sign-in", email=address)
    assert answer.status_code == 200
    return without_tokens(answer.text)


def test_in_by_a_mailed_link_and_out_again(desk: Desk, anonymous: Browser) -> None:
    assert anonymous.get("/my").location == "/my/sign-in"
    asks(anonymous, " Ann@Shop.example")
    path = mailed(desk, "ann@shop.example")
    with desk.database.reading() as session:
        kept = session.scalars(select(MailedLink)).one()
        assert path.rpartition("/")[2] not in str(vars(kept))
    # Programs that look at every link in a mail use nothing up.
    for _ in range(3):
        page = anonymous.get(path)
        assert page.status_code == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
    anonymous.client.set_cookie("zone", "Europe%2FBerlin")
    answer = anonymous.post(path, path)
    assert (answer.status_code, answer.location) == (303, "/my")
    with desk.database.reading() as session:
        ann = session.get_one(Person, desk.ann.id)
        assert (ann.language, ann.time_zone) == ("en", "Europe/Berlin")
    assert "Parcel late" in anonymous.get("/my").text
    assert "Wrong size" not in anonymous.get("/my").text
    assert anonymous.post("/my/out", "/my").location.startswith("/my/sign-in")
    assert anonymous.get("/my").status_code == 303
    assert anonymous.post(path, "/my/sign-in").status_code == 404, "it works once"


def test_signing_in_leads_to_the_page_that_asked_for_it(desk: Desk, anonymous: Browser) -> None:
    assert anonymous.get("/my?status=open&page=2").location == "/my/sign-in"
    asks(anonymous, "ann@shop.example")
    path = mailed(desk, "ann@shop.example")
    assert anonymous.post(path, path).location == "/my?status=open&page=2"


def test_on_a_shared_computer_the_session_ends_with_the_browser(
    desk: Desk, visitor: Callable[[], Browser]
) -> None:
    for fields, lasting in (({}, True), ({"shared": "1"}, False)):
        browser = visitor()
        asks(browser, "ann@shop.example")
        path = mailed(desk, "ann@shop.example")
        cookie = browser.post(path, path, **fields).headers["Set-Cookie"]
        assert ("Expires=" in cookie) is lasting


def test_a_link_runs_out_and_one_click_sends_a_fresh_one(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    asks(anonymous, "ann@shop.example")
    old = mailed(desk, "ann@shop.example")
    clock.now += timedelta(minutes=31)
    spent = anonymous.get(old)
    assert spent.status_code == 404
    assert anonymous.post(old, "/my/sign-in").status_code == 404
    never = anonymous.get("/my/in/" + "x" * 43)
    same = without_tokens(never.text).replace("x" * 43, old[7:])
    assert same == without_tokens(spent.text)
    assert "Look into your inbox" in anonymous.post(f"{old}/fresh", old).text
    fresh = mailed(desk, "ann@shop.example")
    assert fresh != old
    assert "Look into your inbox" in anonymous.post("/my/in/nonsense/fresh", old).text
    assert anonymous.post(fresh, fresh).location == "/my"


def test_known_and_unknown_addresses_get_the_same(desk: Desk, anonymous: Browser) -> None:
    known = asks(anonymous, "ann@shop.example")
    unknown = asks(anonymous, "new@shop.example")
    assert known.replace("ann@", "new@") == unknown
    with desk.database.reading() as session:
        one, other = session.scalars(select(OutboundMail).order_by(OutboundMail.id.desc()).limit(2))
        for name in ("template", "subject", "person_id", "recipient_name", "queue", "state"):
            assert getattr(one, name) == getattr(other, name), name
    # Who proves an address that is new here has simply written nothing yet.
    path = mailed(desk, "new@shop.example")
    anonymous.post(path, path)
    assert "You have not written to us from this address yet." in anonymous.get("/my").text


def test_what_is_no_address_of_a_customer_gets_in_nowhere(desk: Desk, anonymous: Browser) -> None:
    answer = anonymous.post("/my/sign-in", "/my/sign-in", email="ann@@shop")
    assert answer.status_code == 422
    assert "This is not a mail address" in answer.text
    assert 'value="ann@@shop"' in answer.text
    # Our own mailboxes get none: it would end on a ticket, for others to read.
    for ours in ("support@shop.example", "support+token@shop.example"):
        asks(anonymous, ours)
        assert mailed(desk, ours) == ""
    # A colleague's address opens neither the desk nor this.
    asks(anonymous, "bo@shop.example")
    path = mailed(desk, "bo@shop.example")
    assert anonymous.post(path, path).status_code == 403
    assert anonymous.get("/desk").status_code == 303


def test_an_address_gets_five_links_an_hour(desk: Desk, anonymous: Browser) -> None:
    for _ in range(7):
        asks(anonymous, "ann@shop.example")
    with desk.database.reading() as session:
        assert len(session.scalars(select(MailedLink)).all()) == 5


def test_the_list_is_filtered_searched_and_paged(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        for number in range(44):
            create_ticket(
                session,
                Actor(desk.ann.id, "customer"),
                TicketDraft(
                    subject=f"Request {number:02d}",
                    description="The blue kettle" if number % 2 else "The red kettle",
                    category="refund" if number < 10 else "product",
                    priority="high" if number < 5 else "low",
                ),
                now=clock.now,
            )
    anonymous.is_signed_in_as(desk.ann)
    first = anonymous.get("/my").text
    assert "45 requests" in first
    assert "Request 43" in first
    assert "Request 23" not in first
    assert "Page 1 of 3" in first
    assert "Request 23" in anonymous.get("/my?page=2").text
    assert "Page 3 of 3" in anonymous.get("/my?page=99").text
    assert "10 requests" in anonymous.get("/my?category=refund").text
    assert "5 requests" in anonymous.get("/my?category=refund&priority=high").text
    assert "22 requests" in anonymous.get("/my?q=blue").text
    assert "Request 07" in anonymous.get("/my?q=request+07").text
    assert "None of your requests fits this." in anonymous.get("/my?status=closed").text
    assert anonymous.get("/my?status=nonsense&page=-1&q=%25").status_code == 200


def test_an_address_is_added_by_who_proves_it_and_asked_for_it(
    desk: Desk, visitor: Callable[[], Browser], clock: FakeClock
) -> None:
    ann, ben = visitor(), visitor()
    ann.is_signed_in_as(desk.ann)
    ben.is_signed_in_as(desk.ben)
    ann.post("/my/addresses", "/my/addresses", email="ben@shop.example")
    path = mailed(desk, "ben@shop.example")
    # Ben presses the button in his own mail: his address does not become Ann's by that.
    assert ben.post(path, "/my/addresses").status_code == 404
    assert visitor().post(path, "/my/sign-in").location == "/my/sign-in"
    assert "Wrong size" not in ann.get("/my").text
    assert "one of the addresses of Ann" in ann.get(path).text
    assert ann.post(path, path).location == "/my/addresses?added=1"
    assert "Wrong size" in ann.get("/my").text
    assert "ben@shop.example" in ann.get("/my/addresses").text
    assert "Wrong size" not in ben.get("/my").text


def test_nobody_takes_the_address_of_staff_or_of_who_has_others(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        session.add(
            PersonAddress(address="b@ray.example", person_id=desk.ben.id, created_at=clock.now)
        )
    anonymous.is_signed_in_as(desk.ann)
    for address in ("bo@shop.example", "ben@shop.example"):
        anonymous.post("/my/addresses", "/my/addresses", email=address)
        path = mailed(desk, address)
        answer = anonymous.post(path, path)
        assert answer.status_code == 422, address
        assert "This address belongs to somebody else here." in answer.text


def test_who_is_gone_gets_in_no_more(desk: Desk, anonymous: Browser) -> None:
    asks(anonymous, "ann@shop.example")
    path = mailed(desk, "ann@shop.example")
    with desk.database.transaction() as session:
        session.get_one(Person, desk.ann.id).active = False
    assert anonymous.post(path, path).status_code == 404
    with desk.database.transaction() as session:
        session.execute(delete(MailedLink))
    assert anonymous.get(path).status_code == 404
