"""Two who change the same thing at once: the second is told, keeps what they typed, and decides."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.edit_tags import rename_tag
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.models import Person, Tag
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


@dataclass
class Form:
    """A form that several people may save."""

    page: str
    action: str
    usual: dict[str, Any]
    theirs: dict[str, Any]
    mine: dict[str, Any]
    shown: tuple[str, ...]
    """What the page says that stands there now: what they changed."""
    kept: str
    """How what I typed stands in the form that comes back."""


MAILBOX = {
    "name": "The Shop",
    "colour": "#2f5d8a",
    "language": "en",
    "reopening_days": "14",
    "survey": "60",
}
FORMS = {
    "a custom field": Form(
        "/desk/custom-fields",
        "/desk/custom-fields/1",
        {"name": "Kind", "choices": "Gift\nFor us", "position": "1"},
        {"choices": "Present\nFor us"},
        {"choices": "Gift\nFor us\nFor friends"},
        ("<dt>Choices</dt>", "Present, For us"),
        "Gift\nFor us\nFor friends</textarea>",
    ),
    "a canned reply": Form(
        "/desk/canned-replies/1",
        "/desk/canned-replies/1",
        {"name": "Sorry", "text": "We are sorry."},
        {"text": "We are very sorry.", "assignee": "me"},
        {"name": "Sorry indeed"},
        ("<dt>Text</dt>", "We are very sorry.", "<dt>Assignee</dt>", "whoever answers"),
        'value="Sorry indeed"',
    ),
    "a view": Form(
        "/desk/views/1",
        "/desk/views/1",
        {"name": "Kettles", "search": "kettle", "base": "all", "column": "tags", "shared": "1"},
        {"column": "files", "sort": "-created"},
        {"search": "kettle OR pot"},
        ("<dt>Columns</dt>", "files", "<dt>Order</dt>"),
        'value="kettle OR pot"',
    ),
    "a team": Form(
        "/desk/admin/teams",
        "/desk/admin/teams/1",
        {"name": "Repairs", "mailbox": "1"},
        {"member": "2", "hands_out": "1"},
        {"name": "Repairs and spares"},
        ("<dt>Members</dt>", "Bo Okafor", "<dt>Hands out</dt>"),
        'value="Repairs and spares"',
    ),
    "a tag": Form(
        "/desk/admin/tags",
        "/desk/admin/tags/1/name",
        {"name": "refund"},
        {"name": "money-back"},
        {"name": "repaid"},
        ("<dt>Name</dt>", "money-back"),
        'value="repaid"',
    ),
    "a category": Form(
        "/desk/admin/categories",
        "/desk/admin/categories/1",
        {"label": "Orders"},
        {"label": "Purchases"},
        {"label": "Buying"},
        ("<dt>Label</dt>", "Purchases"),
        'value="Buying"',
    ),
    "a mailbox": Form(
        "/desk/admin/mailboxes/1",
        "/desk/admin/mailboxes/1",
        MAILBOX,
        {"signature": "Kind regards\nAda", "survey": "90"},
        {"name": "Our shop"},
        ("<dt>Signature</dt>", "Kind regards\nAda", "<dt>Survey</dt>", "90"),
        'value="Our shop"',
    ),
    "a person": Form(
        "/desk/admin/people/3",
        "/desk/admin/people/3",
        {"name": "Ann Lee", "role": "customer"},
        {"role": "admin"},
        {"name": "Ann Lee-Berg", "role": "agent"},
        ("<dt>Role</dt>", "admin"),
        'value="Ann Lee-Berg"',
    ),
    "somebody's mailboxes": Form(
        "/desk/admin/people/3",
        "/desk/admin/people/3/mailboxes",
        {"which": "all"},
        {"which": "some", "box-1": "see"},
        {"which": "some", "box-1": "answer"},
        ("<dt>Mailboxes</dt>", "support@shop.example: see"),
        '<option value="answer" selected>',
    ),
    "the desk": Form(
        "/desk/admin/desk",
        "/desk/admin/desk",
        {"close_days": "7", "answering_takes": "on", "thanks_keep_finished": "on"},
        {"close_days": "9"},
        {"close_days": "21"},
        ("<dt>Resolved tickets are closed after</dt>", "9 days"),
        'value="21"',
    ),
}


@pytest.fixture
def two_admins(desk: Desk, clock: FakeClock) -> None:
    """Bo is an admin as well; and there is something to change."""
    ada, now = actor_of(desk.ada), clock.now
    with desk.database.transaction() as session:
        session.execute(update(Person).where(Person.id == desk.bo.id).values(role="admin"))
        draft = FieldDraft("Kind", kind="choice", choices=("Gift", "For us"))
        add_custom_field(session, ada, draft, now=now)
        add_team(session, ada, TeamDraft("Repairs", [], [1]), now=now)
        session.add(Tag(name="refund", folded="refund", colour="grey", created_at=now))
    desk.canned_id()
    desk.view_id()


def seen_in(page: str, action: str) -> str:
    """What the form of this address carries."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    found = re.search(r'name="seen" value="([^"]+)"', form)
    assert found, f"nothing seen in {action}"
    return found[1]


@pytest.mark.usefixtures("two_admins")
def test_the_second_is_told_what_stands_there_now(
    desk: Desk, agent: Browser, admin: Browser, clock: FakeClock
) -> None:
    for what, form in FORMS.items():
        clock.advance(minutes=5)
        opened = agent.get(form.page).text
        seen = seen_in(opened, form.action)

        def save(browser: Browser, page: str = form.page, **fields: Any) -> Any:
            return browser.post(form.action, page, **{**form.usual, **fields})  # noqa: B023

        assert save(admin, seen=seen, **form.theirs).status_code in (303, 302), what
        stands = admin.get(form.page).text
        refused = save(agent, seen=seen, **form.mine)
        assert refused.status_code == 409, what
        said = html.unescape(refused.text).replace("\r", "")
        assert "Changed meanwhile by <bdi>Ada Lindgren</bdi>, <time" in said, what
        assert f"{clock.now:%-d %b %Y, %H:%M}" in said, what
        panel = said.partition('class="meanwhile"')[2].partition("</section>")[0]
        assert all(words in panel for words in form.shown), (what, panel)
        assert form.kept in said, what
        assert re.search(r"<button[^>]*>\w+[^<]* anyway</button>", said), what
        # Nothing of it was saved: what they wrote stands there.
        assert seen_in(admin.get(form.page).text, form.action) == seen_in(stands, form.action)
        # On purpose.
        again = seen_in(said, form.action)
        assert save(agent, seen=again, **form.mine).status_code == 303, what
        # What was pressed a second time by the first is theirs to decide, too.
        twice = save(agent, seen=again, **form.theirs)
        assert twice.status_code == 409, what
        assert "Changed meanwhile by you, on another page, <time" in twice.text, what


@pytest.mark.usefixtures("two_admins")
def test_it_is_not_asked_where_nothing_was_seen_or_nothing_changed(
    desk: Desk, agent: Browser, admin: Browser, clock: FakeClock
) -> None:
    form = FORMS["a custom field"]
    seen = seen_in(agent.get(form.page).text, form.action)
    # A form that says nothing of it, such as a program's.
    assert admin.post(form.action, form.page, **form.usual).status_code == 303
    # That changed nothing; nor does archiving, which the form does not show.
    assert admin.post(form.action, form.page, state="archive").status_code == 303
    assert agent.post(form.action, form.page, seen=seen, **form.usual).status_code == 303
    # What does not hold comes back with what was seen first.
    bad = agent.post(form.action, form.page, seen=seen, **{**form.usual, "name": ""})
    assert bad.status_code == 422
    assert seen_in(bad.text, form.action) == seen
    # A rename on another page: who did it is found under the new name.
    seen = seen_in(agent.get("/desk/admin/tags").text, "/desk/admin/tags/1/name")
    with desk.database.transaction() as session:
        for name in ("back", "paid back"):
            rename_tag(session, actor_of(desk.ada), 1, name, now=clock.now)
    told = agent.post("/desk/admin/tags/1/name", "/desk/admin/tags", name="x", seen=seen).text
    assert "Changed meanwhile by <bdi>Ada Lindgren</bdi>" in told
