"""What staff do from their own mail client: answer, give commands, forward a customer's mail.

That a mail is from staff was proven before it comes here: by a passing verdict, and for all that
acts on a ticket by the reply address that was made for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note, unclear_names
from helpdesk.actions.change_ticket import assign, change_category, change_priority, change_status
from helpdesk.actions.create_ticket import TicketStart, begin_ticket
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import Actor
from helpdesk.addr_spec import may_be_heard
from helpdesk.errors import HelpdeskError, InvalidInput
from helpdesk.mail_in.commands import Command, read_commands
from helpdesk.mail_in.incoming import Forwarded, Incoming
from helpdesk.mail_in.service_addresses import is_no_reply
from helpdesk.mail_out.answer_mails import send_answer
from helpdesk.mail_out.subjects import without_prefixes
from helpdesk.models import Comment, HistoryField, Person, Ticket
from helpdesk.queries.people import staff
from helpdesk.text import clean_line, fold_address, name_in_mail
from helpdesk.tickets.access import actor_of, may_be_given
from helpdesk.tickets.categories import labels as labels_of
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body, plain_body
from helpdesk.tickets.history import record_change
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.tickets.people import new_customer, person_at
from helpdesk.vocabulary import STATUSES, Role, Source, Status, Verdict

KNOWN = "#resolve, #close, #open, #status, #assign, #priority, #category, #note"
_SETS_STATUS = ("resolve", "close", "open", "status")


def answer_by_mail(
    session: Session, mail: Incoming, author: Person, ticket: Ticket, *, now: datetime
) -> Comment:
    """An answer by mail of a member of staff: it goes to the customer as if written on the desk.

    What they quoted and their signature stay behind: under a notification that is what staff alone
    may see. What only looks like a signature goes out with it. With ``#note`` nothing leaves.
    Commands are carried out once it is written; what cannot be done is said in a note, and stops
    neither the answer nor the other commands. So is a name in a note that is not clear.

    A line that looks like a command and is none stops all of it: it may be a misspelled ``#note``,
    and what leaves cannot be taken back.
    """
    commands, text = read_commands(mail.body.uncut_reply or mail.body.reply)
    actor = actor_of(author)
    unknown = [command for command in commands if command.name not in (*_COMMANDS, "note")]
    if unknown:
        return _keep_as_note(session, actor, mail, ticket, unknown, now)
    comment = _write_down(session, actor, mail, ticket, commands, text, now)
    if not comment.internal:
        sets_status = any(command.name in _SETS_STATUS for command in commands)
        if not sets_status:
            _wait_for_customer(session, actor, ticket, now)
        send_answer(session, ticket, comment, author, now)
    failed = [
        problem
        for command in commands
        if command.name != "note"
        and (problem := _carry_out(session, actor, ticket, command, now=now))
    ]
    if failed and not comment.internal:
        _wait_for_customer(session, actor, ticket, now)
    if failed:
        _say(session, ticket, failed, _COMMANDS_FAILED, now)
    if any(command.name == "note" for command in commands):
        unclear = [f"{name}." for name in unclear_names(session, ticket, comment.text)]
        if unclear:
            _say(session, ticket, unclear, "Nobody was told of the note above by these names.", now)
    return comment


def _wait_for_customer(session: Session, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Where an answer by mail leaves a ticket that no command brings elsewhere."""
    if ticket.status in (Status.OPEN, Status.IN_PROGRESS):
        walk_status(session, ticket, actor, Status.WAITING, now, "with the reply by mail")


def _keep_as_note(
    session: Session,
    actor: Actor,
    mail: Incoming,
    ticket: Ticket,
    unknown: list[Command],
    now: datetime,
) -> Comment:
    """Keep the mail as a note that says that nothing of it was done."""
    lines = ", ".join(f"“{command.line}”" for command in unknown)
    draft = CommentDraft(
        actor.person_id,
        plain_body(mail.body.uncut_reply or mail.body.reply),
        Source.MAIL,
        internal=True,
        from_staff=True,
        staff_annotation=f"Nothing was sent or changed: {clean_line(lines, 200)} is no command. "
        f"There are {KNOWN}.",
        files=mail.files,
    )
    return add_comment(session, ticket, draft, now)


