"""A mail's attachments, in the blob store and with what could be read out of them."""

from __future__ import annotations

from helpdesk.blobs import Blobs
from helpdesk.tickets.content import StoredFile
from mailgate.filing.attachment_cards import attachment_cards
from mailgate.parse import ParsedMail
from mailgate.parse.isolated import Reader


def stored_files(
    blobs: Blobs, reader: Reader, mail: ParsedMail, *, keep: bool = True
) -> tuple[StoredFile, ...]:
    """The attachments of a mail that was just read by this reader.

    :param keep: False puts nothing into the store.
    """
    cards = attachment_cards(reader, mail)
    return tuple(
        StoredFile(
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=blobs.put(file.content) if keep else file.sha256,
            disposition=file.disposition,
            content_id=file.content_id,
            reading=card,
        )
        for file, card in zip(mail.attachments, cards, strict=True)
    )
