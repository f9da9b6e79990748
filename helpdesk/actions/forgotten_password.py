"""A forgotten password: a link by mail, good once, that sets a new one. For staff."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.mailed_links import make_link, put_link_into_outbox, use_link
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import VISITOR
from helpdesk.addr_spec import strict_address
from helpdesk.errors import NotFound
from helpdesk.mail_out.reachable import may_be_mailed
from helpdesk.models import AuditKind, LinkPurpose, Person
from helpdesk.text import fold_address
from helpdesk.tickets import audit
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_at


def ask_for_password(session: Session, address: str, *, now: datetime) -> None:
    """Mail a link that sets a new password, if the address is an active colleague's.

    All of it is done for any address, and the mail taken back where nobody is to get one: asking
    says the same, and costs the same, whoever the address belongs to.

    :raises InvalidInput: ``email`` is no address.
    """
    folded = strict_address(fold_address(address), field="email")
    person = person_at(session, folded)
    wanted = may_be_mailed(session, folded) and person is not None and person.is_staff
    token = make_link(session, folded, LinkPurpose.SET_PASSWORD, None, now)
    if token is None:
        return
    language = person.language if person is not None else ""
    with suppress(_TakenBack), session.begin_nested():
        put_link_into_outbox(session, folded, LinkPurpose.SET_PASSWORD, token, language, now)
        kind = AuditKind.SIGN_IN  # whoever asked: it need not be they
        audit.record(session, VISITOR, kind, folded, "password forgotten", now=now)
        session.flush()
        if not wanted:
            raise _TakenBack


class _TakenBack(Exception):
    """Nobody is to get the mail."""


def set_forgotten_password(session: Session, token: str, password: str, *, now: datetime) -> Person:
    """Use up the link, and set the password. Every session and every other such link ends.

    :raises NotFound: the link is not ours, was used, has run out, or its person may not come in.
    :raises InvalidInput: the password is too short or too long: the link stays good.
    """
    link = use_link(session, token, LinkPurpose.SET_PASSWORD, now)
    person = person_at(session, link.address)
    if person is None or not person.is_staff:
        raise NotFound("This link does not work (any more).")
    session.refresh(person, with_for_update=True)
    set_password(session, person, password)
    kind = AuditKind.SIGN_IN
    audit.record(session, actor_of(person), kind, link.address, "password set by mail", now=now)
    return person
