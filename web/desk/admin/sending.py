"""By which account a mailbox's mail is sent: tried before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.helpers import make_response
from werkzeug.wrappers import Response

from helpdesk.actions.set_fetch import BY_PASSWORD, BY_TOKEN, active_fetch
from helpdesk.actions.set_relay import (
    RelayForm,
    RelayWish,
    own_relay,
    relay_wish,
    set_relay,
    stop_relay,
)
from helpdesk.actions.try_relay import tried_wish
from helpdesk.errors import InvalidInput
from helpdesk.imap.account import Tls
from helpdesk.imap.trouble import ImapTrouble
from helpdesk.models import Mailbox, MailboxFetch
from helpdesk.oauth.providers import PROVIDERS
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.mailbox_grants import GrantView, grant_view
from helpdesk.queries.own_relays import own_relay_views
from helpdesk.submission.servers import (
    FoundSending,
    SendingServer,
    find_sending,
    keeps_copy,
    known_sending,
)
from helpdesk.submission.trial import Trial
from helpdesk.submission.trouble import RelayTrouble
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import away_from_database, now, read_session, store, transaction


@dataclass(frozen=True)
class TriedSending:
    """What came of trying an account: what is there, or what is wrong with which field."""

    wish: RelayWish | None = None
    trial: Trial | None = None
    found: FoundSending | None = None
    field: str = ""
    problem: str = ""


@blueprint.get("/admin/mailboxes/<int:mailbox_id>/send")
@admin_only
def mailbox_sending(mailbox_id: int) -> Response:
    """By which account its mail is sent, and how that goes."""
    return _page(mailbox_id)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/send")
@admin_only
def save_sending(mailbox_id: int) -> Response:
    """Have its mail sent by what was typed, if it can be."""
    tried = _try(mailbox_id)
    if tried.wish is None or tried.problem:
        return _page(mailbox_id, tried, 422)
    actor = signed_in().actor
    with transaction() as session:
        address = mailbox_of_id(session, actor, mailbox_id).address
        set_relay(session, actor, address, tried.wish, now=now())
    flash("Its mail leaves by this account from now on.")
    return redirect(url_for("desk.mailbox_sending", mailbox_id=mailbox_id), 303)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/send/test")
@admin_only
def try_sending_by(mailbox_id: int) -> Response:
    """Try what was typed, and save nothing."""
    tried = _try(mailbox_id)
    if "HX-Request" in request.headers:
        if tried.field == "password" and not request.form.get("password"):
            return make_response("")  # it is not typed yet: no reason to complain
        return make_response(render_template("desk/admin/_sending_tried.html", tried=tried))
    return _page(mailbox_id, tried)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/send/off")
@admin_only
def end_sending(mailbox_id: int) -> Response:
    """Send its mail by the installation's relay again."""
    actor = signed_in().actor
    try:
        with transaction() as session:
            address = mailbox_of_id(session, actor, mailbox_id).address
            stop_relay(session, actor, address, now=now())
    except InvalidInput as problem:  # somebody else was faster
        flash(problem.message)
    else:
        flash("Its mail leaves by the installation’s relay again. The password is forgotten.")
    return redirect(url_for("desk.mailbox_sending", mailbox_id=mailbox_id), 303)


def _try(mailbox_id: int) -> TriedSending:
    """Try the account that was typed, with nothing of the database held meanwhile."""
    form, actor = request.form, signed_in().actor
    box = mailbox_of_id(read_session(), actor, mailbox_id)
    fetch, address = active_fetch(read_session(), box.id), box.address
    fetched_from = fetch.host if fetch else ""
    typed = RelayForm(
        host=form.get("host", ""),
        port=form.get("port", ""),
        tls=form.get("tls", ""),
        login=form.get("login", ""),
        password=form.get("password", ""),
        per_minute=form.get("per_minute", ""),
        by_token=form.get("sign_in") == BY_TOKEN,
        keeps_copy=bool(form.get("keeps_copy")),
        sent_folder=form.get("sent_folder", ""),
    )
    found = None
    if not typed.host.strip():
        with away_from_database():
            found = find_sending(typed.login if "@" in typed.login else address, fetched_from)
        if found is None:
            words = "Nothing says which server takes its mail: type its name."
            return TriedSending(field="host", problem=words)
        server = found.server
        typed = replace(typed, host=server.host, port=str(server.port), tls=server.tls)
    try:
        wish = relay_wish(read_session(), actor, address, typed)
    except InvalidInput as problem:
        return TriedSending(found=found, field=problem.field, problem=problem.message)
    try:
        with away_from_database():
            trial = tried_wish(store().database, store().settings, wish)
    except RelayTrouble as trouble:
        return TriedSending(wish, found=found, field=trouble.field, problem=str(trouble))
    except ImapTrouble as trouble:
        return TriedSending(wish, found=found, field="sent_folder", problem=str(trouble))
    return TriedSending(replace(wish, sent_folder=trial.sent_folder), trial, found)


def _kept(box: Mailbox, fetch: MailboxFetch | None, grant: GrantView | None) -> dict[str, str]:
    """What stands in the form: what is set; else what the address and the fetched account say."""
    relay = own_relay(read_session(), box.id)
    if relay is not None:
        return {
            "host": relay.host,
            "port": str(relay.port),
            "tls": relay.tls,
            "login": relay.login,
            "sign_in": BY_TOKEN if relay.by_token else BY_PASSWORD,
            "per_minute": str(relay.per_minute or ""),
            "sent_folder": relay.sent_folder,
            "keeps_copy": "on" if relay.sent_folder else "",
        }
    granted_at = PROVIDERS[grant.provider].imap[0] if grant else ""
    known = known_sending(box.address, granted_at or (fetch.host if fetch else ""))
    server = known.server if known else SendingServer("", 0)
    if fetch and not known and fetch.tls == Tls.OFF:
        server = replace(server, tls=Tls.OFF)
    return {
        "host": server.host,
        "port": str(server.port or ""),
        "tls": server.tls,
        "login": grant.login if grant else fetch.login if fetch else box.address,
        "sign_in": BY_TOKEN if grant else BY_PASSWORD,
        "per_minute": str(server.per_minute or ""),
        "sent_folder": "",
        "keeps_copy": "on" if fetch and not keeps_copy(server.host) else "",
    }


def _page(mailbox_id: int, tried: TriedSending | None = None, status: int = 200) -> Response:
    session, actor = read_session(), signed_in().actor
    box = mailbox_of_id(session, actor, mailbox_id)
    views = own_relay_views(session, actor, box.id)
    fetch, grant = active_fetch(session, box.id), grant_view(session, actor, box.id)
    form = _kept(box, fetch, grant)
    if request.method == "POST":
        form = {name: request.form.get(name, "") for name in form}
    if tried and tried.found:
        server = tried.found.server
        form |= {"host": server.host, "port": str(server.port), "tls": server.tls}
    return desk_page(
        "desk/admin/sending.html",
        status,
        box=box,
        view=views[0] if views else None,
        fetch=fetch,
        grant=grant,
        provider=PROVIDERS[grant.provider].name if grant else "",
        form=form,
        errors={tried.field: tried.problem} if tried and tried.problem else {},
        tried=tried,
    )
