"""``/api/auth/``: a password for a short-lived token."""

from __future__ import annotations

from typing import Any

from helpdesk.actions.browser_sessions import Visit
from helpdesk.actions.sign_in import check_password, note_refusal, note_token_given
from helpdesk.errors import NotAllowed
from web import limits
from web.api import problems, schemas
from web.api.access import LIFETIME, access_token
from web.api.blueprint import ApiBlueprint
from web.browsers import network_words
from web.guesses import NEEDS_LINK, Guess
from web.sign_in import note_not_signed_in, note_signed_in
from web.store import now, store

blueprint = ApiBlueprint("auth", "Getting a token", public=True)


@blueprint.route("/auth/token/", methods=["POST"], operation="issue_token")
@blueprint.arguments(schemas.Credentials)
@blueprint.response(200, schemas.Access)
@blueprint.doc(security=[])
@blueprint.problems(401, 413, 415)
def token(sent: dict[str, Any]) -> dict[str, Any]:
    """Exchange an address and its password for a token.

    It holds for 30 minutes, and ends at once when the password changes.
    """
    guess = Guess(sent["email"])
    guess.check()
    if guess.needs_link:
        note_not_signed_in("too_many_guesses")
        raise problems.TokenNeeded(NEEDS_LINK)
    try:
        with store().database.reading() as session:
            person = check_password(session, sent["email"], sent["password"])
            access = access_token(person, now())
            is_staff = person.is_staff
    except NotAllowed as refusal:
        guess.was_wrong()
        note_not_signed_in("address_or_password")
        with store().database.transaction() as session:
            note_refusal(session, sent["email"], _visit(), now=now())
        raise problems.TokenNeeded(str(refusal)) from None
    if is_staff:
        with store().database.transaction() as session:
            note_token_given(session, person, _visit(), now=now())
    note_signed_in(person)
    return {"access": access, "expires_in": int(LIFETIME.total_seconds())}


def _visit() -> Visit:
    return Visit("by the API", network_words(limits.remote_address()))
