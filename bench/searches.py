"""How long each operator of the search takes the server, alone and in the usual combinations.

One request each, over a kept connection: the page of the view “All” that a search leads to, with
what is beside it. What is common stands on half of the tickets, what is rare on one in twenty
thousand, and what is nowhere on none.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from bench.pages import Timed, time_page
from bench.prepared import Prepared, prepared
from helpdesk.db import connect
from helpdesk.models import (
    Mailbox,
    Order,
    Participant,
    Person,
    PersonAddress,
    SideConversation,
    Tag,
    Team,
    Ticket,
    TicketTag,
)
from helpdesk.settings import load
from helpdesk.tickets import search
from tests.support.process_tree import WEB, find

RARE = 20_000
"""One ticket in so many has what is rare."""
SEARCHES = {
    "a word, common": "kettle",
    "a word, in all": "parcel OR hello",
    "a word, rare": "customer{person}",
    "a word, nowhere": "zebra",
    "a beginning": "ket",
    "words": "kettle broken",
    "words, common and rare": "hello zebrafish",
    '"exact words"': '"came broken"',
    '"exact words", never so': '"broken came"',
    "either": "kettle OR mug",
    "-word, common": "-kettle",
    "-word, in nearly all": "-hello",
    "-word, rare": "-zebrafish",
    "word -word": "kettle -broken",
    "a number": "{number}",
    "is:open": "is:open",
    "-is:open -is:snoozed": "-is:open -is:snoozed",
    "-from:domain": "-from:mail.example",
    "-cc:address": "-cc:c{person}@mail.example",
    "-has:side": "-has:side -has:attachment",
    "operators, one of them": "tag:many OR category:refund",
    "people, one of them": "from:c{person}@mail.example OR cc:c{person}@mail.example",
    "looked up, one of them": "order:none OR is:snoozed OR has:side OR mailbox:rare",
    "one status, and another": "is:open is:closed",
    "is:resolved": "is:resolved",
    "is:unanswered": "is:unanswered",
    "is:snoozed": "is:snoozed",
    "is:unassigned": "is:unassigned",
    "assignee:me": "assignee:me",
    "assignee:name": "assignee:agent",
    "from:address": "from:c{person}@mail.example",
    "from:domain, of all": "from:mail.example",
    "from:domain, rare": "from:rare.example",
    "from:nobody": "from:nobody@",
    "cc:address": "cc:one@rare.example",
    "cc:nobody": "cc:nobody",
    "tag:common": "tag:common",
    "tag:rare": "tag:rare",
    "tag:none": "tag:none",
    "-tag:common": "-tag:common",
    "-tag:rare": "-tag:rare",
    "category:refund": "category:refund",
    "category:none": "category:none",
    "language:de": "language:de",
    "language:fr, none": "language:fr",
    "priority:urgent": "priority:urgent",
    "mailbox:common": "mailbox:support",
    "mailbox:rare": "mailbox:rare",
    "team:rare": "team:few",
    "team:none": "team:none",
    "subject:common": "subject:kettle",
    "subject:rare": "subject:zebrafish",
    "subject:nowhere": "subject:zebra",
    "subject:part of a word": 'subject:"ettl"',
    "has:attachment": "has:attachment",
    "has:order": "has:order",
    "has:side": "has:side",
    "order:number": "order:rare-7",
    "before:day": "before:{middle}",
    "before:the first": "before:2001-01-01",
    "after:day": "after:{middle}",
    "after:tomorrow": "after:2998-01-01",
    "in:spam": "in:spam",
    "words in open": "is:open kettle",
    "words of one": "from:mail.example kettle",
    "words, rare mailbox": "mailbox:rare kettle",
    "words, rare tag": "tag:rare kettle",
    "words, a day": "kettle after:{middle}",
    "unanswered of mine": "is:unanswered assignee:me",
    "open and rare": "is:open mailbox:rare priority:urgent",
    "words, never so": "kettle category:none",
    "rare and finished": "is:closed language:fr has:side",
    "words, or others": "kettle OR zebrafish",
    "rare words, or others": "zebrafish OR zebra",
    "OR of operators": "tag:rare OR category:refund",
    "OR, rare": "tag:rare OR language:fr",
    "OR, none": "tag:none OR category:none",
    "-category": "-category:refund",
    "-mailbox:common": "-mailbox:support",
    "-has:attachment": "-has:attachment",
    "-is:closed": "-is:closed",
    "-from:person": "-from:mail.example",
    "- and words": "kettle -tag:common -is:closed",
}
"""A search of each kind, by its name. What is in braces is filled in from what is there."""
LISTS: dict[str, str] = {
    "list, a status": "view=open&status=open",
    "list, low priority": "view=open&priority=low",
    "list, both": "view=open&status=open&priority=medium",
    "list, a category": "view=open&category=refund",
    "list, mine and low": "view=mine&priority=low",
    "list, a mailbox": "view=open&mailbox=1",
    "list, a tag": "view=open&tag=rare",
    "all, a status": "view=all&status=waiting",
    "all, a priority": "view=all&priority=urgent",
}
"""A list whose fields were chosen from the menus, by its name."""


def measure(
    kind: str, *, tickets: int = 10_000, times: int = 40, keep: Path | None = None
) -> list[Timed]:
    """Time each search on ``sqlite`` or ``postgresql`` with so many tickets."""
    with prepared(kind, tickets, keep) as ready:
        filled = _fill(ready)
        with ready.postdesk:
            desk, web = ready.sign_in(), find(ready.postdesk.pid, WEB)[0].pid
            return [
                Timed(name, kind, tickets, *time_page(desk, web, f"/desk?{asked}", times))
                for name, asked in _asked(filled).items()
            ]


def _asked(filled: dict[str, str]) -> dict[str, str]:
    """What is asked of a page of the desk, by its name."""
    typed = {name: typed.format(**filled) for name, typed in SEARCHES.items()}
    return {name: urlencode({"view": "all", "q": one}) for name, one in typed.items()} | LISTS


def _fill(ready: Prepared) -> dict[str, str]:
    """Put on the seeded tickets what the searches look for, once; and say what is there."""
    database = connect(load(ready.postdesk.environment))
    with database.transaction() as session:
        if session.scalar(select(Tag.id).where(Tag.folded == "rare")) is None:
            add_kinds(session)
    with database.reading() as session:
        middle = session.scalar(select(func.max(Ticket.id))) or 0
        person, at, number = session.execute(
            select(Ticket.requester_id, Ticket.created_at, Ticket.number).where(
                Ticket.id == middle // 2
            )
        ).one()
    database.dispose()
    return {"person": str(person), "middle": f"{at:%Y-%m-%d}", "number": number}


def add_kinds(session: Session) -> None:
    """Give the tickets tags, mailboxes, a team, orders, people in copy, languages and files: each
    both often and rarely.
    """
    moment = session.scalar(select(func.max(Ticket.created_at)))
    box = Mailbox(address="rare@shop.example", name="Rare", created_at=moment)
    team = Team(name="Few", folded="few", created_at=moment)
    often = Tag(name="common", folded="common", colour="grey", created_at=moment)
    seldom = Tag(name="rare", folded="rare", colour="red", created_at=moment)
    person = Person(name="Rare", role="customer", created_at=moment)
    session.add_all((box, team, often, seldom, person))
    session.flush()
    order = Order(number="RARE-7", person_id=person.id, created_at=moment)
    address = PersonAddress(person_id=person.id, address="one@rare.example", created_at=moment)
    session.add_all((order, address))
    session.flush()
    few, half = Ticket.id % RARE == 7, Ticket.id % 2 == 0
    what = {"subject": "A zebrafish", "mailbox_id": box.id, "team_id": team.id, "language": "fr"}
    whose = {"order_id": order.id, "requester_id": person.id}
    session.execute(update(Ticket).where(few).values(**what, **whose))
    session.execute(update(Ticket).where(Ticket.id % 4 == 0).values(language="de", has_files=True))
    away = {"folder": "spam", "put_away_at": moment}
    session.execute(update(Ticket).where(Ticket.id % 500 == 3).values(**away))
    for tag, where in ((often, half), (seldom, few)):
        chosen = select(Ticket.id, literal(tag.id)).where(where)
        session.execute(insert(TicketTag).from_select(["ticket_id", "tag_id"], chosen))
    named = ["ticket_id", "subject", "started_by_id", "created_at", "link_generation"]
    asked = select(Ticket.id, literal("?"), literal(person.id), literal(moment), literal(1))
    session.execute(insert(SideConversation).from_select(named, asked.where(few)))
    for ticket_id in session.scalars(select(Ticket.id).where(few)).all():
        copied = {"person_id": person.id, "role": "copy", "added_at": moment}
        session.execute(insert(Participant).values(ticket_id=ticket_id, **copied))
        search.index_ticket(session.connection(), ticket_id)
    session.execute(text("ANALYZE"))
