"""Who is on a ticket, and where its conversation goes on: add, take off, merge, take apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.change_many import MOST_MERGED
from helpdesk.actions.change_people import (
    PersonRef,
    add_person_to,
    change_requester,
    person_named,
    take_person_off,
)
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.take_asked_address import ALWAYS, SENDER, take_asked_address
from helpdesk.actions.undo_change import newest_change
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Ticket
from helpdesk.queries.known_people import known_people, likely_people
from helpdesk.queries.merge_preview import merge_preview
from helpdesk.text import clean_line
from helpdesk.tickets.access import find_ticket, id_written
from web.desk.blueprint import blueprint
from web.desk.ticket import show_ticket
from web.desk.undo import undo_on_page
from web.options import forget_options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.post("/t/<number>/merge")
@staff_only
def merge(number: str) -> Response:
    """Have this ticket's conversation go on in another one (``into``, its number)."""
    actor, wanted = signed_in().actor, clean_line(request.form.get("into", ""), 40)
    moment = now()
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            into_id = _other(session, actor, wanted)
            if "asks" in request.form:
                _check_meant(session, ticket, into_id, is_asked=_is_asked(wanted))
            goes_on = merge_tickets(session, actor, ticket.id, into_id, now=moment)
            undo = undo_on_page(session, goes_on, moment)
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"into": problem.message})
    flash(f"{number.upper()} goes on here.", undo)
    return redirect(url_for("desk.ticket", number=goes_on.number), 303)


@blueprint.get("/merge-preview")
@staff_only
def preview_merge() -> str:
    """What comes of it where these tickets (``ticket``, ids) are merged into another (``into``)."""
    ids = [id_written(one) for one in request.args.getlist("ticket")[:MOST_MERGED]]
    wanted = clean_line(request.args.get("into", ""), 40)
    try:
        shown = merge_preview(read_session(), signed_in().actor, wanted, ids)
    except NotFound:
        shown = None
    return render_template("desk/_merge_preview.html", shown=shown)


@blueprint.post("/t/<number>/apart")
@staff_only
def apart(number: str) -> Response:
    """Give a merged ticket its conversation back."""
    actor, moment = signed_in().actor, now()
    try:
        with transaction() as session:
            ticket = take_apart(session, actor, number, now=moment)
            undo = undo_on_page(session, ticket, moment)
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"into": problem.message})
    flash("Taken apart. What was written since the merge stayed on the other ticket.", undo)
    return redirect(url_for("desk.ticket", number=number), 303)


@blueprint.get("/known-people")
@staff_only
def people_known() -> str:
    """The people whom staff may mean by what they type (``q``), as options of a list."""
    found = known_people(read_session(), signed_in().actor, request.args.get("q", ""))
    return render_template("desk/_known_people.html", people=found)


@blueprint.get("/t/<number>/likely-people")
@staff_only
def people_likely(number: str) -> str:
    """The people who are on other tickets of this one's requester, as options of a list."""
    session, actor = read_session(), signed_in().actor
    ticket = find_ticket(session, actor, number)
    found = likely_people(session, actor, ticket.requester_id)
    return render_template("desk/_known_people.html", people=found)


@blueprint.post("/t/<number>/person")
@staff_only
def add_person(number: str) -> Response:
    """Put someone onto the ticket: who wrote (``person``), or who has an ``address``."""

    def add(session: Session, ticket: Ticket, at: datetime) -> str:
        actor = signed_in().actor
        chosen = _chosen(session, actor, at)
        name = add_person_to(session, actor, ticket.id, chosen, now=at).shown_name
        return f"{name} is in copy now."

    return _change_people(number, "person" if _is_typed() else "people", add)


@blueprint.post("/t/<number>/person/off")
@staff_only
def take_off(number: str) -> Response:
    """Take someone in copy off the ticket."""

    def take(session: Session, ticket: Ticket, at: datetime) -> str:
        person_id = id_written(request.form.get("person", ""))
        take_person_off(session, signed_in().actor, ticket.id, person_id, now=at)
        return "They are not on this ticket any more."

    return _change_people(number, "people", take)


@blueprint.post("/t/<number>/requester")
@staff_only
def set_requester(number: str) -> Response:
    """Make someone the requester (``person`` or ``address``); with ``leaves`` the one who was
    leaves the ticket.
    """

    def change(session: Session, ticket: Ticket, at: datetime) -> str:
        actor, keep_old = signed_in().actor, "leaves" not in request.form
        chosen = _chosen(session, actor, at)
        person = change_requester(session, actor, ticket.id, chosen, keep_old=keep_old, now=at)
        return f"{person.shown_name} is the requester now."

    return _change_people(number, "requester" if _is_typed() else "people", change)


@blueprint.post("/t/<number>/answers")
@staff_only
def take_address(number: str) -> Response:
    """Decide where answers go: where a mail asks for them (``address``), or to its sender."""
    actor, form = signed_in().actor, request.form
    address, choice, moment = form.get("address", ""), form.get("choice", ""), now()
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            ticket = take_asked_address(session, actor, ticket.id, address, choice, now=moment)
            change_id = newest_change(session, actor, ticket, moment)
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"people": problem.message})
    if choice == ALWAYS:
        forget_options()
    said = "Answers go to the sender." if choice == SENDER else f"Answers go to {address} now."
    flash(said, f"change {number} {change_id} " if change_id else "message")
    return redirect(url_for("desk.ticket", number=number), 303)


def _change_people(
    number: str, form: str, change: Callable[[Session, Ticket, datetime], str]
) -> Response:
    """:param form: the name of the form that a problem is shown in."""
    actor, moment = signed_in().actor, now()
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            done = change(session, ticket, moment)
            change_id = newest_change(session, actor, ticket, moment)
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={form: problem.message})
    flash(done, f"change {number} {change_id} " if change_id else "message")
    return redirect(url_for("desk.ticket", number=number), 303)


def _is_typed() -> bool:
    return bool(request.form.get("address", "").strip())


def _chosen(session: Session, actor: Actor, at: datetime) -> PersonRef:
    """Who the form names, by id or address; a new customer where nobody has the address yet."""
    address = clean_line(request.form.get("address", ""), 320)
    if address:
        return person_named(session, actor, address, now=at)
    return id_written(request.form.get("person", ""))


def _is_asked(wanted: str) -> bool:
    """Whether the form came back once with this very number, to ask whether it is meant."""
    return clean_line(request.form["asks"], 40).upper() == wanted.upper()


def _check_meant(session: Session, ticket: Ticket, into_id: int, *, is_asked: bool) -> None:
    """See that a number that was typed is the one that was meant, where somebody else asks there.

    :raises InvalidInput: nobody was asked yet; its words say what ticket it is.
    """
    into = session.get_one(Ticket, into_id)
    if is_asked or into.requester_id == ticket.requester_id:
        return
    who = f"{into.requester.shown_name} <{into.requester.address}>"
    raise InvalidInput(
        "into",
        f"{into.number} is “{into.subject}”, and {who} asks there: everybody on this ticket will "
        "read it, too. Merge once more if that is meant.",
    )


def _other(session: Session, actor: Actor, wanted: str) -> int:
    try:
        return find_ticket(session, actor, wanted).id
    except NotFound:
        raise InvalidInput("into", f"There is no ticket “{wanted}”. Give its number.") from None
