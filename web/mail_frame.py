"""A mail in its own formatting: a frame without scripts, forms, or any way out.

Nothing runs in it, so it may be of the page's own origin: the page can then measure it, and show it
at its full height.

The frame's address is signed and good for half a day; its own answer carries the policy that
confines it (a ``srcdoc`` frame would inherit the page's, and lose the mail's styles). Its pictures
have signed addresses too, since the frame has no origin that cookies would be sent for. Pictures
on other servers are not fetched: they would tell the sender who read the mail, and when.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from helpdesk.actor import SYSTEM
from helpdesk.models import Comment
from helpdesk.queries.conversation import CommentView
from helpdesk.queries.inbox import quarantined_html
from helpdesk.queries.ticket import attachment, comment_html
from web.downloads import picture
from web.security import timed_serializer
from web.store import read_session

FRAME_POLICY = (
    "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_MEASURED_POLICY = FRAME_POLICY.replace("sandbox;", "sandbox allow-same-origin;")
"""Without ``allow-scripts``: with both, a frame could take itself out of the sandbox."""
_GOOD_FOR = 12 * 3600
_INLINE = re.compile(r'(?<=\ssrc=")cid:([^"]*)(?=")', re.IGNORECASE)
_OWN_COLOURS = re.compile(
    r'\s(?:bgcolor|color|text)="|<style\b|\sstyle="(?:[^"]*?[;\s])?(?:color|background)\b',
    re.IGNORECASE,
)
_STYLE = re.compile(r'\sstyle="[^"]*"', re.IGNORECASE)
_OF_THE_WINDOW = re.compile(r"\b\d[\d.]*[dls]?v(?:h|b|min|max)\b", re.IGNORECASE)
_REMOTE = re.compile(r'\s(?:src|srcset|background|poster)="(?!cid:)[^"]*"', re.IGNORECASE)
_ELSEWHERE = re.compile(r'<img\b[^>]*\ssrc="https?:', re.IGNORECASE)

blueprint = Blueprint("mail_frame", __name__)


def frame_address(comment: CommentView) -> str:
    """The signed address of a comment's frame. Only who may see the comment is ever given one."""
    return url_for("mail_frame.frame", token=_sign("frame", comment.id))


def attached_frame_address(file_id: int) -> str:
    """The signed address of the frame of a mail that was attached to a mail."""
    return url_for("mail_frame.attached_frame", token=_sign("attached", file_id))


def quarantined_frame_address(mail_id: int) -> str:
    """The signed address of the frame of a held mail."""
    return url_for("mail_frame.quarantined_frame", token=_sign("held", mail_id))


def has_own_colours(html: str) -> bool:
    """Whether a mail sets colours: then it keeps them, on a light page; else it takes ours."""
    return _OWN_COLOURS.search(html) is not None


def has_pictures_elsewhere(html: str) -> bool:
    """Whether a sanitised mail has pictures of other servers, which are not shown."""
    return _ELSEWHERE.search(html) is not None


def frame_height(comment: CommentView) -> int:
    """A height in pixels that suits the mail, until the page has measured it."""
    lines = sum(1 + len(line) // 80 for line in comment.text.splitlines())
    pictures = sum(1 for file in comment.files if file.content_id)
    return max(160, min(24 * lines + 180 * pictures + 80, 640))


@blueprint.get("/mail/<token>")
def frame(token: str) -> Response:
    """The sanitised HTML of one comment, as a page of its own."""
    comment = comment_html(read_session(), SYSTEM, _verified("frame", token))
    return _framed(comment.html or "", _MEASURED_POLICY, _picture_addresses(comment))


@blueprint.get("/mail-attached/<token>")
def attached_frame(token: str) -> Response:
    """The sanitised HTML of a mail that was attached; its inline pictures are not kept apart."""
    file = attachment(read_session(), SYSTEM, _verified("attached", token))
    html = str((file.reading or {}).get("html") or "")
    return _framed(html, _MEASURED_POLICY)


@blueprint.get("/mail-held/<token>")
def quarantined_frame(token: str) -> Response:
    """The sanitised HTML of a held mail, which stands on no ticket; without any picture."""
    html = quarantined_html(read_session(), _verified("held", token))
    return _framed(html)


def _framed(
    html: str, policy: str = FRAME_POLICY, pictures: Mapping[str, str] | None = None
) -> Response:
    """A mail as a page of its own.

    :param html: sanitised.
    :param pictures: the addresses of the pictures that it brought along, by their Content-IDs.
    """
    known = pictures or {}
    shown = _INLINE.sub(lambda found: known.get(found[1].strip(), ""), _REMOTE.sub("", html))
    body = render_template(
        "pages/mail_frame.html",
        body=Markup(_STYLE.sub(_without_window_heights, shown)),  # noqa: S704
        own_colours=has_own_colours(shown),
        leaves_out=has_pictures_elsewhere(html),
    )
    response = Response(body)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _without_window_heights(style: re.Match[str]) -> str:
    """A height in parts of the window would grow with the frame, which is as high as the mail."""
    return _OF_THE_WINDOW.sub("auto", style[0])


@blueprint.get("/mail-picture/<token>")
def inline_picture(token: str) -> Response:
    """A picture that stands in a mail."""
    return picture(attachment(read_session(), SYSTEM, _verified("picture", token)), in_frame=True)


def _picture_addresses(comment: Comment) -> dict[str, str]:
    return {
        (file.content_id or "").strip("<>"): url_for(
            "mail_frame.inline_picture", token=_sign("picture", file.id)
        )
        for file in comment.attachments
        if file.content_id
    }


def _sign(purpose: str, number: int) -> str:
    return _signer(purpose).dumps(number)


def _verified(purpose: str, token: str) -> int:
    try:
        return int(_signer(purpose).loads(token, max_age=_GOOD_FOR))
    except (BadData, ValueError):
        abort(404)


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return timed_serializer(f"mail {purpose}")
