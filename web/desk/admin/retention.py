"""How long what is over is kept: shown before it is saved, and what went since."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.set_retention import read_days, set_retention
from helpdesk.errors import InvalidInput
from helpdesk.models import RetentionKind
from helpdesk.queries.retention import retention
from helpdesk.tickets.retention import LEAST_DAYS, MOST_DAYS
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, transaction


@dataclass(frozen=True)
class KindWords:
    """A kind in the words of the page."""

    label: str
    hint: str
    one: str
    many: str
    dated: str
    """What its date is of: “the oldest closed …”."""


WORDS: dict[RetentionKind, KindWords] = {
    RetentionKind.TICKETS: KindWords(
        "Closed tickets",
        "Counted from the last message, or from when it was closed if that was later. Messages, "
        "files and history go with it. One that is a part of an open ticket or has open parts, a "
        "draft, or a mail that has not left stays.",
        "ticket",
        "tickets",
        "closed",
    ),
    RetentionKind.SPAM: KindWords(
        "Spam",
        "Counted from when it came there. What is in the trash goes after 30 days in any case.",
        "ticket",
        "tickets",
        "put there",
    ),
    RetentionKind.RAW_MAIL: KindWords(
        "Originals of mails",
        "The mails as they came and as they left, byte for byte. Tickets, messages and files stay; "
        "the source of a mail can no longer be read, nor the mail be read again.",
        "mail",
        "mails",
        "received",
    ),
    RetentionKind.LOG: KindWords(
        "Log",
        "Lines of Settings › Log. Histories of tickets go with their tickets.",
        "line",
        "lines",
        "written",
    ),
}


@blueprint.get("/admin/retention")
@admin_only
def retention_page() -> Response:
    """The ages, what is older, and what went last."""
    return _page()


@blueprint.post("/admin/retention")
@admin_only
def change_retention() -> Response:
    """Show what would go by other ages; save them, once that was shown."""
    form = request.form
    wanted, errors = {}, {}
    for kind in RetentionKind:
        try:
            wanted[kind] = read_days(kind, form.get(kind, ""))
        except InvalidInput as problem:
            errors[problem.field] = problem.message
    if errors:
        return _page(422, errors=errors)
    seen = "/".join("" if days is None else str(days) for days in wanted.values())
    if form.get("step") != "save" or form.get("seen") != seen:
        return _page(wanted=wanted, seen=seen)
    with transaction() as session:
        set_retention(session, signed_in().actor, wanted, now=now())
    flash("Saved.")
    return redirect(url_for("desk.retention_page"), 303)


def _page(
    status: int = 200,
    *,
    wanted: dict[RetentionKind, int | None] | None = None,
    seen: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    views = retention(read_session(), signed_in().actor, now=now(), wanted=wanted)
    typed = request.form if request.method == "POST" else None
    return desk_page(
        "desk/admin/retention.html",
        status,
        kinds=views,
        words=WORDS,
        typed={
            view.kind: typed.get(view.kind, "") if typed else _shown(view.age.days)
            for view in views
        },
        least=LEAST_DAYS,
        most=MOST_DAYS,
        seen=seen,
        errors=errors or {},
    )


def _shown(days: int | None) -> str:
    return "" if days is None else str(days)
