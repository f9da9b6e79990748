"""Reply-To: where a mail asks for its answers, and whether that is heeded.

The field is anybody's to write. It is heeded where whoever owns the sender's domain would say the
same: where it is of that very domain, unless that is a public provider's; and where the sender is
known to speak for others: a form or a shop. Whoever it names is then the customer, since they get
the answers; but nothing proves that the mail is theirs. Elsewhere staff decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from helpdesk.addr_spec import is_address
from helpdesk.mail_in.incoming import Incoming, NamedAddress
from helpdesk.mail_in.known_forms import is_known_form, is_sites_own
from helpdesk.mail_in.same_mailbox import is_same_mailbox
from helpdesk.mail_in.service_addresses import is_no_reply
from helpdesk.mail_in.trusted_senders import trusted_as
from helpdesk.public_providers import is_public, share_own_domain
from helpdesk.text import fold_address
from helpdesk.tickets.mailboxes import all_mailboxes, is_ours, mailboxes_among
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import MessageKind, Verdict


@dataclass(frozen=True)
class ReplyTo:
    """Whom a mail asks to answer in its sender's place, and whether they are to be answered."""

    named: NamedAddress
    heeded: bool
    by_form: bool = False
    """The sender is a form or a shop, which speaks for others."""


def reply_to_of(session: Session, mail: Incoming) -> ReplyTo | None:
    """Where a person's mail asks for its answers; None where that is the sender, or one of us.

    What a mailing list writes there is the list, what a machine does, nobody answers, and where it
    says "do not reply", nobody reads. But forms
    are sent by services that mark all their mail as bulk.
    """
    if mail.sender is None or not mail.reply_to:
        return None
    by_form = speaks_for_others(session, mail)
    if mail.kind != MessageKind.MESSAGE and not (by_form and mail.kind == MessageKind.LIST):
        return None
    sender = fold_address(mail.sender.address)
    wanted = [replace(named, address=fold_address(named.address)) for named in mail.reply_to]
    if any(named.address == sender or is_same_mailbox(named.address, sender) for named in wanted):
        return None
    for named in wanted:
        if not _may_be_answered(session, named.address, by_form=by_form):
            continue
        if _is_theirs_too(session, sender, named.address):
            return None
        heeded = by_form or share_own_domain(named.address, sender)
        return ReplyTo(named, heeded, by_form)
    return None


def _may_be_answered(session: Session, address: str, *, by_form: bool) -> bool:
    """Whether a mail's answers may go to this address: somebody reads there, and it is neither one
    of ours nor, but where it filled in a form, that of staff."""
    if not is_address(address) or is_ours(session, address) or is_no_reply(address):
        return False
    person = None if by_form else person_at(session, address)
    return person is None or not person.is_staff


def _is_theirs_too(session: Session, sender: str, address: str) -> bool:
    """Whether both addresses are known to be one person's: they say where they are written to."""
    writer = person_at(session, sender)
    return writer is not None and any(one.address == address for one in writer.addresses)


def speaks_for_others(session: Session, mail: Incoming) -> bool:
    """Whether the mail's sender is a form or a shop: listed on the mailbox, or known to be one."""
    if mail.sender is None:
        return False
    sender = fold_address(mail.sender.address)
    domain = sender.rpartition("@")[2]
    named = (one.address for one in (*mail.to, *mail.cc))
    boxes = mailboxes_among(session, [*mail.arrival.envelope_to, *named])
    if any(is_listed(sender, box.forms) for box in boxes):
        return True
    if is_sites_own(sender):
        own = {address.rpartition("@")[2] for address in all_mailboxes(session)}
        return domain in own and not is_public(domain)
    return is_known_form(sender) and mail.verdict != Verdict.FAIL


def is_listed(address: str, forms: Iterable[str]) -> bool:
    """Whether an address (folded) stands in a mailbox's list, or its whole domain does (``@…``)."""
    listed = set(forms)
    return address in listed or "@" + address.rpartition("@")[2] in listed


def as_written_by(mail: Incoming, writer: NamedAddress) -> Incoming:
    """The same mail as from another than it says. What was proven is proven of its sender alone."""
    if mail.sender is None or mail.verdict == Verdict.FAIL:
        return replace(mail, sender=writer)
    checked = mail.authentication
    if checked is not None and mail.verdict == Verdict.PASS:
        reason = f"That is proven of {mail.sender.address} alone, not of {writer.address}."
        checked = {
            **checked,
            "verdict": Verdict.NONE,
            "reasons": [*checked.get("reasons", ()), reason],
        }
    return replace(mail, sender=writer, verdict=Verdict.NONE, authentication=checked)


def from_own_form(session: Session, mail: Incoming) -> Incoming:
    """The same mail as from its Reply-To, where a shop's own contact form sent it from one of our
    addresses: provably, or from one that is listed as a form or always accepted.
    """
    if mail.sender is None or not is_ours(session, mail.sender.address):
        return mail
    proven = mail.verdict == Verdict.PASS or speaks_for_others(session, mail)
    rule = "" if proven else trusted_as(session, mail.sender.address)
    writer = next((named for named in mail.reply_to if not is_ours(session, named.address)), None)
    if writer is None or not (rule or proven):
        return mail
    return replace(as_written_by(mail, writer), trusted_as=rule, by_form=True)
