"""One ticket: its conversation, the composer under it, and all there is to know beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import make_response, render_template, request, url_for
from flask.wrappers import Response
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.errors import ChangedMeanwhile
from helpdesk.queries.conversation import CommentView
from helpdesk.queries.custom_fields import on_ticket
from helpdesk.queries.drafts import OwnDrafts, own_drafts
from helpdesk.queries.poll import newer_comments
from helpdesk.queries.similar import similar_on
from helpdesk.queries.ticket import TicketPage, ticket_page
from helpdesk.queries.ticket_version import ticket_version
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.canned_replies import GAPS, gaps_in
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.mentions import DoubtfulName
from helpdesk.tickets.moved import Seen
from helpdesk.tickets.moved import meanwhile as moved_meanwhile
from helpdesk.tickets.with_answer import ME, WithAnswer, read_changes
from helpdesk.vocabulary import UNFINISHED
from web.conversation import Shown, newest_wanted, shown, shown_asked
from web.desk.blueprint import blueprint, desk_page
from web.desk.once import new_key
from web.desk.side_forms import SideForm, files_of, in_places, open_form, side_forms
from web.desk.status_after import after_sending, in_menu, lost_words
from web.options import options
from web.sign_in import signed_in, staff_only
from web.store import read_session
from web.ticket_links import with_ticket_links

THEN_GO = (("next", "next ticket"), ("stay", "stay here"), ("back", "back to the list"))
"""Where to after sending, in words."""
OLDER_SHOWN = 5
"""How many comments stand open; those before them are folded, but for the first."""


@dataclass(frozen=True)
class Draft:
    """What stands in the composer: empty, or what could not be sent, with the reason."""

    kind: str = "reply"
    text: str = ""
    status: str = ""
    files: tuple[StoredFile, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    later: str = ""
    """The time at which it is to leave, as it was typed."""
    cc: str = ""
    bcc: str = ""
    changes: WithAnswer = WithAnswer()  # noqa: RUF009 (frozen)
    """What else of the ticket the answer changes."""
    version: str | None = ""
    """Which kept draft stood on the page; None where the form did not say."""
    doubtful: tuple[DoubtfulName, ...] = ()
    """Names in a note that are nobody's, or several people's."""
    lost_status: str = ""
    """What was chosen as the status before the page said that the ticket cannot have it."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What a canned reply left to be filled in."""
        return gaps_in(self.text)


@blueprint.get("/t/<number>")
@staff_only
def ticket(number: str) -> Response:
    """The page of a ticket."""
    return show_ticket(number)


@blueprint.get("/t/<number>/pulse")
@staff_only
def ticket_poll(number: str) -> Response:
    """For an open ticket, every few seconds: what came and what changed since it was shown."""
    session, actor, seen = read_session(), signed_in().actor, request.args.get("seen", 0, int)
    found = find_ticket(session, actor, number)
    new = newer_comments(session, found.id, seen)
    shown = Seen(seen or None, request.args.get("seen_change_id", None, int))
    moved = moved_meanwhile(session, found, actor, shown)
    known = request.args.get("standing")
    changed = known is not None and known != ticket_version(session, found)
    return make_response(
        render_template(
            "desk/_ticket_poll.html",
            ticket=found,
            new=new,
            changed=changed,
            moved=moved,
            shown_asked=shown_asked(),
        )
    )


