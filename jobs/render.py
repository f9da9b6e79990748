"""Writing a mail: an outbox row, its template and its mailbox become the bytes that leave.

Rendered once, at the first attempt, and kept, so that every attempt sends the same. Header fields
are written and proven by :mod:`jobs.fields`; what came from outside reaches none of them unmade
harmless. Templates are ours alone (Jinja2, strict, HTML escaped): what staff write is Markdown with
HTML switched off, and never a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from helpdesk import links, markdown
from helpdesk.addr_spec import wire_domain
from helpdesk.bounces import bounce_address
from helpdesk.delivery import ClaimedMail
from helpdesk.mail_values import ACKNOWLEDGEMENTS, WRITTEN_BY_PEOPLE
from helpdesk.settings import Settings
from helpdesk.subjects import one_line
from helpdesk.vocabulary import STATUSES
from jobs import fields

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
DEFAULT_COLOUR = "#2f5d8a"
_POLICY = SMTP.clone(max_line_length=78)


class Content(Protocol):
    """Where the contents of files are kept: the blob store."""

    def get(self, key: str) -> bytes:
        """The content under this key."""


@dataclass(frozen=True)
class Written:
    """A mail as it leaves: its envelope's sender and its bytes (CRLF throughout)."""

    envelope_from: str
    content: bytes


def write_mail(mail: ClaimedMail, settings: Settings, files: Content) -> Written:
    """Write one mail of the outbox.

    :raises jinja2.TemplateError: the template is broken, or lacks a value.
    :raises jobs.fields.NotAsMeant: the bytes would carry other fields than were meant.
    :raises helpdesk.errors.NotFound: an attached file is gone from the store.
    """
    address = mail.mailbox_address or f"postdesk@{settings.public_host}"
    meant = _fields(mail, address)
    body = _body(mail, _values(mail, settings, address), files)
    content = fields.write(meant) + body
    fields.check(content, meant)
    return Written(bounce_address(settings.secret_key, address, mail.id), content)


def render_text(template: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """The text and the HTML of a template with these values, as a mail carries them."""
    environment = _environment()
    text = environment.get_template(f"{template}/body.txt").render(values)
    html = environment.get_template(f"{template}/body.html").render(values)
    return _tidy(text), _inliner().inline(html)


def _fields(mail: ClaimedMail, address: str) -> list[tuple[str, fields.Value]]:
    written: list[tuple[str, fields.Value]] = [
        ("From", fields.Address(one_line(mail.mailbox_name or "", limit=120), _wire(address))),
        ("To", fields.Address(one_line(mail.recipient_name, limit=120), _wire(mail.recipient))),
        ("Subject", fields.Text(one_line(mail.subject))),
        ("Date", fields.Tokens(tuple(format_datetime(mail.created_at).split()))),
        ("Message-ID", fields.message_ids([mail.message_id])),
    ]
    if mail.in_reply_to:
        written.append(("In-Reply-To", fields.message_ids([mail.in_reply_to])))
    if mail.references:
        written.append(("References", fields.message_ids(mail.references)))
    if mail.reply_to:
        written.append(("Reply-To", fields.Address("", mail.reply_to)))
    if mail.template not in WRITTEN_BY_PEOPLE:
        # RFC 3834 5: a machine's mail says so, and asks other machines not to answer.
        kind = "auto-replied" if mail.template in ACKNOWLEDGEMENTS else "auto-generated"
        written.append(("Auto-Submitted", fields.Tokens((kind,))))
        written.append(("X-Auto-Response-Suppress", fields.Tokens(("All",))))
    return [pair for pair in written if pair[1] != fields.Tokens(())]


def _wire(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"


def _values(mail: ClaimedMail, settings: Settings, address: str) -> dict[str, Any]:
    tracking_url = ""
    if mail.ticket_id is not None and mail.link_generation is not None:
        token = links.tracking_token(settings.secret_key, mail.ticket_id, mail.link_generation)
        tracking_url = f"{settings.public_url}/t/{token}"
    values = {
        "subject": one_line(mail.subject),
        "number": mail.ticket_number or "",
        "customer_name": one_line(mail.recipient_name, limit=120),
        "tracking_url": tracking_url,
        "desk_url": f"{settings.public_url}/desk/t/{mail.ticket_number}",
        "base_url": settings.public_url,
        "mailbox": {
            "name": mail.mailbox_name or "Support",
            "address": address,
            "signature": mail.mailbox_signature or "",
            "colour": mail.mailbox_colour or DEFAULT_COLOUR,
        },
        **mail.values,
    }
    if "status" in mail.values:
        values["status_words"] = STATUSES[mail.values["status"]]
    return values


def _body(mail: ClaimedMail, values: Mapping[str, Any], files: Content) -> bytes:
    """The MIME part below our own fields: text and HTML, and the files of an answer."""
    text, html = render_text(mail.template, values)
    message = EmailMessage(policy=_POLICY)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    for file in mail.values.get("attachments", ()):
        maintype, _, subtype = str(file["content_type"]).partition("/")
        message.add_attachment(
            files.get(file["sha256"]),
            maintype=maintype if maintype.isalnum() else "application",
            subtype=subtype if subtype.replace("-", "").isalnum() else "octet-stream",
            filename=one_line(file["filename"], limit=150),
        )
    return message.as_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(markdown=_markdown, lines=_lines, quoted=_quoted)
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def _markdown(text: str) -> Markup:
    return Markup(markdown.to_html(text))  # noqa: S704 (HTML is switched off in it)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _tidy(text: str) -> str:
    """No spaces at line ends but in the signature's mark, no two blank lines, one end of line."""
    lines: list[str] = []
    for line in text.splitlines():
        kept = line if line == "-- " else line.rstrip()
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip("\n") + "\n"
