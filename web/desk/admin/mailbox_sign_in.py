"""Signing in for a mailbox at Google or Microsoft, in this browser or by a code on another device.

What comes of it stands on the page of where the mailbox's mail is fetched from: what is wrong is
kept in the session until that page shows it, so that no address holds a code for long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.helpers import make_response
from werkzeug.wrappers import Response

from helpdesk.actions.browser_sessions import hashed_key
from helpdesk.actions.grant_mailbox import (
    BegunGrant,
    GrantWish,
    ask_slower,
    begin_in_browser,
    begin_on_device,
    checked_grant_wish,
    forget_grant,
    give_up_request,
    save_grant,
    take_request,
    turn_to_ask,
)
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import GrantProvider
from helpdesk.oauth.grants import (
    GrantedTokens,
    begin_device,
    tokens_for_code,
    tokens_for_device,
)
from helpdesk.oauth.providers import PROVIDERS, ProviderClient, ProviderFacts, client_of
from helpdesk.oauth.trouble import OAuthRefused, StillWaiting, TokenTrouble
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.mailbox_grants import DeviceView, GrantView, device_view, grant_view
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import away_from_database, now, read_session, store, transaction

BACK = "/desk/admin/mailboxes/oauth"
_PROBLEM = "mailbox_sign_in_problem"
_NOT_GRANTED = {
    "access_denied": "You did not agree there: nothing is saved.",
    "expired_token": "The code was not typed in time: begin again.",
    "invalid_grant": "That sign-in is over, or was used before: begin again.",
}


@dataclass(frozen=True)
class MailboxSignIn:
    """What the page says of it."""

    grant: GrantView | None
    device: DeviceView | None
    ways: dict[GrantProvider, ProviderFacts]
    """Where the operator registered us."""
    facts: dict[GrantProvider, ProviderFacts]
    problem: str = ""
    typed: str = ""
    """Who should have signed in, when it failed."""


def mailbox_sign_in(mailbox_id: int, *, problem: str = "") -> MailboxSignIn:
    """Who signed in for a mailbox, and how one may; with what was wrong last, said once."""
    actor, typed = signed_in().actor, ""
    kept = session.get(_PROBLEM)
    if kept and kept[0] == mailbox_id:
        _, problem, typed = session.pop(_PROBLEM)
    database = read_session()
    return MailboxSignIn(
        grant_view(database, actor, mailbox_id),
        device_view(database, actor, mailbox_id, browser=_browser(), now=now()),
        {one: PROVIDERS[one] for one in GrantProvider if client_of(store().settings, one)},
        PROVIDERS,
        problem,
        typed,
    )


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/sign-in/<provider>")
@admin_only
def sign_in_at(mailbox_id: int, provider: str) -> Response:
    """Send the browser to the provider."""

    def begin() -> Response:
        wish, client = _typed(mailbox_id, provider)
        with transaction() as database:
            url = begin_in_browser(
                database, signed_in().actor, mailbox_id, wish, client,
                back=_back(), browser=_browser(), now=now(),
            )  # fmt: skip
        page = desk_page("desk/admin/going.html", url=url, facts=client.facts)
        # No redirect of a form: the page's own policy lets forms lead to us alone.
        page.headers["Refresh"] = f"0; url={url}"
        return page

    return _or_problem(mailbox_id, begin)


@blueprint.get("/admin/mailboxes/oauth")
@admin_only
def come_back() -> Response:
    """Take what the browser brings back from the provider."""
    given, actor = request.args, signed_in().actor
    try:
        with transaction() as database:
            begun = take_request(
                database, actor, given.get("state", ""), browser=_browser(), now=now()
            )
    except InvalidInput as problem:
        flash(problem.message)
        return redirect(url_for("desk.mailbox_list"), 303)

    def finish() -> Response:
        if "error" in given:
            raise OAuthRefused(given["error"], given.get("error_description", ""))
        client = _client(begun.wish.provider)
        with away_from_database():
            got = tokens_for_code(
                client, given.get("code", ""), back=_back(), verifier=begun.secret
            )
        return _save(begun, got)

    return _or_problem(begun.mailbox_id, finish, begun.wish)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/sign-in/<provider>/code")
@admin_only
def sign_in_by_code(mailbox_id: int, provider: str) -> Response:
    """Have the provider give out a code, which is typed on another device."""

    def begin() -> Response:
        wish, client = _typed(mailbox_id, provider)
        if not client.facts.by_device:
            abort(404)
        with away_from_database():
            code = begin_device(client)
        with transaction() as database:
            begin_on_device(
                database, signed_in().actor, mailbox_id, wish, code, browser=_browser(), now=now()
            )
        return _to_page(mailbox_id)

    return _or_problem(mailbox_id, begin)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/typed")
@admin_only
def check_code(mailbox_id: int) -> Response:
    """Ask the provider whether the code was typed."""

    def check() -> Response:
        actor = signed_in().actor
        with transaction() as database:
            begun = turn_to_ask(database, actor, mailbox_id, browser=_browser(), now=now())
        if begun is None:
            return _to_page(mailbox_id)
        client = _client(begun.wish.provider)
        try:
            with away_from_database():
                got = tokens_for_device(client, begun.secret)
        except StillWaiting as waiting:
            if waiting.slower:
                with transaction() as database:
                    ask_slower(database, actor, mailbox_id, browser=_browser())
            return _to_page(mailbox_id)
        except OAuthRefused:
            with transaction() as database:
                give_up_request(database, actor, mailbox_id)
            raise
        return _save(begun, got)

    answer = _or_problem(mailbox_id, check)
    if "HX-Request" not in request.headers:
        return answer
    box = mailbox_of_id(read_session(), signed_in().actor, mailbox_id)
    sign_in = mailbox_sign_in(mailbox_id)
    if sign_in.device and not sign_in.problem:
        return make_response("", 204)  # what is being typed beside it stays
    piece = render_template("desk/admin/_fetch_sign_in.html", box=box, sign_in=sign_in, polled=True)
    session.pop("_flashes", None)  # the piece says it itself
    return make_response(piece)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/fetch/forget")
@admin_only
def forget_sign_in(mailbox_id: int) -> Response:
    """Forget who signed in, and what was begun."""
    with transaction() as database:
        forget_grant(database, signed_in().actor, mailbox_id, now=now())
    flash("The sign-in is forgotten.")
    return _to_page(mailbox_id)


def _typed(mailbox_id: int, provider: str) -> tuple[GrantWish, ProviderClient]:
    """What the form says; for an admin, of a mailbox and a provider that there are."""
    mailbox_of_id(read_session(), signed_in().actor, mailbox_id)
    form = request.form
    wish = checked_grant_wish(provider, form.get("login", ""), shared="shared" in form)
    return wish, _client(wish.provider)


def _client(provider: GrantProvider) -> ProviderClient:
    client = client_of(store().settings, provider)
    if client is None:
        raise NotFound("There is no such provider.")
    return client


def _save(begun: BegunGrant, got: GrantedTokens) -> Response:
    with transaction() as database:
        grant = save_grant(
            database, signed_in().actor, begun.mailbox_id, begun.wish, got, now=now()
        )
        facts = PROVIDERS[grant.provider]
        less = "" if facts.may_send(grant.scopes) else " The right to send by it was not given."
        flash(f"Signed in with {facts.name} as {grant.login}.{less}")
    return _to_page(begun.mailbox_id)


def _or_problem(
    mailbox_id: int, go_on: Callable[[], Response], wish: GrantWish | None = None
) -> Response:
    """Go on; what is wrong is shown on the page, beside what it is about."""
    try:
        return go_on()
    except InvalidInput as problem:
        words = problem.message
    except OAuthRefused as refused:
        words = _NOT_GRANTED.get(refused.code) or f"It is refused there. It says: {refused.words}"
    except TokenTrouble as trouble:
        words = f"There is no answer that can be used. It says: {trouble.words}"
    typed = wish.login if wish else request.form.get("login", "")
    session[_PROBLEM] = [mailbox_id, words, typed[:200]]
    return _to_page(mailbox_id)


def _to_page(mailbox_id: int) -> Response:
    return redirect(url_for("desk.mailbox_fetch", mailbox_id=mailbox_id, _anchor="sign-in"), 303)


def _back() -> str:
    return f"{store().settings.public_url}{BACK}"


def _browser() -> str:
    """This browser's session, by what is kept of its key."""
    return hashed_key(signed_in().key)
