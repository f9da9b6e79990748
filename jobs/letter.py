"""The words of a mail: a template triple filled with a mail's values.

``templates/mail/<name>/{subject.txt,body.txt,body.html}`` are ours. What people write reaches them
only as values; the answers of staff as Markdown, without HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape
from markupsafe import Markup

import helpdesk
from helpdesk import markdown
from helpdesk.delivery import ClaimedMail
from helpdesk.links import tracking_token
from helpdesk.settings import Settings
from helpdesk.subjects import one_line, subject_with_number
from helpdesk.vocabulary import STATUSES

TEMPLATES = Path(helpdesk.__file__).parent.parent / "templates" / "mail"
DEFAULT_COLOUR = "#2f5d8a"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class CannotWrite(Exception):
    """A mail cannot be written. The text names the template, the line and what is wrong."""


@dataclass(frozen=True)
class Letter:
    """A mail's words."""

    subject: str
    text: str
    html: str


def write_letter(mail: ClaimedMail, settings: Settings) -> Letter:
    """Fill the mail's template.

    :raises CannotWrite: where the template is broken, or lacks a value.
    """
    context = _context(mail, settings)
    subject = one_line(_fill(f"{mail.template}/subject.txt", context))
    if mail.ticket_number:
        subject = subject_with_number(subject, mail.ticket_number)
    context["subject"] = subject
    text = _tidy(_fill(f"{mail.template}/body.txt", context))
    html = _fill(f"{mail.template}/body.html", context)
    try:
        return Letter(subject, text, _inliner().inline(html))
    except (css_inline.InlineError, UnicodeError) as problem:
        raise CannotWrite(f"templates/mail/{mail.template}/body.html: {problem}") from problem


def _context(mail: ClaimedMail, settings: Settings) -> dict[str, Any]:
    colour = mail.mailbox_colour or ""
    colour = colour if _COLOUR.fullmatch(colour) else DEFAULT_COLOUR
    track = desk = ""
    if mail.ticket_id is not None and mail.link_generation is not None:
        token = tracking_token(settings.secret_key, mail.ticket_id, mail.link_generation)
        track = f"{settings.public_url}/t/{token}"
        desk = f"{settings.public_url}/desk/t/{mail.ticket_number}"
    return {
        "values": mail.values,
        "subject": mail.subject,
        # A stranger chose the name too: it is not sent to an address that is not proven.
        "name": one_line(mail.recipient_name) if mail.values.get("verified", True) else "",
        "number": mail.ticket_number,
        "ticket_subject": mail.ticket_subject,
        "mailbox": one_line(mail.mailbox_name or "") or settings.public_host,
        "mailbox_address": mail.mailbox_address,
        "signature": (mail.mailbox_signature or "").strip(),
        "colour": colour,
        "on_colour": _ink_on(colour),
        "dark_colour": _on_dark(colour),
        "track": track,
        "desk": desk,
        "site": settings.public_url,
        "statuses": STATUSES,
    }


def _fill(name: str, context: dict[str, Any]) -> str:
    try:
        return environment().get_template(name).render(context)
    except (TemplateError, TypeError, ValueError, KeyError, AttributeError) as problem:
        line = _line_of(problem, name)
        raise CannotWrite(f"templates/mail/{name}{line}: {problem}") from problem


def _line_of(problem: Exception, name: str) -> str:
    """``, line 7`` where the trouble stands in one of our templates."""
    trace, line = problem.__traceback__, getattr(problem, "lineno", None)
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


@cache
def environment() -> Environment:
    """How our templates are read: strict, HTML escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=True,  # a mended template works for the next mail, without a restart
    )
    made.filters["markdown"] = _markdown
    made.filters["lines"] = _lines
    made.filters["quote"] = _quote
    made.filters["moment"] = _moment
    return made


@cache
def _inliner() -> css_inline.CSSInliner:
    # What stands under @media (dark, narrow) cannot be inlined: it is kept as it is.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _markdown(text: str) -> Markup:
    return Markup(markdown.to_html(text))  # noqa: S704 (HTML is switched off in it)


def _lines(text: str) -> Markup:
    """Plain text in HTML: line breaks and indents kept where mail clients ignore pre-wrap."""
    escaped = str(Markup.escape(text.strip()))
    indented = re.sub(r"  ", "&nbsp; ", escaped)
    return Markup(indented.replace("\n", "<br>\n"))  # noqa: S704 (escaped above)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _moment(text: str) -> str:
    """A time (ISO 8601, UTC) as people write it."""
    at = datetime.fromisoformat(text)
    return f"{at:%d} {at:%b %Y, %H:%M} UTC".lstrip("0")


def _tidy(text: str) -> str:
    """No more than one empty line in a row, but in what people wrote spaces stay."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip() + "\n"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(channels: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4
        for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ink_on(colour: str) -> str:
    """White or near-black, whichever reads better on the mailbox's colour."""
    light = _luminance(_channels(colour))
    return "#ffffff" if 1.05 / (light + 0.05) >= (light + 0.05) / 0.06 else "#14181d"


def _on_dark(colour: str) -> str:
    """The mailbox's colour, lightened until it reads well on the dark ground."""
    channels = _channels(colour)
    while _luminance(channels) < 0.32:
        red, green, blue = (min(255, c + max(4, (255 - c) // 10)) for c in channels)
        channels = (red, green, blue)
    return "#{:02x}{:02x}{:02x}".format(*channels)
