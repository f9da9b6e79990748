"""Give a mailbox another address, or hidden ones that bring its mail. Admins only; logged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.edit_mailbox import (
    MOST_FEEDS,
    folded_feeders,
    log_change,
    mailbox_to_change,
)
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Mailbox
from helpdesk.text import clean_line, split_tag
from helpdesk.tickets.address_owners import (
    check_feeders,
    check_no_other_mailboxes,
    check_nobodys,
)
from helpdesk.tickets.mailboxes import forget_mailboxes


def readdress_mailbox(
    session: Session, actor: Actor, address: str, new: str, *, now: datetime
) -> Mailbox:
    """Give the mailbox another address: its mails leave from it from now on.

    Mail to the old one is still taken, as at a hidden address, until that is taken away; answers to
    its reply addresses even then, as long as their tickets are not closed for good.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: the new one is no address, or somebody else's.
    """
    mailbox = mailbox_to_change(session, actor, address)
    old = mailbox.address
    folded, tag = split_tag(new)
    if not is_address(folded) or tag:
        raise InvalidInput(
            "address", f"“{clean_line(new, 80)}” is no mailbox, such as support@shop.example."
        )
    if folded == old:
        return mailbox
    check_nobodys(session, folded, "address")
    check_no_other_mailboxes(session, folded, "address", mailbox)
    if session.scalar(select(Mailbox.id).where(Mailbox.address == folded)) is not None:
        raise InvalidInput(
            "address", f"{folded} was a mailbox, and was removed. Add it to have it back."
        )
    kept = [one for one in mailbox.fed_through if one != folded]
    former = [one for one in mailbox.former_addresses if one not in (folded, old)]
    log_change(session, actor, mailbox, "address", folded, now)
    log_change(session, actor, mailbox, "fed_through", [*kept, old], now)
    mailbox.former_addresses = [*former, old]
    forget_mailboxes(session)
    return mailbox


def change_receiving(
    session: Session,
    actor: Actor,
    address: str,
    *,
    more: Collection[str] = (),
    less: Collection[str] = (),
    now: datetime,
) -> Mailbox:
    """Have the mailbox get the mail of more hidden addresses (or lists), or of less.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: an address is somebody else's, or there are too many.
    """
    mailbox = mailbox_to_change(session, actor, address)
    adding, dropping = (folded_feeders(some) for some in (more, less))
    unknown = [one for one in dropping if one not in mailbox.fed_through]
    if unknown:
        raise NotFound(f"{mailbox.address} receives no mail of {unknown[0]}.")
    check_feeders(session, mailbox, adding)
    wanted = [one for one in mailbox.fed_through if one not in dropping]
    wanted = list(dict.fromkeys([*wanted, *adding]))
    if len(wanted) > MOST_FEEDS:
        raise InvalidInput("fed_through", f"A mailbox has {MOST_FEEDS} of them at most.")
    log_change(session, actor, mailbox, "fed_through", wanted, now)
    forget_mailboxes(session)
    return mailbox