def _write_down(
    session: Session,
    actor: Actor,
    mail: Incoming,
    ticket: Ticket,
    commands: list[Command],
    text: str,
    now: datetime,
) -> Comment:
    """The comment that the mail becomes: an answer; a note with ``#note``, or without a word."""
    notes = [command.argument for command in commands if command.name == "note"]
    text = "\n".join([*filter(None, notes), text]).strip("\n")
    if notes and text.strip():
        return add_note(
            session,
            actor,
            ticket,
            text=text,
            source=Source.MAIL,
            files=mail.files,
            longest=len(text),
            now=now,
        )
    has_words = bool(text.strip() or mail.files)
    given = text if text.strip() else "\n".join(command.line for command in commands)
    draft = CommentDraft(
        actor.person_id,
        plain_body(given or "(no text)"),
        Source.MAIL,
        internal=bool(notes) or not has_words,
        from_staff=True,
        staff_annotation="" if has_words else "Commands by mail: nothing was sent.",
        files=mail.files,
    )
    return add_comment(session, ticket, draft, now)


def _carry_out(
    session: Session, actor: Actor, ticket: Ticket, command: Command, *, now: datetime
) -> str:
    """Do what a command says; the reason where that cannot be done, else nothing."""
    try:
        with session.begin_nested():
            _COMMANDS[command.name](session, actor, ticket, command.argument, now)
    except HelpdeskError as problem:
        return f"“{command.line}”: {problem}"
    return ""