def show_ticket(
    number: str,
    draft: Draft | None = None,
    *,
    side: SideForm | None = None,
    status: int = 200,
    changing: dict[str, str] | None = None,
    meanwhile: ChangedMeanwhile | None = None,
) -> Response:
    """The page, with a draft or a change that did not go through where there is one.

    :param side: what could not be sent in a side conversation.
    :param changing: field → what is wrong with the change that was asked for.
    :param meanwhile: what stands in that field by now, where its form showed something else.
    """
    session, actor = read_session(), signed_in().actor
    page = ticket_page(session, actor, number, newest_wanted())
    own = options().of(actor)
    offered = own.canned_on(page.ticket.mailbox_address)
    return desk_page(
        "desk/ticket.html",
        status,
        page=page,
        ticket=page.ticket,
        ticket_files=files_of(page),
        **_messages(page),
        colleagues=[one for one in page.drafts if one.person_id != actor.person_id],
        after_sending=after_sending(page.ticket.status),
        then_go=THEN_GO,
        **_writing(session, actor, page, draft, side),
        **_colleagues(page.ticket.mailbox_id),
        tags=options().tags,
        teams=options().teams,
        custom=on_ticket(session, own.fields, page.ticket.id, page.ticket.mailbox_id),
        me_word=ME,
        language_names=LANGUAGE_NAMES,
        gap_names=GAPS,
        similar=similar_on(session, actor, page.ticket.id) if _is_asked(page) else (),
        canned=[one for one in offered if not one.is_macro],
        macros=[one for one in offered if one.is_macro],
        changing=changing or {},
        meanwhile=meanwhile,
    )


def _messages(page: TicketPage) -> dict[str, object]:
    """The conversation as far as it is shown, as the templates know it."""
    places = list(in_places(page, [_shown(one) for one in page.comments]))
    return {"messages": places, "folded": _folded(places), "shown_asked": shown_asked()}


def _colleagues(mailbox_id: int | None) -> dict[str, object]:
    """Who of staff may see the ticket, and whom it can be given to, as the templates know them."""
    return {"staff": options().staff_on(mailbox_id), "assignees": options().may_have(mailbox_id)}


def _writing(
    session: Session, actor: Actor, page: TicketPage, draft: Draft | None, side: SideForm | None
) -> dict[str, object]:
    """What stands in the composer, by the names that its templates know."""
    kept = OwnDrafts({}, {})
    if any(one.person_id == actor.person_id for one in page.drafts):
        kept = own_drafts(session, actor.person_id, page.ticket.id)
    drafts = _kept_drafts(kept)
    tab = _tab(drafts, kept)
    if draft:
        drafts[draft.kind], tab = draft, draft.kind
    if side is not None or "side" in request.args:
        tab = "side"
    sides, written = side_forms(page, kept.in_sides, side), drafts.get("reply", Draft())
    chosen, lost = in_menu(page.ticket.status, written.status, written.lost_status)
    return {
        "written": written,
        "note": drafts.get("note", Draft("note")),
        "sides": sides,
        "open_side": open_form(sides, side),
        "tab": tab,
        "once_keys": {kind: new_key() for kind in ("reply", "note")},
        "chosen_status": chosen,
        "lost_status": lost,
        "lost_words": lost_words,
    }


def _is_asked(page: TicketPage) -> bool:
    return page.ticket.status in UNFINISHED and not page.merged_into


def _tab(drafts: dict[str, Draft], kept: OwnDrafts) -> str:
    """Where something is written; the reply's, where that is in several places, or in none."""
    written = [*drafts, *(["side"] if kept.in_sides else [])]
    return written[0] if len(written) == 1 else "reply"


def _kept_drafts(own: OwnDrafts) -> dict[str, Draft]:
    return {
        kind: Draft(
            kind,
            kept.text,
            kept.fields.get("status", ""),
            kept.files,
            later=kept.fields.get("later", ""),
            cc=kept.fields.get("cc", ""),
            bcc=kept.fields.get("bcc", ""),
            changes=read_changes(kept.fields),
            version=kept.version,
        )
        for kind, kept in own.by_kind.items()
    }


def _folded(places: Sequence[object]) -> range:
    """Which messages are folded away on opening: not the first, not the newest five."""
    return range(1, max(1, len(places) - OLDER_SHOWN))


def _shown(comment: CommentView) -> Shown:
    """A comment; the numbers of tickets that staff typed in it are links here."""
    made = shown(comment, _file_address)
    if not comment.from_staff:
        return made
    return replace(made, body=with_ticket_links(made.body, _ticket_address))


def _ticket_address(number: str) -> str:
    return url_for("desk.ticket", number=number)


def _file_address(file_id: int, picture: bool) -> str:
    return url_for("desk.picture" if picture else "desk.file", file_id=file_id)
