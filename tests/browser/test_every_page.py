"""Each page of the desk, from the app's own addresses, and what can stand on it: usable by all.

Nothing that axe knows is wrong in either theme, on a desktop and on a phone, and nothing sticks
out. A page is opened once, and brought from one state to the next.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.routing import Rule

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.db import Database, connect
from helpdesk.models import IS_STAFF, Person, Ticket
from helpdesk.settings import load
from helpdesk.tickets.access import actor_of
from tests.support.browsing import ALL, assert_accessible, assert_fits, watch
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import PASSWORD, SUPPORT, Desk
from web.app import create_app

pytestmark = pytest.mark.browser

NO_PAGE = frozenset(
    ("admin", "being_filed", "beside", "bulk", "canned_on_ticket", "colleagues", "come_back",
     "count_matching",
     "file", "mail_report", "mail_report_copy", "mail_source", "mails_frame", "people_known",
     "pdf", "people_likely", "palette", "picture", "preview_frame", "queue_poll", "read_source",
     "rows", "search_words", "count_hits", "session_stands", "stream", "ticket_poll",
     "tickets_picked", "preview_merge", "told", "was_sent")
)  # fmt: skip
"""Files, and pieces of the desk's pages; and a change of many tickets, which goes on by itself."""
REFUSED = {"new_password": 404}
MORE = ("/desk?view=all", "/desk?view=v1", "/desk/views/new?q=parcel&status=open",
        "/desk?q=parcel&status=open", "/desk?q=nothingiscalledso",
        "/desk?view=waiting&priority=urgent", "/desk/new?how=write", "/desk/mail/1?move=yes",
        "/desk/outbox?state=failed", "/desk/no/such/page")  # fmt: skip

UNSEEN_FIELDS = """() => [...document.querySelectorAll(".sheet :is(input, select, textarea)")]
  .filter((one) => one.type !== "file" && one.checkVisibility())
  .filter((one) => !one.checkVisibility({ opacityProperty: true }))
  .map((one) => one.name)"""


@dataclass(frozen=True)
class Sample:
    """The running demo, and how its admin signs in."""

    postdesk: RunningPostdesk
    database: Database
    address: str
    password: str

    def numbers(self) -> dict[str, str]:
        """Numbers of the tickets by subject."""
        with self.database.reading() as session:
            return {one.subject: one.number for one in session.scalars(select(Ticket))}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    postdesk = RunningPostdesk(tmp_path_factory.mktemp("demo")).start("--demo")
    try:
        log = postdesk.log
        wait_until("the samples are filed", lambda: "is running" in log.read_text(), seconds=60)
        postdesk.command("person", "add", "zoe@shop.example", "--role", "agent", "--name",
                         "Zoe Ray", "--password-stdin", stdin=PASSWORD)  # fmt: skip
        found = re.search(r"Sign in +(\S+) +password (\S+)", log.read_text())
        assert found
        database = connect(load(postdesk.environment))
        with database.transaction() as session:
            staff = session.scalars(select(Person).where(IS_STAFF)).first()
            assert staff
            draft = CannedReplyDraft("Sorry", "Hello {{ customer.first_name }}, we are sorry.")
            save_view(
                session, actor_of(staff), ViewDraft("Parcels", "parcel"), now=datetime.now(UTC)
            )
            add_canned_reply(session, actor_of(staff), draft, now=datetime.now(UTC))
        yield Sample(postdesk, database, found[1], found[2])
        database.dispose()
    finally:
        postdesk.stop()


@pytest.fixture
def page(sample: Sample, context: BrowserContext) -> Page:
    """The admin's page, signed in."""
    page = context.new_page()
    Desk(page, sample.postdesk.url).sign_in(sample.address, sample.password)
    page.locator(".row").first.wait_for()
    return page


@pytest.fixture
def zoe(sample: Sample, browser: Browser) -> Iterator[Desk]:
    """A colleague, with a browser of her own."""
    wrong: list[str] = []
    context = browser.new_context()
    watch(context, wrong)
    desk = Desk(context.new_page(), sample.postdesk.url)
    desk.sign_in("zoe@shop.example")
    yield desk
    context.close()
    assert not wrong


def fine(page: Page, state: str) -> None:
    assert_accessible(page, state=state, impacts=ALL)
    assert_fits(page)


def pages_of(sample: Sample) -> Iterator[tuple[str, int]]:
    """The address of each page of the desk, and the status that it has."""
    values = {"number": sample.numbers()["Parcel late"], "order_number": "10041", "token": "spent"}
    for rule in create_app(load(sample.postdesk.environment)).url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "desk" and "GET" in (rule.methods or ()) and name not in NO_PAGE:
            yield address_of(rule, values), REFUSED.get(name, 200)
    for path in MORE:
        yield path, 404 if "no/such" in path else 200


def address_of(rule: Rule, values: dict[str, str]) -> str:
    given: dict[str, Any] = {name: values.get(name, 1) for name in rule.arguments}
    return str(rule.build(given)[1])  # type: ignore[index]


@pytest.mark.timeout(300)
def test_every_page(sample: Sample, page: Page) -> None:
    addresses = list(pages_of(sample))
    assert len(addresses) > 35
    for address, status in addresses:
        answer = page.goto(sample.postdesk.url + address)
        assert answer
        assert answer.status == status, address
        assert page.locator("h1").count() == 1, f"{address} is no page: name it in NO_PAGE"
        fine(page, address)
        assert page.evaluate(UNSEEN_FIELDS) == [], address