def _resolve(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        change_status(
            session,
            actor,
            ticket,
            Status.RESOLVED,
            reason=_BY_MAIL,
            despite_children=argument.lower() == "anyway",
            now=now,
        )


def _close(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    _resolve(session, actor, ticket, argument, now)
    change_status(session, actor, ticket, Status.CLOSED, now=now, reason=_BY_MAIL)


def _open(session: Session, actor: Actor, ticket: Ticket, _: str, now: datetime) -> None:
    change_status(session, actor, ticket, Status.OPEN, now=now, reason=_BY_MAIL)


def _status(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    wanted = argument.lower().replace(" ", "_").replace("-", "_")
    labels = {status.label.lower().replace(" ", "_"): name for name, status in STATUSES.items()}
    change_status(session, actor, ticket, labels.get(wanted, wanted), now=now, reason=_BY_MAIL)


def _priority(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    change_priority(session, actor, ticket, argument.lower(), now=now, reason=_BY_MAIL)


def _category(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    labels = {label.lower(): name for name, label in labels_of(session).items()}
    wanted = argument.lower()
    category = labels.get(wanted, wanted.replace(" ", "_"))
    change_category(session, actor, ticket, category, now=now, reason=_BY_MAIL)


def _assign(session: Session, actor: Actor, ticket: Ticket, argument: str, now: datetime) -> None:
    person_id = _assignee(session, actor, ticket, argument.lower().lstrip("@"))
    assign(session, actor, ticket, person_id, now=now, reason=_BY_MAIL)


def _assignee(session: Session, actor: Actor, ticket: Ticket, wanted: str) -> int | None:
    """Whom ``me``, ``nobody``, an address, a name or the beginning of one means: of those who can
    have the ticket, unless somebody else is called just so."""
    if wanted in ("me", ""):
        return actor.person_id
    if wanted in ("nobody", "none"):
        return None
    people = staff(session)
    named = [one for one in people if wanted in (one.name.lower(), one.address)]
    offered = [one for one in people if may_be_given(one.actor, ticket.mailbox_id)]
    exact = [one for one in offered if one in named] or named
    found = exact or [one for one in offered if one.name.lower().startswith(wanted)]
    if len(found) != 1:
        which = "more than one" if found else "none"
        who = ", ".join(f"{one.name} ({one.address})" for one in (found or offered)[:_MOST_NAMED])
        hint = f" Who can have it: {who}." if who else ""
        raise InvalidInput("assignee", f"Of staff {which} has that name. Use their address.{hint}")
    return found[0].id


_MOST_NAMED = 8
_BY_MAIL = "by mail"
_COMMANDS: dict[str, Callable[[Session, Actor, Ticket, str, datetime], None]] = {
    "resolve": _resolve,
    "close": _close,
    "open": _open,
    "status": _status,
    "priority": _priority,
    "category": _category,
    "assign": _assign,
}


_COMMANDS_FAILED = "From a mail with commands that could not be carried out."


def _say(
    session: Session, ticket: Ticket, lines: list[str], annotation: str, now: datetime
) -> None:
    """Tell whoever sent a mail, in a note, what of it could not be done."""
    draft = CommentDraft(
        None,
        plain_body("\n".join(clean_line(line) for line in lines)),
        Source.MAIL,
        internal=True,
        from_staff=True,
        staff_annotation=annotation,
    )
    add_comment(session, ticket, draft, now)


def begin_for_customer(
    session: Session,
    mail: Incoming,
    forwarded: Forwarded,
    forwarder: Person,
    *,
    mailbox_id: int | None,
    now: datetime,
) -> tuple[Ticket, Comment]:
    """A ticket from a customer's mail that staff forwarded to a mailbox: it is the customer's.

    Where it is not proven that staff did, or the mail in it names nobody, it is the ticket of
    whoever sent it, as a note that says why. Nobody is acknowledged: the customer did not write to
    this address.
    """
    forwarded = _from_outside(session, forwarded)
    refusal = _why_not(session, mail, forwarded)
    named = forwarded.sender
    if refusal:
        return _begin_for_forwarder(session, mail, forwarder, refusal, mailbox_id, now)
    requester = _person_named(session, named.address, now)
    who, actor = forwarder.shown_name, actor_of(forwarder)
    body = _with_text(plain_body(forwarded.text))
    name = name_in_mail(named.name)
    subject, opening = _subject(mail), body.listed
    start = TicketStart(requester, subject, mailbox_id, claimed_name=name, opening=opening)
    ticket = begin_ticket(session, actor, start, now)
    draft = CommentDraft(
        requester.id,
        body,
        Source.MAIL,
        opening=True,
        unverified=True,
        claimed_name=name,
        staff_annotation=f"Forwarded by {who}. "
        f"Was it {who} who asks? Then make them the requester.",
        files=mail.files,
    )
    comment = add_comment(session, ticket, draft, now)
    reason = f"forwarded by {who}"
    record_change(
        session, ticket, actor, HistoryField.REQUESTER, who, requester.address, now, reason
    )
    _keep_cover(session, ticket, forwarder, forwarded.cover, now)
    return ticket, comment


def _from_outside(session: Session, forwarded: Forwarded) -> Forwarded:
    """The mail that colleagues forwarded to each other, with all that they wrote above it."""
    sender = person_at(session, forwarded.sender.address)
    inner = forwarded.inner
    if inner is None or not (
        (sender and sender.is_staff) or is_ours(session, forwarded.sender.address)
    ):
        return forwarded
    cover = "\n\n".join(filter(None, (forwarded.cover, inner.cover)))
    return _from_outside(session, replace(inner, cover=cover))


def _person_named(session: Session, address: str, now: datetime) -> Person:
    return person_at(session, address) or new_customer(session, address, "", now)


def _begin_for_forwarder(
    session: Session,
    mail: Incoming,
    forwarder: Person,
    refusal: str,
    mailbox_id: int | None,
    now: datetime,
) -> tuple[Ticket, Comment]:
    """A ticket of whoever forwarded the mail, as a note that says why."""
    start = TicketStart(forwarder, _subject(mail), mailbox_id, opening="")
    ticket = begin_ticket(session, Actor(forwarder.id, Role.CUSTOMER), start, now)
    draft = CommentDraft(
        forwarder.id,
        _with_text(mail.body),
        Source.MAIL,
        opening=True,
        internal=True,
        unverified=True,
        staff_annotation=f"Forwarded, but {forwarder.shown_name} stays the requester. {refusal}",
        files=mail.files,
    )
    return ticket, add_comment(session, ticket, draft, now)


def _subject(mail: Incoming) -> str:
    return clean_line(without_prefixes(mail.subject), 200) or "(no subject)"


def _with_text(body: Body) -> Body:
    return body if body.text.strip() else plain_body("(no text)")


def _why_not(session: Session, mail: Incoming, forwarded: Forwarded) -> str:
    """Why the customer in a forwarded mail does not become the requester; empty where they do."""
    if mail.verdict != Verdict.PASS:
        return "It says it is from staff, but that is not proven (a passing verdict)."
    address = fold_address(forwarded.sender.address)
    if not may_be_heard(address) or is_ours(session, address) or is_no_reply(address):
        return "The mail in it names nobody who could be answered."
    sender = person_at(session, address)
    if sender is not None and sender.is_staff:
        return "The mail in it is from staff."
    return ""


def _keep_cover(
    session: Session, ticket: Ticket, forwarder: Person, cover: str, now: datetime
) -> None:
    """What the forwarder wrote above the mail was meant for colleagues."""
    if cover.strip():
        body = plain_body(cover.strip())
        draft = CommentDraft(forwarder.id, body, Source.MAIL, internal=True, from_staff=True)
        add_comment(session, ticket, draft, now)
