"""File a mail that may be filed: on the ticket where it belongs, or on a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actions.create_ticket import TicketStart, begin_ticket
from helpdesk.actions.file_side_mail import file_side_mail
from helpdesk.actions.file_staff_mail import answer_by_mail, begin_for_customer
from helpdesk.actions.know_buyer import answer_at, writer_of
from helpdesk.actions.link_order import link_named_order
from helpdesk.actions.reply import customer_wrote, someone_else_wrote
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.db import policy_of
from helpdesk.detected_language import detected_language
from helpdesk.languages import language_of_text
from helpdesk.mail_in import routing, thread_index
from helpdesk.mail_in.blocked_senders import apart_if_blocked
from helpdesk.mail_in.copies import named_beside, offered_copies, written_to_in
from helpdesk.mail_in.incoming import Forwarded, Incoming, NamedAddress
from helpdesk.mail_in.ledger_row import MailOutcome, record_filed
from helpdesk.mail_in.marketplace_orders import note_order
from helpdesk.mail_in.marketplaces import buyers_name
from helpdesk.mail_in.only_thanks import only_thanks
from helpdesk.mail_in.reply_to import ReplyTo, as_written_by, reply_to_of
from helpdesk.mail_in.routing import RoutingOutcome
from helpdesk.mail_in.service_addresses import is_no_reply
from helpdesk.mail_in.signals import find_signals, named_ids
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.notifications import notify
from helpdesk.models import (
    Comment,
    NotificationKind,
    ParticipantRole,
    Person,
    Refusal,
    Ticket,
    TicketLinkKind,
)
from helpdesk.text import clean_line, fold_address, name_in_mail
from helpdesk.tickets.asked_addresses import AskedAddress, AskedState, note_asked, was_taken
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body, plain_body
from helpdesk.tickets.mailboxes import mailboxes_among
from helpdesk.tickets.participants import add_participant, link_tickets
from helpdesk.tickets.people import new_customer, person_at, person_for
from helpdesk.vocabulary import (
    MACHINE_KINDS,
    MessageKind,
    Role,
    Source,
    TrustLevel,
    Verdict,
)


@dataclass(frozen=True)
class _Case:
    """A mail whose place is decided."""

    mail: Incoming
    person: Person
    decision: routing.Decision
    now: datetime
    asks: ReplyTo | None = None
    """Where it asks for its answers, if not at its sender's."""
    sent_from: NamedAddress | None = None
    """Whose mail it is, where it is taken as from whom its Reply-To names."""
    sender_proven: bool = False
    """Whether that is proven of whoever sent it."""

    @property
    def may_add_people(self) -> bool:
        """Whether who is in copy of it gains anything by that."""
        levels = (TrustLevel.AUTHENTICATED, TrustLevel.AUTHENTICATED_TOKEN)
        return self.sender_proven and self.decision.level in levels

    @property
    def is_machine(self) -> bool:
        return self.mail.kind in MACHINE_KINDS

    @property
    def kind(self) -> MessageKind:
        """Of the comment that it becomes."""
        return self.mail.kind if self.is_machine else MessageKind.MESSAGE


