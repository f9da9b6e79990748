"""Hand over mail that came in elsewhere: who may do that, for which mailboxes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Mailbox
from helpdesk.tickets.access import check_staff
from helpdesk.vocabulary import MailboxRight


def check_may_bring(session: Session, actor: Actor, addresses: Iterable[str]) -> None:
    """Let staff bring mail to these mailboxes, where they decide about the mail of each.

    :param addresses: those of the mailboxes themselves, removed ones too.
    :raises NotAllowed: the actor is no staff, or has too little right.
    :raises InvalidInput: for a mailbox that they do not see, as if there were none.
    """
    check_staff(actor, "Only staff may hand over mail.")
    wanted = list(addresses)
    found = session.scalars(select(Mailbox).where(Mailbox.address.in_(wanted))).all()
    by_address = {mailbox.address: mailbox.id for mailbox in found}
    for address in wanted:
        if not actor.may(by_address.get(address)):
            raise InvalidInput("to", "No such mailbox here.")
        if not actor.may(by_address.get(address), MailboxRight.MANAGE):
            raise NotAllowed("You may not decide about the mail of this mailbox.")
