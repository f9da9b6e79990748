"""An answer looked at before it is sent."""

from __future__ import annotations

import io
import re
from email import message_from_bytes
from email.policy import default

from sqlalchemy import select, update

from helpdesk.blobs import Blobs
from helpdesk.mail_out import claims
from helpdesk.models import OutboundMail, Participant
from helpdesk.settings import Settings
from helpdesk.tickets.with_answer import CHANGE_FIELDS
from jobs.compose import compose_mail
from tests.mailgate.parse.build import PNG
from tests.support.clock import FakeClock
from tests.support.factories import make_person
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def test_a_preview_shows_who_gets_it_and_keeps_what_was_written(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        carl = make_person(session, "carl@elsewhere.example")
        session.add(
            Participant(
                ticket_id=desk.ticket.id, person_id=carl.id, role="copy", added_at=clock.now
            )
        )
    page = agent.post(
        path(desk, "/preview"),
        path(desk),
        comment="Here it is:\n[image: kettle.png] **soon**",
        status="resolved",
        files=[(io.BytesIO(PNG), "kettle.png"), (io.BytesIO(b"a bill"), "bill.txt")],
    )
    assert page.status_code == 200
    ann, carls = re.findall(r"<li><b><bdi>.*?</li>", page.text, re.S)
    assert "new here" not in ann
    assert "outside" not in ann
    assert "new here" in carls
    assert "outside" in carls
    frames = re.findall(r'<iframe sandbox src="([^"]+)"', page.text)
    shown = agent.get(frames[0]).text
    assert "<strong>soon</strong>" in shown
    assert '<img src="data:image/png;base64,' in shown
    assert "img-src data:" in agent.get(frames[0]).headers["Content-Security-Policy"]
    assert agent.get(frames[0].replace("light", "pink")).status_code == 404
    assert agent.get("/desk/preview/forged/light").status_code == 404
    with desk.database.reading() as session:
        sent = session.scalars(select(OutboundMail).where(OutboundMail.queue == "answers"))
        assert not sent.all()

    kept = re.findall(r'name="kept" value="([^"]+)"', page.text)
    text = re.findall(r'<textarea name="comment"[^>]*>\n(.*?)</textarea>', page.text, re.S)[0]
    back = agent.post(
        path(desk, "/preview"), path(desk), comment=text, kept=kept, status="resolved", back="yes"
    )
    assert (back.status_code, back.location) == (303, path(desk) + "#composer")
    page = agent.get(path(desk)).text
    assert "**soon**</textarea>" in page
    assert page.count('name="kept"') == 2
    assert '<option value="resolved" selected>' in page


def test_what_comes_with_an_answer_comes_with_it_from_its_preview(
    desk: Desk, agent: Browser
) -> None:
    given = {name: f"1{name}" for name in CHANGE_FIELDS}
    page = agent.post(path(desk, "/preview"), path(desk), comment="Dear Ann", **given).text
    form = page.partition("data-previewed")[2].partition("</form>")[0]
    assert given.items() <= dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)).items()


def test_an_empty_answer_has_no_preview(desk: Desk, agent: Browser) -> None:
    page = agent.post(path(desk, "/preview"), path(desk), comment=" ")
    assert page.status_code == 422
    assert "Please write something first." in page.text


def test_a_picture_in_the_text_leaves_inline_and_other_files_beside_it(
    desk: Desk, agent: Browser, settings: Settings, clock: FakeClock
) -> None:
    sent = agent.post(
        path(desk, "/reply"),
        path(desk),
        comment="So:\n\n[image: kettle.png]\n\nnot [image: bill.txt], nor [image: https://x.example/]",
        files=[(io.BytesIO(PNG), "kettle.png"), (io.BytesIO(b"a bill"), "bill.txt")],
    )
    assert sent.status_code == 303
    assert '<img src="/desk/picture/' in agent.get(path(desk)).text
    clock.advance(seconds=60)
    with desk.database.transaction() as session:
        others = update(OutboundMail).where(OutboundMail.queue != "answers")
        session.execute(others.values(state="sent"))
        [mail, *_] = claims.claim(session, worker="w", queue="answers", now=clock.now)
    message = message_from_bytes(
        compose_mail(mail, settings, Blobs(settings.blob_url)).content, policy=default
    )
    parts = {part.get_filename(): part for part in message.walk() if part.get_filename()}
    assert parts["kettle.png"].get_content_disposition() == "inline"
    assert parts["bill.txt"].get_content_disposition() == "attachment"
    html = next(p for p in message.walk() if p.get_content_type() == "text/html").get_content()
    assert f'<img src="cid:{parts["kettle.png"]["Content-ID"].strip("<>")}"' in html
    assert html.count("<img") == 1
    text = next(p for p in message.walk() if p.get_content_type() == "text/plain").get_content()
    assert "[image: kettle.png]" in text


def test_a_preview_names_who_is_in_copy_and_passes_them_on(desk: Desk, agent: Browser) -> None:
    typed = {"cc": "carl@parcel.example, ann@shop.example", "bcc": "boss@shop.example"}
    page = agent.post(path(desk, "/preview"), path(desk), comment="Soon.", **typed)
    lines = re.findall(r"<li><b><bdi>.*?</li>", page.text, re.S)
    assert [re.findall(r"[\w.]+@[\w.]+", line)[0] for line in lines] == [
        "ann@shop.example",
        "carl@parcel.example",
        "boss@shop.example",
    ]
    assert "outside" in lines[1]
    assert "outside" not in lines[2]
    assert "and 2 more" in page.text
    for name, value in typed.items():
        assert f'name="{name}" value="{value}"' in page.text
    agent.post(path(desk, "/preview"), path(desk), comment="Soon.", back="yes", **typed)
    assert f'name="cc" value="{typed["cc"]}"' in agent.get(path(desk)).text
    refused = agent.post(path(desk, "/preview"), path(desk), comment="Soon.", bcc="nobody")
    assert refused.status_code == 422
    assert "“nobody” is not a mail address" in refused.text


def test_what_is_sent_from_a_preview_is_what_the_text_would_send(
    desk: Desk, agent: Browser
) -> None:
    typed = {
        "once": "a-key",
        "seen_comment_id": "1",
        "seen_change_id": "2",
        "seen_on_it": [str(desk.ann.id), "77"],
        "draft_version": "",
        "list": "view=open",
        "then_go": "back",
        "status": "resolved",
    }
    page = agent.post(path(desk, "/preview"), path(desk), comment="Soon.", **typed).text
    form = page.partition('class="preview-actions"')[2].partition("</form>")[0]
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            assert f'name="{name}" value="{one}"' in form, name
    sent = agent.post(path(desk, "/reply"), path(desk), comment="Soon.", then_go="back")
    assert sent.location.startswith("/desk?")
