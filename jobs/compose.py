"""From a row of the outbox to the bytes that leave, and the envelope sender they leave under.

The same row gives the same bytes at any time (but for a changed template, and the time in a DKIM
signature): the date, which is when it was first written, and the boundaries are the row's. The
values that each template takes are :mod:`helpdesk.mail_out.templates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from email.utils import format_datetime
from typing import Any, Protocol

from helpdesk.addr_spec import wire_domain
from helpdesk.errors import NotFound
from helpdesk.mail_out.bounce_address import bounce_address, bounce_token
from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.render import CannotRender, RenderedMail, render_mail
from helpdesk.mail_out.subjects import one_line
from helpdesk.mail_out.template_values import AttachedFile, NamedRecipient
from helpdesk.mail_out.templates import ACKNOWLEDGEMENTS, WRITTEN_BY_PEOPLE
from helpdesk.pictures import as_sent_out
from helpdesk.settings import Settings
from jobs.fields import (
    AddressesField,
    AddressField,
    Fields,
    NotAsMeant,
    TextField,
    TokensField,
    Value,
    check,
    message_ids,
    write,
)
from jobs.mime import FilePart, write_body
from jobs.signing import signed

_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,200}")


class StoredFiles(Protocol):
    """Where the contents of files are kept: the blob store."""

    def get(self, key: str) -> bytes:
        """The content under this key.

        :raises NotFound: where there is none.
        """


class CannotCompose(Exception):
    """A mail cannot be composed. The text names the template, or the file, and what is wrong."""


@dataclass(frozen=True)
class ComposedMail:
    """A mail as it leaves: its envelope's sender, and header and body, CRLF throughout."""

    envelope_from: str
    content: bytes


def compose_mail(mail: ClaimedMail, settings: Settings, files: StoredFiles) -> ComposedMail:
    """Compose the bytes of one mail of the outbox.

    :param files: gives the contents of attachments.
    :raises CannotWrite: where the template or an attachment fails, or where the bytes would not
        carry exactly the fields that were meant.
    """
    try:
        rendered = render_mail(mail, settings)
        fields = _fields(mail, rendered, settings)
        body = write_body(rendered.text, rendered.html, _files(mail, files), mail.message_id)
        content = write(fields) + body
        check(content, fields)
        _check_attachments(content, mail)
    except CannotRender as problem:
        raise CannotCompose(str(problem)) from problem
    except (NotAsMeant, UnicodeError) as problem:
        raise CannotCompose(f"{mail.template}: the written mail has {problem}") from problem
    own = _from_address(mail, settings)
    content = signed(content, wire_domain(own.rpartition("@")[2]), settings)
    return ComposedMail(bounce_address(settings.secret_key, own, mail.id), content)


def _from_address(mail: ClaimedMail, settings: Settings) -> str:
    return mail.mailbox_address or f"postdesk@{settings.public_host}"


def _fields(mail: ClaimedMail, rendered: RenderedMail, settings: Settings) -> Fields:
    name = one_line(mail.mailbox_name or "", limit=120)
    cc = mail.values.get("cc", [])
    parents = [*mail.references, *([mail.in_reply_to] if mail.in_reply_to else [])]
    references = message_ids(parents)
    parent = message_ids([mail.in_reply_to])
    fields: list[tuple[str, Value]] = [
        ("From", AddressField(name, _wire(_from_address(mail, settings)))),
        ("To", _recipient(mail)),
        *([("Cc", AddressesField(tuple(map(_named, cc))))] if cc else []),
        ("Subject", TextField(rendered.subject)),
        ("Date", TokensField(tuple(format_datetime(mail.rendered_at or mail.created_at).split()))),
        ("Message-ID", TokensField((f"<{mail.message_id}>",))),
    ]
    if parent.tokens:
        fields.append(("In-Reply-To", parent))
    if references.tokens:
        fields.append(("References", references))
    if mail.reply_to:
        fields.append(("Reply-To", AddressField(name, _wire(mail.reply_to))))
    return [*fields, *_marks(mail, settings)]


def _recipient(mail: ClaimedMail) -> AddressField:
    """Who stands in To: of a copy whoever it is a copy for, else its recipient."""
    if to := mail.values.get("to"):
        return _named(to)
    is_known = mail.values.get("verified", True)
    name = one_line(mail.recipient_name, limit=120)
    return AddressField(name if is_known else "", _wire(mail.recipient))


def _named(recipient: NamedRecipient) -> AddressField:
    return AddressField(one_line(recipient["name"], limit=120), _wire(recipient["address"]))


def _marks(mail: ClaimedMail, settings: Settings) -> Fields:
    """How other programs tell what this is.

    Our own mark comes back with a bounce or a loop even where a relay gives the mail another
    Message-ID. The answers that people write carry no mark of a machine (RFC 3834 5).
    """
    marks: list[tuple[str, Value]] = [
        ("X-Postdesk", TokensField((bounce_token(settings.secret_key, mail.id),)))
    ]
    if mail.template not in WRITTEN_BY_PEOPLE:
        kind = "auto-replied" if mail.template in ACKNOWLEDGEMENTS else "auto-generated"
        marks.append(("Auto-Submitted", TokensField((kind,))))
        marks.append(("X-Auto-Response-Suppress", TokensField(("All",))))
    return marks


def _wire(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"


def _files(mail: ClaimedMail, files: StoredFiles) -> list[FilePart]:
    attached: list[AttachedFile] = mail.values.get("attachments", [])
    return [
        FilePart(_content(file, files), _media_type(file), _filename(file), _content_id(file))
        for file in attached
    ]


def _content(file: AttachedFile, files: StoredFiles) -> bytes:
    try:
        return as_sent_out(files.get(file["sha256"]))
    except NotFound as problem:
        raise CannotCompose(
            f"the attachment {_filename(file)} is missing from the store"
        ) from problem


def _filename(file: AttachedFile) -> str:
    name = one_line(file["filename"], limit=120).replace("/", "_").replace("\\", "_")
    return name.strip(" .") or "attachment"


def _media_type(file: AttachedFile) -> tuple[str, str]:
    """Type and subtype; what is no plain type, or a container of its own, goes as bytes."""
    given = file["content_type"].strip().lower()
    plain = given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream"
    main, _, sub = plain.partition("/")
    return main, sub


def _content_id(file: AttachedFile) -> str:
    given = file.get("content_id") or ""
    return given if _CONTENT_ID.fullmatch(given) else ""


def _check_attachments(content: bytes, mail: ClaimedMail) -> None:
    files: list[AttachedFile] = mail.values.get("attachments", [])
    if not files:
        return
    read: Message[Any, Any] = message_from_bytes(content, policy=default)
    names = [part.get_filename() for part in read.walk() if part.get_filename()]
    inline_first = sorted(files, key=lambda file: not _content_id(file))
    if names != [_filename(file) for file in inline_first]:
        raise NotAsMeant("other attachments than were meant")
