"""API tokens: what programs come in with. Each is shown once, on the answer that issued it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.api_tokens import issue_token, revoke_token
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.queries.api_tokens import api_tokens
from helpdesk.vocabulary import SCOPES, USUAL_SCOPES
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction


@blueprint.get("/admin/tokens")
@admin_only
def token_list() -> Response:
    """All tokens, without the tokens themselves."""
    return _page()


@blueprint.post("/admin/tokens")
@admin_only
def add_token() -> Response:
    """Issue a token: it stands on this answer and nowhere else."""
    form = request.form
    try:
        with transaction() as session:
            token = issue_token(
                session,
                signed_in().actor,
                form.get("email", ""),
                now(),
                scopes=form.getlist("scope"),
                label=form.get("label", ""),
            )
    except InvalidInput as problem:
        return _page(422, errors={problem.field: problem.message})
    except NotFound as problem:
        return _page(422, errors={"email": str(problem)})
    return _page(token=token)


@blueprint.post("/admin/tokens/<int:token_id>/revoke")
@admin_only
def end_token(token_id: int) -> Response:
    """Revoke a token."""
    with transaction() as session:
        revoke_token(session, signed_in().actor, token_id, now=now())
    flash("Revoked. Programs that use it are turned away from now on.")
    return redirect(url_for("desk.token_list"), 303)


def _page(status: int = 200, *, token: str = "", errors: dict[str, str] | None = None) -> Response:
    return desk_page(
        "desk/admin/tokens.html",
        status,
        tokens=api_tokens(read_session(), signed_in().actor),
        token=token,
        scopes=SCOPES,
        chosen=request.form.getlist("scope") if errors else USUAL_SCOPES,
        form=request.form if errors else {},
        errors=errors or {},
    )
