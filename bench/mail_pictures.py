"""Pictures of our mails for the documentation: the bytes that leave, opened in Chromium.

``python -m bench.mail_pictures`` writes ``docs/images/mails``: each template light and wide in
English, dark and narrow in German.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from playwright.sync_api import sync_playwright

from helpdesk.blobs import Blobs
from helpdesk.mail_out.previews import sample_mail
from helpdesk.mail_out.templates import TEMPLATES, Template
from helpdesk.models import Mailbox
from helpdesk.settings import load
from jobs.compose import compose_mail
from tests.support.browsing import CHROMIUM

FOLDER = Path(__file__).parents[1] / "docs/images/mails"
LOOKS = (("en", "light", 700), ("de", "dark", 360))
MAILBOX = Mailbox(
    address="support@shop.example",
    name="The Kettle Shop",
    signature="The Kettle Shop\n+49 30 1234",
    colour="#2f6d4f",
    language="en",
    created_at=datetime(2026, 11, 23, tzinfo=UTC),
)


def main() -> None:
    """Write all the pictures anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for template in TEMPLATES.values():
            for language, scheme, width in LOOKS:
                page = browser.new_page(
                    viewport={"width": width, "height": 300},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page.set_content(_html(template, language, Path(folder)))
                page.screenshot(path=FOLDER / f"{template.name}-{scheme}.png", full_page=True)
                page.close()
        browser.close()


def _html(template: Template, language: str, folder: Path) -> str:
    settings = load(
        {
            "POSTDESK_DATA_DIR": str(folder),
            "POSTDESK_SECRET_KEY": "only for these pictures, kept by nobody",
            "POSTDESK_PUBLIC_URL": "https://help.shop.example",
        }
    )
    written = compose_mail(sample_mail(template, MAILBOX, language), settings, Blobs(folder))
    message = message_from_bytes(written.content, policy=default)
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


if __name__ == "__main__":
    main()
