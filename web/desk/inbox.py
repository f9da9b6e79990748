"""Mail that came in: what is held for a person, what was decided, and why each is where it is."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.wrappers import Response

from helpdesk.models import InboundState
from helpdesk.queries.inbox import (
    SEARCHED,
    STATES,
    MailPage,
    mail_list,
    mail_page,
    parse_report,
    waiting_count,
)
from helpdesk.tickets.access import id_written
from web.desk.blueprint import blueprint, desk_page
from web.mail_frame import quarantined_frame_address
from web.sign_in import signed_in, staff_only
from web.store import read_session, store

SHOWN_SOURCE = 128 * 1024
"""So many bytes of a mail's source are shown; the rest is in the file to be saved."""


@blueprint.get("/mail")
@staff_only
def mail() -> Response:
    """The quarantine: the held mails, with the reason of each."""
    session = read_session()
    return desk_page(
        "desk/quarantine.html",
        page=mail_list(session, signed_in().actor, state=InboundState.HELD, before=_before()),
        being_filed=waiting_count(session, signed_in().actor),
        deleted=_ids(request.args.get("deleted", "")),
    )


@blueprint.get("/mail/being-filed")
@staff_only
def being_filed() -> str:
    """For an open quarantine, every other second: how many released mails are not filed yet."""
    count = waiting_count(read_session(), signed_in().actor)
    return render_template("desk/_being_filed.html", being_filed=count, was=True)


@blueprint.get("/mail/all")
@staff_only
def mail_all() -> Response:
    """Every mail that was decided, newest first."""
    state, search = request.args.get("state", ""), request.args.get("search", "")
    found = mail_list(
        read_session(), signed_in().actor, state=state, search=search, before=_before()
    )
    return desk_page(
        "desk/mail_all.html",
        page=found,
        state=state if state in STATES else "",
        search=search,
        searched=SEARCHED,
    )


@blueprint.get("/mail/<int:mail_id>")
@staff_only
def mail_one(mail_id: int) -> Response:
    """One mail: where it is and why, what it says, and what can be done about it."""
    return show_mail(mail_id)


def show_mail(mail_id: int, status: int = 200, *, typed: str = "", problem: str = "") -> Response:
    """The page, with a move that did not go through where there is one."""
    page = mail_page(read_session(), signed_in().actor, mail_id)
    return desk_page(
        "desk/mail_one.html",
        status,
        page=page,
        mail=page.mail,
        preview=_preview(page),
        frame=quarantined_frame_address(mail_id) if (page.reading or {}).get("html") else "",
        typed=typed,
        problem_text=problem,
        wants_to_move="move" in request.args,
        report=parse_report(read_session(), signed_in().actor, mail_id),
    )


@blueprint.get("/mail/<int:mail_id>/read-source")
@staff_only
def read_source(mail_id: int) -> Response:
    """The raw mail as text, to be read in the page; the first part of a long one."""
    page = mail_page(read_session(), signed_in().actor, mail_id)
    raw = store().blobs.get(page.mail.raw_sha256)
    return desk_page(
        "desk/mail_source.html",
        mail=page.mail,
        source=_shown_bytes(raw[:SHOWN_SOURCE]),
        cut=len(raw) > SHOWN_SOURCE,
    )


def _shown_bytes(raw: bytes) -> str:
    """Bytes as text: UTF-8 where they are, else shown as they stand; controls made visible."""
    text = raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return "".join(c if c in "\n\t" or c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _preview(page: MailPage) -> str:
    """The text alone: a link in a mail that is held is nothing to be clicked by mistake."""
    return str((page.reading or {}).get("text") or "").strip("\n")


def _before() -> int | None:
    return request.args.get("before", None, int)


def _ids(text: str) -> list[int]:
    """The ids in an address that a redirect of ours made; anything else is left out."""
    return [found for one in text.split(",")[:200] if (found := id_written(one))]


def list_address(deleted: list[int]) -> str:
    """The quarantine, offering to take a deletion back."""
    return url_for("desk.mail", deleted=",".join(map(str, deleted)) or None)
