"""Solved tickets as texts to compare with: what was asked, and the answer that solved it.

The newest are kept at hand; older ones are found by the index of the search, by the rarest of a
question's words. Where a language model is installed, so are those that mean about the same. So a
question costs the same with a million tickets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, text
from sqlalchemy.orm import Session, aliased

from helpdesk import similarity
from helpdesk.detected_language import detected_language
from helpdesk.meanings import Meant, meant, nearest
from helpdesk.models import Comment, Ticket, TicketMeaning
from helpdesk.related_words import RELATED
from helpdesk.vocabulary import Folder, MessageKind, Status

NEWEST = 200
"""How many are kept at hand."""
KEPT = 9
"""How many are kept of a ticket: of these, who looks at it may not see all."""
MEANINGS = 10_000
"""Of so many tickets that came last, what they mean is kept at hand, where a model told."""
FEW, LAST = 2_000, 10_000
"""A word that more tickets have is looked for among so many that came last, on PostgreSQL."""
SOLVED = (Status.RESOLVED, Status.CLOSED)

_WORDS_ASKED = 12
_FOUND_A_WORD = 20
_CANDIDATES = 40
_NEAREST = 20
_COMMON_FROM = 0.05
"""A word that more than this share of tickets have tells little, and finds too many."""
_ENOUGH_TO_TELL = 100
_STEM = 6
_SPELT_OUT = re.compile("([aou])e")


@dataclass(frozen=True)
class SolvedTicket:
    """A solved ticket with its answer, to be compared."""

    ticket_id: int
    answer_id: int
    weighed: similarity.Weighed


@dataclass(frozen=True)
class SolvedTickets:
    """The newest solved tickets, and how rare words are in them."""

    newest: tuple[SolvedTicket, ...]
    rarities: similarity.Rarities
    model: str = ""
    """Which language model told what they mean; empty where there is none."""
    meant: tuple[Meant, ...] = ()
    """Of older ones, too."""


@dataclass(frozen=True)
class _Read:
    ticket_id: int
    answer_id: int
    terms: Counter[str]
    language: str
    meaning: bytes


def read_solved(session: Session, model: str = "") -> SolvedTickets:
    """Read the newest solved tickets.

    :param model: the language model, where one is installed.
    """
    ids: list[int] = []
    for status in SOLVED:
        found = select(Ticket.id).where(Ticket.status == status, _IN_INBOX)
        ids += session.scalars(found.order_by(Ticket.updated_at.desc()).limit(NEWEST))
    read = _read(session, sorted(ids)[-NEWEST:], model)
    rarities = similarity.rarities_of(one.terms for one in read)
    newest = tuple(_weighed(one, rarities) for one in read)
    return SolvedTickets(newest, rarities, model, tuple(_meant(session, model)) if model else ())


def question_of(session: Session, ticket_id: int) -> str:
    """What a customer asked on a ticket: its subject, and the message that it began with; empty
    where it did not begin so, or is in spam or trash.
    """
    row = session.execute(_QUESTION, {"ticket_id": ticket_id}).one_or_none()
    return f"{row.subject}\n{row.asked}" if row else ""


def is_english(question: str) -> bool:
    """Whether the language model may be asked what a question means: it knows English alone."""
    return detected_language(question) == "en"


def likest(
    session: Session, solved: SolvedTickets, question: str, *, but: int, meaning: bytes = b""
) -> list[tuple[SolvedTicket, float]]:
    """The solved tickets that are like a question, and how like: those worth showing, the likest
    first.

    :param but: the id of the ticket that asks it.
    :param meaning: what the question means, where the model told.
    """
    terms = similarity.terms_of(question)
    if not terms:
        return []
    asked = similarity.weighed(terms, solved.rarities, detected_language(question), meaning)
    known = {one.ticket_id: one for one in solved.newest}
    candidates = _candidates(session, solved, question)
    if meaning:
        candidates += nearest(meaning, solved.meant, _NEAREST)
    others = [one for one in dict.fromkeys(candidates) if one not in known]
    for one in _read(session, others, solved.model):
        known[one.ticket_id] = _weighed(one, solved.rarities)
    known.pop(but, None)
    compared = list(known.values())
    ranked = similarity.rank(asked, [one.weighed for one in compared])
    return [(compared[one.place], one.likeness) for one in similarity.shown_of(ranked, KEPT)]


def _weighed(one: _Read, rarities: similarity.Rarities) -> SolvedTicket:
    weighed = similarity.weighed(one.terms, rarities, one.language, one.meaning)
    return SolvedTicket(one.ticket_id, one.answer_id, weighed)


def _meant(session: Session, model: str) -> list[Meant]:
    rows = session.execute(_MEANINGS, {"model": model})
    return [meant(row.ticket_id, row.vector) for row in rows]


def _read(session: Session, ids: Sequence[int], model: str) -> list[_Read]:
    """Those of these tickets that are solved, with an answer of staff."""
    if not ids:
        return []
    found = []
    for row in session.execute(_TEXTS.where(Ticket.id.in_(ids)), {"model": model}):
        whole = f"{row.subject}\n{row.asked[: similarity.MOST_READ]}"
        terms = similarity.terms_of(whole) + similarity.terms_of(row.answer)
        language = row.language or detected_language(whole)
        found.append(_Read(row.id, row.answer_id, terms, language, row.vector or b""))
    return found


def _candidates(session: Session, solved: SolvedTickets, question: str) -> list[int]:
    """The ids of solved tickets that have some of the question's rarest words."""
    dialect = session.get_bind().dialect.name
    newest_with = _newest_in_postgresql if dialect == "postgresql" else _newest_in_sqlite
    hits: Counter[int] = Counter()
    for word, is_whole in _asked_words(solved.rarities, question):
        asked = _AS_ASKED[dialect].format(word) if not is_whole else _WHOLE[dialect](word)
        hits.update(newest_with(session, asked))
    best = sorted(hits, key=lambda one: (-hits[one], -one))
    return best[:_CANDIDATES]


