"""Taking back an answer that has not left, and sending one later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.save_draft import keep_taken_back
from helpdesk.actions.take_back import TakenBack, take_back
from helpdesk.actions.take_back_note import take_back_note
from helpdesk.actions.undo_change import newest_change
from helpdesk.errors import AlreadyLeft, InvalidInput, NotFound, TakenBackBefore
from helpdesk.models import Comment, DraftKind, Ticket
from helpdesk.queries.conversation import CommentView
from helpdesk.text import bounded_int
from helpdesk.tickets.access import find_ticket, id_written
from web.desk.blueprint import blueprint
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

MOST_OFFSET = 14 * 60
"""Minutes between UTC and the zones at the ends of the earth."""


@blueprint.post("/t/<number>/undo")
@staff_only
def undo(number: str) -> Response:
    """Take an answer back; it stands in the composer again, above what is being written there."""
    actor, comment_id = signed_in().actor, id_written(request.form.get("comment", ""))
    try:
        with transaction() as session:
            find_ticket(session, actor, number)
            taken = _on_own_clock(take_back(session, actor, comment_id, now=now()))
            kept = keep_taken_back(session, actor, taken, now=now())
    except (AlreadyLeft, TakenBackBefore) as problem:
        flash(str(problem))
        return redirect(url_for("desk.ticket", number=number), 303)
    if taken.forward and kept.kind is DraftKind.FORWARD:
        flash("Nothing was sent. To whom it goes, and your note, stand here again.")
        message_id = taken.forward["message"]
        return redirect(url_for("desk.forward", number=number, comment_id=message_id), 303)
    if taken.side is not None:
        flash(f"Nothing was sent. What you wrote is {_where(kept.is_beside)}.")
        address = url_for("desk.ticket", number=taken.ticket_number, side=taken.side.id)
        return redirect(f"{address}#composer", 303)
    what = "note, an internal one now," if taken.forward else "answer"
    is_empty = taken.forward and not taken.text
    where = f" Your {what} is {_where(kept.is_beside)}{_with_time(taken)}."
    flash("Nothing was sent." if is_empty else f"Nothing was sent.{where}")
    return redirect(url_for("desk.ticket", number=taken.ticket_number, _anchor="composer"), 303)


@blueprint.post("/t/<number>/note/undo")
@staff_only
def undo_note(number: str) -> Response:
    """Take a note of one's own back; it stands in the composer again."""
    actor, comment_id = signed_in().actor, id_written(request.form.get("comment", ""))
    find_ticket(read_session(), actor, number)
    try:
        with transaction() as session:
            taken = take_back_note(session, actor, comment_id, now=now())
            kept = keep_taken_back(session, actor, taken, now=now())
    except (InvalidInput, NotFound) as problem:
        flash(str(problem))
        return redirect(url_for("desk.ticket", number=number), 303)
    flash(f"Your note is off the ticket, and {_where(kept.is_beside)}.")
    return redirect(url_for("desk.ticket", number=taken.ticket_number, _anchor="composer"), 303)


def _where(beside: bool) -> str:
    """Where the text stands now; ``beside``: something was being written there."""
    return "above what you were writing" if beside else "in the composer again"


def _on_own_clock(taken: TakenBack) -> TakenBack:
    """The same, with the time that it was to leave at as its reader's clock shows it."""
    if taken.leaves_at is None:
        return taken
    return replace(taken, leaves_at=taken.leaves_at - (_behind_utc() or timedelta()))


def _with_time(taken: TakenBack) -> str:
    return f", and {_named(taken.leaves_at)} is chosen under the clock" if taken.leaves_at else ""


def chosen_time() -> datetime | None:
    """When the form's answer is to leave; None where it is to be sent now.

    :raises InvalidInput: where it is no time.
    """
    if request.form.get("send") != "later":
        return None
    found = typed_time("later", "later_offset")
    if found is None:
        raise InvalidInput("later", "Choose the day and time at which it is to leave.")
    return found


def typed_time(field: str, offset_field: str) -> datetime | None:
    """The time in a field of the form; None where it is none.

    The field holds the time of the reader's own clock; the page's script says how many minutes
    that is off UTC, and without scripts the field says that it is UTC.
    """
    try:
        local = datetime.fromisoformat(request.form.get(field, ""))
        minutes = request.form.get(offset_field) or "0"
        offset = bounded_int(minutes, least=-MOST_OFFSET, most=MOST_OFFSET)
        if local.tzinfo or offset is None:
            return None
        return (local + timedelta(minutes=offset)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def chosen_words() -> str:
    """The time that :func:`chosen_time` read, as it stands on its author's clock."""
    return _named(datetime.fromisoformat(request.form["later"]))


def _named(local: datetime) -> str:
    return f"{local.day} {local:%B, %H:%M}{'' if request.form.get('later_offset') else ' UTC'}"


def _behind_utc() -> timedelta | None:
    """How far the author's own clock is behind UTC, as the page's script says; None where it says
    what cannot be.
    """
    minutes = request.form.get("later_offset") or "0"
    offset = bounded_int(minutes, least=-MOST_OFFSET, most=MOST_OFFSET)
    return None if offset is None else timedelta(minutes=offset)


def undo_on_page(session: Session, ticket: Ticket, moment: datetime) -> str:
    """The category of a flashed message that offers to undo what took messages to or from a ticket.

    What comes of it is another page, so it is not put in place.
    """
    change_id = newest_change(session, signed_in().actor, ticket, moment)
    return f"change {ticket.number} {change_id} page" if change_id else "message"


def undo_at(endpoint: str, name: str, value: object, **values: Any) -> str:
    """The category of a flashed message whose Undo sends one field to a page of its own."""
    return f"at {url_for(endpoint, **values)} {name} {value}"


def undo_of(number: str, comment: Comment | CommentView) -> str:
    """The category of a flashed message that offers to take an answer back, until it leaves."""
    assert comment.leaves_at
    path = url_for("desk.undo", number=number)
    return f"undo {path} {comment.id} {comment.leaves_at.isoformat(timespec='seconds')}"
