"""The new part of a mail, with the help of what we sent: clients lose quote marks, we have ours.

The reader splits a mail by itself; here, where the database is at hand, the lines that only repeat
our own mail are taken out of the new part as well.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from helpdesk.mail_in.thread_index import text_we_sent
from helpdesk.tickets.content import Body
from mailgate.parse import ParsedMail
from mailgate.parse.quotes import Split, less_what_we_sent

MOST_SENT = 20_000
"""Characters of ours that are compared: an answer quotes the beginning."""


def body_of(session: Session, mail: ParsedMail) -> Body:
    """The mail's body in its parts. The whole text is in it, whatever is taken for quoted."""
    found = Split(mail.reply, mail.quoted, mail.signature, mail.disclaimer, mail.uncut_reply)
    sent = text_we_sent(session, (*mail.in_reply_to, *reversed(mail.references)))
    if sent:
        found = less_what_we_sent(found, sent[:MOST_SENT])
    return Body(
        text=mail.text,
        reply=found.reply,
        quoted=found.quoted,
        signature=found.signature,
        html=mail.html,
        disclaimer=found.disclaimer,
        uncut_reply=found.uncut_reply,
    )
