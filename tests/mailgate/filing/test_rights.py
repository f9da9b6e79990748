"""The table of rights, each row as a mail through the filer: where it goes, and what it does there.

A row is tried on a ticket of its own, which staff have answered, and with people of its own. Each
mail names a guest in copy, who wins something only by a proven mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actions.change_ticket import assign
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.set_up import add_person
from helpdesk.actor import SYSTEM
from helpdesk.db import Database, connect
from helpdesk.models import (
    Comment,
    InboundMail,
    Mailbox,
    Notice,
    OutboundMail,
    Participant,
    Ticket,
    TicketLink,
)
from helpdesk.tickets.people import person_at, person_for
from helpdesk.vocabulary import TrustLevel, Verdict
from mailgate.spool.spool import Spool
from tests.conftest import SECRET, MakeSettings
from tests.mailgate.filing.door import BEHIND_A_FRONT_SERVER, Door
from tests.mailgate.filing.mails import NOW, SUPPORT, filer_of, write
from tests.support.factories import make_shop
from tests.support.rights import Right, rights_by_level

pytestmark = pytest.mark.databases("sqlite")

COLLEAGUE = "colleague@shop.example"
TEXT = "Here it is."
RESULTS = {Verdict.UNKNOWN: "temperror"}
"""What a front server calls a verdict, where that is another word."""
ACK, ANSWER = "ticket_created_customer", "comment_added_customer"


@dataclass(frozen=True)
class Effect:
    """What a mail did: all that somebody can see of it."""

    place: str
    """join, staff (an answer of theirs), internal (for staff only), new, held."""
    badge: bool = False
    """Marked as unverified."""
    told: str = ""
    """What those who work on the ticket are told of."""
    queue_mark: str = ""
    """What “someone else answered” shows beside the ticket that the mail names."""
    status: str = "waiting"
    """Of the ticket that the mail names, which waited."""
    names_it: bool = False
    """Begins a ticket that mentions it."""
    acknowledged: bool = False
    added: bool = False
    """Whoever is in copy of it may be included by staff."""
    mailed: tuple[str, ...] = ()
    """Who of the ticket's people gets it as an answer of staff."""


EFFECTS = {
    "join": Effect("join", told="customer_replied", status="in_progress"),
    "internal": Effect("internal", told="customer_replied", queue_mark=TEXT, status="in_progress"),
    "new": Effect("new", told="new_ticket"),
    "staff": Effect("staff", mailed=("ann", "bob")),
    "held": Effect("held"),
}
"""By what the table says; :func:`expected` has the rest."""


def expected(right: Right, outcome: str) -> Effect:
    """All that a row's mail is to do."""
    proven = right.verdict == Verdict.PASS
    effect = EFFECTS[outcome]
    if outcome in ("staff", "held"):
        return effect
    return replace(
        effect,
        badge=not proven,
        added=proven and outcome != "internal",
        acknowledged=outcome == "new" and right.verdict != Verdict.FAIL,
        names_it=outcome == "new" and (right.carries != "none" or right.has_own_token),
    )


class Office:
    """Tickets, and the mails of the table that are written to them."""

    def __init__(self, door: Door) -> None:
        self.door, self.database = door, door.database
        with self.database.transaction() as session:
            add_person(session, SYSTEM, COLLEAGUE, role="agent", now=NOW)

    def begin(self, count: int) -> list[Ticket]:
        """Tickets of Ann, Bob in copy and included, Carl in copy and not; answered by staff."""
        for number in range(count):
            raw = write(
                "Kettle lid",
                sender=f"Ann <ann@home{number}.example>",
                Cc=f"bob@home{number}.example, carl@home{number}.example",
                Message_ID=f"<hers{number}@client.example>",
            )
            self.door.put_raw(raw.decode(), f"home{number}.example")
        self.door.file_all()
        agent = self.door.shop.agent
        with self.database.transaction() as session:
            tickets = []
            for number in range(count):
                ann = person_at(session, f"ann@home{number}.example")
                bob = person_at(session, f"bob@home{number}.example")
                assert ann
                assert bob
                person_for(session, f"eve@else{number}.example", "", NOW)
                [ticket] = session.scalars(select(Ticket).where(Ticket.requester_id == ann.id))
                assign(session, agent, ticket.id, agent.person_id, now=NOW)
                reply(session, agent, ticket.id, Answer("Which?", include=[bob.id]), now=NOW)
                tickets.append(ticket)
            session.query(Notice).delete()
        return tickets

    def write_all(
        self, rights: list[Right], tickets: list[Ticket], results: list[str]
    ) -> list[str]:
        """Each row's mail; their names in the spool.

        :param results: what the front server says of each.
        """
        with self.database.reading() as session:
            names = [
                self._write(session, right, number, tickets[number], results[number])
                for number, right in enumerate(rights)
            ]
        self.door.file_all()
        return names

    def _write(
        self, session: Session, right: Right, number: int, ticket: Ticket, result: str
    ) -> str:
        sender = {
            "participant": f"bob@home{number}.example",
            "recipient in copy": f"carl@home{number}.example",
            "other customer": f"eve@else{number}.example",
            "staff": COLLEAGUE,
        }[right.who]
        fields = {"Cc": f"guest{number}@guests.example"}
        if right.carries == "Message-ID":
            fields["In_Reply_To"] = f"<hers{number}@client.example>"
        to = SUPPORT
        if right.has_own_token or right.carries == "token":
            holder = person_at(
                session, sender if right.has_own_token else f"ann@home{number}.example"
            )
            assert holder
            token = links.reply_token(SECRET, ticket.id, holder.id, ticket.link_generation)
            to = f"support+{token}@shop.example"
        subject = f"Re: [{ticket.number}]" if right.carries == "number" else "The lid"
        raw = write(
            subject, TEXT, sender=sender, Message_ID=f"<it{number}@client.example>", **fields
        )
        return self.door.put_raw(raw.decode(), sender.partition("@")[2], result, to=to)

    def effect(self, ticket: Ticket, number: int, name: str) -> Effect:
        """What became of a row's mail."""
        row = self.door.row_of(name)
        with self.database.reading() as session:
            now = session.get_one(Ticket, ticket.id)
            seen = Effect("held", queue_mark=now.someone_else_said, status=now.status)
            comment = session.get(Comment, row.comment_id) if row.comment_id else None
            if row.state == "held" or comment is None:
                assert row.ticket_id is None
                return seen
            landed = session.get_one(Ticket, comment.ticket_id)
            sent = session.scalars(
                select(OutboundMail).where(OutboundMail.comment_id == comment.id)
            ).all()
            return replace(
                seen,
                place=_place(comment, ticket),
                badge=comment.unverified,
                told=_told(session, row, self.door.shop.agent.person_id),
                names_it=(ticket.id, "mentions") in _named(session, landed),
                acknowledged=any(one.template == ACK for one in _mails(session, landed))
                and landed.id != ticket.id,
                added=_is_pending(session, landed, f"guest{number}@guests.example"),
                mailed=tuple(
                    sorted(m.recipient.partition("@")[0] for m in sent if m.template == ANSWER)
                ),
            )