def file_mail(session: Session, mail: Incoming, sender: NamedAddress, now: datetime) -> MailOutcome:
    """Put a mail that may be filed on the ticket where it belongs, or on a new one."""
    known = writer_of(session, mail, now)
    decision = _decide(session, mail, known, now)
    if decision.written_as is not None:
        known = session.get_one(Person, decision.written_as)
        answer_at(session, known, mail, now)
    decision = apart_if_blocked(session, sender, known, decision)
    if decision.side_id is not None:
        writer = _writer(session, mail, sender, known, now)
        return file_side_mail(session, mail, writer, decision, now)
    asks = None if known and known.is_staff else reply_to_of(session, mail)
    sent_from, proven = None, mail.verdict == Verdict.PASS
    if asks and decision.outcome != RoutingOutcome.JOIN:
        by_other = replace(as_written_by(mail, asks.named), by_form=asks.by_form)
        owner = person_at(session, asks.named.address)
        as_owners = _decide_for_owner(session, by_other, owner, asks, now)
        if as_owners is not None or (
            asks.heeded
            and decision.outcome == RoutingOutcome.NEW
            and not (owner and owner.is_staff)
        ):
            sent_from, sender = sender, asks.named
            mail, known = by_other, owner
            decision = as_owners or replace(decision, unverified=True)
    person = _writer(session, mail, sender, known, now)
    case = _Case(mail, person, decision, now, asks, sent_from, proven)
    refusal = None
    if decision.ticket_id is None:
        ticket, comment, refusal = _begin(session, case)
    else:
        ticket, comment = _join(session, case)
    if known is not None:  # whoever never wrote before, and is on no order, has none
        link_named_order(session, mail, ticket, comment, now)
    kept = _recorded(case, ticket, comment, refusal)
    return record_filed(session, mail, ticket, comment, kept, now)


def _decide(
    session: Session, mail: Incoming, known: Person | None, now: datetime
) -> routing.Decision:
    return routing.decide(
        routing.sender_of(known, mail.verdict),
        find_signals(session, mail, known.id if known else None),
        now=now,
        strict=policy_of(session).strict,
        machine=mail.kind in MACHINE_KINDS,
    )


def _decide_for_owner(
    session: Session, by_other: Incoming, owner: Person | None, asks: ReplyTo, now: datetime
) -> routing.Decision | None:
    """How a mail joins a ticket as from whom its Reply-To names; None where it does not.

    That is a claim like any unproven sender's, made in another's name: it joins by a token that was
    made for its owner, and by nothing less. And only where the Reply-To is heeded, or was taken on
    that ticket: else a service's mail to a reply address would show its secret to whoever had
    themselves named there.

    :param by_other: the mail as from the owner.
    """
    if owner is None or owner.is_staff:
        return None
    decision = _decide(session, by_other, owner, now)
    if decision.outcome != RoutingOutcome.JOIN or decision.level != TrustLevel.TOKEN_ONLY:
        return None
    if asks.heeded:
        return decision
    ticket = session.get_one(Ticket, decision.ticket_id)
    sender = by_other.from_field.address if by_other.from_field else ""
    return decision if was_taken(ticket, fold_address(sender), asks.named.address) else None


def _writer(
    session: Session, mail: Incoming, sender: NamedAddress, known: Person | None, now: datetime
) -> Person:
    """Who wrote it; a new customer, with the language that they write, where nobody is known."""
    by_people = mail.kind not in MACHINE_KINDS
    language = ""
    if by_people and (known is None or not (known.language or known.is_staff)):
        language = language_of_text(mail.body.reply or mail.body.text)
    # Nobody is given a name by a mail that anybody may have written.
    name = name_in_mail(sender.name) if mail.verdict == Verdict.PASS else ""
    name = buyers_name(sender.address, name)
    if known is None:
        return new_customer(session, sender.address, name, now, language=language)
    # An order may have brought in its customer, with an address alone.
    if name and not known.name:
        known.name = name
    if language and not known.language:
        known.language = language
    return known


def _recorded(
    case: _Case, ticket: Ticket, comment: Comment, refusal: Refusal | None
) -> dict[str, Any]:
    """The decision, as it is kept with the mail.

    :param refusal: why the mail of a new ticket was not acknowledged.
    """
    kept = case.decision.as_dict()
    if case.decision.written_as is not None and case.mail.sender is not None:
        kept["written_from"] = fold_address(case.mail.sender.address)
    if refusal is not None:
        kept["not_acknowledged"] = refusal.value
    if comment.opening and ticket.requester_id != case.person.id:
        kept["forwarded_by"] = case.person.id
    if case.sent_from is not None:
        kept["sent_from"] = fold_address(case.sent_from.address)
    elif case.asks is not None:
        kept["answers_refused_to"] = case.asks.named.address
    return kept


