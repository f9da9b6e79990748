"""Changing a ticket's subject, status, priority, category, order, mailbox, assignee, team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.acknowledge_now import acknowledge_now
from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.change_ticket import (
    ANYBODY,
    assign,
    change_category,
    change_language,
    change_priority,
    change_status,
    change_subject,
)
from helpdesk.actions.link_order import change_order
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.snooze import snooze, wake_up
from helpdesk.actions.undo_change import give_reason, newest_change, undo_change
from helpdesk.errors import (
    ChangedMeanwhile,
    HeldByChildren,
    InvalidInput,
    StepNotAllowed,
    TakenMeanwhile,
)
from helpdesk.models import Ticket
from helpdesk.queries.history import changed_at
from helpdesk.queries.tags import called_now
from helpdesk.text import bounded_int, clean_line
from helpdesk.tickets.access import find_ticket, id_written
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.tags import folded
from web.desk.blueprint import blueprint
from web.desk.going_on import onward
from web.desk.snoozing import chosen_snooze, snooze_words
from web.desk.ticket import show_ticket
from web.labels import change_lines
from web.options import forget_options
from web.rendering import status_label
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

MOVED = {"spam": "Moved to spam.", "trash": "Moved to trash.", "inbox": "In the inbox again."}


@blueprint.post("/t/<number>/status")
@staff_only
def set_status(number: str) -> Response:
    """Bring the ticket to another status; with ``anyway`` also where a child holds it open."""
    anyway = request.form.get("anyway", "")
    wanted = request.form.get("status", "") or anyway
    return change_field(
        number,
        "status",
        f"Now {status_label(wanted).lower()}.",
        lambda session, ticket, reason, at: change_status(
            session,
            signed_in().actor,
            ticket.id,
            wanted,
            reason=reason,
            now=at,
            despite_children=bool(anyway),
        ),
        already=f"It is {status_label(wanted).lower()} already.",
    )


@blueprint.post("/t/<number>/subject")
@staff_only
def set_subject(number: str) -> Response:
    """Call the ticket something else."""
    wanted = request.form.get("subject", "")
    return change_field(
        number,
        "subject",
        "Subject changed.",
        lambda session, ticket, reason, at: change_subject(
            session,
            signed_in().actor,
            ticket.id,
            wanted,
            reason=reason,
            seen=request.form.get("seen_subject"),
            now=at,
        ),
    )


@blueprint.post("/t/<number>/priority")
@staff_only
def set_priority(number: str) -> Response:
    """Set the priority."""
    wanted = request.form.get("priority", "")
    return change_field(
        number,
        "priority",
        f"Priority is {wanted} now.",
        lambda session, ticket, reason, at: change_priority(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
        already=f"Priority is {wanted} already.",
    )


@blueprint.post("/t/<number>/category")
@staff_only
def set_category(number: str) -> Response:
    """Set the category."""
    wanted = request.form.get("category", "")
    return change_field(
        number,
        "category",
        "Category changed.",
        lambda session, ticket, reason, at: change_category(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/language")
@staff_only
def set_language(number: str) -> Response:
    """Say which language the ticket is written in; empty for unknown."""
    wanted = request.form.get("language", "")
    return change_field(
        number,
        "language",
        "Language changed.",
        lambda session, ticket, reason, at: change_language(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/order")
@staff_only
def set_order(number: str) -> Response:
    """Set the order that the ticket concerns, or none (empty)."""
    wanted = request.form.get("order", "").strip()
    return change_field(
        number,
        "order",
        "Order set." if wanted else "It concerns no order now.",
        lambda session, ticket, reason, at: change_order(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/assignee")
@staff_only
def set_assignee(number: str) -> Response:
    """Give the ticket to someone, to oneself (``me``), or to nobody (empty)."""
    wanted, had_it = request.form.get("assignee", ""), ""

    def give(session: Session, ticket: Ticket, reason: str, at: datetime) -> Ticket:
        nonlocal had_it
        had_it = ticket.assignee.shown_name if ticket.assignee else ""
        actor = signed_in().actor
        person_id, seen = _person_id(wanted, actor.person_id), request.form.get("seen_with")
        seen_with = ANYBODY if seen is None else id_written(seen) or None
        return assign(
            session, actor, ticket.id, person_id, reason=reason, now=at, seen_with=seen_with
        )

    def done() -> str:
        yours = f"It was {had_it}’s; it is yours now." if had_it else "It is yours now."
        return yours if wanted == "me" else "Assignee changed."

    return change_field(number, "assignee", done, give)


@blueprint.post("/t/<number>/team")
@staff_only
def set_team(number: str) -> Response:
    """Give the ticket to a team (its id), or to none (empty)."""
    wanted = request.form.get("team", "")
    return change_field(
        number,
        "team",
        "Team changed.",
        lambda session, ticket, reason, at: assign_team(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/mailbox")
@staff_only
def set_mailbox(number: str) -> Response:
    """Move the ticket to another mailbox (its id)."""
    wanted = request.form.get("mailbox", "")
    return change_field(
        number,
        "mailbox",
        "Moved to another mailbox.",
        lambda session, ticket, reason, at: move_ticket(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/folder")
@staff_only
def set_folder(number: str) -> Response:
    """Move the ticket to spam or trash, or back to the inbox."""
    wanted = request.form.get("folder", "")
    return change_field(
        number,
        "folder",
        MOVED.get(wanted, ""),
        lambda session, ticket, reason, at: change_folder(
            session, signed_in().actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/snooze")
@staff_only
def set_snooze(number: str) -> Response:
    """Have the ticket sleep until the chosen time, or wake it (empty)."""
    choice, actor = request.form.get("snooze", ""), signed_in().actor
    if not choice:
        return change_field(
            number,
            "snooze",
            "Awake again.",
            lambda session, ticket, reason, at: wake_up(
                session, actor, ticket.id, reason=reason, now=at
            ),
        )
    try:
        wanted = chosen_snooze(choice, now())
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"snooze": problem.message})
    return change_field(
        number,
        "snooze",
        f"S{snooze_words(wanted)[1:]}.",
        lambda session, ticket, reason, at: snooze(
            session, actor, ticket.id, wanted, reason=reason, now=at
        ),
    )


@blueprint.post("/t/<number>/tags")
@staff_only
def set_tags(number: str) -> Response:
    """Put tags on the ticket, and take others off: what a form had ticked and has no longer."""
    had, ticked = request.form.getlist("had"), request.form.getlist("tag")
    typed = [name for name in request.form.get("add", "").split(",") if name.strip()]
    add = [*typed, *(name for name in ticked if name not in had)]
    remove = [name for name in had if name not in ticked]
    former = {folded(name): clean_line(name) for name in typed}
    renamed = called_now(read_session(), former).items()
    became = " ".join(f"“{former[was]}” is called “{tag}” now." for was, tag in renamed)
    answer = change_field(
        number,
        "tags",
        f"Tags changed. {became}".strip(),
        lambda session, ticket, reason, at: change_tags(
            session,
            signed_in().actor,
            ticket.id,
            add=add,
            remove=remove,
            reason=reason,
            now=at,
        ),
        already=f"Nothing was changed: it is so already. {became}".strip(),
    )
    if typed:
        forget_options()
    return answer


@blueprint.post("/t/<number>/acknowledge")
@staff_only
def acknowledge(number: str) -> Response:
    """Send the acknowledgement that a limit withheld."""
    actor = signed_in().actor
    try:
        with transaction() as session:
            acknowledge_now(session, actor, number, now=now())
    except InvalidInput as problem:
        flash(problem.message)
    else:
        flash("The acknowledgement leaves now.")
    return redirect(url_for("desk.ticket", number=number), 303)


@blueprint.post("/t/<number>/undo-change")
@staff_only
def undo_field(number: str) -> Response:
    """Give a field back the value that it had before a change. Where the ticket's messages went
    back to another one by it, as to the one that it was split from, it leads there.
    """
    actor, change_id, goes_on = signed_in().actor, id_written(request.form.get("change", "")), ""
    try:
        with transaction() as session:
            at = now()
            ticket = undo_change(session, actor, number, change_id, now=at)
            session.flush()
            back = changed_at(session, actor, ticket.id, at)
            if (there := current_ticket(session, ticket.id)) is not ticket:
                goes_on = there.number
    except InvalidInput as problem:
        flash(problem.message)
    else:
        several = [line for act in back if act.is_several for line in change_lines(act)]
        what = ", ".join(line.partition(":")[0] for line in several)
        said = f"Undone. {what}." if what else "Undone."
        flash(f"Undone: {number.upper()} goes on here." if goes_on else said)
    return redirect(url_for("desk.ticket", number=goes_on or number), 303)


@blueprint.post("/t/<number>/reason")
@staff_only
def say_why(number: str) -> Response:
    """Say why one made a change."""
    actor, change_id = signed_in().actor, id_written(request.form.get("change", ""))
    with transaction() as session:
        give_reason(session, actor, number, change_id, request.form.get("reason", ""))
    flash("It stands in the history.")
    return redirect(url_for("desk.ticket", number=number), 303)


def change_field(
    number: str,
    field: str,
    done: str | Callable[[], str],
    change: Callable[[Session, Ticket, str, datetime], Ticket],
    *,
    already: str = "Nothing was changed: it is so already.",
) -> Response:
    """Change a field beside a ticket, and show the page with the offer to undo that.

    :param field: its name, by which the page shows what does not hold.
    :param done: what is said then; asked after the change where that decides it.
    """
    actor, moment, reason = signed_in().actor, now(), request.form.get("reason", "").strip()
    onto = onward(number)
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            change(session, ticket, reason, moment)
            change_id = newest_change(session, actor, ticket, moment)
    except InvalidInput as problem:
        if isinstance(problem, TakenMeanwhile):
            _offer_anyway(problem)
        if field == "folder":  # its buttons have no place for words
            flash(problem.message, "problem")
        return show_ticket(number, status=422, changing={field: problem.message})
    except ChangedMeanwhile as problem:
        return show_ticket(number, status=409, changing={field: ""}, meanwhile=problem)
    except HeldByChildren as problem:
        # A notice is in sight wherever one reads, also on a phone.
        macro = request.form.get("macro", "")
        flash(str(problem), f"anyway {request.path} {problem.wanted} {id_written(macro) or ''}")
        return show_ticket(number, status=409)
    except StepNotAllowed as problem:
        return show_ticket(number, status=409, changing={field: str(problem)})
    undo = f"change {number} {change_id} {'' if reason or onto else 'why'}"
    said = (done if isinstance(done, str) else done()) if change_id else already
    flash(f"{number.upper()}: {said}" if onto else said, undo if change_id else "message")
    return redirect(onto or url_for("desk.ticket", number=number), 303)


def _offer_anyway(problem: TakenMeanwhile) -> None:
    """Ask whether it is to be so all the same: a notice is in sight wherever one reads."""
    wanted = request.form.get("assignee", "")
    to = wanted if wanted in ("me", "") else str(id_written(wanted))
    flash(str(problem), f"assign {request.path} {to} {problem.holder_id or ''}")


def _person_id(wanted: str, own_id: int | None) -> int | None:
    if wanted == "me":
        return own_id
    if not wanted:
        return None
    person_id = bounded_int(wanted, most=2**63 - 1)
    if person_id is None:
        raise InvalidInput("assignee", "Choose a person from the list.")
    return person_id
