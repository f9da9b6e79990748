"""“My requests”: signing in by a mailed link, the list, one's addresses, signing out."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.mailed_links import (
    add_address_by_link,
    ask_to_add_address,
    ask_to_sign_in,
    look_at_link,
    send_link_anew,
    sign_in_by_link,
)
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.languages import statuses_in
from helpdesk.models import LinkPurpose
from helpdesk.queries.my_tickets import (
    my_addresses,
    my_orders,
    my_tickets,
    my_tracking_token,
)
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.text import bounded_int, clean_line
from helpdesk.vocabulary import PRIORITIES, STATUSES
from web import limits
from web.languages import language, problem_words, time_zone, translated_here
from web.options import options
from web.portal.blueprint import blueprint
from web.portal.visitor import customer, customers_only, wanted_page
from web.sign_in import begin_session, end_session, note_not_signed_in, signed_in
from web.store import now, read_session, transaction

_ORDERS_SHOWN = 12


@blueprint.get("/my")
@customers_only
def my() -> Response:
    """The list of one's requests, newest first."""
    offered = {
        "status": STATUSES,
        "priority": PRIORITIES,
        "category": options().all_categories,
    }
    chosen: dict[str, Any] = {
        name: request.args.get(name, "")
        for name, known in offered.items()
        if request.args.get(name, "") in known
    }
    search = clean_line(request.args.get("q", ""), 200)
    page = bounded_int(request.args.get("page", ""), least=1, most=999_999) or 1
    fields: dict[str, Any] = {name: (value,) for name, value in chosen.items() if value}
    wanted = TicketFilter(**fields, search=search)
    found = my_tickets(read_session(), signed_in().actor, wanted, page)
    filtered = chosen | ({"q": search} if search else {})
    return make_response(
        render_template(
            "portal/my.html",
            found=found,
            orders=my_orders(read_session(), signed_in().actor)[:_ORDERS_SHOWN],
            chosen=filtered,
            statuses=statuses_in(language()),
            me=signed_in().person,
        )
    )


@blueprint.get("/my/t/<number>")
@customers_only
def my_ticket(number: str) -> AnyResponse:
    """One of one's requests: leads to its page."""
    token = my_tracking_token(read_session(), signed_in().actor, number)
    return redirect(url_for("portal.tracking", token=token), 303)


@blueprint.get("/my/sign-in")
def sign_in() -> AnyResponse:
    """Where to ask for a link."""
    if customer():
        return redirect(url_for("portal.my"), 303)
    return _sign_in_form("")


@blueprint.post("/my/sign-in")
@limits.form_comes_back(lambda words: _sign_in_form(request.form.get("email", ""), words))
@limits.mailed_links
def ask_for_link() -> Response:
    """Have a link mailed. The answer is the same, and as fast, whoever the address belongs to."""
    address = request.form.get("email", "")
    try:
        with transaction() as session:
            ask_to_sign_in(session, address, language=language(), now=now())
    except InvalidInput as problem:
        return _sign_in_form(address, problem_words(problem))
    return make_response(render_template("portal/link_sent.html", address=address.strip()))


@blueprint.get("/my/in/<token>")
def link(token: str) -> Response:
    """The page with the button: programs that open links in mails use nothing up."""
    found = look_at_link(read_session(), token, now=now())
    if found is None or not found.is_good or found.purpose != LinkPurpose.SIGN_IN:
        return _spent(token)
    return make_response(render_template("portal/link.html", token=token, address=found.address))


@blueprint.post("/my/in/<token>")
@limits.links_followed
def use_link(token: str) -> AnyResponse:
    """Sign in, once. On a shared computer the session ends with the browser."""
    try:
        with transaction() as session:
            person = sign_in_by_link(
                session, token, language=language(), time_zone=time_zone(), now=now()
            )
    except NotFound:
        note_not_signed_in("link_spent")
        return _spent(token)
    except NotAllowed as problem:
        note_not_signed_in("not_allowed")
        words = translated_here(str(problem))
        return make_response(render_template("portal/link_refused.html", words=words), 403)
    wanted = wanted_page()
    begin_session(person, lasting=not request.form.get("shared"))
    return redirect(wanted or url_for("portal.my"), 303)


@blueprint.post("/my/in/<token>/fresh")
@limits.mailed_links
def fresh_link(token: str) -> Response:
    """A fresh link in place of one that has run out. The answer is the same for any token."""
    with transaction() as session:
        send_link_anew(session, token, language=language(), now=now())
    return make_response(render_template("portal/fresh_sent.html"))


@blueprint.post("/my/out")
def sign_out() -> AnyResponse:
    """Sign out. It is said to whoever asks, signed in or not."""
    if customer():
        end_session()
    return redirect(url_for("portal.sign_in", out=1), 303)


@blueprint.get("/my/addresses")
@customers_only
def addresses() -> Response:
    """One's addresses, and adding another."""
    return _addresses()


@blueprint.post("/my/addresses")
@customers_only
@limits.form_comes_back(lambda words: _addresses(request.form.get("email", ""), problem=words))
@limits.mailed_links
def add_address() -> AnyResponse:
    """Have a link mailed to an address that is to be one's own."""
    address = request.form.get("email", "")
    try:
        with transaction() as session:
            ask_to_add_address(session, signed_in().actor, address, language=language(), now=now())
    except InvalidInput as problem:
        return _addresses(address, problem=problem_words(problem))
    return _addresses(asked=address.strip())


@blueprint.get("/my/address/<token>")
def address_link(token: str) -> AnyResponse:
    """The page with the button that adds the address."""
    found = look_at_link(read_session(), token, now=now())
    if found is None or not found.is_good or found.purpose != LinkPurpose.ADD_ADDRESS:
        return _spent(token)
    known = customer()
    return make_response(
        render_template(
            "portal/address_link.html",
            token=token,
            address=found.address,
            me=known.person if known else None,
        )
    )


@blueprint.post("/my/address/<token>")
@customers_only
def use_address_link(token: str) -> AnyResponse:
    """Add the address: only for who asked for it, in a browser where they are signed in."""
    try:
        with transaction() as session:
            add_address_by_link(session, signed_in().actor, token, now=now())
    except NotFound:
        return _spent(token)
    except NotAllowed as problem:
        return _addresses(problem=translated_here(str(problem)))
    return redirect(url_for("portal.addresses", added=1), 303)


def _sign_in_form(address: str, problem: str = "") -> Response:
    body = render_template(
        "portal/sign_in.html", address=address, problem_text=problem, out="out" in request.args
    )
    return make_response(body, 422 if problem else 200)


def _addresses(address: str = "", *, problem: str = "", asked: str = "") -> Response:
    body = render_template(
        "portal/addresses.html",
        mine=my_addresses(read_session(), signed_in().actor),
        me=signed_in().person,
        address=address,
        problem_text=problem,
        asked=asked,
        added="added" in request.args,
    )
    return make_response(body, 422 if problem else 200)


def _spent(token: str) -> Response:
    """The same page for a link that was used, one that is too old, and one that never was."""
    return make_response(render_template("portal/link_spent.html", token=token), 404)
