"""A mail's attachments as the helpdesk takes them: their bytes stored, their cards beside them."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.blobs import Blobs
from helpdesk.tickets.content import StoredFile
from mailgate.filing.attachment_cards import AttachmentCard
from mailgate.parse import ParsedAttachment, ParsedMail


def stored_files(
    blobs: Blobs,
    mail: ParsedMail,
    cards: Sequence[AttachmentCard | None] = (),
    *,
    keep: bool = True,
) -> tuple[StoredFile, ...]:
    """Store the attachments of a mail.

    :param cards: the card of each attachment, or nothing where none were made.
    :param keep: False puts nothing into the store.
    """
    return tuple(
        _stored_file(blobs, file, card, keep)
        for file, card in zip(
            mail.attachments, cards or [None] * len(mail.attachments), strict=True
        )
    )


def put_mail(
    blobs: Blobs, raw: bytes, mail: ParsedMail, files: Sequence[StoredFile]
) -> tuple[str, list[str]]:
    """Store the raw bytes of a mail whose attachments are stored; see ``Blobs.put_mail``.

    :param files: the attachments, in their order; none where the mail is stored whole.
    """
    named = zip(files, mail.attachments, strict=False)
    return blobs.put_mail(raw, ((file.sha256, read.content) for file, read in named))


def _stored_file(
    blobs: Blobs, file: ParsedAttachment, card: AttachmentCard | None, keep: bool
) -> StoredFile:
    return StoredFile(
        filename=file.filename,
        content_type=file.content_type,
        size=file.size,
        sha256=blobs.put(file.content) if keep else file.sha256,
        disposition=file.disposition,
        content_id=file.content_id,
        reading=card,
    )
