"""Reply-To: where a mail asks for its answers, and whether that is heeded.

The field is anybody's to write. It is heeded where whoever owns the sender's domain would say the
same: where it is of that very domain, or where the sender is proven. Whoever it names is then the
customer, since they get the answers; but nothing proves that the mail is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from helpdesk.addr_spec import is_address
from helpdesk.mail_in.incoming import Incoming, NamedAddress
from helpdesk.mail_in.trusted_senders import trusted_as
from helpdesk.text import fold_address
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.vocabulary import MessageKind, Verdict


@dataclass(frozen=True)
class ReplyTo:
    """Whom a mail asks to answer in its sender's place, and whether they are to be answered."""

    named: NamedAddress
    heeded: bool


def reply_to_of(session: Session, mail: Incoming) -> ReplyTo | None:
    """Where a person's mail asks for its answers; None where that is the sender, or one of us.

    What a mailing list writes there is the list, and what a machine does, nobody answers.
    """
    if mail.kind != MessageKind.MESSAGE or mail.sender is None or not mail.reply_to:
        return None
    sender = fold_address(mail.sender.address)
    wanted = [replace(named, address=fold_address(named.address)) for named in mail.reply_to]
    if sender in (named.address for named in wanted):
        return None
    for named in wanted:
        if is_address(named.address) and not is_ours(session, named.address):
            return ReplyTo(
                named, mail.verdict == Verdict.PASS or _domain(named.address) == _domain(sender)
            )
    return None


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
    """The same mail as from its Reply-To, where a shop's own contact form sent it: provably, or
    from an address that is always accepted.
    """
    if mail.sender is None or not is_ours(session, mail.sender.address):
        return mail
    rule = "" if mail.verdict == Verdict.PASS else trusted_as(session, mail.sender.address)
    writer = next((named for named in mail.reply_to if not is_ours(session, named.address)), None)
    if writer is None or not (rule or mail.verdict == Verdict.PASS):
        return mail
    return replace(as_written_by(mail, writer), trusted_as=rule)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
