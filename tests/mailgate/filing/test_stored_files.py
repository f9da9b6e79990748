"""A mail's attachments in the store."""

from __future__ import annotations

from hashlib import sha256

import pytest

from helpdesk.blobs import Blobs
from helpdesk.errors import NotFound
from helpdesk.settings import Settings
from mailgate.filing.stored_files import stored_files
from mailgate.parse import ParsedAttachment, ParsedMail

CONTENT = b"%PDF-1.4"
KEY = sha256(CONTENT).hexdigest()
INVOICE = ParsedAttachment(
    "invoice.pdf", "application/pdf", len(CONTENT), KEY, "attachment", None, CONTENT
)
PICTURE = ParsedAttachment("a.png", "image/png", 1, sha256(b"x").hexdigest(), "inline", "a@x", b"x")
MAIL = ParsedMail(attachments=(INVOICE, PICTURE))


@pytest.fixture
def blobs(settings: Settings) -> Blobs:
    return Blobs(settings.blob_url)


def test_each_is_stored_under_its_hash_with_its_card(blobs: Blobs) -> None:
    first, second = stored_files(blobs, MAIL, [None, {"type": "mail"}])
    assert (first.filename, first.sha256, first.size) == ("invoice.pdf", KEY, len(CONTENT))
    assert (second.disposition, second.content_id) == ("inline", "a@x")
    assert (first.reading, second.reading) == (None, {"type": "mail"})
    assert blobs.get(KEY) == CONTENT


def test_without_cards_they_have_none(blobs: Blobs) -> None:
    assert [file.reading for file in stored_files(blobs, MAIL)] == [None, None]
    assert stored_files(blobs, ParsedMail()) == ()


def test_a_card_too_few_is_a_fault_of_ours(blobs: Blobs) -> None:
    with pytest.raises(ValueError, match="zip"):
        stored_files(blobs, MAIL, [None])


def test_nothing_is_stored_for_a_look(blobs: Blobs) -> None:
    (first, _) = stored_files(blobs, MAIL, keep=False)
    assert first.sha256 == KEY
    with pytest.raises(NotFound):
        blobs.get(KEY)
