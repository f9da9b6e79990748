"""What a ticket can be narrowed by, given to, or answered with, cached for some seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask, current_app

from helpdesk.actor import Actor
from helpdesk.queries.canned_replies import CannedChoice, canned_choices
from helpdesk.queries.custom_fields import seen_by
from helpdesk.queries.mailboxes import MailboxView, mailboxes
from helpdesk.queries.people import PersonView, staff
from helpdesk.queries.tags import all_tags
from helpdesk.queries.teams import TeamName, all_teams
from helpdesk.tickets.access import id_written, may_be_given
from helpdesk.tickets.canned_replies import may_use
from helpdesk.tickets.categories import labels
from helpdesk.tickets.custom_fields import FieldView, all_fields
from helpdesk.tickets.tags import TagOnTicket
from helpdesk.vocabulary import MailboxRight
from web.cached import CachedValue, ChangeMark
from web.sign_in import signed_in
from web.store import store

MOST_TAGS = 200
_KEY = "postdesk.options"


@dataclass(frozen=True)
class Options:
    """The names that a filter offers."""

    staff: tuple[PersonView, ...]
    mailboxes: tuple[MailboxView, ...]
    categories: dict[str, str]
    """Label by name, of those in use."""
    all_categories: dict[str, str]
    tags: tuple[TagOnTicket, ...] = ()
    """The first :data:`MOST_TAGS` by their names; others are typed."""
    teams: tuple[TeamName, ...] = ()
    canned: tuple[CannedChoice, ...] = ()
    """All canned replies, by name."""
    fields: tuple[FieldView, ...] = ()
    """The fields that the team has made, in their order."""

    @property
    def mailbox_names(self) -> dict[int, str]:
        """Name by id, where there are several to tell apart; else none."""
        names = {box.id: box.name for box in self.mailboxes}
        return names if len(names) > 1 else {}

    def staff_on(self, mailbox_id: int | None) -> list[PersonView]:
        """Who may see a mailbox's tickets."""
        return [one for one in self.staff if one.actor.may(mailbox_id)]

    def may_have(self, *mailbox_ids: int | None) -> list[PersonView]:
        """Whom tickets of these mailboxes, of one at least, can be given to."""
        return [
            one for one in self.staff if any(may_be_given(one.actor, box) for box in mailbox_ids)
        ]

    def may_have_listed(self, mailbox: str) -> list[PersonView]:
        """Whom tickets of a list can be given to; the script narrows them to those chosen.

        :param mailbox: the id of the one that the list is narrowed to; empty for all.
        """
        one = id_written(mailbox)
        return self.may_have(*([one] if one else self.mailbox_ids))

    @property
    def mailbox_ids(self) -> list[int | None]:
        """Of all whose tickets may be in a list: what is in no mailbox, too."""
        return [None, *(box.id for box in self.mailboxes)]

    @property
    def are_some_kept_out(self) -> bool:
        """Whether somebody of staff has not all mailboxes."""
        return any(not one.actor.sees_all for one in self.staff)

    def moved_to(self, actor: Actor) -> list[MailboxView]:
        """Where one of staff can move a ticket: the mailboxes that they may answer in; none, where
        that is one alone.
        """
        right = MailboxRight.ANSWER
        found = [one for one in self.mailboxes if not one.is_removed and actor.may(one.id, right)]
        return found if len(self.of(actor).mailboxes) > 1 else []

    def of(self, actor: Actor) -> Options:
        """What one of staff is offered: of the mailboxes, theirs."""
        if actor.sees_all:
            return self
        boxes = tuple(box for box in self.mailboxes if actor.may(box.id))
        canned = tuple(
            one for one in self.canned if may_use(actor, one.mailbox_id, one.moves_to_id)
        )
        fields = seen_by(actor, self.fields)
        return replace(self, mailboxes=boxes, canned=canned, fields=fields)

    def canned_on(self, mailbox_address: str) -> list[CannedChoice]:
        """The canned replies that are offered on a mailbox's tickets."""
        return [one for one in self.canned if one.mailbox_address in ("", mailbox_address)]


def init_app(app: Flask) -> None:
    """Cache the options of this process, and give the templates the categories."""
    app.extensions[_KEY] = CachedValue(_read, seconds=5, mark=ChangeMark("options"))
    app.jinja_env.filters["category_label"] = category_label
    app.jinja_env.filters["filled_in"] = _filled_in
    app.jinja_env.globals["mailbox_names"] = _own_mailbox_names
    app.jinja_env.globals["mailboxes_to_move_to"] = lambda: options().moved_to(signed_in().actor)
    app.jinja_env.globals["are_some_kept_out"] = lambda: options().are_some_kept_out
    app.jinja_env.globals["categories"] = lambda: options().categories
    app.jinja_env.globals["all_categories"] = lambda: options().all_categories


def _filled_in(values: Mapping[str, str]) -> str:
    """What fields that the team has made are filled in with, by the names of their inputs."""
    names = {one.input: one.name for one in options().of(signed_in().actor).fields}
    return ", ".join(f"{names[name]}: {text}" for name, text in values.items() if name in names)


def _own_mailbox_names() -> dict[int, str]:
    """On the desk: the names of the mailboxes that its reader sees."""
    return options().of(signed_in().actor).mailbox_names


def options() -> Options:
    """The options, at most some seconds old: what is changed on this machine is seen at once."""
    cached: CachedValue[Options] = current_app.extensions[_KEY]
    return cached.get()


def category_label(name: str) -> str:
    """A category as people read it."""
    return options().all_categories.get(name, name)


def forget_options() -> None:
    """Have them read anew: one was added or changed."""
    current_app.extensions[_KEY].forget()


def _read() -> Options:
    # What this request reads is of the moment that it began at, and may be of before the change.
    with store().database.reading() as session:
        return Options(
            staff(session),
            mailboxes(session, removed=True),
            labels(session, active_only=True),
            labels(session),
            all_tags(session, most=MOST_TAGS),
            all_teams(session),
            canned_choices(session),
            all_fields(session),
        )
