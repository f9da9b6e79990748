"""Where a mailbox's mail is fetched from: looked into before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.helpers import make_response
from werkzeug.wrappers import Response

from helpdesk.actions.set_fetch import (
    BY_PASSWORD,
    BY_TOKEN,
    FetchForm,
    FetchWish,
    active_fetch,
    days_back,
    fetch_wish,
    set_fetch,
    stop_fetch,
)
from helpdesk.errors import InvalidInput
from helpdesk.imap.account import INBOX, Tls
from helpdesk.imap.discovery import FoundServer, find_server
from helpdesk.imap.probe import Glimpse, look_into
from helpdesk.imap.trouble import ImapTrouble
from helpdesk.oauth.connecting import connect_with
from helpdesk.oauth.providers import PROVIDERS
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.fetches import fetch_views, left_mails
from web.desk.admin.mailbox_sign_in import mailbox_sign_in
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import away_from_database, now, read_session, store, transaction

_FIELDS = ("host", "port", "tls", "login", "folder", "after", "move_to", "days", "sign_in")


@dataclass(frozen=True)
class LookedInto:
    """What came of looking into an account: what is there, or what is wrong with which field."""

    wish: FetchWish | None = None
    glimpse: Glimpse | None = None
    found: FoundServer | None = None
    field: str = ""
    problem: str = ""


@blueprint.get("/admin/mailboxes/<int:mailbox_id>/fetch")
@admin_only
def mailbox_fetch(mailbox_id: int) -> Response:
    """Where its mail is fetched from, and how that goes."""
    return _page(mailbox_id)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch")
@admin_only
def save_fetch(mailbox_id: int) -> Response:
    """Have its mail fetched from what was typed, if it can be."""
    looked = _look(mailbox_id)
    if looked.wish is None or looked.problem:
        return _page(mailbox_id, looked, 422)
    actor = signed_in().actor
    with transaction() as session:
        address = mailbox_of_id(session, actor, mailbox_id).address
        set_fetch(session, actor, address, looked.wish, now=now())
    flash("Its mail is fetched from now on.")
    return redirect(url_for("desk.mailbox_fetch", mailbox_id=mailbox_id), 303)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/test")
@admin_only
def try_fetch(mailbox_id: int) -> Response:
    """Look into what was typed, and save nothing."""
    looked = _look(mailbox_id)
    if "HX-Request" in request.headers:
        if looked.field == "password" and not request.form.get("password"):
            return make_response("")  # it is not typed yet: no reason to complain
        return make_response(render_template("desk/admin/_fetch_tested.html", looked=looked))
    return _page(mailbox_id, looked)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/off")
@admin_only
def end_fetch(mailbox_id: int) -> Response:
    """Fetch nothing for it any more."""
    actor = signed_in().actor
    try:
        with transaction() as session:
            address = mailbox_of_id(session, actor, mailbox_id).address
            fetch = active_fetch(session, mailbox_id)
            stop_fetch(session, actor, address, now=now())
    except InvalidInput as problem:  # somebody else was faster
        flash(problem.message)
    else:
        forgotten = "" if fetch and fetch.by_token else " The password is forgotten."
        flash(f"Its mail is not fetched any more.{forgotten}")
    return redirect(url_for("desk.mailbox_fetch", mailbox_id=mailbox_id), 303)


def _look(mailbox_id: int) -> LookedInto:
    """Look into the account that was typed, with nothing of the database held meanwhile."""
    form = request.form
    typed = FetchForm(
        **{name: form.get(name, "") for name in _FIELDS if name not in ("days", "sign_in")},
        password=form.get("password", ""),
        sign_in=form.get("sign_in", BY_PASSWORD),
    )
    actor = signed_in().actor
    address = mailbox_of_id(read_session(), actor, mailbox_id).address
    found = None
    try:
        since = now() - timedelta(days=days_back(form.get("days", "")))
        if not typed.host.strip():
            with away_from_database():
                found = find_server(typed.login if "@" in typed.login else address)
            if found is None:
                words = "Nothing says where its mail server is: type its name."
                return LookedInto(field="host", problem=words)
            typed = replace(typed, host=found.host, port=str(found.port), tls=Tls.IMPLICIT)
        wish = fetch_wish(read_session(), actor, address, typed, since)
    except InvalidInput as problem:
        return LookedInto(found=found, field=problem.field, problem=problem.message)
    try:
        with away_from_database():
            connect = connect_with(store().database, store().settings, mailbox_id)
            glimpse = look_into(wish.account, wish.move_to, connect=connect)
    except ImapTrouble as trouble:
        return LookedInto(wish, found=found, field=trouble.field, problem=str(trouble))
    return LookedInto(wish, glimpse, found)


def _page(mailbox_id: int, looked: LookedInto | None = None, status: int = 200) -> Response:
    session, actor = read_session(), signed_in().actor
    box = mailbox_of_id(session, actor, mailbox_id)
    views = fetch_views(session, actor, now(), box.id)
    fetch = active_fetch(session, box.id)
    errors = {looked.field: looked.problem} if looked and looked.problem else {}
    sign_in = mailbox_sign_in(box.id, problem=errors.get("sign_in", ""))
    host, port, login, by_token = "", "", box.address, False
    if fetch:
        host, port, login, by_token = fetch.host, str(fetch.port), fetch.login, fetch.by_token
    elif sign_in.grant:
        host, number = PROVIDERS[sign_in.grant.provider].imap
        port, login, by_token = str(number), sign_in.grant.login, True
    kept = {
        "host": host,
        "port": port,
        "tls": fetch.tls if fetch else Tls.IMPLICIT,
        "login": login,
        "sign_in": BY_TOKEN if by_token else BY_PASSWORD,
        "folder": fetch.folder if fetch else INBOX,
        "after": fetch.after if fetch else "seen",
        "move_to": fetch.move_to if fetch else "",
        "days": "0",
    }
    form = {name: request.form.get(name, value) for name, value in kept.items()}
    if looked and looked.found:
        form |= {"host": looked.found.host, "port": str(looked.found.port)}
    return desk_page(
        "desk/admin/fetch.html",
        status,
        box=box,
        view=views[0] if views else None,
        left=left_mails(session, views[0].id) if views else (),
        form=form,
        sign_in=sign_in,
        errors=errors,
        looked=looked,
    )