def _join(session: Session, case: _Case) -> tuple[Ticket, Comment]:
    mail, person, decision, now = case.mail, case.person, case.decision, case.now
    ticket = session.get_one(Ticket, decision.ticket_id, with_for_update=True)
    if decision.acts_as_staff and not case.is_machine:
        comment = answer_by_mail(session, mail, person, ticket, now=now)
        _note_mail(session, case, ticket, comment)
        return ticket, comment
    internal = decision.outcome == RoutingOutcome.JOIN_INTERNAL
    draft = CommentDraft(
        person.id,
        mail.body,
        Source.MAIL,
        kind=case.kind,
        internal=internal,
        unverified=decision.unverified,
        claimed_name=mail.claimed_name,
        staff_annotation=decision.why if internal else "",
        files=mail.files,
        copied=_copied(session, mail),
        written_to=written_to_in(session, mail),
    )
    comment = add_comment(session, ticket, draft, now)
    _note_mail(session, case, ticket, comment)
    if internal and not case.is_machine:
        someone_else_wrote(session, ticket, comment, person, now)
    elif not case.is_machine:
        _add_copied(session, case, ticket)
        _note_asked(case, ticket, comment)
        thanks = only_thanks(session, mail, person, ticket)
        actor = Actor(person.id, Role.CUSTOMER)
        customer_wrote(session, ticket, actor, now, comment.id, only_thanks=thanks)
    return ticket, comment


def _begin_for_customer(
    session: Session, case: _Case, forwarded: Forwarded, mailbox_id: int | None
) -> tuple[Ticket, Comment, Refusal | None]:
    ticket, comment = begin_for_customer(
        session, case.mail, forwarded, case.person, mailbox_id=mailbox_id, now=case.now
    )
    _note_mail(session, case, ticket, comment, is_new=True)
    _link_named(session, case, ticket)
    _tell_of_new(session, case, ticket, comment)
    refusal = ticket_mails.acknowledge(
        session, ticket, verified=False, mail=case.mail, forwarded=True, now=case.now
    )
    return ticket, comment, refusal


def _begin(session: Session, case: _Case) -> tuple[Ticket, Comment, Refusal | None]:
    mail, person, decision, now = case.mail, case.person, case.decision, case.now
    mailboxes = mailboxes_among(session, _addressed(mail))
    mailbox_id = mailboxes[0].id if mailboxes else None
    if person.is_staff and mail.forwarded and decision.rule == "new conversation":
        return _begin_for_customer(session, case, mail.forwarded, mailbox_id)
    body, writer = _with_text(mail.body), case.sent_from or mail.sender
    start = TicketStart(
        person,
        clean_line(mail.subject, 200) or "(no subject)",
        mailbox_id,
        claimed_name=mail.claimed_name,
        written_from=fold_address(writer.address) if writer else "",
        opening="" if case.is_machine else body.listed,
        language="" if case.is_machine else detected_language(body.reply or body.text),
    )
    ticket = begin_ticket(session, Actor(person.id, Role.CUSTOMER), start, now)
    draft = CommentDraft(
        person.id,
        body,
        Source.MAIL,
        opening=True,
        kind=case.kind,
        unverified=decision.unverified,
        claimed_name=mail.claimed_name,
        staff_annotation=_annotation(case, [mailbox.address for mailbox in mailboxes[1:]]),
        files=mail.files,
        copied=_copied(session, mail),
        written_to=written_to_in(session, mail),
    )
    comment = add_comment(session, ticket, draft, now)
    _note_mail(session, case, ticket, comment, is_new=True)
    _link_named(session, case, ticket)
    _add_copied(session, case, ticket)
    if not case.is_machine:
        _note_asked(case, ticket, comment)
        _tell_of_new(session, case, ticket, comment)
    verified = mail.verdict == Verdict.PASS
    refusal = ticket_mails.acknowledge(session, ticket, verified=verified, mail=mail, now=now)
    return ticket, comment, refusal


