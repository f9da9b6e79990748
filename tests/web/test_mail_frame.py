"""A mail in its own formatting, and files: what a browser may do with what strangers sent."""

from __future__ import annotations

import html
import re

import pytest

from helpdesk.models import Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body, StoredFile
from tests.support.clock import FakeClock
from tests.web.conftest import PNG, Browser, Desk
from web.mail_frame import has_own_colours

HTML = (
    '<p style="color: red">Hello <b>you</b></p><img src="cid:pic@x" alt="mine">'
    '<img src="https://evil.example/pixel.png" alt="spy"><img src="cid:missing@x">'
)


@pytest.fixture
def mailed(desk: Desk, clock: FakeClock) -> Desk:
    """Ann's ticket, with an HTML mail that shows a picture."""
    picture = StoredFile("p.png", "image/png", len(PNG), desk.blobs.put(PNG), "inline", "<pic@x>")
    svg = StoredFile("x.svg", "image/png", 5, desk.blobs.put(b"<svg/>"), "inline", "svg@x")
    with desk.database.transaction() as session:
        add_comment(
            session,
            session.get_one(Ticket, desk.ticket.id),
            CommentDraft(
                desk.ann.id,
                Body("Hello you [cid:pic@x]", "Hello you [cid:pic@x]", html=HTML),
                "mail",
                files=[picture, svg],
            ),
            clock.now,
        )
    return desk


def frame_of(browser: Browser, desk: Desk) -> str:
    page = browser.get(f"/desk/t/{desk.ticket.number}").text
    found = re.search(r'<iframe sandbox="allow-same-origin" data-mail src="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def test_the_frame_can_do_nothing(mailed: Desk, agent: Browser, anonymous: Browser) -> None:
    address = frame_of(agent, mailed)
    # The frame has no origin that a cookie is sent for: the signed address is all it needs.
    answer = anonymous.get(address)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    )
    assert "script-src" not in policy
    # Its origin lets the page measure it. With scripts too it could leave the sandbox.
    assert policy.count("allow-") == 1
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_inline_pictures_stand_where_they_were_and_remote_ones_are_not_named(
    mailed: Desk, agent: Browser, anonymous: Browser
) -> None:
    text = anonymous.get(frame_of(agent, mailed)).text
    assert '<p style="color: red">Hello <b>you</b></p>' in text
    assert "evil.example" not in text
    assert "cid:" not in text
    found = re.search(r'<img src="(/mail-picture/[^"]+)" alt="mine">', text)
    assert found
    picture = anonymous.get(found[1])
    assert picture.data == PNG
    assert picture.mimetype == "image/png"
    assert picture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_mail_says_whether_it_has_pictures_of_other_servers(
    mailed: Desk, agent: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    assert "data-leaves-out>" in anonymous.get(frame_of(agent, mailed)).text
    with mailed.database.transaction() as session:
        body = Body("Hello", "Hello", html='<p>src="https://x"</p><img src="cid:pic@x">')
        ticket = session.get_one(Ticket, mailed.ticket.id)
        add_comment(session, ticket, CommentDraft(mailed.ann.id, body, "mail"), clock.now)
    page = agent.get(f"/desk/t/{mailed.ticket.number}").text
    address = html.unescape(re.findall(r'data-mail src="([^"]+)"', page)[-1])
    assert "data-leaves-out" not in anonymous.get(address).text


@pytest.mark.parametrize(
    ("written", "own"),
    [
        ("<p>The colour: red, bgcolor or text</p>", False),
        ('<p style="border-color: red; font-size: 12px">Hello</p>', False),
        ('<table border="1"><tr><td align="right">1</td></tr></table>', False),
        ('<p style="font-size: 12px; COLOR: black">Hello</p>', True),
        ('<div style="background: white">Hello</div>', True),
        ('<td bgcolor="#ffffff">Hello</td>', True),
        ('<font size="2" color="navy">Hello</font>', True),
    ],
)
def test_only_a_mail_with_colours_of_its_own_keeps_a_light_page(written: str, own: bool) -> None:
    assert has_own_colours(written) is own


def test_no_height_depends_on_the_frame_which_is_as_high_as_the_mail(
    mailed: Desk, agent: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    written = '<div style="min-height: 100vh; HEIGHT: 50.5dvh; width: 90vw">At 100vh</div>'
    with mailed.database.transaction() as session:
        body = Body("At 100vh", "At 100vh", html=written)
        ticket = session.get_one(Ticket, mailed.ticket.id)
        add_comment(session, ticket, CommentDraft(mailed.ann.id, body, "mail"), clock.now)
    page = agent.get(f"/desk/t/{mailed.ticket.number}").text
    address = html.unescape(re.findall(r'data-mail src="([^"]+)"', page)[-1])
    shown = anonymous.get(address).text
    assert '<div style="min-height: auto; HEIGHT: auto; width: 90vw">At 100vh</div>' in shown


def test_pictures_that_the_frame_shows_are_marked_in_the_list_of_files(
    mailed: Desk, agent: Browser
) -> None:
    page = agent.get(f"/desk/t/{mailed.ticket.number}").text
    assert re.search(r'<li class="file[^"]* in-frame">\s*<a[^>]+title="Save x.svg"', page)


def test_in_the_text_too_the_picture_stands_where_it_was(mailed: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{mailed.ticket.number}").text
    assert re.search(r'Hello you <a class="inline-picture" href="/desk/file/\d+"><img', page)


def test_a_signed_address_is_for_one_thing_only(
    mailed: Desk, agent: Browser, anonymous: Browser
) -> None:
    token = frame_of(agent, mailed).rpartition("/")[2]
    assert anonymous.get(f"/mail-picture/{token}").status_code == 404
    # Not its last letter: some of the bits in that one count for nothing.
    forged = token[:-5] + ("b" if token[-5] == "a" else "a") + token[-4:]
    assert anonymous.get(f"/mail/{forged}").status_code == 404
    assert anonymous.get("/mail/1").status_code == 404


def test_only_what_is_a_picture_is_shown_as_one(mailed: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{mailed.ticket.number}").text
    shown = {number: agent.get(f"/desk/picture/{number}") for number in
             re.findall(r'href="/desk/file/(\d+)"', page)}  # fmt: skip
    assert {answer.status_code for answer in shown.values()} == {200, 404}
    for answer in shown.values():
        if answer.status_code == 200:
            assert answer.data == PNG
            assert answer.mimetype == "image/png"