def _place(comment: Comment, ticket: Ticket) -> str:
    if comment.ticket_id != ticket.id:
        return "new" if comment.opening else "elsewhere"
    if comment.internal:
        return "internal"
    return "staff" if comment.from_staff else "join"


def _told(session: Session, row: InboundMail, agent_id: int | None) -> str:
    """What the agent is told of: the notices that are theirs, too."""
    notices = session.scalars(select(Notice).where(Notice.comment_id == row.comment_id)).all()
    return ", ".join(one.kind for one in notices if one.by_id != agent_id)


def _named(session: Session, ticket: Ticket) -> list[tuple[int, str]]:
    found = session.scalars(select(TicketLink).where(TicketLink.ticket_id == ticket.id))
    return [(one.other_id, one.kind) for one in found]


def _mails(session: Session, ticket: Ticket) -> list[OutboundMail]:
    return list(session.scalars(select(OutboundMail).where(OutboundMail.ticket_id == ticket.id)))


def _is_pending(session: Session, ticket: Ticket, address: str) -> bool:
    person = person_at(session, address)
    if person is None:
        return False
    chosen = select(Participant.pending).where(
        Participant.ticket_id == ticket.id, Participant.person_id == person.id
    )
    return session.scalar(chosen) is True


@pytest.fixture
def strict() -> bool:
    return False


@pytest.fixture
def office(make_settings: MakeSettings, database_url: str, strict: bool) -> Iterator[Office]:
    settings = make_settings(
        DATABASE_URL=database_url,
        STRICT="yes" if strict else "no",
        # One colleague writes many of the mails, and the limits are not what is looked at.
        ACK_SENDER_HOUR="1000",
        ACK_SENDER_DAY="1000",
        **BEHIND_A_FRONT_SERVER,
    )
    database: Database = connect(settings)
    shop = make_shop(database)
    with filer_of(settings, database) as filer:
        yield Office(Door(filer, Spool(settings.spool_dir), database, shop))
    database.dispose()


@pytest.mark.parametrize("strict", [False, True])
def test_each_row_goes_where_it_belongs_and_is_told_marked_and_acknowledged(
    office: Office, strict: bool
) -> None:
    rights = list(rights_by_level())
    tickets = office.begin(len(rights))
    results = [RESULTS.get(right.verdict, right.verdict) for right in rights]
    names = office.write_all(rights, tickets, results)
    joined, refused, silent, other = [], [], [], []
    for number, (right, ticket, name) in enumerate(zip(rights, tickets, names, strict=True)):
        found = office.effect(ticket, number, name)
        outcome = right.outcome if right.verdict == Verdict.PASS or not strict else "new"
        wanted = expected(right, outcome)
        if found.place != wanted.place:
            more = replace(right, outcome=outcome).gives_less_than(found.place)
            (joined if more else refused).append((right, found))
        elif (wanted.told and not found.told) or wanted.queue_mark != found.queue_mark:
            silent.append((right, found))
        elif found != wanted:
            other.append((right, found, wanted))
    print(
        f"{len(rights)} mails, strict {strict}: wrongly joined {len(joined)}, "
        f"wrongly refused {len(refused)}, silent {len(silent)}"
    )
    assert (joined, refused, silent, other) == ([], [], [], [])


@pytest.mark.parametrize("forwarded", [False, True])
def test_what_its_domain_wants_refused_is_held_or_is_unproven_where_mail_is_forwarded(
    office: Office, forwarded: bool
) -> None:
    """And in a mailbox whose mail is forwarded it does what unproven mail does, and no more."""
    with office.database.transaction() as session:
        session.execute(update(Mailbox).values(forwarded=forwarded))
    rights = [right for right in rights_by_level() if right.level in ("V1", "V0")]
    tickets = office.begin(len(rights))
    names = office.write_all(rights, tickets, ["fail (p=reject)"] * len(rights))
    levels = {"V1": TrustLevel.TOKEN_ONLY, "V0": TrustLevel.UNPROVEN}
    for number, (right, ticket, name) in enumerate(zip(rights, tickets, names, strict=True)):
        wanted = expected(right, right.outcome if forwarded else "held")
        assert office.effect(ticket, number, name) == wanted, right
        if forwarded and right.outcome != "new":
            assert office.door.row_of(name).decision["level"] == levels[right.level], right
