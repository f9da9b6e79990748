"""Who is on a ticket, and where its conversation goes on: add, change, merge, take apart."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.change_people import add_person_to, change_requester
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.take_asked_address import ALWAYS, SENDER, take_asked_address
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.text import clean_line
from helpdesk.tickets.access import find_ticket, id_written
from web.desk.blueprint import blueprint
from web.desk.ticket import show_ticket
from web.options import forget_options
from web.sign_in import signed_in, staff_only
from web.store import now, transaction


@blueprint.post("/t/<number>/merge")
@staff_only
def merge(number: str) -> Response:
    """Have this ticket's conversation go on in another one (``into``, its number)."""
    actor, wanted = signed_in().actor, clean_line(request.form.get("into", ""), 40)
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            into_id = _other(session, actor, wanted)
            goes_on = merge_tickets(session, actor, ticket.id, into_id, now=now()).number
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"into": problem.message})
    flash(f"{number.upper()} goes on here.")
    return redirect(url_for("desk.ticket", number=goes_on), 303)


@blueprint.post("/t/<number>/apart")
@staff_only
def apart(number: str) -> Response:
    """Give a merged ticket its conversation back."""
    actor = signed_in().actor
    try:
        with transaction() as session:
            take_apart(session, actor, number, now=now())
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"into": problem.message})
    flash("Taken apart. What was written since the merge stayed on the other ticket.")
    return redirect(url_for("desk.ticket", number=number), 303)


@blueprint.post("/t/<number>/person")
@staff_only
def add_person(number: str) -> Response:
    """Put someone who wrote onto the ticket."""
    return _change_people(number, requester=False)


@blueprint.post("/t/<number>/requester")
@staff_only
def set_requester(number: str) -> Response:
    """Make someone the requester; with ``leaves`` the one who was leaves the ticket."""
    return _change_people(number, requester=True)


@blueprint.post("/t/<number>/answers")
@staff_only
def take_address(number: str) -> Response:
    """Decide where answers go: where a mail asks for them (``address``), or to its sender."""
    actor, form = signed_in().actor, request.form
    address, choice = form.get("address", ""), form.get("choice", "")
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            take_asked_address(session, actor, ticket.id, address, choice, now=now())
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"person": problem.message})
    if choice == ALWAYS:
        forget_options()
    flash("Answers go to the sender." if choice == SENDER else f"Answers go to {address} now.")
    return redirect(url_for("desk.ticket", number=number), 303)


def _change_people(number: str, *, requester: bool) -> Response:
    actor, form = signed_in().actor, request.form
    person_id = id_written(form.get("person", ""))
    try:
        with transaction() as session:
            ticket = find_ticket(session, actor, number)
            if requester:
                keep_old = "leaves" not in form
                person = change_requester(
                    session, actor, ticket.id, person_id, keep_old=keep_old, now=now()
                )
            else:
                person = add_person_to(session, actor, ticket.id, person_id, now=now())
            name = person.shown_name
    except InvalidInput as problem:
        return show_ticket(number, status=422, changing={"person": problem.message})
    flash(f"{name} is the requester now." if requester else f"{name} is in copy now.")
    return redirect(url_for("desk.ticket", number=number), 303)


def _other(session: Session, actor: Actor, wanted: str) -> int:
    try:
        return find_ticket(session, actor, wanted).id
    except NotFound:
        raise InvalidInput("into", f"There is no ticket “{wanted}”. Give its number.") from None