def _link_named(session: Session, case: _Case, ticket: Ticket) -> None:
    for other_id in case.decision.mentions:
        link_tickets(session, ticket, other_id, TicketLinkKind.MENTIONS, case.now)
    if case.decision.continues is not None:
        link_tickets(session, ticket, case.decision.continues, TicketLinkKind.CONTINUES, case.now)


def _annotation(case: _Case, others: list[str]) -> str:
    """What staff should know of how a ticket's first mail came."""
    said = [f"It was sent to {', '.join(others)}, too."] if others else []
    if case.sent_from is not None:
        said.append(
            f"It came from {fold_address(case.sent_from.address)}, and asks for answers here."
        )
    return " ".join(said)


def _tell_of_new(session: Session, case: _Case, ticket: Ticket, comment: Comment) -> None:
    notify(
        session,
        NotificationKind.NEW_TICKET,
        ticket,
        by_id=case.person.id,
        comment_id=comment.id,
        now=case.now,
    )


def _addressed(mail: Incoming) -> list[str]:
    """Where the mail went: what the SMTP server was told, then what the mail says."""
    return [*mail.arrival.envelope_to, *(named.address for named in (*mail.to, *mail.cc))]


def _note_mail(
    session: Session, case: _Case, ticket: Ticket, comment: Comment, *, is_new: bool = False
) -> None:
    """Index the mail, and those that it names, on its ticket.

    Before anything answers it, so that it comes first there.
    """
    mail = case.mail
    note_order(session, mail, comment)
    # Who began it may answer their own mail. Not so who came with another's token: that lets write
    # whom it was made for, and nobody else.
    sent_from = (case.sent_from,) if case.sent_from and is_new and case.sender_proven else ()
    # Who is in copy of a proven mail may join by naming it: whoever forged another put themselves
    # there. Not so where only staff may see the mail, or whoever holds a stray token would let
    # themselves in with a second one.
    copied = (*mail.to, *mail.cc) if case.may_add_people and not comment.internal else ()
    thread_index.note_mail(
        session,
        ticket,
        mail.message_id,
        comment_id=comment.id,
        recipients=[fold_address(named.address) for named in (*copied, *sent_from)],
        may_be_known=not is_new,
    )
    if comment.internal or case.is_machine:
        return
    # Their own mails among them: those we got no copy of, and those still on their way.
    seen = {one.value for one in case.decision.weighed if one.ticket_number == ticket.number}
    thread_index.note_named(session, ticket, [i for i in named_ids(mail) if i not in seen])


def _add_copied(session: Session, case: _Case, ticket: Ticket) -> None:
    """People in copy of a proven mail come onto the ticket as pending: staff decide."""
    if not case.may_add_people:
        return
    for named in offered_copies(session, case.mail, ticket):
        person = person_for(session, named.address, "", case.now)
        add_participant(session, ticket, person.id, ParticipantRole.COPY, case.now, pending=True)


def _copied(session: Session, mail: Incoming) -> list[tuple[str, str]]:
    return [(one.name, one.address) for one in named_beside(session, mail)]


def _note_asked(case: _Case, ticket: Ticket, comment: Comment) -> None:
    """Keep with the ticket where its mail asks for answers, or who wrote the mail that it forwards,
    for staff to decide. What only an unproven mail of a ticket that goes on asks is shown.
    """
    mail, is_new = case.mail, case.decision.outcome == RoutingOutcome.NEW
    if case.sent_from is not None or mail.sender is None:
        return
    sender = fold_address(mail.sender.address)
    if case.asks is not None:
        named = case.asks.named
        state = AskedState.OPEN if is_new or case.sender_proven else AskedState.SHOWN
    elif is_new and mail.forwarded is not None and not case.person.is_staff:
        named, state = mail.forwarded.sender, AskedState.OPEN
    else:
        return
    address = fold_address(named.address)
    if address != sender and is_address(address) and not is_no_reply(address):
        name = name_in_mail(named.name)
        forwarded = case.asks is None
        note_asked(ticket, AskedAddress(address, name, sender, comment.id, state, forwarded))


def _with_text(body: Body) -> Body:
    return body if body.text.strip() else plain_body("(no text)")