def _newest_in_sqlite(session: Session, asked: str) -> Sequence[int]:
    return session.scalars(_HAVING_WORD, {"word": asked}).all()


def _newest_in_postgresql(session: Session, asked: str) -> Sequence[int]:
    """PostgreSQL's index of words knows no order. So all that few have are looked at, and of what
    many have those among the last tickets: left to itself it would read the words of all.
    """
    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = session.execute(_OF_FEW, {"word": asked, "few": FEW}).all()
    session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    if rows[0].many <= FEW:
        return [row.id for row in rows if row.id is not None]
    return session.scalars(_AMONG_LAST, {"word": asked, "last": LAST}).all()


def _asked_words(rarities: similarity.Rarities, question: str) -> list[tuple[str, bool]]:
    """The beginnings of words to look for, and whether each is a whole word: the rarest first."""
    wanted: dict[str, float] = {}
    for word in similarity.telling_words(question):
        stems = [stem for thing in similarity.things_of(word) for stem in RELATED[thing].stems]
        for stem in (word[:_STEM], *stems):
            share = _share(rarities, stem)
            if share < _COMMON_FROM:
                wanted.setdefault(stem, share)
    rarest = sorted(wanted, key=lambda one: wanted[one])[:_WORDS_ASKED]
    return [(form, len(form) < 4) for word in rarest for form in _forms(word)]


def _share(rarities: similarity.Rarities, stem: str) -> float:
    if rarities.texts < _ENOUGH_TO_TELL:
        return 0.0
    return rarities.counts.get(f" {stem}"[:5], 0) / rarities.texts


def _forms(word: str) -> Iterable[str]:
    """As the search's index may have it: there umlauts have lost their dots (``ü`` is ``u``)."""
    return dict.fromkeys((word, _SPELT_OUT.sub(r"\1", word)))


def _solved_with(comment: Any) -> Any:
    return and_(
        comment.from_staff.is_(True),
        comment.internal.is_(False),
        comment.kind == MessageKind.MESSAGE,
        comment.leaves_at.is_(None),
    )


