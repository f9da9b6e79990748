"""What is kept of a held mail, bounded in every part."""

from __future__ import annotations

from dataclasses import replace

from helpdesk.mail_in.held_reading import MOST_HTML, MOST_NAMES, MOST_TEXT, held_reading
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.tickets.content import Body, StoredFile
from tests.helpdesk.mails import mail

FILE = StoredFile("bill.pdf", "application/pdf", 3, "ab" * 32)


def test_it_is_what_somebody_needs_to_decide() -> None:
    one = mail(files=(FILE,), reply_to=(NamedAddress("Bob", "bob@mail.example"),))
    assert held_reading(one) == {
        "from_name": "",
        "reply_to": [{"name": "Bob", "address": "bob@mail.example"}],
        "to": [{"name": "", "address": "support@shop.example"}],
        "cc": [],
        "text": "It leaks.",
        "html": None,
        "files": [{"filename": "bill.pdf", "content_type": "application/pdf", "size": 3}],
    }


def test_no_mail_makes_it_large() -> None:
    crowd = [f"n{number}@crowd.example" for number in range(1000)]
    one = replace(
        mail(None, to=crowd, cc=crowd, files=(FILE,) * 1000),
        body=Body("x" * 10**6, "", html="x" * (MOST_HTML + 1)),
    )
    kept = held_reading(one)
    assert (len(kept["text"]), kept["html"], kept["from_name"]) == (MOST_TEXT, None, "")
    assert {len(kept[part]) for part in ("to", "cc", "files")} == {MOST_NAMES}
