"""The page of templates, each as it would leave."""

from __future__ import annotations

from helpdesk.mail_out.templates import TEMPLATES
from helpdesk.models import Mailbox
from tests.web.conftest import Browser, Desk


def test_every_template_can_be_looked_at_in_every_language(admin: Browser) -> None:
    for template, known in TEMPLATES.items():
        page = admin.get(f"/desk/mails?template={template}&language=de")
        assert page.status_code == 200
        assert f'aria-current="page">{known.label}</a>' in page.text
        frames = {
            theme: admin.get(f"/desk/mails/frame?template={template}&language=de&theme={theme}")
            for theme in ("light", "dark")
        }
        for frame in frames.values():
            assert '<html lang="de"' in frame.text
            assert "sandbox" in frame.headers["Content-Security-Policy"]
            assert "prefers-color-scheme" not in frame.text
        assert "@media all" in frames["dark"].text
        assert "@media not all" in frames["light"].text


def test_a_mailbox_gives_its_mails_name_signature_colour_and_language(
    desk: Desk, admin: Browser
) -> None:
    given = {
        "name": "Kettle & Co",
        "signature": "Your <b>kettle</b> people\nBerlin",
        "colour": "#7A1F5C",
        "language": "de",
        "reopening_days": "14",
        "quotes": "on",
        "mailed": ["created", "comment", "new_ticket"],
    }
    settings = "/desk/admin/mailboxes/1"
    assert admin.post(settings, settings, **given).status_code == 303
    with desk.database.reading() as session:
        mailbox = session.get_one(Mailbox, 1)
        assert (mailbox.language, mailbox.quotes) == ("de", True)
        assert mailbox.muted == ["assigned", "mentioned", "customer_replied", "status"]
    frame = admin.get("/desk/mails/frame?template=ticket_created_customer&theme=light").text
    assert "Ihre Nachricht ist angekommen" in frame
    assert "Your &lt;b&gt;kettle&lt;/b&gt; people<br>" in frame
    assert "#7a1f5c" in frame
