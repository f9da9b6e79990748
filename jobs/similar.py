"""Similar tickets: every few seconds, for the tickets that came since, a few at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from helpdesk.actions.find_similar import Found, find_similar, keep_similar, similar_due
from helpdesk.actions.keep_meanings import english_questions, keep_meanings
from helpdesk.db import Database
from helpdesk.settings import Settings
from helpdesk.similarity import rarities_of
from helpdesk.tickets.solved import SolvedTickets, read_solved
from jobs.minilm.files import NoModel, find_model
from jobs.minilm.process import Meanings, NotTold

log = structlog.get_logger("jobs.similar")

EVERY = 4.0
KEPT = 600.0
"""Seconds that the newest solved tickets are kept at hand before they are read anew."""
AT_ONCE = 20
A_TURN = 0.3
"""Seconds of work at a time: mail goes first."""
CALM = 60.0
"""Seconds without looking after something failed."""
WITHOUT_MODEL = 600.0
"""Seconds that the language model is left alone after it failed: then it is by characters alone."""


class Similar:
    """Looks when it is time to. Made for the sweep, which asks it every few seconds."""

    def __init__(
        self,
        database: Database,
        meanings: Meanings | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """:param meanings: tells what questions in English mean, where a model is installed."""
        self._database = database
        self._meanings = meanings
        self._monotonic = monotonic
        self._next = monotonic()
        self._ask_model_from = monotonic()
        self._solved = SolvedTickets((), rarities_of(()))
        self._read_at: float | None = None

    def find_if_due(self) -> int:
        """Look for what some new tickets are like; for how many. Its trouble holds up no mail."""
        now = self._monotonic()
        if now < self._next:
            return 0
        self._next = now + EVERY
        if self._meanings:
            self._meanings.reap()
        try:
            return self._find(until=now + A_TURN)
        except DBAPIError:
            raise
        except Exception as problem:
            self._next = now + CALM
            log.error("similar_not_found", cause=type(problem).__name__, exc_info=True)
            return 0

    def close(self) -> None:
        """End the model's process, if there is one."""
        if self._meanings:
            self._meanings.close()

    def _find(self, until: float) -> int:
        with self._database.asking() as session:
            due = similar_due(session, AT_ONCE)
        if not due:
            return 0
        with self._database.reading() as session:
            self._read(session)
            questions = english_questions(session, due) if self._meanings else {}
        found: list[Found] = []
        vectors: dict[int, bytes] = {}
        looked_at = 0
        for ticket_id in due:
            vector = self._told(questions.get(ticket_id, ""))
            if vector:
                vectors[ticket_id] = vector
            with self._database.reading() as session:
                found += find_similar(session, self._solved, ticket_id, vector)
            looked_at += 1
            if self._monotonic() >= until:
                break
        if found:
            with self._database.transaction() as session:
                keep_similar(session, found)
                keep_meanings(session, self._solved.model, vectors)
        return looked_at

    def _told(self, question: str) -> bytes:
        """What a question means; nothing where no model tells, or it failed a while ago."""
        if not question or self._meanings is None or self._monotonic() < self._ask_model_from:
            return b""
        try:
            return self._meanings.of([question])[0]
        except NotTold as problem:
            self._ask_model_from = self._monotonic() + WITHOUT_MODEL
            log.warning("similar_model_failed", cause=str(problem))
            return b""

    def _read(self, session: Session) -> None:
        now = self._monotonic()
        if self._read_at is None or now >= self._read_at + KEPT:
            model = self._meanings.model.name if self._meanings else ""
            self._solved = read_solved(session, model)
            self._read_at = now


def similar_of(
    settings: Settings, database: Database, *, monotonic: Callable[[], float] = time.monotonic
) -> Similar:
    """What looks for similar tickets here: with the language model, where one is installed."""
    try:
        model = find_model(settings.similar_model)
    except NoModel as problem:
        log.warning("similar_model_unusable", cause=str(problem))
        model = None
    return Similar(database, Meanings(model) if model else None, monotonic=monotonic)
