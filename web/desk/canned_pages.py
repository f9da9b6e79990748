"""The list of canned replies, and the form in which one is written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from helpdesk.actions.edit_canned_reply import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_SHORTCUT,
    CannedReplyDraft,
    add_canned_reply,
    change_canned_reply,
    delete_canned_reply,
    may_delete,
)
from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.errors import ChangedMeanwhile, InvalidInput
from helpdesk.markdown import to_html
from helpdesk.queries.canned_replies import (
    CannedPreview,
    CannedReplyView,
    canned_replies,
    canned_words,
    one_canned_reply,
    preview_of,
)
from helpdesk.queries.people import PersonView
from helpdesk.text import preview
from helpdesk.tickets.access import id_written
from helpdesk.tickets.canned_replies import VARIABLES, may_change
from helpdesk.tickets.seen_form import seen_of
from helpdesk.tickets.with_answer import ME
from helpdesk.vocabulary import PRIORITIES, STATUSES, MailboxRight
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options, options
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction
from web.uploads import stored_files

_EXCERPT = 160


@blueprint.get("/canned-replies")
@staff_only
def canned_list() -> Response:
    """All canned replies, or those found by words (``q``) or for a mailbox (``mailbox``)."""
    search, mailbox = request.args.get("q", "")[:200], request.args.get("mailbox", "")
    found = canned_replies(
        read_session(),
        signed_in().actor,
        search=search,
        mailbox_id=id_written(mailbox) if mailbox else None,
    )
    excerpts = {one.id: preview(one.text or one.note, _EXCERPT) for one in found}
    return desk_page(
        "desk/canned_replies.html",
        found=found,
        excerpts=excerpts,
        may_write=signed_in().actor.mailboxes_with(MailboxRight.ANSWER) != (),
        search=search,
        mailbox=mailbox,
        boxes=options().of(signed_in().actor).mailboxes,
        languages=LANGUAGE_NAMES,
    )


@blueprint.get("/canned-replies/new")
@staff_only
def new_canned() -> Response:
    """The form for a new one."""
    return _form(CannedReplyDraft("", ""))


@blueprint.get("/canned-replies/<int:reply_id>")
@staff_only
def canned_reply(reply_id: int) -> Response:
    """The form of one."""
    session, actor = read_session(), signed_in().actor
    one, shown = one_canned_reply(session, actor, reply_id), None
    with suppress(InvalidInput):  # it cannot be filled in: that is said where it is saved
        shown = preview_of(session, actor, one.name, one.text, one.mailbox_id) if one.text else None
    return _form(_draft_of(one), one, shown=shown)


@blueprint.post("/canned-replies/new")
@staff_only
def add_canned() -> Response:
    """Add one."""
    draft = _draft_in_form(CannedReplyDraft("", ""))
    try:
        with transaction() as session:
            add_canned_reply(session, signed_in().actor, draft, now=now())
    except InvalidInput as problem:
        return _form(draft, status=422, problem=problem)
    return _done(f"“{draft.name.strip()}” added.")


@blueprint.post("/canned-replies/<int:reply_id>")
@staff_only
def change_canned(reply_id: int) -> Response:
    """Change one."""
    one = one_canned_reply(read_session(), signed_in().actor, reply_id)
    draft = _draft_in_form(_draft_of(one))
    try:
        with transaction() as session:
            seen = request.form.get("seen")
            change_canned_reply(session, signed_in().actor, reply_id, draft, seen=seen, now=now())
    except InvalidInput as problem:
        return _form(draft, one, status=422, problem=problem)
    except ChangedMeanwhile as changed:
        return _form(draft, one, status=409, meanwhile=changed)
    return _done("Saved.")


@blueprint.post("/canned-replies/<int:reply_id>/delete")
@staff_only
def delete_canned(reply_id: int) -> Response:
    """Delete one."""
    try:
        with transaction() as session:
            was = delete_canned_reply(session, signed_in().actor, reply_id, now=now())
    except InvalidInput as problem:
        one = one_canned_reply(read_session(), signed_in().actor, reply_id)
        return _form(_draft_of(one), one, status=422, problem=problem)
    return _done(f"“{was.name}” is deleted.")


@blueprint.post("/canned-replies/preview")
@staff_only
def preview_canned() -> Response | str:
    """What is in the form, as it reads on a real ticket: alone for the page's script, or on the
    form's page.
    """
    draft = _draft_in_form(CannedReplyDraft("", ""))
    shown, problem = None, None
    try:
        name, text = draft.name, draft.text
        shown = preview_of(read_session(), signed_in().actor, name, text, draft.mailbox_id)
    except InvalidInput as found:
        problem = found
    if "HX-Request" in request.headers:
        return render_template("desk/_canned_preview.html", **_shown(shown, problem))
    known = id_written(request.form.get("reply", ""))
    one = one_canned_reply(read_session(), signed_in().actor, known) if known else None
    return _form(draft, one, problem=problem, shown=shown)


def _done(said: str) -> Response:
    forget_options()
    flash(said)
    return redirect(url_for("desk.canned_list"), 303)


def _draft_of(one: CannedReplyView) -> CannedReplyDraft:
    return CannedReplyDraft(
        one.name,
        one.text,
        shortcut=one.shortcut,
        mailbox_id=one.mailbox_id,
        team_id=one.team_id,
        language=one.language,
        files=one.files,
        status_after=one.status_after,
        assignee=one.assignee,
        priority=one.priority,
        tags=one.tags,
        snooze_hours=str(one.snooze_hours or ""),
        note=one.note,
        custom={f"field.{field_id}": typed for field_id, typed in one.custom.items()},
        checklist=one.checklist,
        moves_to=str(one.moves_to_id or ""),
    )


def _draft_in_form(before: CannedReplyDraft) -> CannedReplyDraft:
    form = request.form
    mailbox, team = form.get("mailbox", ""), form.get("team", "")
    return replace(
        before,
        name=form.get("name", ""),
        text=form.get("text", ""),
        shortcut=form.get("shortcut", ""),
        mailbox_id=id_written(mailbox) if mailbox else None,
        team_id=id_written(team) if team else None,
        language=form.get("language", ""),
        files=stored_files(),
        status_after=form.get("status", ""),
        assignee=form.get("assignee", ""),
        priority=form.get("priority", ""),
        tags=tuple(name for name in form.get("tags", "").split(",") if name.strip()),
        snooze_hours=form.get("snooze_hours", "").strip(),
        note=form.get("note", ""),
        custom={name: form[name] for name in form if name.startswith("field.")},
        checklist=tuple(form.get("checklist", "").splitlines()),
        moves_to=form.get("moves_to", ""),
    )


def _form(
    draft: CannedReplyDraft,
    one: CannedReplyView | None = None,
    *,
    status: int = 200,
    problem: InvalidInput | None = None,
    shown: CannedPreview | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    actor, found = signed_in().actor, (problem, *problem.others) if problem else ()
    can_change = one is None or may_change(actor, one.mailbox_id)
    return desk_page(
        "desk/canned_reply.html",
        status,
        draft=draft,
        one=one,
        seen=seen_of(canned_words(read_session(), one)) if one else "",
        meanwhile=meanwhile,
        errors={each.field: each.message for each in found},
        is_macro=one.is_macro if one else request.values.get("kind") == "macro",
        can_change=can_change,
        can_delete=one is not None and can_change and may_delete(actor, one.created_by_id),
        choices=_choices(draft, one),
        fields=options().of(actor).fields,
        boxes=options().of(actor).mailboxes,
        variables=VARIABLES,
        most={"name": LONGEST_NAME, "shortcut": LONGEST_SHORTCUT, "text": LONGEST},
        **_shown(shown, problem),
    )


@dataclass(frozen=True)
class _Choice:
    """A field that is chosen from a list: what stands for nothing, and the rest."""

    name: str
    label: str
    none: str
    options: list[tuple[str, str]]
    chosen: str
    boxes: Mapping[str, str] = field(default_factory=dict)
    """Of what goes with some mailboxes alone: those, for the script that narrows the choice."""


def _choices(draft: CannedReplyDraft, one: CannedReplyView | None) -> list[_Choice]:
    actor = signed_in().actor
    boxes = [
        (str(box.id), box.name)
        for box in options().of(actor).mailboxes
        if box.id == draft.mailbox_id or (may_change(actor, box.id) and not box.is_removed)
    ]
    offered = _assignable(draft)
    people = [(ME, "whoever answers"), *((str(one.id), one.name) for one in offered)]
    kept_to = {str(one.id): one.answers_in for one in offered if one.answers_in}
    statuses = [(str(name), words.label) for name, words in STATUSES.items()]
    priorities = [(str(one), one.capitalize()) for one in PRIORITIES]
    targets = [(str(box.id), box.name) for box in options().moved_to(actor)]
    if one and one.moves_to_id and str(one.moves_to_id) not in dict(targets):
        targets.append((str(one.moves_to_id), one.moves_to_address))
    box, languages = str(draft.mailbox_id or ""), list(LANGUAGE_NAMES.items())
    team, teams = (
        str(draft.team_id or ""),
        [(str(one.id), one.name) for one in options().teams],
    )
    is_for_all = may_change(actor, None) or (one is not None and one.mailbox_id is None)
    return [
        _Choice("mailbox", "For", "All mailboxes" if is_for_all else "Choose one", boxes, box),
        _Choice("team", "On tickets of", "Any team", teams, team),
        _Choice("language", "Language", "Any", languages, draft.language),
        _Choice("status", "The ticket is then", "as usual", statuses, draft.status_after),
        _Choice("assignee", "It goes to", "nobody else", people, draft.assignee, kept_to),
        _Choice("priority", "Its priority is then", "as it was", priorities, draft.priority),
        _Choice("moves_to", "It moves it to", "no other mailbox", targets, draft.moves_to),
    ]


def _assignable(draft: CannedReplyDraft) -> list[PersonView]:
    """Whom tickets of its reader's mailboxes can be given to; and who is chosen, in any case."""
    found, chosen = options().may_have(*options().of(signed_in().actor).mailbox_ids), draft.assignee
    return [one for one in options().staff if one in found or str(one.id) == chosen]


def _shown(shown: CannedPreview | None, problem: InvalidInput | None) -> dict[str, object]:
    """The values of the preview's template."""
    html = Markup(to_html(shown.filled.text)) if shown else ""  # noqa: S704 (escapes all)
    return {"shown": shown, "shown_html": html, "preview_problem": problem}
