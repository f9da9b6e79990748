"""Full text: tickets are found by every word in them, in any language, on both databases alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.schema import downgrade, migrate
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.search import MOST_KEPT, index_all, index_ticket, words_of
from tests.support.factories import NOW, Shop, make_ticket


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Größe 42, Crème brûlée!", ["grosse", "42", "creme", "brulee"]),
        ("ann.lee+x@mail.example", ["ann", "lee", "x", "mail", "example"]),
        ("snake_case TKT20261123001", ["snake", "case", "tkt20261123001"]),
        ("注文10088の件", ["注文", "10088", "の件"]),
        ("東京都", ["東京", "京都"]),
        ("الطَّلَب مُتأخّر", ["الطلب", "متاخر"]),
        ("ﬁne Ⅳ", ["fine", "iv"]),
        ("Łódź, Ærøskøbing", ["lodz", "aeroskobing"]),
        ("Iğdır ŒUVRE Đakovo", ["igdir", "oeuvre", "dakovo"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("Straße'); DROP TABLE x --", ["strasse", "drop", "table", "x"]),
        ("\0\ud800 \u202eab", ["ab"]),
    ],
)
def test_words_are_cut_and_compared_in_any_language(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def found(session: Session, actor: Actor, typed: str, view: str = "all") -> list[str]:
    page = queue_page(session, actor, view, QueueFilter(search=typed))
    return [row.subject for row in page.rows]


def test_a_ticket_is_found_by_all_that_is_in_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        kettle = make_ticket(session, shop.ann, "Mein Wasserkocher ist zu groß")
        make_ticket(session, shop.bob, "Anything else")
        add_note(session, shop.agent, kettle.id, text="The third one: batch ZX81", now=NOW)
        file = StoredFile("guarantee-card.pdf", "application/pdf", 3, "0" * 64)
        reply(session, shop.agent, kettle.id, Answer("注文を確認します", files=[file]), now=NOW)
        # It is found within the transaction that wrote it, and so by all once that stands.
        assert found(session, shop.agent, "zx81") == [kettle.subject]
    looked_for = (
        kettle.number, "wasserkocher gross", "WASSERKOCHER", "wasserk", "ann@mail.example",
        "guarantee", "guarantee-card.pdf", "注文", "確認", '"zu groß"', "leaks wasserkocher batch",
    )  # fmt: skip
    with database.reading() as session:
        for typed in looked_for:
            assert found(session, shop.agent, typed) == [kettle.subject], typed
        for typed in ("zu klein", '"groß zu"', '"wasserk"', "kettle", '"leaks wasserkocher"'):
            assert found(session, shop.agent, typed) == [], typed


def test_what_is_typed_is_never_taken_for_the_database_s_own_words(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann)
    for typed in ('"', "a OR b", "NEAR(a b)", "x' | 'y", "-kettle*", "words:kettle", "()", "is:",
                  "from:", "before:0001-01-01", "after:9999-12-31", "before:soon", "\0", "%_",
                  "a" * 5000, "w " * 500, "assignee:%", "priority:'"):  # fmt: skip
        with database.reading() as session:
            queue_page(session, shop.agent, "all", QueueFilter(search=typed))


def test_reading_anew_gives_what_the_actions_wrote(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        tickets = [make_ticket(session, shop.ann, f"Lamp {word}") for word in ("one", "two")]
        for ticket in tickets:
            add_note(session, shop.agent, ticket.id, text=f"Note on {ticket.number}", now=NOW)

    def kept() -> list[object]:
        with database.reading() as session:
            rows = session.execute(text("SELECT words, size FROM ticket_words ORDER BY 2, 1"))
            return [(sorted(str(words).split()), size) for words, size in rows]

    before = kept()
    with database.transaction() as session:
        session.execute(text("DELETE FROM ticket_words"))
        index_all(session.connection())
    assert kept() == before
    with database.transaction() as session:
        index_ticket(session.connection(), tickets[0].id)
        # One that was never read is read as a whole when something is added to it.
        session.execute(text("DELETE FROM ticket_words"))
        add_note(session, shop.agent, tickets[1].id, text="bulb", now=NOW)
        assert found(session, shop.agent, "bulb lamp two") == ["Lamp two"]


def test_a_ticket_without_end_is_kept_to_a_size(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, "Endless")
        for part in range(4):
            words = " ".join(f"w{part}x{n}" for n in range(12_000))
            add_note(session, shop.agent, ticket.id, text=words[:99_000], now=NOW)
        add_note(session, shop.agent, ticket.id, text="東" * 90_000, now=NOW)
        size = session.scalar(text("SELECT size FROM ticket_words"))
        assert size is not None
        assert 0 < size <= MOST_KEPT
        assert found(session, shop.agent, "endless w0x5") == ["Endless"]


def test_operators_narrow_what_words_find(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        old = make_ticket(session, shop.ann, "Old kettle", now=NOW - timedelta(days=40))
        new = make_ticket(session, shop.bob, "New kettle")
        reply(session, shop.agent, new.id, Answer("We look at it."), now=NOW)
        add_note(session, shop.agent, old.id, text="x", now=NOW)
        new.priority, new.assignee_id = "high", shop.agent.person_id
    expected = {
        "kettle": ["New kettle", "Old kettle"],
        "kettle is:waiting": ["New kettle"],
        "is:open": ["Old kettle"],
        "kettle from:ann@": ["Old kettle"],
        "from:bob@mail.example": ["New kettle"],
        "assignee:me kettle": ["New kettle"],
        "is:unassigned": ["Old kettle"],
        "assignee:none priority:high": [],
        "priority:High": ["New kettle"],
        "kettle before:2026-11-01": ["Old kettle"],
        "kettle after:2026-11-01": ["New kettle"],
        "kettle after:2026-11-23": [],
        "kettle is:nonsense before:2026-11-01": ["Old kettle"],
    }
    with database.reading() as session:
        for typed, subjects in expected.items():
            assert found(session, shop.agent, typed) == subjects, typed


def test_pages_of_a_search_hold_each_ticket_once(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for n in range(25):
            make_ticket(session, shop.ann, f"Lamp {n}" if n % 5 else f"Tent {n}")
    wanted, seen, key = QueueFilter(search="lamp"), [], ""
    with database.reading() as session:
        while True:
            page = queue_page(session, shop.agent, "open", wanted, key=key, size=6)
            seen.append([row.subject for row in page.rows])
            if not page.next_key:
                break
            key = page.next_key
        back = queue_page(session, shop.agent, "open", wanted, key=page.previous_key, size=6)
        assert [row.subject for row in back.rows] == seen[-2]
        # The key of another order begins anew, as every key that is none does.
        other = queue_page(session, shop.agent, "open", key=key, size=6)
        assert other.previous_key == ""
    assert [len(one) for one in seen] == [6, 6, 6, 2]
    assert sorted(subject for one in seen for subject in one) == sorted(
        f"Lamp {n}" for n in range(25) if n % 5
    )


def test_letters_of_one_piece_make_no_difference(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_ticket(session, shop.ann, "Paczka do Łodzi")
        make_ticket(session, shop.ann, "Pakke til Sørensen, Ærø")
    with database.reading() as session:
        for typed in ("lodzi", "Łodzi", "łodz", '"DO LODZI"', "subject:Łodzi"):
            assert found(session, shop.agent, typed) == ["Paczka do Łodzi"], typed
        for typed in ("sorensen", "Sørensen aero", "ærø", "sørens"):
            assert found(session, shop.agent, typed) == ["Pakke til Sørensen, Ærø"], typed


def test_what_was_indexed_before_is_found_so_too(database: Database, shop: Shop) -> None:
    subjects = ("Łódź łódź lodz", "Blåbærsyltetøy", "Nothing of the kind")
    with database.transaction() as session:
        tickets = [make_ticket(session, shop.ann, subject) for subject in subjects]
        file = StoredFile("a.txt", "text/plain", 1, "0" * 64)
        answer = Answer("Straße " + "ø" * 50, files=[file])
        reply(session, shop.agent, tickets[1].id, answer, now=NOW)
    words = {
        tickets[0].id: ["łodz", "łodz", "lodz", "leaks"],
        tickets[1].id: ["blabærsyltetøy", "ø" * 40],
    }

    def kept() -> dict[int, str]:
        name = "rowid" if database.engine.dialect.name == "sqlite" else "ticket_id"
        with database.reading() as session:
            rows = session.execute(text(f"SELECT {name}, CAST(words AS text) FROM ticket_words"))
            return dict(rows.all())

    downgrade(database, "0073")
    with database.transaction() as session:
        for ticket_id, some in words.items():
            _write_as_before(session.connection(), ticket_id, some)
    other = kept()[tickets[2].id]
    migrate(database)
    is_sqlite = database.engine.dialect.name == "sqlite"
    assert kept() == {
        tickets[0].id: "lodz lodz lodz leaks" if is_sqlite else "'leaks':4 'lodz':1,2,3",
        tickets[1].id: f"blabaersyltetoy {'o' * 40}"
        if is_sqlite
        else f"'blabaersyltetoy':1 '{'o' * 40}':2",
        tickets[2].id: other,
    }
    with database.reading() as session:
        for typed, at in (("lodz", 0), ("Łódź", 0), ("blabaer", 1), ("blåbær", 1)):
            assert found(session, shop.agent, typed) == [subjects[at]], typed


def _write_as_before(connection: Connection, ticket_id: int, words: list[str]) -> None:
    """Have a ticket's words stand as a version before wrote them."""
    statement, at, written = "UPDATE ticket_words SET words = :words", "rowid", " ".join(words)
    if connection.dialect.name == "postgresql":
        statement, at = "UPDATE ticket_words SET words = CAST(:words AS tsvector)", "ticket_id"
        places = {one: [str(n) for n, word in enumerate(words, 1) if word == one] for one in words}
        written = " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())
    values = {"words": written, "id": ticket_id}
    connection.execute(text(f"{statement} WHERE {at} = :id"), values)
