"""Deciding about held mail: release it, release and trust its sender, delete it, take that back."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.actions.release_mail import Decided, decide_mails, release_and_trust
from helpdesk.actions.trust_sender import distrust_sender, trust_sender
from helpdesk.errors import InvalidInput
from helpdesk.models import TrustedSender
from helpdesk.queries.inbox import trusted_senders
from web.desk.blueprint import blueprint, desk_page
from web.desk.inbox import list_address
from web.desk.undo import undo_at
from web.security import own_path
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction

_DONE = {
    "release": "Released: {} will stand in the queue in a moment.",
    "discard": "Deleted {}. The raw mail is kept.",
    "hold": "Held again: {}.",
}


@blueprint.post("/mail/decide")
@staff_only
def decide() -> Response:
    """Do what the pressed button says to every chosen mail."""
    verb, chosen = request.form.get("verb", ""), request.form.getlist("mail", int)
    deleted: list[int] = []
    try:
        with transaction() as session:
            if verb == "trust":
                flash(*_trust(session, chosen))
            elif verb in _DONE:
                decided = decide_mails(session, signed_in().actor, chosen, verb, now=now())
                flash(_words(verb, decided))
                deleted = list(decided.mail_ids) if verb == "discard" else []
    except InvalidInput as problem:
        flash(problem.message)
    back = own_path(request.form.get("back"))
    return redirect(back if back and not deleted else list_address(deleted), 303)


def _trust(session: Session, chosen: list[int]) -> tuple[str, str]:
    """What was done, and the category of its notice: what can be undone of it is the rule."""
    actor, moment = signed_in().actor, now()
    rules = {release_and_trust(session, actor, mail_id, now=moment) for mail_id in chosen}
    if not rules:
        raise InvalidInput("mail", "Choose the mails first.")
    names = ", ".join(sorted(rule.address for rule in rules))
    said = f"Released, and mail from {names} is always accepted from now on."
    return said, _undo_of(rules.pop(), moment) if len(rules) == 1 else "message"


def _undo_of(rule: TrustedSender, moment: datetime) -> str:
    """The category of a notice that a rule was added; nothing is to undo where it stood already."""
    is_new = rule.added_at == moment
    return undo_at("desk.distrust", "rule", rule.id) if is_new else "message"


def _words(verb: str, decided: Decided) -> str:
    count = len(decided.mail_ids)
    if not count:
        return "Someone else decided about this mail meanwhile. Nothing was changed."
    said = _DONE[verb].format("it" if count == 1 else f"{count} mails")
    if decided.too_late:
        said += f" Someone else decided about {decided.too_late} more meanwhile."
    return said


@blueprint.get("/mail/trusted")
@staff_only
def trusted() -> Response:
    """Whose mail is always accepted."""
    return show_trusted()


def show_trusted(status: int = 200, *, typed: str = "", problem: str = "") -> Response:
    """The rules, with what could not be added where there is something."""
    rules = trusted_senders(read_session(), signed_in().actor)
    return desk_page(
        "desk/mail_trusted.html", status, rules=rules, typed=typed, problem_text=problem
    )


@blueprint.post("/mail/trusted/add")
@staff_only
def trust() -> Response:
    """Always accept mail from an address, or a domain."""
    typed, moment = request.form.get("address", ""), now()
    try:
        with transaction() as session:
            rule = trust_sender(session, signed_in().actor, typed, now=moment)
    except InvalidInput as problem:
        return show_trusted(422, typed=typed, problem=problem.message)
    flash(f"Mail from {rule.address} is always accepted.", _undo_of(rule, moment))
    return redirect(url_for("desk.trusted"), 303)


@blueprint.post("/mail/trusted/remove")
@staff_only
def distrust() -> Response:
    """Remove a rule."""
    with transaction() as session:
        rule_id = request.form.get("rule", 0, int)
        address = distrust_sender(session, signed_in().actor, rule_id)
    undo = undo_at("desk.trust", "address", address)
    flash(f"Mail from {address} is judged like any other again.", undo)
    return redirect(url_for("desk.trusted"), 303)
