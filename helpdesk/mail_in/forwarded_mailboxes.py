"""Mailboxes whose mail is forwarded: by a provider, or through lists that change what they pass on.

On such a way signatures break, and the last server is not one that may send for the domain. So what
comes from customers fails the check of its sender like what is forged. Where the mailbox says that
its mail is forwarded, a failed check means nothing more than none.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from helpdesk.mail_in.incoming import Incoming
from helpdesk.tickets.mailboxes import mailboxes_among
from helpdesk.vocabulary import Verdict


def as_forwarded(session: Session, mail: Incoming) -> Incoming:
    """Return the same mail as unproven, where it failed its check at a front server of ours on the
    way to a mailbox whose mail is forwarded.

    It is not held then, may do what any unproven mail may, and is marked like one. What reached us
    past the front servers was forwarded by none of them, and is left as it is.
    """
    if mail.verdict != Verdict.FAIL or not mail.by_front_server:
        return mail
    boxes = mailboxes_among(session, mail.arrival.envelope_to)
    box = next((box for box in boxes if box.forwarded), None)
    if box is None:
        return mail
    checked = mail.authentication or {}
    reason = (
        f"Mail to {box.address} is forwarded, which breaks signatures: that it fails proves "
        "nothing."
    )
    return replace(
        mail,
        verdict=Verdict.NONE,
        hold_reason="",
        authentication={
            **checked,
            "verdict": Verdict.NONE,
            "reasons": [*checked.get("reasons", ()), reason],
        },
    )
