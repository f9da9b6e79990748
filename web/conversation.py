"""A comment made ready to be shown: its text as HTML, its pictures in place, its frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from markupsafe import Markup

from helpdesk import markdown
from helpdesk.queries.conversation import CommentView, FileView
from helpdesk.queries.shown_comments import MOST_APART, NEWEST
from helpdesk.text import bounded_int
from helpdesk.vocabulary import Source
from web.attachment_cards import AttachedMail, InvitationCard, attached_mail_of, invitation_of
from web.mail_frame import attached_frame_address, frame_address, frame_height
from web.pictures import pictures_of
from web.text_html import message_text

_LINK = '<a target="_blank" rel="noopener noreferrer nofollow" href='

WHOLE = "all"
"""In the address of a page: its whole conversation."""

FileAddress = Callable[[int, bool], str]
"""The address of a file: as a picture (True), or as a download."""


@dataclass(frozen=True)
class ShownFile:
    """A file under a message. ``picture`` is the address to show it from, where it is one."""

    file: FileView
    address: str
    picture: str


@dataclass(frozen=True)
class Shown:
    """A comment, and what the page shows of it."""

    comment: CommentView
    body: Markup
    quoted: Markup
    signature: Markup
    disclaimer: Markup
    quoted_lines: int
    files: tuple[ShownFile, ...]
    formatted: bool
    """The body is HTML of its own, with paragraphs; else it is text whose line breaks count."""
    frame: str
    """The address of the mail's own formatting; empty where there is none."""
    frame_height: int
    invitations: tuple[InvitationCard, ...]
    attached_mails: tuple[tuple[AttachedMail, str], ...]
    """Mails that were attached, each with the address of its frame, or none."""
    frame_first: bool
    """The text says nothing: the mail is only to be seen in its own formatting."""


def newest_wanted() -> int | None:
    """How many of the newest messages the address asks for; None for all of them."""
    asked = request.args.get("shown", "")
    if asked == WHOLE:
        return None
    return bounded_int(asked, least=NEWEST, most=MOST_APART) or NEWEST


def shown_asked() -> str | None:
    """The same as it stands in the address; None where that is as always."""
    newest = newest_wanted()
    return WHOLE if newest is None else None if newest == NEWEST else str(newest)


def shown(comment: CommentView, address: FileAddress) -> Shown:
    """A comment with addresses for its files."""
    text = comment.reply_text or ("" if comment.quoted_text else comment.text)
    placed, names = _placed(comment, text, address)
    quoted = comment.quoted_text.strip("\n")
    return Shown(
        comment=comment,
        body=_body(comment, text.strip("\n"), placed),
        quoted=message_text(quoted),
        signature=message_text(comment.signature_text.strip("\n")),
        disclaimer=message_text(comment.disclaimer_text.strip("\n")),
        quoted_lines=quoted.count("\n") + 1 if quoted else 0,
        files=tuple(
            ShownFile(file, address(file.id, False), _picture(file, address))
            for file in comment.shown_files
            if file.id not in names
        ),
        formatted=comment.from_staff and comment.source != Source.MAIL,
        frame=frame_address(comment) if comment.has_html else "",
        frame_height=frame_height(comment) if comment.has_html else 0,
        invitations=tuple(filter(None, map(invitation_of, comment.files))),
        attached_mails=tuple(
            (mail, attached_frame_address(mail.file_id) if mail.has_html else "")
            for mail in filter(None, map(attached_mail_of, comment.files))
        ),
        frame_first=comment.has_html and not text.strip(),
    )


def _body(comment: CommentView, text: str, placed: dict[str, Markup]) -> Markup:
    """What staff typed is Markdown, here as in the mail it leaves in; mails are shown as text."""
    if comment.from_staff and comment.source != Source.MAIL:
        made = markdown.to_html(text, placed).replace("<a href=", _LINK)
        return Markup(made)  # noqa: S704 (it lets no markup of theirs through)
    return message_text(text, placed)


def _placed(
    comment: CommentView, text: str, address: FileAddress
) -> tuple[dict[str, Markup], set[int]]:
    """The pictures that the text itself names, and which files they are."""
    wanted = markdown.named_pictures(text)
    placed, used = {}, set()
    for file in pictures_of(comment.files) if wanted else []:
        for name in ((file.content_id or "").strip("<>"), file.filename):
            if name and name in wanted:
                placed[name] = Markup(
                    '<a class="inline-picture" href="{}"><img src="{}" alt="{}" loading="lazy"></a>'
                ).format(address(file.id, False), address(file.id, True), file.filename)
                used.add(file.id)
    return placed, used


def _picture(file: FileView, address: FileAddress) -> str:
    return address(file.id, True) if pictures_of([file]) else ""
