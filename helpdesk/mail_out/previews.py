"""Mails to look at before they are sent: each template with made-up values, and an answer's draft.

They are filled by :mod:`helpdesk.mail_out.render`, as those that leave; only nothing leaves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.templates import SAMPLE_NUMBER, Template, TemplateName
from helpdesk.models import Mailbox, MailQueue, Person, Ticket

_NOBODY = 0
"""Whose the links in a preview are: they open nothing, since a customer's own speaks for them."""
_WHEN = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)


def sample_mail(
    template: Template, mailbox: Mailbox, language: str, status: str = ""
) -> ClaimedMail:
    """A template with made-up values, as this mailbox would send it in this language.

    :param status: for ``status_changed_customer``: the status to explain.
    """
    values = dict(template.sample)
    if template.name == TemplateName.STATUS_CHANGED_CUSTOMER and status:
        values = {"status": status}
    return _mail(
        mailbox,
        template=template.name,
        values=values,
        subject="Re: My kettle leaks",
        recipient="mia@shop.example" if template.to_staff else "ann@mail.example",
        recipient_name="Mia Berg" if template.to_staff else "Ann Lee",
        ticket_id=1,
        comment_id=None,
        ticket_number=SAMPLE_NUMBER if template.on_ticket else None,
        ticket_subject="My kettle leaks",
        link_generation=1,
        person_id=_NOBODY,
        person_language=language,
        person_time_zone="",
        reply_to=mailbox.address,
    )


def draft_mail(
    ticket: Ticket, mailbox: Mailbox, person: Person, values: dict[str, Any], subject: str
) -> ClaimedMail:
    """An answer that is not sent yet, as this person on the ticket would get it."""
    return _mail(
        mailbox,
        template=TemplateName.COMMENT_ADDED_CUSTOMER,
        values=values,
        subject=subject,
        recipient=person.address,
        recipient_name=person.name_in_mails,
        ticket_id=ticket.id,
        comment_id=None,
        ticket_number=ticket.number,
        ticket_subject=ticket.subject,
        link_generation=ticket.link_generation,
        person_id=_NOBODY,
        ticket_language=ticket.language if person.id == ticket.requester_id else None,
        person_language=person.language,
        person_time_zone=person.time_zone,
        reply_to=mailbox.address,
    )


def _mail(mailbox: Mailbox, **given: Any) -> ClaimedMail:
    return ClaimedMail(
        id=0,
        queue=MailQueue.ANSWERS,
        message_id="preview@postdesk",
        in_reply_to="",
        references=[],
        rendered_sha256=None,
        attempt_count=0,
        created_at=_WHEN,
        mailbox_address=mailbox.address,
        mailbox_name=mailbox.name,
        mailbox_signature=mailbox.signature,
        mailbox_colour=mailbox.colour,
        mailbox_language=mailbox.language,
        **given,
    )
