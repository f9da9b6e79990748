"""The words of a mail: a template triple filled with a mail's values.

``templates/mail/<name>/{subject.txt,body.txt,body.html}`` are ours. What people write reaches them
only as values; the answers of staff as Markdown, without HTML. Their own words are English, and in
the recipient's language where :mod:`helpdesk.languages` has a catalogue of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup

import helpdesk
from helpdesk import markdown
from helpdesk.colours import colour_or_usual, ink_on, on_dark, on_light
from helpdesk.languages import known_language, moment_in, statuses_in, translated, translation
from helpdesk.links import tracking_token
from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.subjects import one_line, subject_with_number
from helpdesk.mail_out.template_values import AttachedFile
from helpdesk.mail_out.templates import TEMPLATES
from helpdesk.settings import Settings
from helpdesk.vocabulary import GRADES

FOLDER = Path(helpdesk.__file__).parent.parent / "templates" / "mail"


class CannotRender(Exception):
    """A mail cannot be written. The text names the template, the line and what is wrong."""


@dataclass(frozen=True)
class RenderedMail:
    """A mail's words."""

    subject: str
    text: str
    html: str


def render_mail(mail: ClaimedMail, settings: Settings) -> RenderedMail:
    """Fill the mail's template.

    :raises CannotRender: where the template is broken, or lacks a value.
    """
    language = language_of(mail)
    context = _context(mail, settings, language)
    subject = one_line(_fill(f"{mail.template}/subject.txt", context))
    if mail.ticket_number and TEMPLATES[mail.template].names_ticket:
        subject = subject_with_number(subject, mail.ticket_number)
    context["subject"] = subject
    text = _tidy(_fill(f"{mail.template}/body.txt", context))
    html = _fill(f"{mail.template}/body.html", context)
    try:
        return RenderedMail(subject, text, _inliner().inline(html))
    except (css_inline.InlineError, UnicodeError) as problem:
        raise CannotRender(f"templates/mail/{mail.template}/body.html: {problem}") from problem


def language_of(mail: ClaimedMail) -> str:
    """Return the language that this mail is written in: what its recipient writes on the
    ticket, else their own, else its mailbox's.
    """
    asked_in = str(mail.values.get("language") or "")
    return known_language(
        asked_in, mail.ticket_language, mail.person_language, mail.mailbox_language
    )


def _context(mail: ClaimedMail, settings: Settings, language: str) -> dict[str, Any]:
    colour = colour_or_usual(mail.mailbox_colour)
    track = desk = ""
    if mail.ticket_id is not None and mail.link_generation is not None:
        # The link is theirs, and speaks for them alone. Who is in copy of one answer gets none.
        if mail.person_id is not None and not mail.values.get("in_copy"):
            ids = (mail.ticket_id, mail.link_generation, mail.person_id)
            track = f"{settings.public_url}/t/{tracking_token(settings.secret_key, *ids)}"
        desk = f"{settings.public_url}/desk/t/{mail.ticket_number}"
    return {
        "language": language,
        "time_zone": mail.person_time_zone or "",
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
        "on_colour": ink_on(colour),
        "text_colour": on_light(colour),
        "dark_colour": on_dark(colour),
        "track": track,
        "rate": f"{track}/rate",
        "desk": desk,
        "site": settings.public_url,
        "statuses": statuses_in(language),
        "grades": GRADES,
    }


def _fill(name: str, context: dict[str, Any]) -> str:
    try:
        return environment(context["language"]).get_template(name).render(context)
    except (TemplateError, TypeError, ValueError, KeyError, AttributeError) as problem:
        line = _line_of(problem, name)
        raise CannotRender(f"templates/mail/{name}{line}: {problem}") from problem


def _line_of(problem: Exception, name: str) -> str:
    """``, line 7`` where the trouble stands in one of our templates."""
    trace, line = problem.__traceback__, getattr(problem, "lineno", None)
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


@cache
def environment(language: str) -> Environment:
    """How our templates are read: strict, HTML escaped, their words in this language."""
    made = Environment(
        extensions=["jinja2.ext.i18n"],
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=True,  # a mended template works for the next mail, without a restart
    )
    words = translation(language)
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.filters["translated"] = partial(translated, language)
    made.filters["markdown"] = _markdown
    made.filters["lines"] = _lines
    made.filters["quote"] = _quote
    made.filters["moment"] = _moment
    return made


@cache
def _inliner() -> css_inline.CSSInliner:
    # What stands under @media (dark, narrow) cannot be inlined: it is kept as it is.
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _markdown(text: str, files: Sequence[AttachedFile] = ()) -> Markup:
    pictures = {
        file["filename"]: Markup('<img src="cid:{}" alt="{}">').format(cid, file["filename"])
        for file in files
        if (cid := file.get("content_id"))
    }
    return Markup(markdown.to_html(text, pictures))  # noqa: S704 (HTML is switched off in it)


def _lines(text: str) -> Markup:
    """Plain text in HTML: line breaks and indents kept where mail clients ignore pre-wrap."""
    escaped = str(Markup.escape(text.strip()))
    indented = re.sub(r"  ", "&nbsp; ", escaped)
    return Markup(indented.replace("\n", "<br>\n"))  # noqa: S704 (escaped above)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


@pass_context
def _moment(context: Context, text: str) -> str:
    """A time (ISO 8601, UTC) as the recipient's country writes it, in the recipient's zone."""
    return moment_in(context["language"], datetime.fromisoformat(text), context["time_zone"])


def _tidy(text: str) -> str:
    """No more than one empty line in a row, but in what people wrote spaces stay."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip() + "\n"