def test_states_of_the_list(sample: Sample, page: Page, zoe: Desk, look: dict[str, Any]) -> None:
    url, press = sample.postdesk.url, page.keyboard.press
    page.goto(f"{url}/desk?view=all")
    zoe.page.goto(f"{url}/desk/t/{sample.numbers()['Parcel late']}")
    expect(page.locator("[data-present]", has_text="Zoe")).to_have_count(1)
    is_phone = look["viewport"]["width"] < 720
    if not is_phone:  # where the figures have a page of their own alone
        page.locator(".figures-more summary").first.click()
    fine(page, "a colleague on a row, the figures unfolded")
    zoe.page.goto(f"{url}/desk")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "new@mail.example", SUPPORT, "It just came"
    mail["Message-ID"] = make_msgid()
    mail.set_content("Hello")
    with smtplib.SMTP("127.0.0.1", sample.postdesk.smtp_port, timeout=10) as client:
        client.send_message(mail)
    expect(page.locator(".pill")).to_be_visible()
    page.locator(".filters summary[aria-label=Filter]").click()
    fine(page, "new mail waits above the list, the filter open")
    press("Escape")
    if is_phone:
        page.get_by_role("button", name="Views").click()
        fine(page, "the views open")
        press("Escape")
    for key, state in (("j", "a row has the focus"), ("a", "a row's menu"), ("Escape", "closed"),
                       ("x", "one row selected")):  # fmt: skip
        press(key)
        fine(page, state)
    press("j")
    press("X")
    for key in "apscm":
        press(key)
        fine(page, f"several selected, the menu of {key} open")
        place = page.locator("details[open] > .bulk-choices").bounding_box()
        assert place
        assert 0 <= place["x"] <= look["viewport"]["width"] - place["width"], f"{key} is cut off"
        press("Escape")
    press("Control+k")
    fine(page, "the palette")
    page.keyboard.type("as")
    page.locator("#palette-search").wait_for()
    fine(page, "the palette, something found")
    press("Escape")
    press("?")
    fine(page, "the keys")
    press("Escape")
    wanted = "low" if is_phone else "urgent"  # the same rows in both
    press("p")
    press(wanted[0])
    press("Enter")
    expect(page.locator("#toasts")).to_contain_text(f": priority {wanted}.")
    fine(page, "changed, with undo")
    press("e")
    expect(page.locator("#toasts")).to_contain_text("resolved now")
    fine(page, "what the view no longer shows")
    page.context.set_offline(True)
    press("i")
    expect(page.locator("#toasts")).to_contain_text("no connection")
    fine(page, "refused")


def test_states_of_a_ticket(sample: Sample, page: Page, zoe: Desk, look: dict[str, Any]) -> None:
    url, press = sample.postdesk.url, page.keyboard.press
    is_phone = look["viewport"]["width"] < 720
    subject = "Account: cannot change my e-mail address" if is_phone else "Wrong item received"
    address = f"{url}/desk/t/{sample.numbers()[subject]}"
    page.goto(address)
    zoe.page.goto(address)
    expect(page.locator("#present")).to_contain_text("Zoe Ray")
    page.locator(".message-menu summary").first.click()
    fine(page, "a message's menu, a colleague looks too")
    press("Escape")
    if is_phone:
        page.locator(".about-button").click()
    page.locator('[data-change="person"] summary').click()
    page.locator('[data-change="person"] input[type=email]').fill("no address")
    fine(page, "somebody is to be added")
    press("Enter")
    page.locator('[data-change="requester"] summary').click()
    fine(page, "the requester is to be changed")
    page.goto(address)
    press("p")
    fine(page, "a field's menu")
    press("ArrowDown")
    press("Enter")
    expect(page.locator("#toasts .change-toast")).to_be_visible()
    fine(page, "a field was changed, with undo")
    press("n")
    page.locator("#note-text").press_sequentially("Is it yours, @zo")
    expect(page.get_by_role("option", name="Zoe Ray")).to_be_visible()
    fine(page, "a colleague's name is completed")
    page.locator("#note-text").fill("Is it yours, @nobodyatall?")
    press("Control+Enter")
    expect(page.get_by_role("button", name="Add the note anyway")).to_be_visible()
    fine(page, "a name in a note is not clear")
    page.locator("#note-text").fill("")
    press("Escape")
    press("w")
    expect(page.locator(".side-write[open] [name=to]")).to_be_focused()
    fine(page, "a side conversation is begun")
    press("Escape")
    press("r")
    page.locator("#reply-text").fill("Dear Bob, we look into it.")
    page.locator(".copies summary").click()
    page.locator(".reply-form .later summary").click()
    fine(page, "an answer is written, to be sent later or in copy")
    press("Escape")
    zoe.page.locator("#reply-text").click()
    zoe.page.locator("#reply-text").fill("Dear Bob, it is on its way.")
    zoe.page.get_by_label("Where to after sending").select_option("stay")
    zoe.page.locator(".reply-form [data-send]").click()
    expect(zoe.page.locator(".message.staff").last).to_contain_text("it is on its way")
    page.locator(".reply-form [data-send]").click()
    expect(page.locator("#reply-problem")).to_contain_text("Zoe Ray")
    fine(page, "stopped: somebody answered meanwhile")
    page.context.clear_cookies()
    page.locator("#reply-text").press_sequentially(" More.")
    expect(page.locator("#signed-out input[type=password]")).to_be_visible()
    fine(page, "signed out while writing")
