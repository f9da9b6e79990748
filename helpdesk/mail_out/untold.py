"""Mail that waits to tell staff of tickets which they see no longer: it does not leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from helpdesk.mail_out import outbox
from helpdesk.mail_out.notifications import active_staff
from helpdesk.mail_out.template_values import DigestEvent
from helpdesk.mail_out.templates import TO_STAFF, TemplateName
from helpdesk.models import OutboundMail, OutboundState, Person, Ticket
from helpdesk.tickets.access import actor_of


def tell_nothing(
    session: Session,
    people: Collection[Person],
    out_of_sight: ColumnElement[bool],
    now: datetime,
) -> None:
    """Cancel what waits to tell these people of tickets that they see no longer; a digest that
    tells of others, too, goes on with those.

    :param out_of_sight: what such a ticket meets.
    """
    addresses = [one.address for person in people for one in person.addresses]
    if not addresses:
        return
    waiting = session.scalars(
        select(OutboundMail)
        .where(
            OutboundMail.recipient.in_(addresses),
            OutboundMail.template.in_(TO_STAFF),
            OutboundMail.state.in_((OutboundState.QUEUED, OutboundState.DEFERRED)),
        )
        .order_by(OutboundMail.id)
        .with_for_update()
    ).all()
    events = {mail.id: _events_of(mail) for mail in waiting}
    numbers = {event["number"] for told in events.values() for event in told}
    hidden = select(Ticket.id, Ticket.number).where(
        out_of_sight,
        or_(Ticket.id.in_({mail.ticket_id for mail in waiting}), Ticket.number.in_(numbers)),
    )
    ids = dict(session.execute(hidden).all()) if waiting else {}
    for mail in waiting:
        told = events[mail.id]
        seen = [event for event in told if event["number"] not in ids.values()]
        if mail.ticket_id in ids or (len(seen) < len(told) and (mail.rendered_at or not seen)):
            # What was written once leaves with the same bytes, or not at all.
            outbox.cancel(session, mail.id, now=now)
        elif len(seen) < len(told):
            mail.values = {**mail.values, "events": seen}


def tell_only_who_sees(
    session: Session, ticket: Ticket, mailbox_id: int | None, now: datetime
) -> None:
    """Cancel what waits to tell of this ticket those who do not see a mailbox's tickets."""
    without = [one for one in active_staff(session) if not actor_of(one).may(mailbox_id)]
    tell_nothing(session, without, Ticket.id == ticket.id, now)


def _events_of(mail: OutboundMail) -> list[DigestEvent]:
    return mail.values["events"] if mail.template == TemplateName.DIGEST_STAFF else []
