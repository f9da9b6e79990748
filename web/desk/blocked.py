"""Whose mail goes to spam: the list of blocked senders, and blocking one from a ticket."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.block_sender import block_requester, block_sender, unblock_sender
from helpdesk.errors import InvalidInput
from helpdesk.queries.inbox import blocked_senders
from helpdesk.tickets.folders import is_blocked
from web.desk.blueprint import blueprint, desk_page
from web.desk.undo import undo_at
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.app_template_global()
def is_sender_blocked(address: str) -> bool:
    """Whether what this address sends goes to spam."""
    return is_blocked(read_session(), address)


@blueprint.app_template_global()
def is_domain_blocked(address: str) -> bool:
    """Whether what anybody of this address's domain sends goes to spam."""
    return is_blocked(read_session(), f"@{address.rpartition('@')[2]}")


@blueprint.get("/mail/blocked")
@staff_only
def blocked() -> Response:
    """Whose mail goes to spam."""
    return _show()


@blueprint.post("/mail/blocked/add")
@staff_only
def block() -> Response:
    """Have what an address, or a domain, sends go to spam."""
    typed, moment = request.form.get("address", ""), now()
    try:
        with transaction() as session:
            rule = block_sender(session, signed_in().actor, typed, now=moment)
    except InvalidInput as problem:
        return _show(422, typed=typed, problem=problem.message)
    undo = _undo(rule.id, _ticket()) if rule.added_at == moment else "message"
    flash(f"Mail from {rule.address} goes to spam.", undo)
    return redirect(_back(), 303)


@blueprint.post("/mail/blocked/remove")
@staff_only
def unblock() -> Response:
    """Remove a rule."""
    with transaction() as session:
        address = unblock_sender(session, signed_in().actor, request.form.get("rule", 0, int))
    undo = undo_at("desk.block", "address", address, ticket=_ticket())
    flash(f"Mail from {address} is filed as any other.", undo)
    return redirect(_back(), 303)


@blueprint.post("/t/<number>/block")
@staff_only
def block_requester_of(number: str) -> Response:
    """Block who wrote this ticket, or all of their domain; it goes to spam."""
    moment, whole_domain = now(), request.form.get("block") == "domain"
    try:
        with transaction() as session:
            rule = block_requester(
                session, signed_in().actor, number, whole_domain=whole_domain, now=moment
            )
    except InvalidInput as problem:
        flash(problem.message)
    else:
        undo = _undo(rule.id, number) if rule.added_at == moment else "message"
        flash(f"In spam now, as all that {rule.address} will write.", undo)
    return redirect(url_for("desk.ticket", number=number), 303)


def _undo(rule_id: int, number: str | None) -> str:
    """A notice's undo; on a ticket it leads to that."""
    return undo_at("desk.unblock", "rule", rule_id, ticket=number)


def _ticket() -> str | None:
    """The number of the ticket from which it was asked for; None from the list."""
    return request.args.get("ticket")


def _back() -> str:
    number = _ticket()
    return url_for("desk.ticket", number=number) if number else url_for("desk.blocked")


def _show(status: int = 200, *, typed: str = "", problem: str = "") -> Response:
    """The rules, with what could not be added where there is something."""
    rules = blocked_senders(read_session(), signed_in().actor)
    return desk_page(
        "desk/mail_blocked.html", status, rules=rules, typed=typed, problem_text=problem
    )