_IN_INBOX = text("folder = 'inbox'")
_Asked, _Answer, _AnyAnswer = aliased(Comment), aliased(Comment), aliased(Comment)


def _new_part(comment: Any) -> Any:
    return func.coalesce(func.nullif(comment.reply_text, ""), comment.text)


_said = _new_part(_Asked)


def _is_asked() -> Any:
    return and_(
        _Asked.ticket_id == Ticket.id,
        _Asked.opening.is_(True),
        _Asked.from_staff.is_(False),
        Ticket.folder == Folder.INBOX,
    )


_QUESTION: Select[Any] = (
    select(Ticket.subject, func.substr(_said, 1, similarity.MOST_READ).label("asked"))
    .join(_Asked, _is_asked())
    .where(text("ticket.id = :ticket_id"))
)
_newest_answer = (
    select(func.max(_AnyAnswer.id))
    .where(_AnyAnswer.ticket_id == Ticket.id, _solved_with(_AnyAnswer))
    .correlate(Ticket)
    .scalar_subquery()
)
_TEXTS: Select[Any] = (
    select(
        Ticket.id,
        Ticket.subject,
        Ticket.language,
        _said.label("asked"),
        _Answer.id.label("answer_id"),
        func.substr(_new_part(_Answer), 1, similarity.MOST_READ).label("answer"),
        TicketMeaning.vector,
    )
    .join(_Asked, _is_asked())
    .join(_Answer, _Answer.id == _newest_answer)
    .outerjoin(
        TicketMeaning,
        and_(TicketMeaning.ticket_id == Ticket.id, TicketMeaning.model == bindparam("model")),
    )
    .where(Ticket.status.in_(SOLVED))
)
_newest_meanings = (
    select(TicketMeaning.ticket_id, TicketMeaning.vector, TicketMeaning.model)
    .order_by(TicketMeaning.ticket_id.desc())
    .limit(MEANINGS)
    .subquery()
)
_MEANINGS: Select[Any] = (
    select(_newest_meanings.c.ticket_id, _newest_meanings.c.vector)
    .join(Ticket, Ticket.id == _newest_meanings.c.ticket_id)
    .where(
        _newest_meanings.c.model == bindparam("model"),
        Ticket.status.in_(SOLVED),
        Ticket.folder == Folder.INBOX,
    )
)
_STILL_SOLVED = "ticket.status IN ('resolved', 'closed') AND ticket.folder = 'inbox'"
_HAVING_WORD = text(
    "SELECT ticket.id FROM ticket_words JOIN ticket ON ticket.id = ticket_words.rowid"  # noqa: S608
    f" WHERE ticket_words MATCH :word AND {_STILL_SOLVED}"
    f" ORDER BY ticket_words.rowid DESC LIMIT {_FOUND_A_WORD}"
)
_OF_FEW = text(
    "WITH found AS MATERIALIZED (SELECT ticket_id FROM ticket_words"  # noqa: S608
    " WHERE words @@ CAST(:word AS tsquery) LIMIT :few + 1)"
    " SELECT counted.many, newest.id FROM (SELECT count(*) AS many FROM found) counted"
    " LEFT JOIN LATERAL (SELECT ticket.id FROM found JOIN ticket ON ticket.id = found.ticket_id"
    f" WHERE counted.many <= :few AND {_STILL_SOLVED}"
    f" ORDER BY ticket.id DESC LIMIT {_FOUND_A_WORD}) newest ON true"
)
_AMONG_LAST = text(
    "SELECT ticket.id FROM ticket_words JOIN ticket ON ticket.id = ticket_words.ticket_id"  # noqa: S608
    " WHERE ticket_words.ticket_id > (SELECT max(id) FROM ticket) - :last"
    f" AND ticket_words.words @@ CAST(:word AS tsquery) AND {_STILL_SOLVED}"
    f" ORDER BY ticket.id DESC LIMIT {_FOUND_A_WORD}"
)
_AS_ASKED = {"sqlite": 'words : "{}" *', "postgresql": "'{}':*"}
_WHOLE = {"sqlite": 'words : "{}"'.format, "postgresql": "'{}'".format}
