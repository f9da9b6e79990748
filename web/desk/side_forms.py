"""Side conversations on a ticket's page: the messages of each in one place, and their forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request

from helpdesk.queries.conversation import FileView
from helpdesk.queries.side_conversations import SideView
from helpdesk.queries.ticket import TicketPage
from helpdesk.tickets.access import id_written
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.drafts import DraftContent
from helpdesk.vocabulary import SIGNATURE_TYPES
from web.conversation import Shown
from web.desk.once import new_key

NEW = 0
"""In the place of a side conversation's id: one that is to begin."""


@dataclass(frozen=True)
class SideForm:
    """Where staff write in one side conversation, or begin one."""

    side: SideView | None = None
    to: str = ""
    subject: str = ""
    text: str = ""
    files: tuple[StoredFile, ...] = ()
    chosen: frozenset[int] = frozenset()
    """The ticket's own files that go along."""
    errors: Mapping[str, str] = field(default_factory=dict)
    known_customers: tuple[str, ...] = ()
    """Customers of ours among its people whom its writer was asked about."""
    version: str | None = ""
    """Which kept draft stood on the page; None where the form did not say."""
    is_draft: bool = False
    once: str = field(default_factory=new_key)

    @property
    def id(self) -> int:
        return self.side.id if self.side else NEW


@dataclass(frozen=True)
class SideBlock:
    """What was said in one, where its newest message stands in the ticket's conversation."""

    side: SideView
    messages: tuple[Shown, ...]

    @property
    def is_open(self) -> bool:
        """Whether the last word in it is not ours."""
        return not self.messages[-1].comment.from_staff


def in_places(page: TicketPage, messages: Sequence[Shown]) -> Iterator[Shown | SideBlock]:
    """A ticket's messages in order; those of a side conversation together, as the last of them."""
    sides = {side.id: side for side in page.sides}
    said: dict[int, list[Shown]] = {}
    for message in messages:
        said.setdefault(message.comment.side_id or NEW, []).append(message)
    for message in messages:
        side = sides.get(message.comment.side_id or NEW)
        if side is None:
            yield message
        elif said[side.id][-1] is message:
            yield SideBlock(side, tuple(said[side.id]))


def side_forms(
    page: TicketPage, kept: Mapping[int, DraftContent], refused: SideForm | None
) -> list[SideForm]:
    """The forms of a page: the newest side conversation first, and last one that is to begin.

    :param kept: what its reader writes, by the side conversation.
    :param refused: what could not be sent, in the place of what is kept there.
    """
    forms = [SideForm(side, side.to, side.subject) for side in reversed(page.sides)]
    return [_filled(form, kept.get(form.id), refused) for form in (*forms, SideForm())]


def _filled(form: SideForm, kept: DraftContent | None, refused: SideForm | None) -> SideForm:
    if refused is not None and refused.id == form.id:
        return refused
    if kept is None:
        return form
    return replace(
        form,
        to=kept.fields.get("to", form.to),
        subject=kept.fields.get("subject") or form.subject,
        text=kept.text,
        files=kept.files,
        chosen=frozenset(map(id_written, kept.fields.get("files", "").split(","))) - {0},
        version=kept.version,
        is_draft=True,
    )


def open_form(forms: Sequence[SideForm], refused: SideForm | None) -> int:
    """Which of them stands open: the one that was refused, or asked for, or written in; else the
    first.
    """
    asked = id_written(request.args.get("side", ""))
    wanted = [refused.id] if refused else [asked, *(one.id for one in forms if one.is_draft)]
    ids = [form.id for form in forms]
    return next((one for one in wanted if one in ids and one), forms[0].id)


def files_of(page: TicketPage) -> list[FileView]:
    """The files that stand on a ticket, to be chosen from; each content once."""
    offered = (file for file in page.files if file.content_type not in SIGNATURE_TYPES)
    return list({(file.filename, file.size): file for file in offered}.values())
