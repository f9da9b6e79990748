"""Have words with ł, ø, æ and their like be found without, in what is indexed, too."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from helpdesk.folding import UNDIVIDED
from helpdesk.schema import steps

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_LONGEST_WORD = 40
_MOST_PLACES = 255
_LETTERS = "".join(UNDIVIDED)
_TABLE = str.maketrans(UNDIVIDED)
# Only what has such a letter is written again: of most shops nothing, of some all.
_SELECT = {
    "sqlite": sa.text(
        "SELECT id, c0 FROM ticket_words_content WHERE id BETWEEN :first AND :last"
        " AND c0 GLOB :having"
    ),
    "postgresql": sa.text(
        "SELECT ticket_id, CAST(words AS text) FROM ticket_words"
        " WHERE ticket_id BETWEEN :first AND :last"
        " AND CAST(words AS text) ~ :having ORDER BY ticket_id FOR NO KEY UPDATE SKIP LOCKED"
    ),
}
_HAVING = {"sqlite": f"*[{_LETTERS}]*", "postgresql": f"[{_LETTERS}]"}
_UPDATE = {
    "sqlite": sa.text("UPDATE ticket_words SET words = :words WHERE rowid = :id"),
    "postgresql": sa.text(
        "UPDATE ticket_words SET words = CAST(:words AS tsvector) WHERE ticket_id = :id"
    ),
}


def upgrade() -> None:
    steps.in_batches("ticket", _fold, size=_AT_ONCE)
    if op.get_context().dialect.name == "postgresql":
        # What was written on at that moment was skipped.
        steps.in_batches("ticket", _fold, size=_AT_ONCE)


def downgrade() -> None:
    """Leave the words: a ticket that is written on is read anew."""


def _fold(connection: sa.Connection, first: int, last: int) -> None:
    name = connection.dialect.name
    fold = _folded_vector if name == "postgresql" else _folded_words
    bounds = {"first": first, "last": last, "having": _HAVING[name]}
    found = connection.execute(_SELECT[name], bounds).all()
    if found:
        rows = [{"id": ticket_id, "words": fold(words)} for ticket_id, words in found]
        connection.execute(_UPDATE[name], rows)


def _folded_words(words: str) -> str:
    return " ".join(map(_folded, words.split(" ")))


def _folded_vector(words: str) -> str:
    """``'lodz':2 'łodz':1`` becomes ``'lodz':1,2``."""
    places: dict[str, set[int]] = {}
    for word, at in _entries(words):
        places.setdefault(_folded(word), set()).update(at)
    written = ((word, sorted(at)[:_MOST_PLACES]) for word, at in places.items())
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in written)


def _entries(words: str) -> Iterator[tuple[str, list[int]]]:
    # Words hold letters and digits alone: no quote, no space.
    for entry in words.split(" "):
        word, _, at = entry.rpartition(":")
        yield word.strip("'"), [int(one) for one in at.split(",")]


def _folded(word: str) -> str:
    return word.translate(_TABLE)[:_LONGEST_WORD]
